"""Declared resources that break a check of the policy, evaluated on the manifests alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from reconciler.checks import Check, Level, evaluate, identity
from reconciler.errors import Problem
from reconciler.kinds import BY_NAME
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Resource, Source
from reconciler.state import Desired


def broken_checks(desired: Desired, *, skipped: Collection[Address] = ()) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings, each at the resource that breaks a check; `skipped` resources are not evaluated.

    `plan` evaluates the rest: checks with an action, which concern changes, and checks of fields that are not declared, whose
    values are known only from the workspace.
    """
    problems: dict[Level, list[Problem]] = {Level.ERROR: [], Level.WARN: []}
    checks = [check for check in desired.policy.checks if not check.actions]
    if checks:
        for resource in desired.resources.values():
            for check in _broken(checks, resource) if resource.address not in skipped else ():
                problems[check.level].append(_problem(check, resource))
    return sorted(problems[Level.ERROR]), sorted(problems[Level.WARN])


def _broken(checks: list[Check], resource: Resource) -> Iterator[Check]:
    kind = BY_NAME[resource.kind]
    answered = {name: kind.field_named(name).answered(value) for name, value in resource.values.items()}
    values = {**answered, **identity(resource.address)}
    return (check for check in checks if resource.kind in check.kinds and evaluate(check, values) is False)


def _problem(check: Check, resource: Resource) -> Problem:
    source = resource.source or Source("")
    message = f"{quote(str(resource.address))}: {check.label}"
    hint = "change the resource, or the check in policy.checks"
    return Problem(source.path, source.line, source.column, message, hint, rule="policy-check", row=source.row)
