"""Which declared fields differ between a desired and a live resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model import Kind
from reconciler.planning.plan import FieldChange


def field_changes(kind: Kind, declared: Mapping[str, Any], live: Mapping[str, Any]) -> list[FieldChange]:
    """The fields whose declared value is not the live one, in the kind's order; undeclared fields never count."""
    changed = [f for f in kind.fields if f.name in declared and live.get(f.name) != declared[f.name]]
    return [FieldChange(f.name, live.get(f.name), declared[f.name]) for f in changed]
