"""Reads a workspace through the gateway into a Live state, with proof that the read was complete."""

from reconciler.live.build import read_values
from reconciler.live.read import Reading, read, read_towards, reread, with_seer
from reconciler.live.workspace import choose_workspace

__all__ = ["Reading", "choose_workspace", "read", "read_towards", "read_values", "reread", "with_seer"]
