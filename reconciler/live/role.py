"""The role of the caller. A role that does not see everything must not treat invisible resources as deleted."""

from __future__ import annotations

from reconciler.errors import ApiError, ForbiddenError
from reconciler.gateway import Reader
from reconciler.state import AccessRole, Workspace

ROLE_FILTERS = {AccessRole.OWNER: "OWNER", AccessRole.ADMIN: "WORKSPACE_ADMIN"}
_FILTER_UNSUPPORTED = frozenset({400, 404})


def access_role_of(reader: Reader, workspace: Workspace) -> AccessRole:
    """The role of the user that the key belongs to. One request for an owner, two otherwise, none if the service has no roles.

    No response of the official contract contains a role; the only source is the filter `roles` of the list of workspaces. A
    service whose workspaces omit their members is assumed not to support that filter: it would return all workspaces, and
    every user would appear to be an owner.
    """
    if not workspace.shows_members:
        return AccessRole.UNKNOWN
    for access_role, role_filter in ROLE_FILTERS.items():
        try:
            matches = reader.workspaces(roles=role_filter)
        except ForbiddenError:
            return AccessRole.LIMITED
        except ApiError as error:
            if error.status in _FILTER_UNSUPPORTED:
                return AccessRole.UNKNOWN
            raise
        if any(item["id"] == workspace.id for item in matches):
            return access_role
    return AccessRole.LIMITED
