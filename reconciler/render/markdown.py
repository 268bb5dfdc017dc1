"""A plan as GitHub-flavoured Markdown, for a pull request comment or a job summary: removals first, within a size limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reconciler.kinds import KINDS
from reconciler.planning.plan import Action, Change, Plan
from reconciler.render import values, words
from reconciler.render.collapse import collapse
from reconciler.render.escape import log_line, markdown, markdown_code, markdown_html, visible
from reconciler.render.grouping import Group, Node, groups

SIZE_LIMIT = 60_000
"""Characters of the whole text; GitHub accepts 65,536 in a comment, and a workflow may add lines of its own."""

_WEIGHT = (Action.DELETE, Action.ARCHIVE, Action.RESTORE, Action.UPDATE, Action.CREATE)


def plan_markdown(plan: Plan, *, approve_command: str = "", size_limit: int = SIZE_LIMIT) -> str:
    """The plan in at most `size_limit` characters. In a longer plan, details are omitted first, and the text says how many.

    Counts, removals, digest and `approve_command` always stay; the list of removals is cut only if it alone exceeds the
    limit. Names from outside are escaped.
    """
    head = _head(plan)
    foot = _foot(plan, approve_command)
    room = size_limit - len(head) - len(foot) - 200
    removals = _removals(plan, room)
    notes = _fitting(_notes(plan), room - len(removals), "warnings and reasons")
    details = _details(plan, room - len(removals) - len(notes))
    return head + removals + notes + details + foot


def _head(plan: Plan) -> str:
    lines = [f"## Plan for {markdown_code(plan.target.workspace_name)}", "", f"**{markdown(words.summary(plan))}**", ""]
    if plan.is_empty:
        return "\n".join(lines) + "\n"
    if plan.target.is_new:
        name = markdown_code(plan.target.workspace_name)
        lines += [f"{_mark(Action.CREATE)} workspace {name}: {markdown(words.NEW_WORKSPACE)}", ""]
    kinds = [kind for kind in KINDS if any(change.kind == kind.name for change in plan.changes)]
    lines.append("| | " + " | ".join(kind.plural for kind in kinds) + " |")
    lines.append("|---|" + "--:|" * len(kinds))
    for action in _WEIGHT:
        counts = [sum(c.action is action and c.kind == kind.name for c in plan.changes) for kind in kinds]
        if any(counts):
            lines.append(f"| {_mark(action)} | " + " | ".join(f"{number:,}" for number in counts) + " |")
    return "\n".join(lines) + "\n\n"


def _foot(plan: Plan, approve_command: str) -> str:
    lines = [markdown(line) for line in (words.unmanaged(plan), words.proof(plan)) if line]
    if not plan.is_empty:
        lines.append(markdown(f"Forecast: {words.forecast(plan.forecast)}."))
        lines.append(f"Digest: `{plan.digest}`")
        if approve_command:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`*", approve_command))))
            lines += [f"To apply exactly this plan:\n\n{fence}sh\n{log_line(visible(approve_command))}\n{fence}"]
    return "\n\n".join(lines) + "\n"


def _mark(action: Action) -> str:
    return f"`{words.MARKS[action]}` {action}"


def _removals(plan: Plan, room: int) -> str:
    """A row for each delete and archive; shorter rows, then fewer, if there is no room."""
    chosen = [c for action in (Action.DELETE, Action.ARCHIVE) for c in plan.changes if c.action is action]
    if not chosen:
        return ""
    full = ["### Removals", "", "| | what | consequences | |", "|---|---|---|---|", *map(_row, chosen)]
    if len(text := "\n".join(full) + "\n\n") <= room:
        return text
    short = [
        f"- {_mark(c.action)} {markdown_code(str(c.address))}{' **blocked**' if c.blocked else ''}" for c in chosen
    ]
    return "### Removals\n\n" + _fitting("\n".join(short) + "\n\n", room - 20, "removals")


def _row(change: Change) -> str:
    embedded = ", ".join(markdown_code(address.name) for address in change.impact.embedded)
    taken = f"{words.embedded(change)}: {embedded}" if embedded else ""
    consequences = "; ".join(
        text
        for text in (markdown(words.impact(change)), taken, words.name_availability(change), _losses(change))
        if text
    )
    blocked = "**blocked**" if change.blocked else ""
    return f"| {_mark(change.action)} | {markdown_code(str(change.address))} | {consequences} | {blocked} |"


def _losses(change: Change) -> str:
    return markdown(words.losses(change))


def _notes(plan: Plan) -> str:
    """What blocks the plan (each reason once), rename candidates, removed protections, excluded changes and warnings."""
    blocked: dict[tuple[str, str, str], int] = {}
    for change in plan.changes:
        if change.blocked:
            key = (change.blocked.guard, change.blocked.reason, change.blocked.allow)
            blocked[key] = blocked.get(key, 0) + 1
    lines = []
    if blocked:
        lines += ["### Blocked", "", words.refusal(plan), ""]
        lines += [
            f"- {markdown_code(guard)}: {markdown(reason)} ({words.count(number, 'change')})"
            + (f": allow with {markdown_code(allow)}" if allow else "")
            for (guard, reason, allow), number in blocked.items()
        ]
        lines.append("")
    lines += _renames(plan)
    if plan.withdrawn:
        lines += ["### Protections removed", ""]
        lines += [f"- {markdown_code(pattern)}: {words.WITHDRAWN}" for pattern in plan.withdrawn]
        lines.append("")
    if plan.excluded:
        lines += [f"### {words.EXCLUDED_TITLE}", ""]
        lines += [f"- {markdown(words.excluded(change))}" for change in plan.excluded]
        lines.append("")
    if plan.warnings:
        lines += ["### Warnings", "", *(f"- {markdown(warning)}" for warning in plan.warnings), ""]
    return "\n".join(lines) + "\n" if lines else ""


def _renames(plan: Plan) -> list[str]:
    """Each rename candidate, with both answers."""
    lines = []
    for candidate in words.open_questions(plan):
        inside = words.renamed_children(candidate, plan.rename_candidates)
        new, old = markdown_code(str(candidate.create)), markdown_code(str(candidate.remove))
        lines.append(f"- {new} looks like {old} ({words.similarity(candidate)}{f', {inside}' if inside else ''})")
        source = words.source_of(candidate, plan)
        place = f" ({markdown_code(source)})" if source else ""
        lines.append(f"  - {words.if_renamed(candidate)}{place}: {markdown_code(candidate.line)}")
        lines.append(f"  - {words.IF_REPLACED} {markdown_code(words.allowing(candidate.remove))}")
    lines += [f"- {markdown(text)}: {markdown_code(line)}" for text, line in words.common_lines(plan)]
    return [f"### {words.RENAMES_TITLE}", "", *lines, ""] if lines else []


def _details(plan: Plan, room: int) -> str:
    """A collapsible section for each client, as far as they fit; the rest is counted."""
    sections: list[str] = []
    for group in groups(plan):
        section = _section(group, room - sum(map(len, sections)))
        if section:
            sections.append(section)
    left = sum(1 for _ in groups(plan)) - len(sections)
    if left:
        sections.append(f"_{words.count(left, 'more section')} omitted (size limit); see the plan file._\n\n")
    return "".join(sections)


def _section(group: Group, room: int) -> str:
    changes = group.all_changes()
    counts = [f"{n:,} to {action}" for action in _WEIGHT if (n := sum(c.action is action for c in changes))]
    opening = f"<details><summary>{markdown_html(group.title)}: {', '.join(counts)}</summary>\n\n"
    closing = "\n</details>\n\n"
    entries = [entry for node in group.nodes for entry in _entries([node])]
    body = _fitting("".join(entries), room - len(opening) - len(closing), "lines")
    return opening + body + closing if body else ""


def _entries(nodes: Sequence[Node]) -> Iterator[str]:
    collapsed, apart = collapse(nodes)
    for entry in collapsed:
        first = entry.changes[0]
        names = ", ".join(markdown_code(change.address.name) for change in entry.changes)
        yield f"- {_mark(first.action)} {words.count(len(entry.changes), first.kind, entry.plural)}, same changes: {names}\n"
        yield from _fields(first)
    for node in apart:
        for change in node.changes:
            yield from _entry(change)
        yield from _entries(node.children)


def _entry(change: Change) -> Iterator[str]:
    blocked = " **blocked**" if change.blocked else ""
    reason, source = words.reason(change), change.source
    details = [text for text in (markdown(reason), markdown_code(source) if source else "") if text]
    tail = f" ({', '.join(details)})" if details else ""
    yield f"- {_mark(change.action)} {markdown_code(str(change.address))}{blocked}{tail}\n"
    shown = (words.impact, words.steps, words.name_availability, words.losses)
    notes = [text for phrase in shown if (text := phrase(change))]
    if name := words.temporary_name(change):
        notes.append(name)
    if notes:
        yield f"  - {markdown('; '.join(notes))}\n"
    yield from _fields(change)
    for address in change.impact.embedded:
        yield f"  - {markdown_code(str(address))} {words.EMBEDDED}\n"


def _fields(change: Change) -> Iterator[str]:
    for field in words.shown_fields(change):
        pieces = values.field_pieces(change, field)
        shown = "".join(p.text if p.tone == "plain" else markdown_code(p.text) for p in pieces)
        yield f"  - {markdown(field.name)}: {shown}\n"


def _fitting(text: str, room: int, what: str) -> str:
    """As many whole lines as fit, and a line that counts the others; empty if not even that fits."""
    if len(text) <= room:
        return text
    lines = text.splitlines(keepends=True)
    used, kept = 100, 0
    while used + len(lines[kept]) <= room:  # ends in time: the whole text does not fit
        used += len(lines[kept])
        kept += 1
    if not kept:
        return ""
    return (
        "".join(lines[:kept]) + f"\n**{len(lines) - kept:,} more {what} omitted (size limit); see the plan file.**\n\n"
    )
