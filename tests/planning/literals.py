"""Live states and desired states from a few lines, for tests that need no server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from reconciler.kinds import KINDS
from reconciler.manifest import load
from reconciler.model import Address, Kind, Resource
from reconciler.names import split_path
from reconciler.planning import Plan, PlanOptions, Target, make_plan
from reconciler.state import AccessRole, Desired, ListProof, Live, Usage, Workspace

TARGET = Target("sandbox", "http://localhost", "w1", "Studio")


def desired_of(manifest: Mapping[str, Any]) -> Desired:
    """The desired state of a manifest given as plain values; `version` may be left out."""
    text = yaml.safe_dump({"version": 1, **manifest}, allow_unicode=True, sort_keys=False)
    return load(["-"], stdin=text.encode)


def live_of(world: Mapping[str, Any]) -> Live:
    """The live state of `{plural: [path, or {at: path, ...values, seconds: tracked, wire: object}]}`; ids are c1, p1, k1, t1 …

    Also `users` (id → address) and `caller`, as in a live state.
    """
    resources: dict[Address, Resource] = {}
    for kind, letter in zip(KINDS, "cpkt", strict=True):
        for number, item in enumerate(world.get(kind.plural, []), 1):
            entry = {"at": item} if isinstance(item, str) else dict(item)
            resource = _resource(kind, f"{letter}{number}", entry, resources)
            resources[resource.address] = resource
    proven = frozenset(resource.id for resource in resources.values() if resource.kind == "project")
    counts = {kind.plural: len(world.get(kind.plural, [])) for kind in KINDS}
    if "users" in world:
        counts |= {"users": len(world["users"]), "user groups": 0}
    proofs = tuple(ListProof(what, number, 1, "Last-Page: true") for what, number in counts.items())
    return Live(
        Workspace("w1", "Studio"),
        resources,
        users=world.get("users", {}),
        caller=str(world.get("caller", "")),
        tasks_proven=proven,
        proofs=proofs,
        requests=4,
        access_role=AccessRole.OWNER,
    )


def _resource(kind: Kind, resource_id: str, entry: dict[str, Any], resources: Mapping[Address, Resource]) -> Resource:
    path = split_path(entry.pop("at"))
    wire = entry.pop("wire", {})
    seconds = entry.pop("seconds", 0 if kind.tracks_time else None)
    parent = Address(kind.parent, path[:-1]) if len(path) > 1 else None
    blank = {f.name: f.type.parse(f.created_as) for f in kind.fields}
    values = {**blank, **{name: kind.field_named(name).type.parse(value) for name, value in entry.items()}}
    return Resource(
        address=Address(kind.name, path),
        values=values,
        parent=parent,
        id=resource_id,
        parent_id=resources[parent].id if parent else "",
        wire=wire,
        tracked_seconds=seconds,
    )


def plan_of(
    manifest: Mapping[str, Any],
    world: Mapping[str, Any],
    *,
    used: Mapping[str, int] | None = None,
    **allowed: int,
) -> Plan:
    """A plan with every removal counted as allowed unless `allowed` says otherwise; `used`: id → number of time entries."""
    live = live_of(world)
    counts = {resource.id: 0 for resource in live.resources.values()} | dict(used or {})
    usage = {resource_id: Usage(0, entries) for resource_id, entries in counts.items()}
    return make_plan(
        desired_of(manifest), live, usage, target=TARGET, options=PlanOptions(allowed=allowed or AnyNumber())
    )


class AnyNumber(dict[str, int]):
    """Allows any number of removals: most cases do not test the budget."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 -- the signature is that of dict
        """Whatever is compared with it is equal."""
        return _Equal()


class _Equal:
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0
