"""Reads a workspace through the gateway into a Live state, with proof that every list is complete."""

from reconciler.live.build import read_readable, read_undeclared, read_values, tracked_seconds
from reconciler.live.fetch import timekeepers
from reconciler.live.read import Reading, read, read_for_undo, reread, with_access_role
from reconciler.live.usage import usage_of
from reconciler.live.workspace import choose_workspace

__all__ = [
    "Reading",
    "choose_workspace",
    "read",
    "read_for_undo",
    "read_readable",
    "read_undeclared",
    "read_values",
    "reread",
    "timekeepers",
    "tracked_seconds",
    "usage_of",
    "with_access_role",
]
