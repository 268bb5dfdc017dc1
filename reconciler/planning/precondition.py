"""What a change was computed from, compared with live state before the first write. As JSON it is in plan files and digests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Address, Resource, Unset


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A live resource that a change rests on: the parent of its place, or the parent of that; as the plan saw it."""

    address: Address
    id: str
    archived: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Ancestor:
        """Read an entry of `ancestors`. Raises KeyError, TypeError or ValueError for anything else."""
        if not isinstance(data["id"], str) or not isinstance(data["archived"], bool):
            raise TypeError("an ancestor of the wrong type")
        return cls(Address.parse(data["address"]), data["id"], data["archived"])


@dataclass(frozen=True, slots=True)
class Precondition:
    """The live resource as the plan saw it, or its absence (`address` is None), which a create needs.

    `values`: canonical values of the lifecycle field and of the fields that change. Deletes only, else UNSET:
    `tracked_seconds` and `time_entries`, where None means not known. `ancestors`: the live parents of the place before and after
    the change, sorted by address; an older plan file lacks them. `beside`: a create may stand beside another spelling of its name,
    since an undo makes again what stood there.
    """

    address: Address | None = None
    parent_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    tracked_seconds: int | Unset | None = UNSET
    time_entries: int | Unset | None = UNSET
    ancestors: tuple[Ancestor, ...] = ()
    beside: bool = False

    @property
    def absent(self) -> bool:
        """Whether the change needs the resource not to exist."""
        return self.address is None

    def to_json(self) -> dict[str, Any]:
        """The JSON object in plan files; the digest covers it, so its keys are fixed."""
        listed = [{"address": str(a.address), "id": a.id, "archived": a.archived} for a in self.ancestors]
        ancestors = {"ancestors": listed} if listed else {}
        if self.address is None:
            return {"absent": True, **ancestors, **({"beside": True} if self.beside else {})}
        usage = {"tracked_seconds": self.tracked_seconds, "time_entries": self.time_entries}
        return {
            "address": str(self.address),
            "parent_id": self.parent_id,
            "values": dict(self.values),
            **{name: value for name, value in usage.items() if value is not UNSET},
            **ancestors,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Precondition:
        """Read what `to_json` returns, with tuples for arrays. Raises KeyError, TypeError or ValueError for anything else."""
        ancestors = tuple(Ancestor.from_json(item) for item in data.get("ancestors", ()))
        if "ancestors" in data and not ancestors:
            raise ValueError("an empty list of ancestors")
        if data.get("absent") is True:
            return cls(ancestors=ancestors, beside=data.get("beside") is True)
        usage = {name: data.get(name, UNSET) for name in ("tracked_seconds", "time_entries")}
        if not isinstance(data["parent_id"], str) or not isinstance(data["values"], Mapping):
            raise TypeError("a precondition of the wrong type")
        if not all(value is UNSET or value is None or isinstance(value, int) for value in usage.values()):
            raise TypeError("a number of the wrong type")
        return cls(
            Address.parse(data["address"]), data["parent_id"], dict(data["values"]), **usage, ancestors=ancestors
        )


ABSENT = Precondition()
"""The precondition of a create."""


def precondition_of(resource: Resource, names: Iterable[str] = ()) -> Precondition:
    """The precondition of a change to a live resource: its lifecycle and the named fields; name and parent are always in it."""
    kind = BY_NAME[resource.kind]
    compared = sorted({kind.lifecycle_name, *names} - {"", "name", kind.parent})
    return Precondition(resource.address, resource.parent_id, {name: resource.values.get(name) for name in compared})
