"""Many identical changes as one entry: a default that changes on forty tasks is shown once, not forty times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME, ancestors, parent_of
from reconciler.planning.plan import Action, Change
from reconciler.render.grouping import Node

FEW = 12
"""Up to this number, a line for each change is easier to read."""
FIRST_NAMES = 8
"""Names that are shown of many changes."""

Key = Callable[[Change], object]


@dataclass(frozen=True, slots=True)
class CollapsedChanges:
    """Changes of one kind with the same action, the same fields and the same block, in the order of the plan."""

    changes: tuple[Change, ...]

    @property
    def plural(self) -> str:
        """The plural of their kind."""
        return BY_NAME[self.changes[0].kind].plural

    @property
    def first(self) -> tuple[Change, ...]:
        """The changes whose names are shown."""
        return self.changes[:FIRST_NAMES]

    @property
    def more(self) -> int:
        """The number of the others."""
        return len(self.changes) - len(self.first)


def nothing_more(_: Change) -> object:
    """The default for what else identical changes have in common."""
    return None


def collapse(nodes: Sequence[Node], more: Key = nothing_more) -> tuple[list[CollapsedChanges], list[Node]]:
    """Split siblings into collapsed changes (more than FEW; no removals) and the remaining nodes.

    `more`: what else must be equal, such as the result of a run.
    """
    sets: dict[object, list[Change]] = {}
    for node in nodes:
        if (key := _key(node, more)) is not None:
            sets.setdefault(key, []).append(node.changes[0])
    collapsed = {key for key, changes in sets.items() if len(changes) > FEW}
    return (
        [CollapsedChanges(tuple(changes)) for key, changes in sets.items() if key in collapsed],
        [node for node in nodes if _key(node, more) not in collapsed],
    )


def collapse_removals(changes: Iterable[Change], key: Key) -> list[Change | CollapsedChanges]:
    """The removals in their order; those of one kind and action with an equal key as one entry if they are more than FEW.

    A removal that deletes others with it, or changes fields, stands apart.
    """
    sets: dict[object, list[Change]] = {}
    for change in changes:
        apart = bool(change.impact.embedded or change.fields or change.temporary_name)
        sets.setdefault((change.kind, change.action, key(change), id(change) if apart else 0), []).append(change)
    entries: list[Change | CollapsedChanges] = []
    for same in sets.values():
        entries += [CollapsedChanges(tuple(same))] if len(same) > FEW else same
    return entries


def common_changes(changes: Sequence[Change], more: Key = nothing_more) -> list[CollapsedChanges]:
    """Identical updates in several places, more than FEW together: a default that changes in every project.

    A change with others below it stays in its place.
    """
    parents = {address for change in changes for address in ancestors(change.address)}
    counts: dict[object, list[Change]] = {}
    for change in changes:
        if change.action is not Action.CREATE and change.address not in parents:
            key = _change_key(change, more)
            if key is not None:
                counts.setdefault(key, []).append(change)
    return [
        CollapsedChanges(tuple(same))
        for same in counts.values()
        if len(same) > FEW and len({parent_of(change.address) for change in same}) > 1
    ]


def _key(node: Node, more: Key) -> object:
    if len(node.changes) != 1 or node.children:
        return None
    return _change_key(node.changes[0], more)


def _change_key(change: Change, more: Key) -> object:
    plain = change.action in (Action.CREATE, Action.UPDATE, Action.RESTORE) and not change.removal
    if not plain or change.temporary_name or change.field_named("name"):
        return None
    fields = repr([(f.name, f.before, f.after) for f in change.fields])
    return (change.kind, change.action, change.steps, fields, change.blocked, more(change))
