"""Which declared resources break a check of the policy, as far as the manifests alone can tell."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.checks import Check, Level, evaluate, identity
from reconciler.errors import Problem
from reconciler.manifest.yaml.text import shown
from reconciler.model import Resource
from reconciler.state import Desired


def broken_checks(desired: Desired) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings, each at the resource that breaks a check.

    A check with an action is about changes, and a field that nobody declares keeps a value that only the workspace knows: both
    are left to `plan`.
    """
    found: dict[Level, list[Problem]] = {Level.ERROR: [], Level.WARN: []}
    checks = [check for check in desired.policy.checks if not check.actions]
    if checks:
        for resource in desired.resources.values():
            for check in _broken(checks, resource):
                found[check.level].append(_problem(check, resource))
    return sorted(found[Level.ERROR]), sorted(found[Level.WARN])


def _broken(checks: list[Check], resource: Resource) -> Iterator[Check]:
    values = {**resource.values, **identity(resource.address)}
    return (check for check in checks if resource.kind in check.kinds and evaluate(check, values) is False)


def _problem(check: Check, resource: Resource) -> Problem:
    source = resource.source
    place = (source.path, source.line, source.column) if source else ("", 0, 0)
    return Problem(*place, f"{shown(str(resource.address))}: {check.label}", "it breaks a check of `policy.checks`")
