"""Reads a workspace through the gateway into a Live state, with proof that every list is complete."""

from reconciler.live.build import read_readable, read_undeclared, read_values, tracked_seconds
from reconciler.live.everything import read_everything
from reconciler.live.fetch import all_users, timekeepers
from reconciler.live.listing import Listed, Lister, hours_of, task_count
from reconciler.live.new_workspace import empty_reading, read_new
from reconciler.live.read import read, read_for_undo, reread, with_access_role
from reconciler.live.reading import Reading
from reconciler.live.usage import usage_of
from reconciler.live.workspace import choose_workspace, created_workspace, require_workspace_name, workspace_of

__all__ = [
    "Listed",
    "Lister",
    "Reading",
    "all_users",
    "choose_workspace",
    "created_workspace",
    "empty_reading",
    "hours_of",
    "read",
    "read_everything",
    "read_for_undo",
    "read_new",
    "read_readable",
    "read_undeclared",
    "read_values",
    "require_workspace_name",
    "reread",
    "task_count",
    "timekeepers",
    "tracked_seconds",
    "usage_of",
    "with_access_role",
    "workspace_of",
]
