"""What the page of a plan shows: its groups, filters, bars and links. The template asks for it by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from reconciler.kinds import BY_NAME, KINDS
from reconciler.planning.plan import Action, Change, Plan
from reconciler.render import removals, words
from reconciler.render.blocks import Block, GuardBlocks, blocks_by_guard
from reconciler.render.grouping import Group, groups
from reconciler.render.links import source_link
from reconciler.render.outcomes import RunOutcomes
from reconciler.render.sides import Sides, sides
from reconciler.render.text_change import notes_of

OPEN_CHANGES = 300
"""Up to this number the groups are open at first; in a larger plan their headings are the overview."""
FIRST_REMOVALS = 50
"""Removals that are shown at once; the rest is folded."""
BAR = 100
_WEIGHT = (Action.DELETE, Action.ARCHIVE, Action.RESTORE, Action.UPDATE, Action.CREATE)


class PlanPage:
    """A plan, the outcomes of its run if it has one, and where its manifests are published."""

    is_large = False

    def __init__(self, plan: Plan, outcomes: RunOutcomes | None, source_url: str) -> None:
        self.plan = plan
        self.outcomes = outcomes
        self._source_url = source_url
        self.removals = removals.removals(plan)
        self._longest = removals.longest(self.removals)

    @property
    def title(self) -> str:
        """The heading: `Plan for …`, or `Run …`."""
        if self.outcomes:
            return f"{self.outcomes.title}: {self.outcomes.status}"
        return f"Plan for {self.plan.target.workspace_name}"

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The changes by client."""
        return groups(self.plan)

    @property
    def listed_groups(self) -> Sequence[Group]:
        """The groups of the contents and of the filter."""
        return self.groups

    @property
    def is_open(self) -> bool:
        """Whether the groups are open at first."""
        return len(self.plan.changes) <= OPEN_CHANGES

    @property
    def tiles(self) -> list[tuple[str, str, int]]:
        """The number of changes by action: mark, action, number."""
        counts = self.plan.summary
        return [(words.MARKS[action], str(action), counts[action]) for action in _WEIGHT if counts[action]]

    @property
    def action_options(self) -> list[tuple[str, str]]:
        """The choices of a filter: value and text. A value from the plan stands behind `=`, besides `any` and `none`."""
        return [(f"={action}", f"{mark} {action}") for mark, action, _ in self.tiles]

    @property
    def kind_options(self) -> list[tuple[str, str]]:
        """The kinds of the plan, as `action_options`."""
        used = {change.kind for change in self.plan.changes}
        return [(f"={kind.name}", kind.plural) for kind in KINDS if kind.name in used]

    @property
    def group_options(self) -> list[tuple[str, str]]:
        """The groups, by their position from 1, as `action_options`."""
        return [(f"={at}", group.title) for at, group in enumerate(self.listed_groups, 1)]

    @property
    def state_options(self) -> list[tuple[str, str]]:
        """The guards, or the results of a run, as `action_options`."""
        found = [(f"={state}", state) for state in self.states]
        return found if self.outcomes else [("any", "blocked by any"), ("none", "not blocked"), *found]

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(change): at for at, group in enumerate(self.groups, 1) for change in group.all_changes()}

    def group_position(self, change: Change) -> int:
        """The position of its group, from 1."""
        return self._positions[id(change)]

    @cached_property
    def guards(self) -> tuple[GuardBlocks, ...]:
        """What blocks the plan; nothing for a run, which a guard did not block."""
        return () if self.outcomes else blocks_by_guard(self.plan)

    @property
    def states(self) -> list[str]:
        """The values of the last filter: guards, or results of the run."""
        if self.outcomes:
            return list(dict.fromkeys(self.outcomes.word(change) for change in self.plan.changes))
        return [guard.guard for guard in self.guards]

    def state(self, change: Change) -> str:
        """The guard that blocks a change, or its result in the run."""
        if self.outcomes:
            return self.outcomes.word(change)
        return change.blocked.guard if change.blocked else ""

    def guard_position(self, change: Change) -> int:
        """The position of the guard that blocks a change, from 1."""
        return self._guard_positions[self.state(change)]

    @cached_property
    def _guard_positions(self) -> dict[str, int]:
        return {guard.guard: at for at, guard in enumerate(self.guards, 1)}

    def state_class(self, change: Change) -> str:
        """The style of that state."""
        if not self.outcomes:
            return "blocked"
        return "good" if self.outcomes.is_done(change) else "bad"

    def message(self, change: Change) -> str:
        """The error of a change in the run."""
        return self.outcomes.message(change) if self.outcomes else ""

    def counts(self, group: Group) -> list[tuple[str, str, int]]:
        """The number of changes of a group by action, as `tiles`."""
        changes = group.all_changes()
        found = [(action, sum(change.action is action for change in changes)) for action in _WEIGHT]
        return [(words.MARKS[action], str(action), number) for action, number in found if number]

    def blocked(self, group: Group) -> int:
        """The number of blocked changes of a group."""
        return 0 if self.outcomes else sum(change.blocked is not None for change in group.all_changes())

    def notes(self, change: Change) -> str:
        """Impact, steps, name, losses and temporary name."""
        return " · ".join(notes_of(change))

    def consequences(self, change: Change) -> str:
        """The effects of a removal besides its hours."""
        texts = (words.impact(change), words.embedded(change), words.name_availability(change), words.losses(change))
        return "; ".join(filter(None, texts))

    def hours(self, change: Change) -> str:
        """Its tracked time; `unknown`, or nothing for a kind without."""
        seconds = change.impact.tracked_seconds
        if seconds is None:
            return "unknown"
        return words.hours(seconds) if seconds else "none" if BY_NAME[change.kind].tracks_time else ""

    def bar(self, change: Change) -> float:
        """The length of its bar, of 100: the share of the largest removal, at least 1 where there is tracked time."""
        seconds = change.impact.tracked_seconds or 0
        return max(1.0, round(BAR * seconds / self._longest, 1)) if seconds else 0.0

    def totals(self) -> list[tuple[str, int, str]]:
        """For each removing action: its name, the number of changes, and what they affect."""
        found = [(action, [c for c in self.removals if c.action is action]) for action in removals.ACTIONS]
        return [(str(action), len(same), removals.total_impact(same)) for action, same in found if same]

    def all_removed(self) -> str:
        """All removals in one line: their numbers by kind, and what they affect together."""
        parts = (removals.counted(self.removals), removals.total_impact(self.removals))
        return "; ".join(filter(None, parts)) + "."

    def first_removals(self) -> Iterable[Change]:
        """The removals that are shown at once."""
        return self.removals[:FIRST_REMOVALS]

    def more_removals(self) -> Iterable[Change]:
        """The others."""
        return self.removals[FIRST_REMOVALS:]

    def removals_below(self) -> int:
        """The number of removals that are shown with their clients alone."""
        return 0

    def listed_blocks(self, guard: GuardBlocks) -> Sequence[Block]:
        """The reasons that are listed of a guard."""
        return guard.blocks

    def listed_blocked(self, block: Block) -> Sequence[Change]:
        """The changes that are listed of those that a reason blocks."""
        return block.changes

    def fields(self, change: Change) -> list[tuple[str, Sides]]:
        """The fields to show, by name, with their sides."""
        return [(field.name, sides(change, field)) for field in words.shown_fields(change)]

    def link(self, source: str) -> str:
        """The link to a place in the manifests, or nothing."""
        return source_link(self._source_url, source)
