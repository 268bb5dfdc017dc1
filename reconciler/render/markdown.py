"""A plan as GitHub-flavoured Markdown, for a pull request comment or a job summary: removals first, within a size limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reconciler.kinds import KINDS
from reconciler.planning.plan import Action, Change, Plan
from reconciler.render import targets, values, words
from reconciler.render.collapse import (
    FEW,
    FIRST_NAMES,
    CollapsedChanges,
    collapse,
    common_changes,
    nothing_more,
)
from reconciler.render.escape import log_line, markdown, markdown_code, markdown_html, visible
from reconciler.render.grouping import Group, Node, groups
from reconciler.render.markdown_notes import fitting, fitting_rows, plan_notes, started
from reconciler.render.outcomes import RunOutcomes
from reconciler.render.removals import counted, removals, total_impact
from reconciler.render.text_change import notes_of

SIZE_LIMIT = 60_000
"""Characters of the whole text; GitHub accepts 65,536 in a comment, and a workflow may add lines of its own."""

_WEIGHT = (Action.DELETE, Action.ARCHIVE, Action.RESTORE, Action.UPDATE, Action.CREATE)


def plan_markdown(
    plan: Plan, *, approve_command: str = "", size_limit: int = SIZE_LIMIT, outcomes: RunOutcomes | None = None
) -> str:
    """The plan in at most `size_limit` characters. In a longer plan, details are omitted first, and the text says how many.

    Counts, removals, digest and `approve_command` always stay; the list of removals is cut only if it alone exceeds the
    limit. Names from outside are escaped. `outcomes`: of the run that applied the plan; each change has its result.
    """
    head = _head(plan, outcomes)
    foot = _foot(plan, approve_command, outcomes)
    room = size_limit - len(head) - len(foot) - 200
    parts = _Parts(plan, outcomes)
    removals = parts.removals(room)
    notes = fitting(plan_notes(plan, is_run=outcomes is not None), room - len(removals), "warnings and reasons")
    details = parts.details(room - len(removals) - len(notes))
    return head + removals + notes + details + foot


def _head(plan: Plan, outcomes: RunOutcomes | None) -> str:
    lines = [f"## Plan for {markdown_code(plan.target.workspace_name)}", ""]
    if outcomes:
        lines = [f"## {markdown(outcomes.title)}: {markdown(outcomes.status)}", ""]
        lines += [*(f"- {markdown(fact)}" for fact in outcomes.facts), ""]
    lines += [f"**{markdown(words.summary(plan))}**", ""]
    lines += [f"**{markdown(f'Result: {outcomes.counts}.')}**", ""] if outcomes else []
    if plan.targeting:
        lines += [f"Targets: {', '.join(map(markdown_code, plan.targeting.patterns))}; with what they need.", ""]
    hint, options = targets.inside_hint(plan)
    if hint:
        lines += [f"{markdown(hint)} {markdown_code(options)}", ""]
    for warning in words.first_plan(plan) if not outcomes else ():
        lines += [f"**Warning:** {markdown(warning)}", ""]
    if plan.is_empty:
        return "\n".join(lines) + "\n"
    if plan.target.is_new:
        name = markdown_code(plan.target.workspace_name)
        lines += [f"{_mark(Action.CREATE)} workspace {name}: {markdown(words.NEW_WORKSPACE)}", ""]
    kinds = [kind for kind in KINDS if any(change.kind == kind.name for change in plan.changes)]
    lines.append("| | " + " | ".join(kind.plural for kind in kinds) + " |")
    lines.append("|---|" + "--:|" * len(kinds))
    rows = [(_mark(action), [c for c in plan.changes if c.action is action]) for action in _WEIGHT]
    rows += [] if outcomes else [("**blocked**", [c for c in plan.changes if c.blocked])]
    for title, changes in rows:
        counts = [sum(change.kind == kind.name for change in changes) for kind in kinds]
        if changes:
            lines.append(f"| {title} | " + " | ".join(f"{number:,}" for number in counts) + " |")
    return "\n".join(lines) + "\n\n"


def _foot(plan: Plan, approve_command: str, outcomes: RunOutcomes | None) -> str:
    lines = [markdown(line) for line in (words.unmanaged(plan), words.proof(plan)) if line]
    if not plan.is_empty:
        lines += [] if outcomes else [markdown(f"Forecast: {words.forecast(plan.forecast)}.")]
        lines.append(f"Digest: `{plan.digest}`")
        if outcomes:
            commands = outcomes.show_command, outcomes.undo_command
            lines.append("To show every write: {}; to plan the reverse: {}".format(*map(markdown_code, commands)))
        if approve_command:
            fence = "`" * max(3, 1 + max(map(len, re.findall("`*", approve_command))))
            lines += [f"To apply exactly this plan:\n\n{fence}sh\n{log_line(visible(approve_command))}\n{fence}"]
    return "\n\n".join(lines) + "\n"


def _mark(action: Action) -> str:
    return f"`{words.MARKS[action]}` {action}"


class _Parts:
    """The parts of the text that list changes."""

    def __init__(self, plan: Plan, outcomes: RunOutcomes | None) -> None:
        self.plan = plan
        self.outcomes = outcomes
        self.key = outcomes.key if outcomes else nothing_more
        plain = [change for change in plan.changes if not change.removal]
        self.common = common_changes(plain, self.key)
        apart = {id(change) for entry in self.common for change in entry.changes}
        self.grouped = [change for change in plan.changes if id(change) not in apart]

    def removals(self, room: int) -> str:
        """A row for each delete and archive, the most tracked time first; shorter rows, then fewer, if there is no room."""
        chosen = removals(self.plan)
        if not chosen:
            return ""
        totals = "; ".join(filter(None, (counted(chosen), total_impact(chosen))))
        title = f"### Removals\n\n{markdown(totals)}.\n\n"
        head = "| | what | consequences | |\n|---|---|---|---|\n"
        full, is_whole = started(map(self._row, chosen), room - len(title) - len(head) - 1)
        if is_whole:
            return f"{title}{head}{full}\n"
        short = (f"- {_mark(c.action)} {markdown_code(str(c.address))}{self._state(c)}\n" for c in chosen)
        return title + fitting_rows(short, len(chosen), room - len(title), "removals")

    def _row(self, change: Change) -> str:
        embedded = change.impact.embedded
        names = ", ".join(markdown_code(address.name) for address in embedded[:FIRST_NAMES])
        more = f" and {len(embedded) - FIRST_NAMES:,} more" if len(embedded) > FIRST_NAMES else ""
        taken = f"{words.embedded(change)}: {names}{more}" if embedded else ""
        texts = (words.impact(change), taken, words.name_availability(change), words.losses(change))
        consequences = "; ".join(text if text is taken else markdown(text) for text in texts if text)
        what = markdown_code(str(change.address))
        return f"| {_mark(change.action)} | {what} | {consequences} | {self._state(change).strip()} |\n"

    def _state(self, change: Change) -> str:
        """That a change is blocked, or its result in the run."""
        if self.outcomes:
            word = self.outcomes.word(change)
            return f" {word}" if self.outcomes.is_done(change) else f" **{word}**"
        return " **blocked**" if change.blocked else ""

    def details(self, room: int) -> str:
        """A fold for each client, as far as they fit; the rest is counted."""
        sections: list[str] = []
        omitted, changes = 0, 0
        for title, entries, found in self._folds():
            section = _fold(title, entries, found, room)
            if section:
                sections.append(section)
                room -= len(section)
            else:
                omitted, changes = omitted + 1, changes + len(found)
        if omitted:
            rest = f"{words.count(omitted, 'more section')} with {words.count(changes, 'change')}"
            sections.append(f"_{rest} omitted (size limit); see the plan file._\n\n")
        return "".join(sections)

    def _folds(self) -> Iterator[tuple[str, Iterator[str], Sequence[Change]]]:
        """Title, entries and changes of each fold: identical changes of several clients, then each client."""
        if self.common:
            entries = (line for entry in self.common for line in self._collapsed(entry, is_common=True))
            yield "In several places", entries, [change for entry in self.common for change in entry.changes]
        for group in groups(self.plan, self.grouped):
            yield group.title, self._group_entries(group), group.all_changes()

    def _group_entries(self, group: Group) -> Iterator[str]:
        return (line for node in group.nodes for line in self._entries([node]))

    def _entries(self, nodes: Sequence[Node]) -> Iterator[str]:
        collapsed, apart = collapse(nodes, self.key)
        for entry in collapsed:
            yield from self._collapsed(entry)
        for node in apart:
            for change in node.changes:
                yield from self._entry(change)
            yield from self._entries(node.children)

    def _collapsed(self, entry: CollapsedChanges, *, is_common: bool = False) -> Iterator[str]:
        first = entry.changes[0]
        shown = [str(change.address) if is_common else change.address.name for change in entry.first]
        names = ", ".join(map(markdown_code, shown)) + (f" and {entry.more:,} more" if entry.more else "")
        number = words.count(len(entry.changes), first.kind, entry.plural)
        yield f"- {_mark(first.action)} {number}, same changes{self._state(first)}: {names}\n"
        yield from self._message(first)
        yield from _fields(first)

    def _entry(self, change: Change) -> Iterator[str]:
        reason, source = words.reason(change), change.source
        details = [text for text in (markdown(reason), markdown_code(source) if source else "") if text]
        tail = f" ({', '.join(details)})" if details else ""
        yield f"- {_mark(change.action)} {markdown_code(str(change.address))}{self._state(change)}{tail}\n"
        yield from self._message(change)
        if notes := "; ".join(notes_of(change)):
            yield f"  - {markdown(notes)}\n"
        yield from _fields(change)
        embedded = change.impact.embedded
        for address in embedded[:FEW]:
            yield f"  - {markdown_code(str(address))} {words.EMBEDDED}\n"
        if len(embedded) > FEW:
            yield f"  - and {len(embedded) - FEW:,} more\n"

    def _message(self, change: Change) -> Iterator[str]:
        if self.outcomes and (message := self.outcomes.message(change)):
            yield f"  - {markdown(message)}\n"


def _fold(title: str, entries: Iterator[str], changes: Sequence[Change], room: int) -> str:
    counts = [f"{n:,} to {action}" for action in _WEIGHT if (n := sum(c.action is action for c in changes))]
    blocked = sum(change.blocked is not None for change in changes)
    counts += [f"{blocked:,} blocked"] if blocked else []
    opening = f"<details><summary>{markdown_html(title)}: {', '.join(counts)}</summary>\n\n"
    closing = "\n</details>\n\n"
    room -= len(opening) + len(closing)
    body, is_whole = started(entries, room)
    if not is_whole and not fitting(body, room, "lines"):
        return ""  # not even a line fits: the others are not made
    body = fitting("".join((body, *entries)), room, "lines")
    return opening + body + closing if body else ""


def _fields(change: Change) -> Iterator[str]:
    for field in words.shown_fields(change):
        pieces = values.field_pieces(change, field)
        shown = "".join(p.text if p.tone == "plain" else markdown_code(p.text) for p in pieces)
        yield f"  - {markdown(field.name)}: {shown}\n"
