"""The Plan and its parts: frozen values that are shown, saved, approved and applied as they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconciler.json_text import canonical_json
from reconciler.model import Address
from reconciler.planning.actions import Action, Step
from reconciler.planning.plan_context import DIGEST_VERSION, Forecast, Proof, Target, Targeting
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
    "Targeting",
]

OVERRIDABLE_GUARDS = ("removal_budget", "member_budget", "look_alike", "check", "max_requests")
"""Guards that depend on more than the two states: on an option, or (a check) on the day of the week."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes; values are canonical, None is unset. `name` and the parent's kind count as fields here."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a change must not be applied, and what allows it."""

    guard: str
    reason: str
    allow: str

    @property
    def is_final(self) -> bool:
        """Whether it follows from the two states alone, so that the digest covers it."""
        return self.guard not in OVERRIDABLE_GUARDS


@dataclass(frozen=True, slots=True)
class Impact:
    """What an archive or a delete affects; None is not known, or was not worth a request.

    `time_entries`: number of entries, `users`: of people who have some, `running`: of timers among them. `last_used`: the day on
    which the latest entry starts, YYYY-MM-DD; None also without entries. `embedded`: resources that are deleted with it.
    `name_free`: whether the name can be used again; None: Clockify may reserve it. `lost`: what an undo cannot restore, in words.
    """

    tracked_seconds: int | None = 0
    time_entries: int | None = 0
    embedded: tuple[Address, ...] = ()
    users: int | None = 0
    last_used: str | None = None
    running: int | None = 0
    name_free: bool | None = None
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource.

    `address` is the desired address (for a removal the live one). `id` is the live id, empty for a create.
    `precondition` is what was live when the plan was made; ABSENT for a create.
    `needs` are the addresses of the changes that come first. `temporary_name` belongs to a RENAME step.
    `removal`: whether it is unlisted or under `removed:`, as opposed to declared `archived: true`.
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
        """The change of one field; None if it does not change."""
        return next((f for f in self.fields if f.name == name), None)

    def meaning(self) -> dict[str, Any]:
        """What the digest covers of this change: what is done, and what it was computed from."""
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
    """A change that was excluded from a plan: a guard blocks it, or it depends on an excluded one; `why` is the reason."""

    address: Address
    action: Action
    why: str
    removal: bool = False


@dataclass(frozen=True)
class Plan:
    """An ordered plan.

    `changes`: in the order in which they start. `unmanaged`: number of unmanaged live resources, by plural kind. `allowances`:
    exact numbers of removals, by plural kind, allowed when it was planned, `allowed_removals` the addresses, `max_requests`
    the limit of requests. `rename_candidates`: undecided ones. `withdrawn`: patterns that the last applied policy protects and
    this one does not. `excluded`: changes that were taken out. `created_at`: an ISO 8601 time in UTC from the caller, since
    planning reads no clock. `made_after`: numbers of the recorded session and line that were the last when the plan was made.
    `targeting`: None for a plan of everything. `digest_version`: what the digest covers. `is_loaded`: read from a file, so that only its digest approves it.
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
    made_after: tuple[int, int] = (0, 0)
    digest_version: int = DIGEST_VERSION
    targeting: Targeting | None = None
    is_loaded: bool = field(default=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """`sha256:` and 64 hex digits over what the plan does, what it was computed from, and what allows it."""
        meaning: dict[str, Any] = {
            "workspace": self.target.workspace_meaning,
            "changes": [change.meaning() for change in self.changes],
            "policy": self.policy.to_json(),
        }
        if self.withdrawn:
            meaning["withdrawn"] = self.withdrawn
        if self.targeting:
            meaning["targets"] = self.targeting.patterns
        if self.digest_version > 1:
            meaning |= self._target_and_allowances()
        text = canonical_json(meaning)
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
        """Number of changes by action, and of blocked ones."""
        counts = Counter(str(change.action) for change in self.changes)
        blocked = sum(1 for change in self.changes if change.blocked)
        return {**{str(action): counts[str(action)] for action in Action}, "blocked": blocked}

    @property
    def is_undo(self) -> bool:
        """Whether the record of a run led to it, and no manifest."""
        return not self.sources

    @property
    def is_empty(self) -> bool:
        """Whether it has no changes, withdraws no protection and creates no workspace."""
        return not self.changes and not self.withdrawn and not self.target.is_new
