"""What the declarations of partly declared values lead to, given the live values; and whether their amounts can be paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME, fields_of
from reconciler.kinds.rates import WITHOUT_MINOR_UNIT
from reconciler.model import Address, Field, Resource
from reconciler.planning.problems import problem_at
from reconciler.state import Desired, Workspace
from reconciler.value_types import MembersType, MoneyType, ResolvedType


def with_resolved_values(
    desired: Desired, pairs: Mapping[Address, Resource], workspace: Workspace, caller: str = ""
) -> Desired:
    """The same state, each partly declared value as the plan is to reach it; `pairs`: the live resource of each declared one.

    `caller`, as in fields of people, stays among members, and is the first one of a new resource.
    """
    resolved = {}
    inherited = workspace.default_rates
    partly = {
        kind: {f.name for f in (*fields_of(kind, ResolvedType), *fields_of(kind, MembersType))} for kind in BY_NAME
    }
    for address, resource in desired.resources.items():
        if partly[address.kind].isdisjoint(
            resource.values
        ):  # most resources: two calls for each of them took half the time
            continue
        live = pairs.get(address)
        values = live.values if live is not None else {}
        changed = dict(_resolved_values(resource, values, inherited, is_undo=desired.is_undo))
        if live is not None or not desired.is_undo:
            changed |= dict(_with_caller(resource, changed, live, caller))
        if changed:
            resolved[address] = replace(resource, values={**resource.values, **changed})
    return replace(desired, resources={**desired.resources, **resolved}) if resolved else desired


def _resolved_values(
    resource: Resource, live: Mapping[str, Any], inherited: Mapping[str, str], *, is_undo: bool
) -> Iterator[tuple[str, Any]]:
    for field in fields_of(resource.kind, ResolvedType):
        if field.name in resource.values:
            declared, current = resource.values[field.name], live.get(field.name)
            if is_undo and isinstance(field.type, MembersType):
                continue  # with the rates of then, and with none where there were none
            value = cast("ResolvedType", field.type).resolved(current, declared)
            # A service may answer the rate that it inherits: having none of its own is no difference from that.
            if value is None and current is not None and current == inherited.get(field.name):
                value = current
            if value != declared:
                yield field.name, value


def _with_caller(
    resource: Resource, changed: Mapping[str, Any], live: Resource | None, caller: str
) -> Iterator[tuple[str, Any]]:
    """The members with the caller, where they are one. An undo makes a resource again exactly as it was."""
    for field in fields_of(resource.kind, MembersType) if caller else ():
        if field.name in resource.values:
            members = cast("MembersType", field.type)
            declared = changed.get(field.name, resource.values[field.name])
            now = live.values.get(field.name) if live else None
            is_member = live is None or caller in members.by_identity(now)
            if is_member and (value := members.with_person(now, declared, caller)) != declared:
                yield field.name, value


def with_caller(declared: Desired, resolved: Desired) -> frozenset[Address]:
    """The resources whose members the caller was added to; the declared state is that before it was resolved."""
    with_members = {kind for kind in BY_NAME if fields_of(kind, MembersType)}
    return frozenset(
        address
        for address, resource in resolved.resources.items()
        if address.kind in with_members
        for field in fields_of(address.kind, MembersType)
        if (before := declared.resources[address].values.get(field.name)) is not None
        and isinstance(field.type, MembersType)  # asked last: it takes 10 µs or more
        and field.type.by_identity(before).keys() != field.type.by_identity(resource.values[field.name]).keys()
    )


def require_payable_amounts(desired: Desired, workspace: Workspace) -> None:
    """Raise PlanningError for declared amounts with more decimals than the workspace's currency has."""
    if workspace.currency not in WITHOUT_MINOR_UNIT:
        return
    problems = [
        _problem(resource, field, amount, workspace.currency)
        for resource in desired.resources.values()
        for field in fields_of(resource.kind, MoneyType)
        if field.name in resource.values and isinstance(field.type, MoneyType)
        for amount in field.type.amounts(resource.values[field.name])
        if not amount.endswith(".00")
    ]
    if problems:
        raise PlanningError(problems)


def _problem(resource: Resource, field: Field, amount: str, currency: str) -> Problem:
    message = f"{field.name} of {resource.address}: {currency} has no minor unit, and {amount} is not a whole number"
    return problem_at(resource.source, message, "round the amount; the currency is a setting of the workspace")
