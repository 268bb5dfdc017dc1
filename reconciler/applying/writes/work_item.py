"""A resource while a change is made to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model import Kind, Wire
from reconciler.planning.plan import Change, FieldChange


@dataclass
class WorkItem:
    """A resource while a change is made to it: its id, where it nests, the object as last answered, and what was sent so far.

    `written` counts writes that were carried out, or may have been. `refusals`: what the service said to fields that it did not
    take, by their names. `is_found`: somebody else made what a create was to make. `in_doubt`: the outcome of its last write
    is not known; `is_in_flight`: one has left, and was not answered yet.
    """

    change: Change
    kind: Kind
    id: str = ""
    parent_id: str = ""
    wire: Wire = field(default_factory=dict)
    written: int = 0
    not_accepted: tuple[FieldChange, ...] = ()
    refusals: dict[str, str] = field(default_factory=dict)
    is_found: bool = False
    in_doubt: bool = False
    is_in_flight: bool = False

    @property
    def nested_in(self) -> str:
        """The parent's id where the resource's path has it."""
        return self.parent_id if not self.kind.parent_wire else ""
