"""Whether what was read can bear a removal: lists read to a proven end, by somebody who sees everything, where it was meant."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.kinds import BY_NAME
from reconciler.model import Kind
from reconciler.planning.plan import Action, Change
from reconciler.state import AccessRole, Live

_AGAIN = "plan again, when the lists can be read to their end"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How a workspace was read.

    `lists`: what was read to a proven end, by the plural of its kind. `tasks_proven`: ids of projects whose tasks are known in
    full. `ids`: what is there. `connections`: the one that the plan was made through, and the one that is in use now.
    """

    lists: frozenset[str]
    tasks_proven: frozenset[str]
    ids: frozenset[str]
    access_role: AccessRole
    connections: tuple[str, str] = ("", "")


def completeness_of(live: Live, connections: tuple[str, str] = ("", "")) -> Completeness:
    """The evidence that a live state bears with it."""
    proven = frozenset(proof.what for proof in live.proofs if proof.ended_by)
    ids = frozenset(live.by_id)
    return Completeness(proven, live.tasks_proven, ids, live.access_role, connections)


def incompleteness(change: Change, completeness: Completeness) -> tuple[str, str] | None:
    """Why a removal cannot rest on what was read, and what would mend that; None where it can."""
    kind = BY_NAME[change.kind]
    planned, used = completeness.connections
    if planned != used:
        return (
            f"the plan was read through the connection {planned or '(none)'}, and this one is {used or '(none)'}",
            f"--connection {planned}" if planned else "plan again through this connection",
        )
    if completeness.access_role is AccessRole.LIMITED:
        return (
            "the account that this key belongs to is neither owner nor admin of the workspace: it does not see everything",
            "use the key of an owner or an admin",
        )
    if completeness.access_role is AccessRole.NOT_REQUESTED:
        return "nobody asked whether the account that this key belongs to sees everything", "plan again"
    for needed in _lists_behind(kind):
        if needed not in completeness.lists:
            return f"the list of {needed} was not read to a proven end", _AGAIN
    holder = _holder_of_tasks(change)
    if holder and change.id in completeness.ids and holder not in completeness.tasks_proven:
        return "the tasks of its project were not read to a proven end", _AGAIN
    return None


def _lists_behind(kind: Kind) -> list[str]:
    """The lists that a removal rests on: of its own kind, and of what may hang on it."""
    own = [] if kind.is_embedded else [kind.plural]
    return own + [other.plural for other in BY_NAME.values() if other.parent == kind.name and not other.is_embedded]


def _holder_of_tasks(change: Change) -> str:
    """The id of the project whose tasks have to be known in full: its own, or that of a task; empty where none has."""
    if BY_NAME[change.kind].is_embedded:
        return change.precondition.parent_id
    holds = any(kind.is_embedded and kind.parent == change.kind for kind in BY_NAME.values())
    return change.id if holds and change.action is Action.DELETE else ""
