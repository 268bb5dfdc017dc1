"""Whether live state agrees with what a run recorded as created: only then does an undo remove it. Pure."""

from __future__ import annotations

from reconciler.applying.undo.effects import Effect
from reconciler.model import Resource


def why_it_stays(effect: Effect, current: Resource) -> str:
    """Why a resource that a run recorded as created is not removed; "" where live state agrees with the record."""
    if effect.existed:
        return f"it existed before the run, which recorded it as created ({effect.address})"
    if current.kind != effect.kind:
        return f"the run recorded this id as that of {effect.address}"
    if current.name != effect.name:
        return f"it was renamed after the run created it as {effect.name!r}"
    is_in_place = current.parent_id == effect.parent_id if effect.parent_id else current.address == effect.address
    return "" if is_in_place else f"it was moved after the run created it as {effect.address}"
