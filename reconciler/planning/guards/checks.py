"""Changes that break a check of the policy: blocked at level error, warned of at level warn.

`apply` evaluates the checks again. A block by a check is not part of the digest: a check may use the day of the week, and the
plan of Thursday is the same plan on Friday. The checks themselves are part of it, with the rest of the policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from reconciler.checks import WEEKDAYS, Check, Level, identity
from reconciler.checks import evaluate as holds
from reconciler.checks.check import WEEKDAY
from reconciler.kinds import BY_NAME
from reconciler.model import Kind, Resource
from reconciler.planning.guards.context import INSTEAD_OF_UNDO, GuardContext
from reconciler.planning.plan import Blocked, Change
from reconciler.state import Live

NAME = "check"

_LISTED = 5


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block each change that breaks a check of level error, by the first such check."""
    blocked: dict[int, Blocked] = {}
    for position, check, reason in _violations(changes, context, Level.ERROR):
        blocked.setdefault(position, Blocked(NAME, reason, _allow(check, context)))
    return blocked


def warnings(changes: Sequence[Change], context: GuardContext) -> list[str]:
    """One warning for each check of level warn that is broken, with the first changes that break it."""
    found: dict[str, list[str]] = {}
    for position, _, reason in _violations(changes, context, Level.WARN):
        found.setdefault(reason, []).append(str(changes[position].address))
    return [
        f"{reason}: {', '.join(addresses[:_LISTED])}{', …' if len(addresses) > _LISTED else ''}"
        for reason, addresses in found.items()
    ]


def _violations(changes: Sequence[Change], context: GuardContext, level: Level) -> Iterator[tuple[int, Check, str]]:
    """The position of each change that breaks a check of this level, or may break it, with the check and the reason.

    A change whose resource is gone is skipped: an interrupted run did it already, or the preconditions report it.
    """
    # The order of the plan file, so that planning and apply give the same reason.
    checks = sorted(context.policy.checks, key=lambda check: json.dumps(check.to_json(), sort_keys=True))
    checks = [check for check in checks if check.level is level]
    if not checks:
        return
    evaluation = _Values(context.live, context.today)
    for position, change in enumerate(changes):
        applicable = [check for check in checks if _applies(check, change)]
        values = evaluation.of(change) if applicable else None
        for check in applicable if values is not None else ():
            is_kept = holds(check, values or {})
            if is_kept is None:
                yield position, check, f"{check.label} (cannot be evaluated: a value is unknown)"
            elif not is_kept:
                yield position, check, check.label


class _Values:
    """The values that checks compare: for a delete the live ones, otherwise those after the change."""

    def __init__(self, live: Live, today: date | None) -> None:
        self._live = live
        self._by_id = {resource.id: resource for resource in live.everything}
        self._day = {WEEKDAY: WEEKDAYS[today.weekday()]} if today else {}

    def of(self, change: Change) -> Mapping[str, Any] | None:
        """The values of one change; None where its resource is gone."""
        current: Resource | None = self._by_id.get(change.id)
        if change.id and current is None:
            return None
        values = dict(current.values) if current is not None else self._defaults(BY_NAME[change.kind])
        if not change.deletes:
            kind = BY_NAME[change.kind]
            known = {f.name: f for f in kind.every_field}
            values |= {f.name: known[f.name].answered(f.after) if f.name in known else f.after for f in change.fields}
        return {**values, **self._day, **identity(change.address)}

    def _defaults(self, kind: Kind) -> dict[str, Any]:
        """The values of a new resource where none are declared; those that a workspace setting gives, where it is known."""
        settings = self._live.workspace.settings
        values = {f.name: f.type.parse(f.created_as) for f in kind.fields if not f.setting}
        return values | {f.name: settings[f.setting] for f in kind.fields if isinstance(settings.get(f.setting), bool)}


def _applies(check: Check, change: Change) -> bool:
    if change.kind not in check.kinds:
        return False
    return change.action in check.actions if check.actions else not change.is_removal


def _allow(check: Check, context: GuardContext) -> str:
    edit = INSTEAD_OF_UNDO if context.is_undo else "change the manifest, or the check under `policy.checks`"
    return f"apply on another day, or {edit}" if check.depends_on_day else edit
