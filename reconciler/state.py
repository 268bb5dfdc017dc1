"""The two states that a plan is made from: what the manifests desire and what the workspace holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from reconciler.checks import Check
from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, Source


class Prune(StrEnum):
    """What happens to a live resource that an authoritative section does not list."""

    DELETE = "delete"
    ARCHIVE = "archive"
    KEEP = "keep"


class TrackedTime(StrEnum):
    """What happens on a delete of something that has tracked time: KEEP archives it instead."""

    KEEP = "keep"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RemovalBudget:
    """Removals of one kind allowed without confirmation: the smaller of a count and a share of the live resources."""

    count: int = 10
    share: Fraction = Fraction(1, 4)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a manifest; `prune` has an entry for each kind, by its name."""

    prune: Mapping[str, Prune] = field(default_factory=lambda: {kind.name: Prune.DELETE for kind in KINDS})
    tracked_time: TrackedTime = TrackedTime.KEEP
    removal_budget: RemovalBudget = RemovalBudget()
    protect: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The policy as the plan file has it, every default filled in."""
        return {
            "prune": {kind.plural: str(self.prune[kind.name]) for kind in KINDS},
            "tracked_time": str(self.tracked_time),
            "removal_budget": {
                "count": self.removal_budget.count,
                "share": f"{float(self.removal_budget.share * 100):g}%",
            },
            "protect": sorted(self.protect),
            # Their order in the manifests means nothing, and the digest covers this.
            "checks": sorted((check.to_json() for check in self.checks), key=lambda c: json.dumps(c, sort_keys=True)),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Policy:
        """Read what `to_json` returns. Raises KeyError, TypeError or ValueError for anything else."""
        budget = data["removal_budget"]
        if not isinstance(budget["count"], int) or not all(isinstance(pattern, str) for pattern in data["protect"]):
            raise TypeError("a policy of the wrong type")
        return cls(
            prune={kind.name: Prune(data["prune"][kind.plural]) for kind in KINDS},
            tracked_time=TrackedTime(data["tracked_time"]),
            removal_budget=RemovalBudget(budget["count"], Fraction(str(budget["share"]).rstrip("%")) / 100),
            protect=tuple(data["protect"]),
            checks=tuple(Check.from_json(check) for check in data["checks"]),
        )


@dataclass(frozen=True, slots=True)
class Allowances:
    """What somebody said by hand about one plan. `numbers`: the kind's name → the exact number of removals that is allowed.

    `addresses`: what may go although it looks renamed, with all that is under it. `max_requests`: most requests that it may take.
    `except_blocked`: whether what a guard blocks is left out, instead of refusing the whole.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    addresses: frozenset[Address] = frozenset()
    max_requests: int | None = None
    except_blocked: bool = False


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A manifest that was read: its path as given and the SHA-256 of its bytes, in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Removed:
    """An entry of `removed:`: an address that must be gone. With an `id` it is exactly that resource, whatever it is called."""

    address: Address
    source: Source
    id: str = ""
    reason: str = "listed under `removed:`"


@dataclass(frozen=True, slots=True)
class Desired:
    """What the manifests say.

    `resources`: every declared resource by its address, defaults and task sets filled in; parents come before children.
    `sections`: what is authoritative: `(kind, None)` for a kind in the whole workspace, `("task", address of the project)`
    for the tasks of a project. `workspace`: the name or id that the manifests give, if any. `identified`: live ids of resources
    that are known by them (an undo knows them from a journal), so that no name decides who they are.
    """

    resources: Mapping[Address, Resource]
    sections: frozenset[tuple[str, Address | None]] = frozenset()
    removed: tuple[Removed, ...] = ()
    policy: Policy = Policy()
    workspace: str | None = None
    sources: tuple[SourceFile, ...] = ()
    identified: Mapping[Address, str] = field(default_factory=dict)

    def is_authoritative(self, kind: str, parent: Address | None = None) -> bool:
        """Whether what is not listed counts as removed, for a kind and (for tasks) within a project."""
        return (kind, None) in self.sections or (parent is not None and (kind, parent) in self.sections)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that was read; `settings` are those that change how writes behave.

    `shows_members`: whether the service says of a workspace who is in it. One that does not says nothing of roles either.
    """

    id: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    shows_members: bool = False


class AccessRole(StrEnum):
    """The role of the account that read a workspace, as far as the service tells it."""

    OWNER = "owner"
    ADMIN = "admin"
    LIMITED = "limited"
    """Neither owner nor admin: such a role does not see private projects, nor other people's time."""
    UNKNOWN = "unknown"
    """The service says nothing of roles at all."""
    NOT_REQUESTED = "not asked"
    """Nothing is removed, so the question was not worth a request."""


