"""Renames that runs have recorded, which planning is given as a value: what a live resource was renamed to, whatever names say."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.state import Live


def renamed_to(
    resource: Resource, parent_id: str | None, renamed: Mapping[Address, tuple[str, str]], live: Live
) -> Resource | None:
    """The live resource that a run has renamed to this desired one, in whole or in part; None without such a record.

    It counts as long as it has the name that the run gave it, in its place: the new name or the temporary one. What was renamed
    again since is judged by names. `parent_id` is that of the desired resource, as in Place.
    """
    resource_id, parked = renamed.get(resource.address, ("", ""))
    current = live.by_id.get(resource_id)
    if current is None or current.kind != resource.kind or live.resources.get(current.address) is not current:
        return None
    is_at_home = current.parent_id == parent_id
    can_move = not BY_NAME[current.kind].is_embedded
    is_it = (is_at_home and current.name == resource.name) or (current.name == parked and (is_at_home or can_move))
    return current if is_it else None
