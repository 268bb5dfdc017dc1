"""Changes that rest on an incomplete reading: a list without a proven end, a limited role, another connection."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reconciler.kinds import BY_NAME
from reconciler.kinds.people import is_group
from reconciler.planning.absence import UNREAD, unread_parents
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.planning.requirements import members_removed
from reconciler.state import AccessRole

NAME = "reading_proof"

_READ_AGAIN = "plan again when the list can be read completely"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each removal, of members as well, that cannot rest on what was read, and each other change that rests on a list of
    tasks not read.
    """
    unread = dict.fromkeys(unread_parents(changes, context.live), Blocked(NAME, UNREAD, _READ_AGAIN))
    removals = {at: change for at, change in enumerate(changes) if change.is_removal or members_removed(change)}
    if removals and (blocked := _of_connection(*context.connections) or _of_role(context.live.access_role)):
        return {**unread, **dict.fromkeys(removals, blocked)}
    complete = {proof.what for proof in context.live.proofs if proof.ended_by}
    lists = {position: _incomplete_list(change, complete) for position, change in removals.items()}
    return unread | {
        position: Blocked(NAME, f"the list of {listed} was not read completely", _READ_AGAIN)
        for position, listed in lists.items()
        if listed
    }


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


def _incomplete_list(change: Change, complete: Collection[str]) -> str:
    """The first list that a removal rests on and that is not among the complete ones; "" if all are."""
    return next((needed for needed in _needed_lists(change) if needed not in complete), "")


def _needed_lists(change: Change) -> list[str]:
    """The lists that a removal rests on: that of its own kind, and those of its possible children; that of users for members.

    A group that the service did not list has its id as its name, which no manifest declares.
    """
    kind = BY_NAME[change.kind]
    if members := members_removed(change):
        return [kind.plural, "users", *(["user groups"] if any(map(is_group, members)) else [])]
    own = [] if kind.is_embedded else [kind.plural]
    return own + [other.plural for other in BY_NAME.values() if other.parent == kind.name and not other.is_embedded]
