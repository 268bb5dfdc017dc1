"""Approval: the only way from a Plan to an ApprovedPlan, which is all that `apply` takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reconciler.errors import BlockedError, NotApprovedError
from reconciler.planning.plan import Action, Plan

_SEAL: Final = object()
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})")

APPROVAL_CLASSES: Final = {
    "additive": frozenset({Action.CREATE, Action.RESTORE}),
    "non-destructive": frozenset({Action.CREATE, Action.RESTORE, Action.UPDATE}),
}
"""Classes of plans that may be approved without naming the digest: what actions each permits."""


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """A plan that somebody approved as it is. Made by `approve` and by nothing else; `token` is what they said."""

    plan: Plan
    token: str
    _seal: object = None

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise NotApprovedError("a plan is approved with approve(plan, token), never by hand")


def approve(plan: Plan, token: str | None) -> ApprovedPlan:
    """Approve `plan` with a digest (12 hex digits of it at least, `sha256:` or not), or with the name of a class.

    Raises BlockedError where a guard blocks any change, NotApprovedError for no token, a token of something else, and a
    class that the plan goes beyond (then the plan is refused whole).
    """
    blocked = [change for change in plan.changes if change.blocked]
    if blocked:
        lines = [
            f"{c.address}: {c.blocked.reason} ({c.blocked.guard}); to allow it: {c.blocked.allow}"
            for c in blocked
            if c.blocked
        ]
        raise BlockedError(
            f"{len(blocked)} of {len(plan.changes)} changes are blocked, so nothing is applied",
            blocked=lines,
            hint="`plan --except-blocked` shows what is left without them, and the digest of that",
        )
    token_text = (token or "").strip().lower()
    if token_text in APPROVAL_CLASSES:
        _require_class(plan, token_text)
    else:
        _require_digest(plan, token_text)
    return ApprovedPlan(plan, token_text, _SEAL)


def _require_class(plan: Plan, name: str) -> None:
    if plan.withdrawn:
        patterns = ", ".join(map(repr, plan.withdrawn[:3])) + (", …" if len(plan.withdrawn) > 3 else "")
        raise NotApprovedError(
            f"the plan goes beyond {name!r}: it takes the protection away from {patterns}",
            hint=f"approve it by its digest: {short(plan)}",
        )
    beyond = [change for change in plan.changes if change.action not in APPROVAL_CLASSES[name]]
    if beyond:
        listed = ", ".join(f"{change.action} {change.address}" for change in beyond[:3])
        more = f" and {len(beyond) - 3} more" if len(beyond) > 3 else ""
        raise NotApprovedError(
            f"the plan goes beyond {name!r}: {listed}{more}", hint=f"approve it by its digest: {short(plan)}"
        )


def _require_digest(plan: Plan, token_text: str) -> None:
    hint = f"read the plan, then approve exactly it: --approve {short(plan)}"
    if not token_text:
        raise NotApprovedError("the plan is not approved, so nothing is applied", hint=hint)
    match = _DIGEST.fullmatch(token_text)
    if match is None:
        words = " or ".join(APPROVAL_CLASSES)
        raise NotApprovedError(f"that is no approval: give the plan's digest (12 digits at least), {words}", hint=hint)
    if not plan.digest.removeprefix("sha256:").startswith(match.group(1)):
        raise NotApprovedError("the approval is of another plan: its digest is not this plan's", hint=hint)


def short(plan: Plan) -> str:
    """The shortest form of the digest that approves the plan."""
    return plan.digest.removeprefix("sha256:")[:12]
