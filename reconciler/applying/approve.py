"""Approval: the only way from a Plan to an ApprovedPlan, which is all that `apply` takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from reconciler.applying.digests import MIN_DIGITS, short
from reconciler.applying.signatures import SignedApprovals, ValidApproval
from reconciler.errors import BlockedError, NotApprovedError, PlanFileError
from reconciler.kinds import BY_NAME
from reconciler.planning.exclude import is_exclusion_useful
from reconciler.planning.guards import requests
from reconciler.planning.plan import DIGEST_VERSION, Action, Blocked, Change, Plan, Step
from reconciler.text import command_line

_SEAL: Final = object()
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{1,64})")

_CREATING: Final = frozenset({Step.CREATE, Step.PATCH, Step.UPDATE})
"""The steps of a create of what manifests declare."""

_NAMED: Final = 3
"""Changes that the line of a reason names."""

APPROVAL_CLASSES: Final = {
    "additive": frozenset({Action.CREATE, Action.RESTORE}),
    "non-destructive": frozenset({Action.CREATE, Action.RESTORE, Action.UPDATE}),
}
"""Classes of plans that may be approved without naming the digest: what actions each permits. A restore is additive only if it
changes nothing else. They hold for plans made in this process, never for a plan file.
"""


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """A plan that somebody approved as it is. Made by `approve` and by nothing else; `token` is what they said.

    `approvals`: the signed ones that were counted, one of each signer.
    """

    plan: Plan
    token: str
    _seal: object = None
    approvals: tuple[ValidApproval, ...] = ()

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise NotApprovedError("a plan is approved with approve(plan, token), never by hand")


NO_APPROVALS: Final = SignedApprovals()
"""No signed approval is required."""


def approve(plan: Plan, token: str | None, signed: SignedApprovals = NO_APPROVALS) -> ApprovedPlan:
    """Approve `plan` with a digest (16 hex digits of it at least, `sha256:` or not), or with the name of a class.

    Raises BlockedError where a guard blocks any change, PlanFileError for a plan file of 0.1.0, NotApprovedError for no token, a
    token of something else, a class for a plan that was read from a file, and a class that the plan goes beyond. Where signed
    approvals are required, too few of them are refused, and enough of them need no token: they name the digest. A token that
    is given has to hold as well.
    """
    require_current(plan)
    blocked = [change for change in plan.changes if change.blocked]
    if blocked:
        raise BlockedError(
            f"{len(blocked)} of {len(plan.changes)} changes are blocked, so nothing is applied",
            blocked=tuple(_block_lines(blocked)),
            hint="--except-blocked leaves them out; the rest has a digest of its own"
            if is_exclusion_useful(plan)
            else "",
        )
    approvals = _counted(plan, signed) if signed.required else ()
    given = (plan.digest if token is None and approvals else token or "").strip().lower()
    if given in APPROVAL_CLASSES:
        _require_class(plan, given)
    else:
        _require_digest(plan, given)
    return ApprovedPlan(plan, given, _SEAL, approvals)


def _counted(plan: Plan, signed: SignedApprovals) -> tuple[ValidApproval, ...]:
    """One approval of each signer. Raises NotApprovedError for too few signers."""
    approvals = signed.of(plan)
    if len(approvals) < signed.required:
        counted = [f"{approval.statement.signer}: counts ({approval.key})" for approval in approvals]
        raise NotApprovedError(
            f"the plan needs the signed approvals of {signed.required} distinct signers; {len(approvals)} can be counted",
            details=(*counted, *signed.others(plan)),
            hint=f"sign exactly this plan: {command_line('reconciler', 'approve', plan.digest, '--sign-with', 'KEY')}",
        )
    return approvals


def digits_of(token: str | None) -> str:
    """The hex digits of an approval that names a digest; "" for a class, for too few digits, and for anything else."""
    match = _DIGEST.fullmatch((token or "").strip().lower())
    return match.group(1) if match is not None and len(match.group(1)) >= MIN_DIGITS else ""


def _block_lines(changes: Sequence[Change]) -> Iterator[str]:
    """A line for each reason: the first changes that it blocks and the number of the others, why, and what allows them."""
    by_block: dict[Blocked, list[Change]] = {}
    for change in changes:
        if change.blocked:
            by_block.setdefault(change.blocked, []).append(change)
    for block, same in by_block.items():
        what = ", ".join(str(change.address) for change in same[:_NAMED])
        if block.guard == requests.NAME:
            what = f"{len(same)} change{'s' if len(same) > 1 else ''}"
        elif len(same) > _NAMED:
            what += f" and {len(same) - _NAMED:,} more"
        yield f"{what}: {block.reason} ({block.guard}); to allow it: {block.allow}"


def require_current(plan: Plan) -> None:
    """Raise PlanFileError for a plan whose digest covers too little: that of a file of 0.1.0."""
    if plan.digest_version < DIGEST_VERSION:
        raise PlanFileError(
            "the plan file is of version 0.1.0, whose digest covers neither the gateway nor the allowances: it can be shown, not applied",
            hint="plan again: reconciler plan -o plan.json",
        )


def with_allowances_of(plan: Plan, token: str | None) -> Plan:
    """The plan with those of its allowances that the plan of this digest states; the same plan if none matches.

    A plan is reviewed with the allowances that were given to `plan`, and applied with those and more: whatever the command line
    of `apply` adds holds there, without being part of the digest.
    """
    digits = digits_of(token)
    if not digits:
        return plan
    for numbers, addresses, limit in product((True, False), repeat=3):
        stated = replace(
            plan,
            allowances=plan.allowances if numbers else {},
            allowed_removals=plan.allowed_removals if addresses else (),
            max_requests=plan.max_requests if limit else None,
        )
        if _is_digest_of(stated, digits):
            return stated
    return plan


def _require_class(plan: Plan, name: str) -> None:
    hint = f"approve it by its digest: {short(plan)}"
    if plan.is_loaded:
        raise NotApprovedError(f"{name!r} does not approve a plan file: it needs the plan's digest", hint=hint)
    if plan.withdrawn:
        patterns = ", ".join(map(repr, plan.withdrawn[:3])) + (", …" if len(plan.withdrawn) > 3 else "")
        raise NotApprovedError(
            f"the plan goes beyond {name!r}: it takes the protection away from {patterns}", hint=hint
        )
    beyond = [change for change in plan.changes if _effect(change) not in APPROVAL_CLASSES[name]]
    if beyond:
        listed = ", ".join(f"{change.action} {change.address}" for change in beyond[:3])
        more = f" and {len(beyond) - 3} more" if len(beyond) > 3 else ""
        raise NotApprovedError(f"the plan goes beyond {name!r}: {listed}{more}", hint=hint)


def _effect(change: Change) -> Action:
    """What the steps of a change do to live resources, whatever its label."""
    kind = BY_NAME[change.kind]
    if change.deletes:
        return Action.DELETE
    if change.steps[:1] == (Step.CREATE,) and not change.id and set(change.steps) <= _CREATING:
        return Action.CREATE
    after = {field.name: field.after for field in change.fields}
    if change.archives or kind.is_archived(after):
        return Action.ARCHIVE
    is_restore = change.steps == (Step.RESTORE,) and after.keys() == {kind.lifecycle_name}
    return Action.RESTORE if is_restore else Action.UPDATE


def _require_digest(plan: Plan, given: str) -> None:
    hint = f"read the plan, then approve exactly it: --approve {short(plan)}"
    if not given:
        raise NotApprovedError("the plan is not approved, so nothing is applied", hint=hint)
    match = _DIGEST.fullmatch(given)
    if match is None:
        words = " or ".join(APPROVAL_CLASSES)
        raise NotApprovedError(
            f"invalid approval: give the plan's digest (at least {MIN_DIGITS} digits), {words}", hint=hint
        )
    digits = match.group(1)
    if len(digits) < MIN_DIGITS:
        raise NotApprovedError(
            f"{len(digits)} digits of a digest are too few: an approval needs at least {MIN_DIGITS}", hint=hint
        )
    if not _is_digest_of(plan, digits):
        raise NotApprovedError("the approval is of another plan: its digest is not this plan's", hint=hint)


def _is_digest_of(plan: Plan, digits: str) -> bool:
    return plan.digest.removeprefix("sha256:").startswith(digits)
