"""A plan for a terminal: removals first, then by client, with marks and words beside colours; at the end what blocks or applies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from reconciler.planning.plan import Action, Change, Plan
from reconciler.render import targets, values, words
from reconciler.render.collapse import CollapsedChanges, collapse, collapse_removals, common_changes, nothing_more
from reconciler.render.grouping import Group, Node, groups
from reconciler.render.lines import Line, Span, command_lines, to_plain
from reconciler.render.removals import counted, removals, total_impact
from reconciler.render.screen import PIPE, Screen
from reconciler.render.text_blocks import block_lines
from reconciler.render.text_change import ChangeText, mark, notes_of

if TYPE_CHECKING:
    from reconciler.render.outcomes import RunOutcomes

__all__ = ["Line", "Span", "plan_lines", "to_plain"]

SHOWN_REMOVALS = 40
"""Removals with a line of their own, those with the most tracked time; the rest is counted, and `is_full` shows all."""


def plan_lines(
    plan: Plan,
    screen: Screen = PIPE,
    *,
    approve_command: str = "",
    is_full: bool = False,
    outcomes: RunOutcomes | None = None,
) -> list[Line]:
    """The whole plan as lines that fit the screen. `approve_command`, if given, is shown as the command that applies it.

    Identical changes and reasons are summed up, unless `is_full`. `outcomes`: of the run that applied the plan; each change is
    shown with its result.
    """
    return list(stream_plan_lines(plan, screen, approve_command=approve_command, is_full=is_full, outcomes=outcomes))


def stream_plan_lines(
    plan: Plan,
    screen: Screen = PIPE,
    *,
    approve_command: str = "",
    is_full: bool = False,
    outcomes: RunOutcomes | None = None,
) -> Iterator[Line]:
    """The lines of `plan_lines`, each made when it is asked for: those of a large plan take more memory than the plan."""
    return _PlanText(plan, ChangeText(screen, is_full, outcomes)).lines(approve_command)


class _PlanText:
    def __init__(self, plan: Plan, text: ChangeText) -> None:
        self.plan = plan
        self.text = text
        self.flow = text.flow
        self.key = text.outcomes.key if text.outcomes else nothing_more
        self.removed = removals(plan)
        apart = set(map(id, self.removed))
        rest = [change for change in plan.changes if id(change) not in apart]
        self.common = [] if text.is_full else common_changes(rest, self.key)
        apart |= {id(change) for entry in self.common for change in entry.changes}
        self.grouped = [change for change in rest if id(change) not in apart]
        self.is_summed_up = bool(self.common)

    def lines(self, approve_command: str) -> Iterator[Line]:
        for block in self._blocks():
            is_empty = True
            for line in block:
                yield line
                is_empty = False
            if not is_empty:
                yield ()
        yield from self._run_footer() if self.text.outcomes else self._footer(approve_command)

    def _blocks(self) -> Iterator[Iterable[Line]]:
        """The parts of the text in front of its totals, which an empty line ends."""
        yield self._header()
        yield self._first_plan()
        yield self._new_workspace()
        yield self._removals()
        yield self._common()
        for group in groups(self.plan, self.grouped):
            yield self._group(group)
        if not self.text.outcomes:
            yield self._renames()
            yield self._notes()
        yield self._excluded()

    def _header(self) -> list[Line]:
        target = self.plan.target
        outcomes = self.text.outcomes
        title = self.flow(Span(f"{outcomes.title}  ", "bold"), Span(outcomes.status)) if outcomes else []
        for fact in outcomes.facts if outcomes else ():
            title += self.flow(Span(fact, "dim"), indent=2)
        title += self.flow(
            Span("Plan for "),
            Span(values.name(target.workspace_name), "bold"),
            Span(" (new)" if target.is_new else f" ({target.workspace_id})", "dim"),
        )
        lines = title + self.flow(Span(f"through {target.gateway}, {target.base_url}", "dim"))
        if line := targets.targets_line(self.plan):
            lines += self.flow(Span(line, "bold"))
        return lines

    def _first_plan(self) -> list[Line]:
        """The warning that stands on top: an approver should know it before everything else."""
        warnings = () if self.text.outcomes else words.first_plan(self.plan)
        return [line for text in warnings for line in self.flow(Span("! warning: ", "blocked"), Span(text), hanging=2)]

    def _new_workspace(self) -> list[Line]:
        """The first change of a plan whose workspace does not exist yet."""
        if not self.plan.target.is_new:
            return []
        name = Span(values.name(self.plan.target.workspace_name), "create")
        lines = self.flow(*mark(Action.CREATE), Span("workspace "), name, hanging=4)
        return lines + self.flow(Span(words.NEW_WORKSPACE), indent=4)

    def _removals(self) -> Iterator[Line]:
        """All deletes and archives, those with the most tracked time first."""
        if not self.removed:
            return
        totals = "; ".join(filter(None, (counted(self.removed), total_impact(self.removed))))
        yield from self.flow(Span("Removals", "bold"), Span(f": {totals}"))
        entries = list(self.removed) if self.text.is_full else collapse_removals(self.removed, self._removal_key)
        shown = entries if self.text.is_full or len(entries) <= SHOWN_REMOVALS + 5 else entries[:SHOWN_REMOVALS]
        for entry in shown:
            if isinstance(entry, CollapsedChanges):
                self.is_summed_up = True
                yield from self.text.collapsed(entry, 2, [values.value(_path(change)) for change in entry.first])
            else:
                yield from self.text.change(entry, 2, _path(entry))
        yield from self._more_removals(entries[len(shown) :])

    def _more_removals(self, entries: Sequence[Change | CollapsedChanges]) -> list[Line]:
        changes = [c for e in entries for c in (e.changes if isinstance(e, CollapsedChanges) else (e,))]
        if not changes:
            return []
        self.is_summed_up = True
        impact = total_impact(changes)
        text = f"and {counted(changes)}" + (f", with {impact}" if impact else "")
        return self.flow(Span(text, "delete"), indent=2)

    def _removal_key(self, change: Change) -> object:
        return words.reason(change), tuple(notes_of(change)), change.blocked, self.key(change)

    def _common(self) -> list[Line]:
        """Identical updates in several places."""
        lines = self.flow(Span("In several places", "bold")) if self.common else []
        for entry in self.common:
            lines += self.text.collapsed(entry, 2, [values.value(_path(change)) for change in entry.first])
        return lines

    def _group(self, group: Group) -> Iterator[Line]:
        title = values.name(group.title) if group.is_name else group.title
        yield from self.flow(Span(title, "bold"))
        for node in group.nodes:
            if group.is_name:
                yield from self._changes(node.changes, 2)
                # Changes below a client are indented like the client's own change: the heading is the client.
                yield from self._nodes(node.children, 2)
        if not group.is_name:
            yield from self._nodes(group.nodes, 2)

    def _nodes(self, nodes: Sequence[Node], indent: int) -> Iterator[Line]:
        collapsed, apart = ([], nodes) if self.text.is_full else collapse(nodes, self.key)
        self.is_summed_up = self.is_summed_up or bool(collapsed)
        for entry in collapsed:
            yield from self.text.collapsed(entry, indent)
        for node in apart:
            yield from self._changes(node.changes, indent)
            yield from self._below(node, indent)

    def _below(self, node: Node, indent: int) -> Iterator[Line]:
        """The changes below a node, under the node's name if it has no change of its own."""
        if not node.children:
            return
        title = f"{node.address.kind} {values.name(node.address.name)}"
        yield from () if node.changes else self.flow(Span(title, "dim"), indent=indent)
        yield from self._nodes(node.children, indent + 2)

    def _changes(self, changes: Sequence[Change], indent: int) -> Iterator[Line]:
        return (line for change in changes for line in self.text.change(change, indent))

    def _renames(self) -> list[Line]:
        if not self.plan.rename_candidates:
            return []
        from reconciler.render.renames import rename_candidate_lines  # noqa: PLC0415 - start-up: few plans have any

        return rename_candidate_lines(self.plan, self.text.screen)

    def _notes(self) -> list[Line]:
        """Protections that the plan removes, and warnings for the approver."""
        lines = []
        for pattern in self.plan.withdrawn:
            spans = (Span("! protection removed: ", "blocked"), Span(pattern, "bold"), Span(f"; {words.WITHDRAWN}"))
            lines += self.flow(*spans, hanging=2)
        for warning in words.other_warnings(self.plan):
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
        plan, screen = self.plan, self.text.screen
        lines = self._totals()
        if plan.is_empty:
            return lines
        lines += self.flow(Span(f"Forecast: {words.forecast(plan.forecast)}."))
        lines += self.flow(Span("Digest: "), Span(plan.digest, "dim"), hanging=2)
        lines += block_lines(plan, screen, is_full=self.text.is_full)
        if approve_command:
            lines += [(), *self.flow(Span("To apply exactly this plan:"))]
            lines += command_lines(approve_command, screen)
        return lines

    def _totals(self) -> list[Line]:
        summed_up = words.SUMMED_UP if self.is_summed_up else ""
        lines = self.flow(Span(summed_up, "dim")) if summed_up else []
        lines += self.flow(Span(words.summary(self.plan), "bold"))
        hint, options = targets.inside_hint(self.plan)
        if hint:
            lines += self.flow(Span(f"{hint} "), Span(options, "bold", is_whole=True))
        for text in (words.unmanaged(self.plan), words.proof(self.plan)):
            lines += self.flow(Span(text)) if text else []
        return lines

    def _run_footer(self) -> list[Line]:
        """The results of the run, and the commands that show and reverse it."""
        assert self.text.outcomes  # noqa: S101 - the caller asks for it
        outcomes = self.text.outcomes
        lines = self._totals() + self.flow(Span("Result: "), Span(f"{outcomes.counts}.", "bold"))
        lines += self.flow(Span("Digest: "), Span(self.plan.digest, "dim"), hanging=2)
        lines += self.flow(Span("To show every write: "), Span(outcomes.show_command, "dim", is_whole=True))
        return lines + self.flow(Span("To plan the reverse: "), Span(outcomes.undo_command, "dim", is_whole=True))


def _path(change: Change) -> str:
    """The path of its address: removals have no heading that names their client."""
    return str(change.address).partition(":")[2]
