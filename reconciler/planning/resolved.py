"""What the declarations of partly declared values lead to, given the live values; and whether their amounts can be paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import KINDS
from reconciler.kinds.rates import WITHOUT_MINOR_UNIT
from reconciler.model import Address, Field, Resource
from reconciler.state import Desired, Workspace
from reconciler.value_types import MoneyType, ResolvedType

_RESOLVED = {kind.name: tuple(f for f in kind.fields if isinstance(f.type, ResolvedType)) for kind in KINDS}
_MONEY = {kind.name: tuple(f for f in kind.fields if isinstance(f.type, MoneyType)) for kind in KINDS}


def with_resolved_values(desired: Desired, pairs: Mapping[Address, Resource], workspace: Workspace) -> Desired:
    """The same state, each partly declared value as the plan is to reach it; `pairs`: the live resource of each declared one."""
    resolved = {}
    inherited = workspace.default_rates
    for address, resource in desired.resources.items():
        live = pairs.get(address)
        changed = dict(_resolved_values(resource, live.values if live is not None else {}, inherited))
        if changed:
            resolved[address] = replace(resource, values={**resource.values, **changed})
    return replace(desired, resources={**desired.resources, **resolved}) if resolved else desired


def _resolved_values(
    resource: Resource, live: Mapping[str, Any], inherited: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for field in _RESOLVED[resource.address.kind]:
        if field.name in resource.values and isinstance(field.type, ResolvedType):
            declared, current = resource.values[field.name], live.get(field.name)
            value = field.type.resolved(current, declared)
            # A service may answer the rate that it inherits: having none of its own is no difference from that.
            if value is None and current is not None and current == inherited.get(field.name):
                value = current
            if value != declared:
                yield field.name, value


def require_payable_amounts(desired: Desired, workspace: Workspace) -> None:
    """Raise PlanningError for declared amounts with more decimals than the workspace's currency has."""
    if workspace.currency not in WITHOUT_MINOR_UNIT:
        return
    problems = [
        _problem(resource, field, amount, workspace.currency)
        for resource in desired.resources.values()
        for field in _MONEY[resource.kind]
        if field.name in resource.values and isinstance(field.type, MoneyType)
        for amount in field.type.amounts(resource.values[field.name])
        if not amount.endswith(".00")
    ]
    if problems:
        raise PlanningError(problems)


def _problem(resource: Resource, field: Field, amount: str, currency: str) -> Problem:
    source = resource.source
    place = (source.path, source.line, source.column) if source else ("", 0, 0)
    message = f"{field.name} of {resource.address}: {currency} has no minor unit, and {amount} is not a whole number"
    return Problem(*place, message, "round the amount; the currency is a setting of the workspace")
