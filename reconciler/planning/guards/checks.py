"""The checks of the policy, asked of every change: what breaks one is blocked, or warned of.

They look at the changes, the policy as the plan carries it, and what is live; so `apply` asks them again. A block by a check is
no part of the digest: a check may ask for the day of the week, and the plan of Thursday is still the plan on Friday. The
checks themselves are part of it, with the rest of the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from reconciler.checks import WEEKDAYS, Check, Level, evaluate, identity
from reconciler.checks.check import WEEKDAY
from reconciler.kinds import BY_NAME
from reconciler.model import Kind, Resource
from reconciler.planning.plan import Action, Blocked, Change
from reconciler.state import Live, Policy

CHECK = "check"


def evaluate_checks(
    changes: Sequence[Change], policy: Policy, live: Live, today: date | None
) -> tuple[list[Change], list[str]]:
    """The same changes, those blocked that break an error check, and a warning for each other check that is broken."""
    if not policy.checks:
        return list(changes), []
    evaluation = _CheckEvaluation(policy.checks, live, today)
    evaluated = [evaluation.of(change) for change in changes]
    return evaluated, evaluation.warnings()


@dataclass
class _CheckEvaluation:
    checks: Sequence[Check]
    live: Live
    today: date | None
    warned: dict[str, list[str]] = field(default_factory=dict)

    def of(self, change: Change) -> Change:
        """The change with its block, unless something harder blocks it."""
        current = self.live.by_id.get(change.id)
        if change.id and current is None:
            return change  # gone: an interrupted run did it already, or it moved, which is said elsewhere
        blocked = None
        for check, reason in self._broken(change, current):
            if check.level is Level.WARN:
                self.warned.setdefault(reason, []).append(str(change.address))
            elif blocked is None:
                blocked = Blocked(CHECK, reason, _allow(check))
        if blocked is None or (change.blocked and change.blocked.is_final):
            return change
        return replace(change, blocked=blocked)

    def _broken(self, change: Change, current: Resource | None) -> Iterator[tuple[Check, str]]:
        """The checks that the change breaks, and those of which nobody can say whether it does."""
        about = [check for check in self.checks if _concerns(check, change)]
        values = self._values(change, current) if about else {}
        for check in about:
            kept = evaluate(check, values)
            if kept is None:
                yield check, f"{check.label} (nobody can tell whether that holds: a value is not known)"
            elif not kept:
                yield check, check.label

    def _values(self, change: Change, current: Resource | None) -> dict[str, Any]:
        """What there will be, or for a delete what there is: live values, and over them what the change says."""
        kind = BY_NAME[change.kind]
        before = dict(current.values) if current is not None else self._blank(kind)
        if change.action is not Action.DELETE:
            before |= {f.name: f.after for f in change.fields}
        day = {WEEKDAY: WEEKDAYS[self.today.weekday()]} if self.today else {}
        return {**before, **day, **identity(change.address)}

    def _blank(self, kind: Kind) -> dict[str, Any]:
        """What a new resource has where nothing is declared; what a setting decides is known only where the setting is."""
        settings = self.live.workspace.settings
        values = {f.name: f.type.parse(f.created_as) for f in kind.fields if not f.setting}
        return values | {f.name: settings[f.setting] for f in kind.fields if isinstance(settings.get(f.setting), bool)}

    def warnings(self) -> list[str]:
        """One warning for each check, with the first of the changes that break it."""
        return [
            f"{reason}: {', '.join(addresses[:5])}{', …' if len(addresses) > 5 else ''}"
            for reason, addresses in self.warned.items()
        ]


def _concerns(check: Check, change: Change) -> bool:
    if change.kind not in check.kinds:
        return False
    return change.action in check.actions if check.actions else not change.removal


def _allow(check: Check) -> str:
    how = "change the manifest, or the check under `policy.checks`"
    return f"apply on another day, or {how}" if check.depends_on_day else how
