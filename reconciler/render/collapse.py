"""Many identical changes as one entry: a default that changes on forty tasks is shown once, not forty times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import Action, Change
from reconciler.render.grouping import Node

FEW = 12
"""Up to this number, a line for each change is easier to read."""


@dataclass(frozen=True, slots=True)
class CollapsedChanges:
    """Changes of one kind under one parent with the same action and the same fields, in the order of the plan."""

    changes: tuple[Change, ...]

    @property
    def plural(self) -> str:
        """The plural of their kind."""
        return BY_NAME[self.changes[0].kind].plural


def collapse(nodes: Sequence[Node]) -> tuple[list[CollapsedChanges], list[Node]]:
    """Split siblings into collapsed changes (more than FEW; no removals, no blocked changes) and the remaining nodes."""
    sets: dict[object, list[Change]] = {}
    for node in nodes:
        if (key := _key(node)) is not None:
            sets.setdefault(key, []).append(node.changes[0])
    collapsed = {key for key, changes in sets.items() if len(changes) > FEW}
    return (
        [CollapsedChanges(tuple(changes)) for key, changes in sets.items() if key in collapsed],
        [node for node in nodes if _key(node) not in collapsed],
    )


def _key(node: Node) -> object:
    if len(node.changes) != 1 or node.children:
        return None
    change = node.changes[0]
    plain = change.action in (Action.CREATE, Action.UPDATE, Action.RESTORE) and not change.removal
    if not plain or change.blocked or change.temporary_name or change.field_named("name"):
        return None
    fields = repr([(f.name, f.before, f.after) for f in change.fields])
    return (change.kind, change.action, change.steps, fields)
