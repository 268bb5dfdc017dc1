"""Every route of Clockify's own API below `v1/`."""

from __future__ import annotations

from reconciler.sandbox import (
    clients,
    entries,
    entry_lists,
    feeds,
    groups,
    memberships,
    project_lists,
    project_parts,
    projects,
    roles,
    tags,
    tasks,
    templates,
    users,
    workspaces,
)
from reconciler.sandbox.call import Routes

NATIVE: Routes = {
    **users.ROUTES,
    **workspaces.ROUTES,
    **clients.ROUTES,
    **groups.ROUTES,
    **roles.ROUTES,
    **projects.ROUTES,
    **project_lists.ROUTES,
    **project_parts.ROUTES,
    **memberships.ROUTES,
    **templates.ROUTES,
    **tasks.ROUTES,
    **tags.ROUTES,
    **entries.ROUTES,
    **entry_lists.ROUTES,
    **feeds.ROUTES,
}
