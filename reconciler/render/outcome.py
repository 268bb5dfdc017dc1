"""What became of a plan: a line per change while it runs, a report at the end, and the same as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.applying.outcome import Ended, Event, Outcome, Result, RunReport
from reconciler.planning.plan import Action, FieldChange
from reconciler.render import words
from reconciler.render.lines import Line, Span, Style, command_lines, flow
from reconciler.render.width import truncate, width

FORMAT = "reconciler.run/1"

_WORDS = {
    Result.DONE: "done",
    Result.ALREADY: "already as meant",
    Result.NOT_ACCEPTED: "not accepted",
    Result.FAILED: "failed",
    Result.SKIPPED: "skipped",
}
_STYLES: dict[Result, Style] = {
    Result.DONE: "create",
    Result.ALREADY: "dim",
    Result.NOT_ACCEPTED: "blocked",
    Result.FAILED: "delete",
    Result.SKIPPED: "archive",
}
_ACTION_STYLES: dict[Action, Style] = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}


def event_line(event: Event, *, width: int = 80, ascii: bool = False) -> Line:  # noqa: A002 - the word that callers know
    """One line for one event: how many have ended, the action's mark and word, the address, and how it ended (or `…`)."""
    change = event.outcome.change if isinstance(event, Ended) else event.change
    result = event.outcome.result if isinstance(event, Ended) else None
    counter = f"{event.done:>{len(str(event.total))}}/{event.total} "
    word = f"{words.MARKS[change.action]} {change.action:<8}"
    end = Span(_WORDS[result], _STYLES[result]) if result else Span("…", "dim")
    spans = (Span(counter, "dim"), Span(word, _ACTION_STYLES[change.action]), Span(f"{change.address}  "), end)
    whole = flow(spans, cells=100_000, in_ascii=ascii)[0]
    return _fit(whole, width, in_ascii=ascii)


def _fit(line: Line, cells: int, *, in_ascii: bool) -> Line:
    """The line in so many cells; what gives way is the address, the third of its four parts."""
    over = sum(width(span.text) for span in line) - cells
    if over <= 0:
        return line
    longest = max(range(len(line)), key=lambda at: width(line[at].text))
    text = line[longest].text
    end = "...  " if in_ascii else "…  "
    cut = truncate(text, max(width(text) - over, width(end) + 1), end)
    return (*line[:longest], Span(cut, line[longest].style), *line[longest + 1 :])


def report_lines(
    report: RunReport,
    *,
    width: int = 80,
    next_command: str = "",
    ascii: bool = False,  # noqa: A002 - the word that callers know
) -> list[Line]:
    """What did not go as meant, one entry a change, then the counts, then what to do (with `next_command`, if given)."""

    def lines(*spans: Span, indent: int = 0) -> list[Line]:
        return flow(spans, cells=width, indent=indent, in_ascii=ascii)

    out: list[Line] = []
    for outcome in report.outcomes:
        if outcome.result in (Result.DONE, Result.ALREADY):
            continue
        out += lines(Span(f"! {_WORDS[outcome.result]}  ", _STYLES[outcome.result]), Span(_what(outcome)))
        if outcome.message:
            out += lines(Span(outcome.message), indent=4)
        for field in outcome.not_accepted:
            out += lines(Span(_kept(field)), indent=4)
    if out:
        out.append(())
    if report.stopped:
        out += lines(Span("The run ended early: ", "bold"), Span(report.stopped))
    out += lines(Span(summary(report), "bold"))
    cost = f"{words.count(report.requests, 'request')} in {words.duration(report.seconds)}. Digest: {report.digest}"
    out += lines(Span(cost, "dim"))
    advice = next_step(report)
    if advice:
        out += lines(Span(advice))
        out += command_lines(next_command, cells=width, in_ascii=ascii) if next_command else []
    return out


def summary(report: RunReport) -> str:
    """`Applied: 3 done, 1 failed, 2 skipped.`; the counts are those of the JSON."""
    counts = report.summary
    parts = [f"{counts[result]:,} {_WORDS[result]}" for result in Result if counts[result]]
    return f"Applied: {', '.join(parts)}." if parts else "Applied: there was nothing to do."


def next_step(report: RunReport) -> str:
    """What to do after a run that did not reach the goal, in one sentence; empty after one that did."""
    counts = report.summary
    if report.interrupted or report.stopped or counts[Result.SKIPPED]:
        return "The approval covers what is left: the same command with the same digest finishes it."
    if counts[Result.FAILED]:
        return "See to what failed, then run it again: what is done stays done, and the same digest finishes the rest."
    if counts[Result.NOT_ACCEPTED]:
        return "The service keeps other values in these fields: change the manifests, or take the fields out of them."
    return ""


def report_to_json(report: RunReport) -> dict[str, Any]:
    """The run as plain JSON values: the same counts as the text, an entry for every change of the plan, in its order."""
    return {
        "format": FORMAT,
        "digest": report.digest,
        "summary": report.summary,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "stopped": report.stopped or None,
        "interrupted": report.interrupted,
        "exit_code": report.exit_code,
        "outcomes": [_outcome_to_json(outcome) for outcome in report.outcomes],
    }


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "address": str(outcome.change.address),
        "kind": outcome.change.kind,
        "action": str(outcome.change.action),
        "id": outcome.id or outcome.change.id or None,
        "result": str(outcome.result),
        "message": outcome.message or None,
        "not_accepted": [{"name": f.name, "meant": f.before, "has": f.after} for f in outcome.not_accepted],
        "written": outcome.written,
    }


def _what(outcome: Outcome) -> str:
    return f"{outcome.change.action} {outcome.change.address}"


def _kept(field: FieldChange) -> str:
    return f"{field.name}: meant {words.value(field.before)}, and the service has {words.value(field.after)}"