@dataclass(frozen=True, slots=True)
class ListProof:
    """How one list was read: what it was, how many items on how many pages, and what proved its end."""

    what: str
    items: int
    pages: int
    ended_by: str


@dataclass(frozen=True)
class Live:
    """What the workspace contains. Indexes are built on first use, once per state; no slots, since they are cached.

    `resources`: by literal address; of several with the same name in one place, the active one, and the others are in
    `duplicates`. `users`: id → lower-case e-mail, empty if not requested. `tasks_proven`: ids of projects whose tasks were read
    to the end, DONE ones included. `requests`: number of requests sent to read it. `access_role`: the role of the key's user.
    """

    workspace: Workspace
    resources: Mapping[Address, Resource]
    duplicates: tuple[Resource, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    tasks_proven: frozenset[str] = frozenset()
    proofs: tuple[ListProof, ...] = ()
    requests: int = 0
    access_role: AccessRole = AccessRole.NOT_REQUESTED

    @cached_property
    def everything(self) -> tuple[Resource, ...]:
        """Every resource, duplicates included."""
        return (*self.resources.values(), *self.duplicates)

    @cached_property
    def by_id(self) -> Mapping[str, Resource]:
        """Every resource by its id, duplicates included."""
        return {resource.id: resource for resource in self.everything}

    @cached_property
    def _children(self) -> Mapping[str, Sequence[Resource]]:
        children: dict[str, list[Resource]] = {}
        for resource in self.everything:
            if resource.parent_id:
                children.setdefault(resource.parent_id, []).append(resource)
        return children

    def children_of(self, parent_id: str) -> Sequence[Resource]:
        """The resources whose parent has this id, duplicates included, in the order in which they were read."""
        return self._children.get(parent_id, ())

    @cached_property
    def live_counts(self) -> Mapping[str, int]:
        """Number of resources by the kind's name, without duplicates."""
        counts = Counter(address.kind for address in self.resources)
        return {kind.name: counts[kind.name] for kind in KINDS}

    @cached_property
    def in_use_counts(self) -> Mapping[str, int]:
        """Number of resources that are not archived, by the kind's name, without duplicates."""
        # One look-up per resource instead of a call: a workspace may have 100,000 tasks.
        archived = {kind.name: (kind.lifecycle_name, kind.archived_value) for kind in KINDS}
        counts = Counter(
            resource.kind
            for resource in self.resources.values()
            if resource.values.get(archived[resource.kind][0]) != archived[resource.kind][1]
        )
        return {kind.name: counts[kind.name] for kind in KINDS}

    def of_kind(self, kind: str) -> Iterable[Resource]:
        """The resources of one kind."""
        return (resource for address, resource in self.resources.items() if address.kind == kind)


@dataclass(frozen=True, slots=True)
class Usage:
    """What is known of the time entries behind a resource; `known` is False where a query was refused: counts as used.

    `users` is the number of people who have such entries, `last_used` the day on which the latest one starts (YYYY-MM-DD),
    `running` the number of timers among them that run: they count as entries, and bear no time yet.
    """

    tracked_seconds: int = 0
    time_entries: int = 0
    known: bool = True
    users: int = 0
    last_used: str = ""
    running: int = 0

    @property
    def is_used(self) -> bool:
        """Whether any time hangs on it, or might."""
        return not self.known or self.time_entries > 0 or self.tracked_seconds > 0
