"""Who is not active in a workspace, from its list of users, for a service whose workspaces omit their members."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.value_types import Wire

ACTIVE = "ACTIVE"


def inactive_users(users: Iterable[Wire], workspace_id: str) -> dict[str, str]:
    """User id → status of those who are not ACTIVE: that of their membership of the workspace, else that of their account.

    A list of users has memberships if they are requested (docs/clockify.md section 5).
    """
    found = ((user["id"], next(_memberships(user, workspace_id), user.get("status"))) for user in users)
    return {user: status for user, status in found if isinstance(status, str) and status != ACTIVE}


def _memberships(user: Wire, workspace_id: str) -> Iterator[str]:
    """The statuses of a user's memberships of the workspace: one, or none if they are not answered."""
    listed = user.get("memberships")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and item.get("targetId") == workspace_id:
            status = item.get("membershipStatus")
            if isinstance(status, str):
                yield status
