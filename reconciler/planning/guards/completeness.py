"""Removals that rest on an incomplete reading: a list without a proven end, a limited role, another connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.model import Kind
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.state import AccessRole, Live

NAME = "reading_proof"

_READ_AGAIN = "plan again when the list can be read completely"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each removal that cannot rest on what was read."""
    removals = {position: change for position, change in enumerate(changes) if change.is_removal}
    if not removals:
        return {}
    if blocked := _of_connection(*context.connections) or _of_role(context.live.access_role):
        return dict.fromkeys(removals, blocked)
    lists = _Lists.of(context.live)
    return {position: blocked for position, change in removals.items() if (blocked := lists.block(change))}


def _of_connection(planned: str, used: str) -> Blocked | None:
    if planned == used:
        return None
    reason = f"the plan was read through connection {planned or '(none)'}, this is connection {used or '(none)'}"
    return Blocked(NAME, reason, f"--connection {planned}" if planned else "plan again through this connection")


def _of_role(role: AccessRole) -> Blocked | None:
    if role is AccessRole.LIMITED:
        reason = "the account of this API key is neither owner nor admin of the workspace and does not see everything"
        return Blocked(NAME, reason, "use the key of an owner or an admin")
    if role is AccessRole.NOT_REQUESTED:
        return Blocked(NAME, "the role of the account of this API key was not requested", "plan again")
    return None


@dataclass(frozen=True, slots=True)
class _Lists:
    """`complete`: plural kinds whose list has a proven end. `tasks_proven`: ids of projects whose tasks are known in full."""

    complete: frozenset[str]
    tasks_proven: frozenset[str]
    ids: frozenset[str]

    @classmethod
    def of(cls, live: Live) -> _Lists:
        complete = frozenset(proof.what for proof in live.proofs if proof.ended_by)
        return cls(complete, live.tasks_proven, frozenset(resource.id for resource in live.everything))

    def block(self, change: Change) -> Blocked | None:
        """The block by the first list that a removal rests on and that is not complete."""
        for needed in _needed_lists(BY_NAME[change.kind]):
            if needed not in self.complete:
                return Blocked(NAME, f"the list of {needed} was not read completely", _READ_AGAIN)
        project = _project_of_tasks(change)
        if project and change.id in self.ids and project not in self.tasks_proven:
            return Blocked(NAME, "the list of tasks of its project was not read completely", _READ_AGAIN)
        return None


def _needed_lists(kind: Kind) -> list[str]:
    """The lists that a removal rests on: that of its own kind, and those of its possible children."""
    own = [] if kind.is_embedded else [kind.plural]
    return own + [other.plural for other in BY_NAME.values() if other.parent == kind.name and not other.is_embedded]


def _project_of_tasks(change: Change) -> str:
    """The id of the project whose tasks have to be known in full: its own, or that of a task; empty where there is none."""
    if BY_NAME[change.kind].is_embedded:
        return change.precondition.parent_id
    has_embedded = any(kind.is_embedded and kind.parent == change.kind for kind in BY_NAME.values())
    return change.id if has_embedded and change.deletes else ""
