"""What a read of a workspace results in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model import UNSET, Resource
from reconciler.planning import Draft
from reconciler.state import Live, Usage


@dataclass(frozen=True, slots=True)
class Reading:
    """The live state, and the usage of removal candidates by resource id.

    `read_at`: when the read began, by the monotonic clock of the reader; None is unknown and counts as old.
    `draft` is that of the desired state that it was read for, if there was one: give it to `make_plan`.
    """

    live: Live
    usage: Mapping[str, Usage]
    draft: Draft | None = field(default=None, compare=False, repr=False)
    read_at: float | None = field(default=None, compare=False)


def declares(resource: Resource, fields: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether it declares one of these fields, given by the name of the kind."""
    return any(resource.values.get(name, UNSET) is not UNSET for name in fields[resource.kind])
