"""The context of the changes of a plan: its target, its cost, and the proof of what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from reconciler.model import Address
from reconciler.state import AccessRole, ListProof

DIGEST_VERSION = 2
"""What the digest covers. Version 1, of 0.1.0, lacks the gateway, the base URL and the allowances: it is read, never applied."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The cost of the `apply` that carries a plan out, from its start to its end: its requests, and seconds at the rate limit.

    `reading`: the connection, the workspace (created first where it is new), its lists, and what else planning needed. `writing`: one request for each step.
    `verifying`: the user for the record of the run, resources that are read again right before they are written, and what is
    read back. `saved`: number of requests that are not needed if the service accepts new tasks in the create of their project.
    Not in the plan file: `people`, the users whose time entries are read, `max_age`, the age in seconds after which a reading is
    repeated before an update, `rereading`, the requests of a reading after the last write (part of `verifying`), `page_size`,
    the items on a page of a list, and `done`, address and id of the changes whose result the workspace has already: they cost nothing.
    """

    reading: int = 0
    writing: int = 0
    verifying: int = 0
    seconds: float = 0.0
    saved: int = 0
    people: int = field(default=0, compare=False)
    max_age: float = field(default=60.0, compare=False)
    rereading: int = field(default=0, compare=False)
    page_size: int = field(default=1000, compare=False)
    done: frozenset[tuple[Address, str]] = field(default=frozenset(), compare=False)

    @property
    def requests(self) -> int:
        """The total."""
        return self.reading + self.writing + self.verifying


@dataclass(frozen=True, slots=True)
class Target:
    """The target of a plan: gateway name, base URL, workspace id and name. Without an id the plan creates the workspace."""

    gateway: str
    base_url: str
    workspace_id: str
    workspace_name: str

    @property
    def is_new(self) -> bool:
        """Whether the plan creates the workspace."""
        return not self.workspace_id

    @property
    def workspace_meaning(self) -> str | dict[str, str]:
        """What the digest covers of the workspace: its id, or the name of the one to create."""
        return self.workspace_id or {"create": self.workspace_name}

    def workspace_to_json(self) -> dict[str, Any]:
        """The workspace in a plan file."""
        known = {"id": self.workspace_id or None, "name": self.workspace_name}
        return {**known, "create": True} if self.is_new else known

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The target in the content of a plan file."""
        workspace = data["workspace"]
        return cls(data["gateway"], data["base_url"], workspace["id"] or "", workspace["name"])


@dataclass(frozen=True, slots=True)
class Targeting:
    """The part of the manifests that a plan is limited to: what its address patterns cover, and what that needs.

    `patterns`: sorted. `left_out`: the number of changes outside of it; the least number if not `is_exact`, since what would
    tell was not read. The digest covers the patterns alone: what is outside may change.
    """

    patterns: tuple[str, ...]
    left_out: int = 0
    is_exact: bool = True

    def to_json(self) -> dict[str, Any]:
        """The targets in a plan file."""
        return {"patterns": list(self.patterns), "left_out": self.left_out, "exact": self.is_exact}

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Self | None:
        """What `to_json` returns; None where a plan file has no targets."""
        return cls(tuple(data["patterns"]), data["left_out"], data["exact"]) if data is not None else None


@dataclass(frozen=True, slots=True)
class Proof:
    """How the workspace was read: each list with the proof of its end, the role of the key's user, and the Maton connection."""

    lists: tuple[ListProof, ...] = ()
    access_role: AccessRole = AccessRole.NOT_REQUESTED
    connection: str = ""
