"""The record of planned changes: a plan without its values. With it a later plan can tell what moved since; it approves nothing.

It has the digest of the plan, addresses, actions and names of fields. Each value is a short hash, different for each plan, place
and field. A short one is enough to see that a value is another, and leaves many values that it may be of. The digest of the plan,
which covers every value as a whole, is what `apply` compares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.json_text import canonical_json
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Plan

FORMAT: Final = "reconciler.planned/1"
"""Of the record as JSON."""

HASH_DIGITS: Final = 4
"""Hex digits of a hash of a value."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change without its values, each of which is a hash.

    `fields`: name → value before and after. `live`: name → value of the precondition. `parts`: `id`, `place` (the live address,
    the parent and the ancestors), `usage` (tracked time), `along` (what is deleted with it) and `rest`. `blocked`: the guard.
    """

    address: Address
    action: Action
    removal: bool
    blocked: str
    fields: Mapping[str, tuple[str, str]]
    live: Mapping[str, str]
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A plan without its values. `created_at`: as in the plan. `workspace_id`: "" for a new one. `sources`: SHA-256 of the manifests.

    `parts`: hashes of `target`, `policy`, `withdrawn`, `targets` and `options`, what the digest covers besides the changes.
    """

    digest: str
    digest_version: int
    tool_version: str
    created_at: str
    workspace_id: str
    sources: tuple[str, ...]
    changes: tuple[PlannedChange, ...]
    parts: Mapping[str, str]


def planned_record(plan: Plan, like: str = "") -> PlannedRecord:
    """The record of a plan. `like`: the digest of a record that it is compared with: equal values then have equal hashes."""
    hashes = _Hashes(like or plan.digest)
    target, targeting = plan.target, plan.targeting
    options = [
        dict(plan.allowances),
        sorted(map(str, plan.allowed_removals)),
        plan.max_requests,
        sorted(str(left.address) for left in plan.excluded if left.removal),
    ]
    return PlannedRecord(
        digest=plan.digest,
        digest_version=plan.digest_version,
        tool_version=plan.tool_version,
        created_at=plan.created_at,
        workspace_id=target.workspace_id,
        sources=tuple(sorted({source.sha256 for source in plan.sources})),
        changes=tuple(_planned_change(change, hashes) for change in plan.changes),
        parts={
            "target": hashes.of("target", [target.gateway, target.base_url, target.workspace_meaning]),
            "policy": hashes.of("policy", plan.policy.to_json()),
            "withdrawn": hashes.of("withdrawn", plan.withdrawn),
            "targets": hashes.of("targets", targeting.patterns if targeting else None),
            "options": hashes.of("options", options),
        },
    )


def hash_of(digest: str, place: str, value: Any, name: str = "") -> str:
    """The hash of a value in the record of a plan with this digest."""
    text = canonical_json([digest, place, name, value])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


@dataclass(frozen=True, slots=True)
class _Hashes:
    """Hashes of the values of one plan. The salt is its digest."""

    salt: str

    def of(self, place: str, value: Any, name: str = "") -> str:
        return hash_of(self.salt, place, value, name)


def _planned_change(change: Change, hashes: _Hashes) -> PlannedChange:
    meaning, known, at = change.meaning(), change.precondition.to_json(), str(change.address)
    place = {key: known.get(key) for key in ("absent", "address", "parent_id", "ancestors", "beside")}
    usage = [known.get("tracked_seconds"), known.get("time_entries")]
    rest = {key: meaning[key] for key in ("steps", "temporary_name", "needs")}
    return PlannedChange(
        address=change.address,
        action=change.action,
        removal=change.removal,
        blocked=meaning["blocked"] or "",
        fields={
            field.name: (hashes.of(at, field.before, field.name), hashes.of(at, field.after, field.name))
            for field in change.fields
        },
        live={name: hashes.of(at, value, name) for name, value in known.get("values", {}).items()},
        parts={
            "id": hashes.of(at, change.id, " id"),
            "place": hashes.of(at, place, " place"),
            "usage": hashes.of(at, usage, " usage"),
            "along": hashes.of(at, meaning["along"], " along"),
            "rest": hashes.of(at, rest, " rest"),
        },
    )
