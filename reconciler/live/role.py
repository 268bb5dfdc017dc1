"""Whose eyes the workspace is read with: a role that does not see everything must not take what it misses for gone."""

from __future__ import annotations

from reconciler.errors import ApiError, ForbiddenError
from reconciler.gateway import Reader
from reconciler.state import AccessRole, Workspace

ROLES = {AccessRole.OWNER: "OWNER", AccessRole.ADMIN: "WORKSPACE_ADMIN"}
_NO_SUCH_FILTER = frozenset({400, 404})


def access_role_of(reader: Reader, workspace: Workspace) -> AccessRole:
    """The role of whoever the key belongs to. One request for an owner, two for anybody else, none where nobody would answer.

    No answer of the official contract carries a role; its one word on roles is the filter `roles` of the list of workspaces.
    A service whose workspaces do not even say who their members are is taken not to know that filter: it would give back
    everything, and everybody would be an owner.
    """
    if not workspace.shows_members:
        return AccessRole.UNKNOWN
    for access_role, word in ROLES.items():
        try:
            found = reader.workspaces(roles=word)
        except ForbiddenError:
            return AccessRole.LIMITED
        except ApiError as error:
            if error.status in _NO_SUCH_FILTER:
                return AccessRole.UNKNOWN
            raise
        if any(item["id"] == workspace.id for item in found):
            return access_role
    return AccessRole.LIMITED
