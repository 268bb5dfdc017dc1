"""The two states that a plan is computed from: what the manifests declare and what the workspace contains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, Source
from reconciler.policy import Policy, Prune, RemovalBudget, TrackedTime

__all__ = [
    "AccessRole",
    "Allowances",
    "Desired",
    "ListProof",
    "Live",
    "Policy",
    "Prune",
    "RemovalBudget",
    "Removed",
    "SourceFile",
    "TrackedTime",
    "Usage",
    "Workspace",
]


@dataclass(frozen=True, slots=True)
class Allowances:
    """Options by which a person allows or limits one plan. `numbers`: the kind's name → exact number of removals allowed.

    `addresses`: removals that are allowed although they may be renames, with everything under them. `max_requests`: limit of
    requests. `except_blocked`: whether blocked changes are excluded instead of refusing the whole plan. `targets`: patterns of the
    addresses that a new plan is limited to, with what they need; none is everything.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    addresses: frozenset[Address] = frozenset()
    max_requests: int | None = None
    except_blocked: bool = False
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A manifest that was read: its path as given and the SHA-256 of its bytes, in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Removed:
    """An entry of `removed:`: an address that must not exist. With an `id` it is that resource, whatever its name."""

    address: Address
    source: Source
    id: str = ""
    reason: str = "listed under `removed:`"


@dataclass(frozen=True, slots=True)
class Desired:
    """What the manifests declare.

    `resources`: every declared resource by its address, defaults and task sets filled in; parents come before children.
    `sections`: what is authoritative: `(kind, None)` for a kind in the whole workspace, `("task", address of the project)`
    for the tasks of a project. `workspace`: the declared name or id, if any; with `creates_workspace` one of that name is created
    where there is none. `identified`: live ids by desired address, known from a journal by an undo: these match by id, not by name;
    "" matches nothing. `warnings`: what the manifests probably do not mean.
    `renamed`: recorded renames: live id and temporary name, by desired address. `is_undo`: no manifest declares it.
    """

    resources: Mapping[Address, Resource]
    sections: frozenset[tuple[str, Address | None]] = frozenset()
    removed: tuple[Removed, ...] = ()
    policy: Policy = field(default_factory=Policy)
    workspace: str | None = None
    sources: tuple[SourceFile, ...] = ()
    identified: Mapping[Address, str] = field(default_factory=dict)
    renamed: Mapping[Address, tuple[str, str]] = field(default_factory=dict)
    is_undo: bool = False
    creates_workspace: bool = False
    warnings: tuple[Problem, ...] = ()

    def is_authoritative(self, kind: str, parent: Address | None = None) -> bool:
        """Whether unlisted resources of a kind count as removed, in the workspace or (for tasks) in a project."""
        return (kind, None) in self.sections or (parent is not None and (kind, parent) in self.sections)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that was read; its id is "" before it exists. `settings` are those that change how writes behave.

    `shows_members`: whether the service lists the members of a workspace. One that does not reports no roles either.
    `currency`: the ISO 4217 code of its default currency; empty if unknown. `default_rates`: field of a rate → the amount that
    applies where nothing has a rate of its own. `inactive`: user id → status in the workspace, of those who are not ACTIVE in it.
    """

    id: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    shows_members: bool = False
    currency: str = ""
    inactive: Mapping[str, str] = field(default_factory=dict)
    default_rates: Mapping[str, str] = field(default_factory=dict)


class AccessRole(StrEnum):
    """The role of the API key's user in a workspace, as the service reports it."""

    OWNER = "owner"
    ADMIN = "admin"
    LIMITED = "limited"
    """Neither owner nor admin: such a role sees neither private projects nor other people's time."""
    UNKNOWN = "unknown"
    """The service reports no roles."""
    NOT_REQUESTED = "not asked"
    """Nothing is removed, so the role is not worth a request."""


@dataclass(frozen=True, slots=True)
class ListProof:
    """How one list was read: its name, the number of items and pages, and the proof of its end."""

    what: str
    items: int
    pages: int
    ended_by: str


@dataclass(frozen=True)
class Live:
    """What the workspace contains. Indexes are built on first use, once per state; no slots, since they are cached.

    `resources`: by literal address; of several with the same name in one place, the active one, and the others are in
    `duplicates`. `users`: id → lower-case e-mail, or the id of one without an address of their own; empty if not requested.
    `tasks_proven`: ids of projects whose tasks were read to the end, DONE ones included. `requests`: number of requests sent to
    read it. `access_role`: the role of the key's user. `timekeepers`: ids of the users whose time entries were requested, inactive
    ones included. `completed`: ids of the resources that were read by themselves as well, since the item of the list lacked a key.
    `caller`: the id of the key's user; empty if not requested. With it, `users` also has the user groups: `group ID` → `group NAME`.
    `inactive`: user id → status of those who are not ACTIVE in the workspace; empty if the users were not requested.
    `shows_roles`: whether the service shows who manages a project; None if not requested. `unread`: ids of projects whose tasks were
    not read at all, since no target of the plan concerns them.
    """

    workspace: Workspace
    resources: Mapping[Address, Resource]
    duplicates: tuple[Resource, ...] = ()
    users: Mapping[str, str] = field(default_factory=dict)
    tasks_proven: frozenset[str] = frozenset()
    proofs: tuple[ListProof, ...] = ()
    requests: int = 0
    access_role: AccessRole = AccessRole.NOT_REQUESTED
    timekeepers: tuple[str, ...] = ()
    completed: frozenset[str] = frozenset()
    caller: str = ""
    shows_roles: bool | None = None
    unread: frozenset[str] = frozenset()
    inactive: Mapping[str, str] = field(default_factory=dict)

    @property
    def caller_name(self) -> str:
        """The caller as in fields of people."""
        return self.users.get(self.caller, self.caller)

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
            children.setdefault(resource.parent_id, []).append(resource)
        return children

    def children_of(self, parent_id: str) -> Sequence[Resource]:
        """The resources whose parent has this id, duplicates included, in the order in which they were read."""
        return self._children.get(parent_id, ()) if parent_id else ()

    def in_place(self, kind: str, parent_id: str) -> Sequence[Resource]:
        """The resources of one kind in one parent, "" for those without: in the order in which they were read, duplicates last."""
        return [resource for resource in self._children.get(parent_id, ()) if resource.address.kind == kind]

    def is_duplicate(self, resource: Resource) -> bool:
        """Whether another resource has the address of this one."""
        return self.resources.get(resource.address) is not resource

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
    """What is known of the time entries of a resource; `known` is False if a query was refused, which counts as used.

    `users`: people with such entries. `last_used`: day on which the latest one starts. `running`: timers that run, entries without time.
    """

    tracked_seconds: int = 0
    time_entries: int = 0
    known: bool = True
    users: int = 0
    last_used: str = ""
    running: int = 0

    @property
    def is_used(self) -> bool:
        """Whether it has time entries, or may have some."""
        return not self.known or self.time_entries > 0 or self.tracked_seconds > 0
