"""Whether live state agrees with what a run recorded: only then does an undo remove or miss a resource. Pure."""

from __future__ import annotations

from reconciler.applying.undo.effects import Effect
from reconciler.model import Resource
from reconciler.planning.absence import UNREAD, proves_absence
from reconciler.state import Live


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


def why_missing(effect: Effect, live: Live) -> str:
    """Why an undo skips a resource that `live` does not have."""
    is_gone = proves_absence(live, effect.kind, effect.parent_id)
    return "no longer exists" if is_gone else f"was not found: {UNREAD}"
