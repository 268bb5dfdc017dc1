"""Differences between manifests and workspace in words."""

from __future__ import annotations

from reconciler.differences import Difference, Where
from reconciler.kinds import BY_NAME
from reconciler.render.values import value


def difference_text(each: Difference) -> str:
    """One difference: what it is about, and what each side has."""
    if each.where is Where.MANIFESTS:
        return f"{each.address} is declared and not in the workspace"
    if each.where is Where.WORKSPACE:
        return f"{each.address} is in the workspace and not declared"
    if each.field == "name":
        return f"{each.address} is called {value(each.live)} in the workspace"
    if each.field == BY_NAME[each.address.kind].parent:
        return f"{each.address} belongs to {value(each.live)} in the workspace"
    return f"{each.address} {each.field}: declared {value(each.declared)}, live {value(each.live)}"
