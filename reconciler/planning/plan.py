"""The Plan and what it is made of: frozen values that are shown, saved, approved and carried out as they are."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.model import Address
from reconciler.planning.plan_context import DIGEST_VERSION, Forecast, Proof, Target
from reconciler.planning.precondition import ABSENT, Precondition
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import Policy, SourceFile

__all__ = [
    "DIGEST_VERSION",
    "OVERRIDABLE_GUARDS",
    "Action",
    "Blocked",
    "Change",
    "Excluded",
    "FieldChange",
    "Forecast",
    "Impact",
    "Plan",
    "Proof",
    "Step",
    "Target",
]

OVERRIDABLE_GUARDS = ("removal_budget", "look_alike", "check", "max_requests")
"""Guards that depend on more than the two states: on a word on the command line, or (a check) on the day of the week."""


class Action(StrEnum):
    """What a change does, in the words of the plan file."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DELETE = "delete"


class Step(StrEnum):
    """One request (or none, where the answer to the one before shows that it is not needed) on the way of a change.

    RENAME gives a resource its temporary name, so that another can have the present one. PATCH writes the fields that have
    an endpoint.
    """

    CREATE = "create"
    RENAME = "rename"
    UPDATE = "update"
    # The word in plans and journals; a digest covers it, so the value cannot follow the name.
    PATCH = "estimate"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DONE = "done"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes; values are canonical, None is none. `name` and the parent's kind count as fields here."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a change must not be applied, and what would allow it."""

    guard: str
    reason: str
    allow: str

    @property
    def is_final(self) -> bool:
        """Whether it follows from the two states alone, so that it is part of what the digest covers."""
        return self.guard not in OVERRIDABLE_GUARDS


@dataclass(frozen=True, slots=True)
class Impact:
    """What an archive or a delete is about, as far as the plan had to ask; None is not known.

    `tracked_seconds`, `time_entries`, `users` (people who have such entries), `running` (timers among them) and `last_used` (the
    day on which the latest entry starts, YYYY-MM-DD; None also where there is none). `along` are resources that go too.
    `name_free`: whether the name can be used again; None: Clockify may keep it.
    """

    tracked_seconds: int | None = 0
    time_entries: int | None = 0
    embedded: tuple[Address, ...] = ()
    users: int | None = 0
    last_used: str | None = None
    running: int | None = 0
    name_free: bool | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One resource's way from what it is to what it should be.

    `address` is the desired address (for a removal the live one). `id` is the live id, empty for a create.
    `precondition` is what was live when the plan was made; ABSENT for a create.
    `needs` are the addresses of changes of this plan that come first. `temporary_name` belongs to a RENAME step.
    `removal` tells a removal (unlisted, or listed under `removed:`) from a declared `archived: true`.
    """

    address: Address
    action: Action
    steps: tuple[Step, ...]
    id: str = ""
    fields: tuple[FieldChange, ...] = ()
    precondition: Precondition = ABSENT
    needs: tuple[Address, ...] = ()
    reason: str = ""
    source: str = ""
    impact: Impact = Impact()
    blocked: Blocked | None = None
    temporary_name: str = ""
    removal: bool = False

    @property
    def kind(self) -> str:
        """The name of the resource's kind."""
        return self.address.kind

    @property
    def deletes(self) -> bool:
        """Whether its steps delete the resource."""
        return Step.DELETE in self.steps

    @property
    def archives(self) -> bool:
        """Whether its steps archive an existing resource, also on the way to its delete."""
        return Step.ARCHIVE in self.steps or Step.DONE in self.steps

    @property
    def is_removal(self) -> bool:
        """Whether guards judge it as a removal: labelled as one, or deleting by its steps."""
        return self.removal or self.deletes

    def field_named(self, name: str) -> FieldChange | None:
        """The change of one field, or None where it does not change."""
        return next((f for f in self.fields if f.name == name), None)

    def meaning(self) -> dict[str, Any]:
        """What the digest covers of this change: what is done, and what that was computed from."""
        return {
            "address": str(self.address),
            "action": str(self.action),
            "steps": [str(step) for step in self.steps],
            "id": self.id,
            "fields": [[f.name, f.before, f.after] for f in self.fields],
            "precondition": self.precondition.to_json(),
            "temporary_name": self.temporary_name,
            "along": [str(address) for address in self.impact.embedded],
            "needs": [str(address) for address in self.needs],
            "removal": self.removal,
            "blocked": self.blocked.guard if self.blocked and self.blocked.is_final else None,
        }


@dataclass(frozen=True, slots=True)
class Excluded:
    """A change that was taken out of a plan, since a guard blocks it or it needs one that is out; `why` says which."""

    address: Address
    action: Action
    why: str
    removal: bool = False


@dataclass(frozen=True)
class Plan:
    """An ordered plan. `changes` stand in the order in which they start; `unmanaged` counts live resources by plural kind.
    `allowances` are the exact numbers of removals, by plural kind, that were allowed when it was planned, and
    `allowed_removals` the addresses. `look_alikes` are pairs that nobody has answered. `withdrawn` are patterns that the last
    applied policy protected and this one no longer does. `left_out` is what the plan would hold besides.

    `max_requests` is the limit of requests that was given when it was planned. `created_at` is an ISO 8601 time in UTC, given
    by the caller: planning reads no clock. `digest_version`: what the digest covers. `is_loaded`: whether it was read from a
    file, so that it is approved by its digest only.
    """

    target: Target
    changes: tuple[Change, ...] = ()
    policy: Policy = field(default_factory=Policy)
    sources: tuple[SourceFile, ...] = ()
    unmanaged: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    forecast: Forecast = field(default_factory=Forecast)
    allowances: Mapping[str, int] = field(default_factory=dict)
    allowed_removals: tuple[Address, ...] = ()
    rename_candidates: tuple[RenameCandidate, ...] = ()
    withdrawn: tuple[str, ...] = ()
    proof: Proof = field(default_factory=Proof)
    excluded: tuple[Excluded, ...] = ()
    max_requests: int | None = None
    tool_version: str = ""
    created_at: str = ""
    digest_version: int = DIGEST_VERSION
    is_loaded: bool = field(default=False, compare=False, repr=False)

    @cached_property
    def digest(self) -> str:
        """`sha256:` and 64 hex digits over what would be done, what it was computed from, and what allows it."""
        meaning: dict[str, Any] = {
            "workspace": self.target.workspace_id,
            "changes": [change.meaning() for change in self.changes],
            "policy": self.policy.to_json(),
        }
        if self.withdrawn:
            meaning["withdrawn"] = self.withdrawn
        if self.digest_version > 1:
            meaning |= self._target_and_allowances()
        text = json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def _target_and_allowances(self) -> dict[str, Any]:
        return {
            "version": self.digest_version,
            "gateway": self.target.gateway,
            "base_url": self.target.base_url,
            "allowances": dict(self.allowances),
            "allowed_removals": [str(address) for address in sorted(self.allowed_removals)],
            "max_requests": self.max_requests,
            # An allowed number of removals counts these as well.
            "left_out": sorted(str(left.address) for left in self.excluded if left.removal),
        }

    @property
    def summary(self) -> dict[str, int]:
        """Number of changes by action, and of those that are blocked."""
        counts = Counter(str(change.action) for change in self.changes)
        blocked = sum(1 for change in self.changes if change.blocked)
        return {**{str(action): counts[str(action)] for action in Action}, "blocked": blocked}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, not even a protection to take away."""
        return not self.changes and not self.withdrawn
