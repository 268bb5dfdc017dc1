"""Recorded runs as text: a list, or one run with every write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.applying.report import RESULT_WORDS, counts_text
from reconciler.render import words
from reconciler.render.lines import Line, Span, Style, flow
from reconciler.render.report import RESULT_STYLES
from reconciler.render.screen import PIPE, Screen

_STATUS: Mapping[str, tuple[str, Style]] = {
    "complete": ("complete", "create"),
    "in_part": ("partial", "archive"),
    "cut_short": ("interrupted", "delete"),
    "changed": ("changed after it was recorded", "blocked"),
}
NONE_YET = "No runs recorded."


def status_of(run: Mapping[str, Any]) -> tuple[str, Style]:
    """The status of a run as people read it, and its style."""
    return _STATUS[run["status"]]


def run_list_lines(
    runs: Sequence[Mapping[str, Any]],
    screen: Screen = PIPE,
) -> list[Line]:
    """Two lines for each run: its id and status; then its counts, workspace and user."""
    out: list[Line] = []
    for run in runs:
        word, style = status_of(run)
        out += flow((Span(f"{run['run']}  ", "bold"), Span(word, style)), screen)
        in_doubt = f"{run['in_doubt']} in doubt" if run["in_doubt"] and not run["summary"].get("in_doubt") else ""
        user = (run["workspace"] or {}).get("name"), (run["user"] or {}).get("email")
        created = _created_workspace(run)
        counts = counts_text(run["summary"]) or "nothing done"
        parts = filter(None, (created, counts, in_doubt, *user))
        out += flow((Span(", ".join(map(str, parts)), "dim"),), screen, indent=4)
    return out


def run_lines(
    run: Mapping[str, Any],
    screen: Screen = PIPE,
) -> list[Line]:
    """One run: its sessions with user, time and workspace; the changes that did not succeed; and its writes in order."""

    def lines(*spans: Span, indent: int = 0) -> list[Line]:
        return flow(spans, screen, indent=indent)

    word, style = status_of(run)
    out = lines(Span(f"Run {run['run']}  ", "bold"), Span(word, style))
    if run.get("problem"):
        out += lines(Span(f"Problem: {run['problem']}. The run is not used.", "blocked"), indent=2)
    for text in (text for session in run["sessions"] for text in session_texts(session)):
        out += lines(Span(text, "dim"), indent=2)
    out.append(())
    for change in run["changes"]:
        if change["result"] not in ("done", "already"):
            out += lines(
                Span(f"! {RESULT_WORDS[change['result']]}  ", RESULT_STYLES[change["result"]]),
                Span(f"{change['action']} {change['address']}"),
            )
            if change.get("message"):
                out += lines(Span(change["message"]), indent=4)
    out += _totals(run, screen)
    if run["writes"]:
        out += [
            (),
            *lines(Span(f"{words.count(len(run['writes']), 'write')}, in the order sent:", "bold")),
        ]
    for write in run["writes"]:
        out += lines(*_write(write), indent=2)
    if run["damaged_lines"]:
        damaged = words.count(run["damaged_lines"], "line")
        out += [
            (),
            *lines(Span(f"{damaged} of the journal cannot be read (possibly truncated by a crash).", "blocked")),
        ]
    return out


def _created_workspace(run: Mapping[str, Any]) -> str:
    """What became of the create of the workspace; empty for a run without one."""
    if not (made := run.get("created_workspace")):
        return ""
    return "workspace created" if made["id"] else "workspace in doubt"


def _totals(run: Mapping[str, Any], screen: Screen) -> list[Line]:
    """The workspace that the run created, and the counts of its changes, the workspace included."""
    counted = flow((Span(counts_text(run["summary"]) or "Nothing done.", "bold"),), screen)
    if not (created := _created_workspace(run)):
        return counted
    made = run["created_workspace"]
    name = f"{made['name']} ({made['id']})" if made["id"] else f"{made['name']}"
    return [*flow((Span(f"{created}: {name}"),), screen), *counted]


def session_texts(session: Mapping[str, Any]) -> Iterator[str]:
    """One session: its times, user, workspace, gateway, digest, and why it stopped; then its targets, if it has some."""
    user = (session.get("user") or {}).get("email") or "unknown user"
    through = (
        f"{session['gateway']}, connection {session['connection']}" if session.get("connection") else session["gateway"]
    )
    ended = f"{session['ended_at']}" if session["ended_at"] else "no end recorded"
    stopped = f"; {session['stopped']}" if session.get("stopped") else ""
    place = session["workspace"].get("name")
    yield f"{session['started_at']} to {ended}: {user}, {place!r} through {through}, digest {session['digest'][:19]}{stopped}"
    for approval in session.get("approvals", ()):
        facts = [str(approval.get(key) or "?") for key in ("signer", "key", "signed_at")]
        yield f"approved by {facts[0]} with the key {facts[1]}, signed {facts[2]}"
    if session.get("targets"):
        yield f"targets: {', '.join(session['targets'])}"


def _write(write: Mapping[str, Any]) -> tuple[Span, ...]:
    result = "done" if write["result"] == "done" else write["result"].replace("_", " ")
    style: Style = "dim" if result == "done" else "blocked"
    again = f", {write['attempts']} attempts" if write.get("attempts", 1) > 1 else ""
    status = f"HTTP {write['status']}{again}" if write.get("status") else f"no answer{again}"
    message = f": {write['message']}" if write.get("message") else ""
    at = str(write["at"])[11:23]
    return (
        Span(f"{at}  {write['method']:<6} {write['step']} ", "dim"),
        Span(f"{write['address']}  "),
        Span(f"{result}", style),
        Span(f" ({status}){message}", "dim"),
    )
