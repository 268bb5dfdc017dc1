"""Declared resources that break a check of the policy, evaluated on the manifests alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from reconciler.checks import Check, Level, evaluate, identity
from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Kind, Resource, Source
from reconciler.state import Desired
from reconciler.value_types import PartlyAnsweredType

_UNDECLARED: Any = object()


def broken_checks(desired: Desired, *, skipped: Collection[Address] = ()) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings, each at the resource that breaks a check; `skipped` resources are not evaluated.

    `plan` evaluates the rest: checks with an action, which concern changes, and checks of fields that are not declared, whose
    values are known only from the workspace.
    """
    problems: dict[Level, list[Problem]] = {Level.ERROR: [], Level.WARN: []}
    checks = [check for check in desired.policy.checks if not check.actions]
    by_kind = {kind.name: _ChecksOfKind(kind, checks) for kind in KINDS}
    for resource in desired.resources.values() if checks else ():
        for check in by_kind[resource.kind].broken(resource):
            if resource.address not in skipped:
                problems[check.level].append(_problem(check, resource))
    return sorted(problems[Level.ERROR]), sorted(problems[Level.WARN])


class _ChecksOfKind:
    """The checks of one kind. Resources with the same values in the fields that these use break the same checks: each such set
    of values is evaluated once, and of 20,000 tasks few differ in them.
    """

    def __init__(self, kind: Kind, checks: Collection[Check]) -> None:
        self._checks = [check for check in checks if kind.name in check.kinds]
        parts = [part for check in self._checks for part in (check.when, check.require, check.forbid)]
        used = dict.fromkeys(condition.field for part in parts for condition in part)
        fields = {field.name: field for field in kind.fields if field.name in used}
        self._fields = tuple(fields)
        of_identity = used.keys() - fields.keys()
        self._uses_identity = bool(of_identity)
        self._names = slice(-1, None) if of_identity <= {"name"} else slice(None)
        self._answered: Mapping[str, Callable[[Any], Any]] = {
            name: field.answered for name, field in fields.items() if isinstance(field.type, PartlyAnsweredType)
        }
        self._known: dict[tuple[Any, ...], list[Check]] = {}

    def broken(self, resource: Resource) -> list[Check]:
        """The checks that a resource breaks."""
        if not self._checks:
            return []
        values = resource.values
        names = resource.address.path[self._names] if self._uses_identity else ()
        key = (names, *(values.get(name, _UNDECLARED) for name in self._fields))
        if key not in self._known:
            self._known[key] = self._evaluate(resource)
        return self._known[key]

    def _evaluate(self, resource: Resource) -> list[Check]:
        values = {name: resource.values[name] for name in self._fields if name in resource.values}
        values |= {name: answered(values[name]) for name, answered in self._answered.items() if name in values}
        if self._uses_identity:
            values |= identity(resource.address)
        return [check for check in self._checks if evaluate(check, values) is False]


def _problem(check: Check, resource: Resource) -> Problem:
    source = resource.source or Source("")
    message = f"{quote(str(resource.address))}: {check.label}"
    hint = "change the resource, or the check in policy.checks"
    return Problem(source.path, source.line, source.column, message, hint, rule="policy-check", row=source.row)
