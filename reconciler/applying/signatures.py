"""Signed approvals of a plan: which of them count, and how many people they are. What signs and verifies is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reconciler.applying.expiry import SKEW, parse_instant
from reconciler.applying.statement import ApprovalStatement, SignedApproval
from reconciler.names import fold
from reconciler.planning.plan import Plan


class SignatureVerifier(Protocol):
    """Verifies signatures against the allowed signers."""

    def key_of(self, approval: SignedApproval) -> str:
        """The fingerprint of the key that signed exactly this statement as an approval; "" if none did."""

    def principals_of(self, approval: SignedApproval, at: datetime) -> Sequence[str]:
        """Whom the allowed signers name for that key at a time."""

    def is_signed_by(self, approval: SignedApproval, principal: str, at: datetime) -> bool:
        """Whether the allowed signers let that key sign approvals as this principal at a time."""


@dataclass(frozen=True, slots=True)
class ValidApproval:
    """An approval whose signature, dates and signer were verified. `key`: the fingerprint of the signing key.

    `principals`: whom the allowed signers name for that key.
    """

    statement: ApprovalStatement
    key: str
    principals: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """All names of its signer, as they are compared."""
        return frozenset(map(fold, (self.statement.signer, *self.principals)))

    def to_json(self) -> dict[str, Any]:
        """The approval in the record of a run."""
        statement = self.statement
        return {
            "signer": statement.signer,
            "key": self.key,
            "signed_at": statement.signed_at,
            "expires_at": statement.expires_at,
        }


@dataclass(frozen=True, slots=True)
class SignedApprovals:
    """The verified approvals that a plan may have. `required`: how many distinct signers it needs; 0 for none.

    `rejected`: one line for each approval that does not count, and why.
    """

    required: int = 0
    valid: tuple[ValidApproval, ...] = ()
    rejected: tuple[str, ...] = ()

    def of(self, plan: Plan) -> tuple[ValidApproval, ...]:
        """One approval of exactly this plan for each distinct signer, in the order given.

        Approvals with the same principal, or with the same key, are of one signer; also where a third one connects them. All
        principals of a key are names of its signer.
        """
        return tuple(group[0] for group in self._groups(plan))

    def _groups(self, plan: Plan) -> list[list[ValidApproval]]:
        """The approvals of exactly this plan, those of one signer together; the first of each counts."""
        groups: list[tuple[set[str], list[ValidApproval]]] = []
        for approval in self.valid:
            if not _is_of(approval.statement, plan):
                continue
            names = {f"key {approval.key}", *(f"principal {name}" for name in approval.names)}
            same = [group for group in groups if group[0] & names]
            kept = [group for group in groups if group not in same]
            position = groups.index(same[0]) if same else len(kept)
            joined = [one for group in same for one in group[1]]
            kept.insert(position, (names.union(*(group[0] for group in same)), [*joined, approval]))
            groups = kept
        return [approvals for _, approvals in groups]

    def others(self, plan: Plan) -> tuple[str, ...]:
        """A line for each approval that does not count for this plan."""
        elsewhere = [
            f"{approval.statement.signer}: approves {_other(approval.statement, plan)}"
            for approval in self.valid
            if not _is_of(approval.statement, plan)
        ]
        joined = [_joined(group, number) for group in self._groups(plan) for number in range(1, len(group))]
        return (*joined, *self.rejected, *elsewhere)


def _joined(group: Sequence[ValidApproval], number: int) -> str:
    """Why an approval of a group is not one of another signer than the first."""
    approval, signer = group[number], group[0].statement.signer
    others = [one for one in group if one is not approval]
    if any(one.key == approval.key for one in others):
        why = f"both with the key {approval.key}"
    elif any(fold(one.statement.signer) == fold(approval.statement.signer) for one in others):
        why = "another key of the same principal"
    else:
        why = "the allowed signers name both for one key"
    return f"{approval.statement.signer}: does not count beside {signer}, as they are one signer: {why}"


def _other(statement: ApprovalStatement, plan: Plan) -> str:
    if statement.digest == plan.digest:
        return f"this plan for another workspace, {statement.workspace_id}"
    return f"another plan, {statement.digest}"


def _is_of(statement: ApprovalStatement, plan: Plan) -> bool:
    """Whether a statement is about exactly this plan. The digest covers the workspace; a stated one must not contradict it."""
    return statement.digest == plan.digest and statement.workspace_id in ("", plan.target.workspace_id)


def verify_approvals(
    approvals: Sequence[SignedApproval],
    verifier: SignatureVerifier,
    *,
    required: int,
    now: datetime,
    not_authors: Sequence[str] = (),
    rejected: Sequence[str] = (),
) -> SignedApprovals:
    """The approvals that count. `not_authors`: principals or e-mail addresses that must not be among the signers.

    `rejected`: lines for what could not be read as an approval.
    """
    valid: list[ValidApproval] = []
    lines = list(rejected)
    for approval in approvals:
        key = verifier.key_of(approval)
        problem = _problem(approval, key, verifier, now, not_authors)
        if problem:
            lines.append(f"{approval.name}: {problem}")
        else:
            valid.append(ValidApproval(approval.statement, key, tuple(verifier.principals_of(approval, now))))
    return SignedApprovals(required, tuple(valid), tuple(lines))


def _problem(
    approval: SignedApproval, key: str, verifier: SignatureVerifier, now: datetime, not_authors: Sequence[str]
) -> str:
    """Why an approval does not count; "" if it does."""
    statement = approval.statement
    signed, expires = parse_instant(statement.signed_at), parse_instant(statement.expires_at)
    if not key:
        return "the signature is not one of this statement: it was edited, or signed for another purpose"
    if signed is None or expires is None or signed - now > SKEW or expires <= signed:
        return f"its dates are not possible ({statement.signed_at} to {statement.expires_at})"
    if expires <= now:
        return f"expired at {statement.expires_at}"
    return _problem_of_signer(approval, key, verifier, (signed, now), not_authors)


def _problem_of_signer(
    approval: SignedApproval,
    key: str,
    verifier: SignatureVerifier,
    times: tuple[datetime, datetime],
    not_authors: Sequence[str],
) -> str:
    """Why the key does not count; "" if it does. It has to be allowed at both times."""
    signer, now = approval.statement.signer, times[-1]
    if not verifier.principals_of(approval, now):
        return f"the key {key} is not that of an allowed signer, or not valid now"
    # At its date, as git has it; and now, as a date can be any that its signer wants.
    if not all(verifier.is_signed_by(approval, signer, at) for at in times):
        return f"the allowed signers do not let the key {key} approve as {signer}"
    for author in not_authors:
        # A key that may sign for the author is the author's, whatever name the statement has.
        if fold(author) == fold(signer) or verifier.is_signed_by(approval, author, now):
            return f"{signer} is the author of the plan ({author}), whose approval does not count"
    return ""
