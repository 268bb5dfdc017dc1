"""The drift as text, Markdown and JSON: whose change each difference is, conflicts first, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model import UNSET
from reconciler.planning.drift import Difference, Drift, Origin
from reconciler.render import values, words
from reconciler.render.escape import log_line, markdown, markdown_code, visible
from reconciler.render.lines import Line, Span, Style, command_lines, flow
from reconciler.render.markdown import SIZE_LIMIT
from reconciler.render.screen import PIPE, Screen

FORMAT = "reconciler.drift/1"
"""Keys may be added within a version; the meaning of a key changes only with the version. No plan file, so apply refuses it."""
NONE = "No drift. The workspace matches the manifests."
ORDER = (Origin.BOTH, Origin.VANISHED, Origin.APPEARED, Origin.LIVE, Origin.GIT)
"""The order in which origins are shown: what needs a decision first, what only waits for an apply last."""
MEANING: Mapping[Origin, str] = {
    Origin.BOTH: "a conflict: the manifests and the workspace were both changed since the base",
    Origin.VANISHED: "declared since the base, and no longer in the workspace",
    Origin.APPEARED: "in the workspace, and declared neither now nor in the base",
    Origin.LIVE: "the workspace was changed since the base, the manifests were not",
    Origin.GIT: "the manifests were changed since the base; not applied yet",
}
PULL = "to take the workspace's changes over into the manifests"
PLAN = "to see what would be written to the workspace"
_STYLES: Mapping[Origin, Style] = {
    Origin.BOTH: "blocked",
    Origin.VANISHED: "delete",
    Origin.APPEARED: "create",
    Origin.LIVE: "update",
    Origin.GIT: "restore",
}


def by_origin(drift: Drift) -> Iterator[tuple[Origin, Sequence[Difference]]]:
    """The differences of each origin that has some, in the order in which they are shown."""
    for origin in ORDER:
        if found := [difference for difference in drift.differences if difference.origin is origin]:
            yield origin, found


def ways_out(drift: Drift, commands: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The ways out of a drift, each in words and as a command. `commands`: pull and plan. There is nothing to pull where only git changed."""
    pull, plan = commands
    if any(difference.origin is not Origin.GIT for difference in drift.differences):
        yield PULL, pull
    if not drift.is_empty:
        yield PLAN, plan


def sides(difference: Difference) -> Sequence[tuple[str, str]]:
    """`base`, `git` and `live`, each with its value of the field in words; of long values the part where git and live differ."""
    given = {"base": difference.base, "git": difference.git, "live": difference.live}
    declared = {side: one for side, one in given.items() if one is not UNSET}
    shown = dict(zip(declared, values.shortened(list(declared.values())), strict=True))
    return [(side, shown.get(side, "(not declared)")) for side in given]


def _in_words(difference: Difference) -> str:
    return ", ".join(map(" ".join, sides(difference)))


def summary(drift: Drift) -> str:
    """The numbers by origin in one line."""
    if drift.is_empty:
        return NONE
    return ", ".join(f"{drift.summary[origin]:,} {origin}" for origin in ORDER if drift.summary[origin])


def drift_lines(drift: Drift, commands: Sequence[str], screen: Screen = PIPE) -> list[Line]:
    """The drift as text. `commands`: those that lead out of it, pull and plan."""
    name = f"Drift of {values.name(drift.target.workspace_name)}"
    lines = flow((Span(name, "bold"), Span(f" ({drift.target.workspace_id or 'new'})")), screen)
    lines += flow((Span(f"compared with {drift.base}", "dim"),), screen)
    for origin, found in by_origin(drift):
        lines.append(())
        lines += flow((Span(f"{origin}: ", _STYLES[origin]), Span(MEANING[origin], "dim")), screen)
        for difference in found:
            lines += flow(tuple(_spans(difference)), screen, indent=2, hanging=4)
    lines.append(())
    lines += flow((Span(summary(drift), "bold"),), screen)
    for text, command in ways_out(drift, commands):
        lines += flow((Span(f"{text}:"),), screen)
        lines += command_lines(command, screen)
    return lines


def _spans(difference: Difference) -> Iterator[Span]:
    yield Span(str(difference.address))
    if difference.field:
        yield Span(f" {difference.field}", "bold")
        yield Span(f": {_in_words(difference)}")
    if difference.source:
        yield Span(f" ({difference.source})", "dim")


def drift_markdown(drift: Drift, commands: Sequence[str], *, size_limit: int = SIZE_LIMIT) -> str:
    """The drift as Markdown within a size; names from outside are escaped. What does not fit is counted."""
    head = [f"## Drift of {markdown_code(drift.target.workspace_name)}", "", f"**{markdown(summary(drift))}**", ""]
    head += [f"Compared with {markdown(drift.base)}.", ""]
    foot = []
    for text, command in ways_out(drift, commands):
        foot += [f"{text[0].upper()}{text[1:]}:", ""]
        foot += ["```sh", log_line(visible(command)).replace("```", "`` `"), "```", ""]
    room, rows, left = size_limit - len("\n".join([*head, *foot])) - 200, list[str](), 0
    for origin, found in by_origin(drift):
        for row in (f"### {str(origin).capitalize()}", "", f"{MEANING[origin]}", "", *map(_row, found), ""):
            room -= len(row) + 1
            if room >= 0:
                rows.append(row)
            elif row.startswith("- "):
                left += 1
    if left:
        rows += ["", f"**{words.count(left, 'more difference')} omitted (size limit).**", ""]
    return "\n".join([*head, *rows, *foot]) + "\n"


def _row(difference: Difference) -> str:
    field = f" {markdown_code(difference.field)}: {markdown(_in_words(difference))}" if difference.field else ""
    source = f" ({markdown_code(difference.source)})" if difference.source else ""
    return f"- {markdown_code(str(difference.address))}{field}{source}"


def drift_to_json(drift: Drift) -> dict[str, Any]:
    """The drift for programs; a value that a side does not have is left out."""
    target = drift.target
    return {
        "format": FORMAT,
        "applicable": False,
        "gateway": target.gateway,
        "base_url": target.base_url,
        "workspace": {"id": target.workspace_id or None, "name": target.workspace_name},
        "base": drift.base,
        "summary": {origin.name.lower(): drift.summary[origin] for origin in ORDER},
        "differences": [
            {
                "address": str(d.address),
                "origin": d.origin.name.lower(),
                "field": d.field or None,
                **{
                    side: given
                    for side, given in (("base", d.base), ("git", d.git), ("live", d.live))
                    if given is not UNSET
                },
                "source": d.source or None,
            }
            for d in drift.differences
        ],
    }
