"""Reads a workspace through the gateway into a Live state, with proof that the read was complete."""

from reconciler.live.building import read_values
from reconciler.live.choosing import choose_workspace
from reconciler.live.reading import Reading, read, read_towards, reread, with_seer

__all__ = ["Reading", "choose_workspace", "read", "read_towards", "read_values", "reread", "with_seer"]
