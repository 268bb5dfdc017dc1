"""A plan for a terminal: grouped by client, with marks and words beside colours, and the command that applies it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Plan
from reconciler.render import values, words
from reconciler.render.collapse import CollapsedChanges, collapse
from reconciler.render.grouping import Group, Node, groups
from reconciler.render.lines import Line, Span, Style, command_lines, flow, to_plain
from reconciler.render.renames import rename_candidate_lines
from reconciler.render.screen import PIPE, Screen

__all__ = ["Line", "Span", "plan_lines", "to_plain"]

_WORD_CELLS = max(len(action) for action in Action) + 1


def plan_lines(plan: Plan, screen: Screen = PIPE, *, approve_command: str = "") -> list[Line]:
    """The whole plan as lines that fit the screen. `approve_command`, if given, is shown as the command that applies it."""
    return _PlanText(plan, screen).lines(approve_command)


class _PlanText:
    def __init__(self, plan: Plan, screen: Screen) -> None:
        self.plan = plan
        self.screen = screen

    def flow(self, *spans: Span, indent: int = 0, hanging: int = 2) -> list[Line]:
        return flow(spans, self.screen, indent=indent, hanging=hanging)

    def lines(self, approve_command: str) -> list[Line]:
        blocks = [self._header(), self._new_workspace(), *(self._group(group) for group in groups(self.plan))]
        blocks += [self._renames(), self._notes(), self._excluded()]
        lines = [line for block in blocks if block for line in (*block, ())]
        return lines + self._footer(approve_command)

    def _header(self) -> list[Line]:
        target = self.plan.target
        title = self.flow(
            Span("Plan for "),
            Span(values.name(target.workspace_name), "bold"),
            Span(" (new)" if target.is_new else f" ({target.workspace_id})", "dim"),
        )
        return title + self.flow(Span(f"through {target.gateway}, {target.base_url}", "dim"))

    def _new_workspace(self) -> list[Line]:
        """The first change of a plan whose workspace does not exist yet."""
        if not self.plan.target.is_new:
            return []
        name = Span(values.name(self.plan.target.workspace_name), "create")
        lines = self.flow(*_mark(Action.CREATE), Span("workspace "), name, hanging=4)
        return lines + self.flow(Span(words.NEW_WORKSPACE), indent=4)

    def _group(self, group: Group) -> list[Line]:
        title = values.name(group.title) if group.is_name else group.title
        lines = self.flow(Span(title, "bold"))
        for node in group.nodes:
            lines += self._changes(node.changes, 2)
            # Changes below a client are indented like the client's own change: the heading is the client.
            lines += self._nodes(node.children if group.is_name else (), 2)
            if not group.is_name:
                lines += self._below(node, 2)
        return lines

    def _nodes(self, nodes: Sequence[Node], indent: int) -> list[Line]:
        collapsed, apart = collapse(nodes)
        lines = [line for entry in collapsed for line in self._collapsed(entry, indent)]
        for node in apart:
            lines += self._changes(node.changes, indent)
            lines += self._below(node, indent)
        return lines

    def _below(self, node: Node, indent: int) -> list[Line]:
        """The changes below a node, under the node's name if it has no change of its own."""
        if not node.children:
            return []
        lines = [] if node.changes else self.flow(Span(_title(node), "dim"), indent=indent)
        return lines + self._nodes(node.children, indent + 2)

    def _changes(self, changes: Sequence[Change], indent: int) -> list[Line]:
        return [line for change in changes for line in self._change(change, indent)]

    def _change(self, change: Change, indent: int) -> list[Line]:
        style = _style(change.action)
        spans = [*_mark(change.action), Span(f"{change.kind} "), Span(values.name(change.address.name), style)]
        lines = self._with_notes(spans, [text for text in (words.reason(change), change.source) if text], indent)
        if notes := " · ".join(_notes(change)):
            lines += self.flow(Span(notes), indent=indent + 4)
        for field in words.shown_fields(change):
            lines += self.flow(*_field(change, field), indent=indent + 4)
        for address in change.impact.embedded:
            embedded = [
                Span("- ", "delete"),
                Span(f"{address.kind} {values.name(address.name)}", "delete"),
                Span(f" {words.EMBEDDED}"),
            ]
            lines += self.flow(*embedded, indent=indent + 4)
        return lines + (self._blocked(change, change.blocked, indent + 4) if change.blocked else [])

    def _with_notes(self, spans: Sequence[Span], notes: Sequence[str], indent: int) -> list[Line]:
        """The spans and notes on one line if they fit, else the notes on a line of their own, else on a line each."""
        own = self.flow(*spans, indent=indent, hanging=4)
        if not notes:
            return own
        collapsed = " · ".join(notes)
        together = self.flow(*spans, Span(f"  {collapsed}", "dim"), indent=indent)
        if len(together) == 1:
            return together
        below = self.flow(Span(collapsed, "dim"), indent=indent + 4)
        if len(below) > 1:
            below = [line for note in notes for line in self.flow(Span(note, "dim"), indent=indent + 4)]
        return own + below

    def _collapsed(self, entry: CollapsedChanges, indent: int) -> list[Line]:
        first = entry.changes[0]
        title = words.count(len(entry.changes), first.kind, entry.plural) + ", same changes"
        lines = self.flow(*_mark(first.action), Span(title, _style(first.action)), indent=indent, hanging=4)
        for field in words.shown_fields(first):
            lines += self.flow(*_field(first, field), indent=indent + 4)
        names = ", ".join(values.value(change.address.name) for change in entry.changes)
        return lines + self.flow(Span(names, "dim"), indent=indent + 4, hanging=0)

    def _blocked(self, change: Change, blocked: Blocked, indent: int) -> list[Line]:
        lines = self.flow(
            Span(f"! blocked by {blocked.guard}: ", "blocked"), Span(blocked.reason), indent=indent, hanging=2
        )
        if not blocked.allow:
            return lines
        edits, option, rest = blocked.allow.rpartition(words.allowing(change.address))
        allow = (Span(edits, "bold"), Span(option, "bold", is_whole=True), Span(rest, "bold"))
        return lines + self.flow(Span("to allow: "), *allow, indent=indent + 2)

    def _renames(self) -> list[Line]:
        return rename_candidate_lines(self.plan, self.screen)

    def _notes(self) -> list[Line]:
        """Protections that the plan removes, and warnings for the approver."""
        lines = []
        for pattern in self.plan.withdrawn:
            spans = (Span("! protection removed: ", "blocked"), Span(pattern, "bold"), Span(f"; {words.WITHDRAWN}"))
            lines += self.flow(*spans, hanging=2)
        for warning in self.plan.warnings:
            lines += self.flow(Span("! warning: ", "blocked"), Span(warning), hanging=2)
        return lines

    def _excluded(self) -> list[Line]:
        if not self.plan.excluded:
            return []
        lines = self.flow(Span(words.EXCLUDED_TITLE, "bold"))
        for excluded in self.plan.excluded:
            lines += self.flow(Span(words.excluded(excluded), "dim"), indent=2, hanging=4)
        return lines

    def _footer(self, approve_command: str) -> list[Line]:
        plan = self.plan
        lines = self.flow(Span(words.summary(plan), "bold"))
        if unmanaged := words.unmanaged(plan):
            lines += self.flow(Span(unmanaged))
        if proof := words.proof(plan):
            lines += self.flow(Span(proof))
        if plan.is_empty:
            return lines
        lines += self.flow(Span(f"Forecast: {words.forecast(plan.forecast)}."))
        lines += self.flow(Span("Digest: "), Span(plan.digest, "dim"), hanging=2)
        if plan.summary["blocked"]:
            lines += self.flow(Span("! blocked: ", "blocked"), Span(words.refusal(plan)))
        if approve_command:
            lines += [(), *self.flow(Span("To apply exactly this plan:"))]
            lines += command_lines(approve_command, self.screen)
        return lines


def _title(node: Node) -> str:
    return f"{node.address.kind} {values.name(node.address.name)}"


def _style(action: Action) -> Style:
    styles: dict[Action, Style] = {
        Action.CREATE: "create",
        Action.UPDATE: "update",
        Action.RESTORE: "restore",
        Action.ARCHIVE: "archive",
        Action.DELETE: "delete",
    }
    return styles[action]


def _mark(action: Action) -> tuple[Span, ...]:
    return (Span(f"{words.MARKS[action]} {action:<{_WORD_CELLS}}", _style(action)),)


def _notes(change: Change) -> Iterator[str]:
    """Impact of a removal, its steps, what happens to the name, and a temporary name."""
    if impact := words.impact(change):
        yield impact
    if steps := words.steps(change):
        yield steps
    if availability := words.name_availability(change):
        yield availability
    if losses := words.losses(change):
        yield losses
    if name := words.temporary_name(change):
        yield name


def _field(change: Change, field: FieldChange) -> Iterator[Span]:
    yield Span(f"{field.name}: ", "plain")
    tones: dict[str, Style] = {"before": "dim", "removed": "delete", "added": "create"}
    for piece in values.field_pieces(change, field):
        yield Span(piece.text, tones.get(piece.tone, "plain"))
