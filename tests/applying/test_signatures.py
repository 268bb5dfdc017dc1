"""Signed approvals: what a statement is, and how many people have signed. The signatures here are made up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.applying import approve
from reconciler.applying.signatures import SignedApprovals, ValidApproval, verify_approvals
from reconciler.applying.statement import ApprovalStatement, SignedApproval, instant_text, is_principal, parse_approval
from reconciler.errors import NotApprovedError
from tests.planning.literals import plan_of

PLAN = plan_of({"tags": ["a"]}, {})
OTHER = plan_of({"tags": ["b"]}, {})
NOW = datetime(2026, 2, 13, 12, tzinfo=UTC)
STATEMENT = ApprovalStatement(PLAN.digest, "w1", "ana", "2026-02-13T11:00:00Z", "2026-02-14T11:00:00Z")
SIGNATURE = b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"


def valid(signer: str, key: str, **changed: Any) -> ValidApproval:
    return ValidApproval(replace(STATEMENT, signer=signer, **changed), key)


def signers(*approvals: ValidApproval) -> list[str]:
    return [approval.statement.signer for approval in SignedApprovals(1, approvals).of(PLAN)]


def test_distinct_principals_with_distinct_keys_are_counted() -> None:
    assert signers(valid("ana", "k1"), valid("bo", "k2"), valid("cy", "k3")) == ["ana", "bo", "cy"]


def test_one_principal_and_one_key_are_one_signer() -> None:
    assert signers(valid("ana", "k1"), valid("ANA", "k2")) == ["ana"]
    assert signers(valid("ana", "k1"), valid("bo", "k1")) == ["ana"]
    assert signers(valid("ana", "k1"), valid("bo", "k2"), valid("ana", "k2")) == ["ana"]
    assert signers(valid("cy", "k3"), valid("ana", "k1"), valid("bo", "k2"), valid("bo", "k1")) == ["cy", "ana"]
    assert signers(valid("ana", "k1"), valid("cy", "k3"), valid("bo", "k2"), valid("bo", "k1")) == ["ana", "cy"]


def test_all_principals_of_a_key_are_names_of_one_signer() -> None:
    ana = replace(valid("ana", "k1"), principals=("ana", "ana@x.example"))
    assert signers(ana, valid("ana@x.example", "k2"), valid("bo", "k3")) == ["ana", "bo"]


def test_only_approvals_of_exactly_this_plan_are_counted() -> None:
    assert signers(valid("ana", "k1", digest=OTHER.digest), valid("bo", "k2", workspace_id="w2")) == []
    assert signers(valid("ana", "k1", workspace_id="")) == ["ana"]


def test_enough_signers_approve_the_digest_and_too_few_nothing() -> None:
    two = SignedApprovals(2, (valid("ana", "k1"), valid("bo", "k2")))
    approved = approve(PLAN, None, two)
    assert approved.token == PLAN.digest
    assert [approval.statement.signer for approval in approved.approvals] == ["ana", "bo"]
    assert approved.approvals[0].to_json() == {
        "signer": "ana",
        "key": "k1",
        "signed_at": STATEMENT.signed_at,
        "expires_at": STATEMENT.expires_at,
    }
    with pytest.raises(
        NotApprovedError, match="needs the signed approvals of 3 distinct signers; 2 can be counted"
    ) as error:
        approve(PLAN, PLAN.digest, replace(two, required=3, rejected=("x: no",)))
    assert error.value.details == ("ana: counts (k1)", "bo: counts (k2)", "x: no")
    with pytest.raises(NotApprovedError) as error:
        approve(OTHER, None, two)
    assert error.value.details[0] == f"ana: approves another plan, {PLAN.digest}"


def test_approvals_that_are_joined_with_another_one_are_listed_by_name() -> None:
    ana = replace(valid("ana", "k1"), principals=("ana", "ana@x.example"))
    approvals = (ana, valid("bo", "k1"), valid("Ana", "k2"), valid("ana@x.example", "k3"), valid("cy", "k4"))
    with pytest.raises(NotApprovedError, match="3 distinct signers; 2 can be counted") as error:
        approve(PLAN, None, SignedApprovals(3, approvals, ("x: no",)))
    assert error.value.details == (
        "ana: counts (k1)",
        "cy: counts (k4)",
        "bo: does not count beside ana, as they are one signer: both with the key k1",
        "Ana: does not count beside ana, as they are one signer: another key of the same principal",
        "ana@x.example: does not count beside ana, as they are one signer: the allowed signers name both for one key",
        "x: no",
    )


def test_a_token_beside_the_approvals_has_to_hold_as_well() -> None:
    one = SignedApprovals(1, (valid("ana", "k1"),))
    assert approve(PLAN, "additive", one).token == "additive"
    for token in (OTHER.digest, "", "yes"):
        with pytest.raises(NotApprovedError):
            approve(PLAN, token, one)


def test_an_approval_is_read_back_as_the_text_that_was_signed() -> None:
    payload = STATEMENT.to_text().encode()
    for data in (payload + SIGNATURE, (payload + SIGNATURE).replace(b"\n", b"\r\n")):
        approval = parse_approval(data, "a.approval")
        assert approval == SignedApproval(STATEMENT, payload, SIGNATURE, "a.approval")
    made = replace(STATEMENT, workspace_id="", plan_created_at="2026-02-13T10:00:00Z")
    assert parse_approval(made.to_text().encode() + SIGNATURE).statement == made


def _edited(**changed: Any) -> bytes:
    content = {
        key: value for key, value in {**json.loads(STATEMENT.to_text()), **changed}.items() if value != "missing"
    }
    return json.dumps(content).encode() + b"\n" + SIGNATURE


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no signature": STATEMENT.to_text().encode(),
    "no statement": SIGNATURE,
    "two signatures": STATEMENT.to_text().encode() + SIGNATURE + SIGNATURE,
    "a signature in a line": STATEMENT.to_text().encode()[:-1] + SIGNATURE,
    "a signature without an end": STATEMENT.to_text().encode() + SIGNATURE[:-5],
    "text after it": STATEMENT.to_text().encode() + SIGNATURE + b"x",
    "no JSON": b"digest\n" + SIGNATURE,
    "a key twice": b'{"digest": 1, "digest": 2}\n' + SIGNATURE,
    "another format": _edited(format="reconciler.approval/2"),
    "a key more": _edited(more=1),
    "a key less": _edited(expires_at="missing"),
    "a short digest": _edited(digest=PLAN.digest[:30]),
    "a pattern for a signer": _edited(signer="*@x.example"),
    "a time without an offset": _edited(signed_at="2026-02-13T11:00:00"),
    "no time": _edited(expires_at="never"),
    "not UTF-8": b"\xff\n" + SIGNATURE,
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_approval_is_refused(case: str) -> None:
    with pytest.raises(NotApprovedError, match=r"^x\.approval: "):
        parse_approval(BROKEN[case], "x.approval")


@pytest.mark.parametrize("name", ["", "a b", "-f", "a,b", "*", "!a", '"a"', "a\n", "\u202ea", "a" * 251, 3, None])
def test_a_principal_is_one_plain_name(name: object) -> None:
    assert not is_principal(name)
    assert is_principal("ana@x.example")


@dataclass
class Signers:
    """Allowed signers: key → principals. `times`: when each question was asked about."""

    key: str = "k1"
    allowed: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"k1": ("ana", "ana@x.example")})
    since: str = ""
    times: list[str] = field(default_factory=list)

    def key_of(self, approval: SignedApproval) -> str:
        return self.key if approval.signature == SIGNATURE else ""

    def principals_of(self, approval: SignedApproval, at: datetime) -> Sequence[str]:
        self.times.append(instant_text(at))
        return self.allowed.get(self.key_of(approval), ())

    def is_signed_by(self, approval: SignedApproval, principal: str, at: datetime) -> bool:
        return principal in self.principals_of(approval, at) and instant_text(at) >= self.since


def rejected(verifier: Signers | None = None, *, signature: bytes = SIGNATURE, authors: Sequence[str] = (), **changed: Any) -> str:  # fmt: skip
    approval = SignedApproval(replace(STATEMENT, **changed), b"", signature, "f")
    found = verify_approvals([approval], verifier or Signers(), required=1, now=NOW, not_authors=authors)
    assert len(found.valid) + len(found.rejected) == 1
    return found.rejected[0] if found.rejected else ""


def test_each_reason_not_to_count_an_approval_is_stated() -> None:
    assert rejected() == ""
    assert "it was edited" in rejected(signature=b"x")
    assert "expired at 2026-02-13T12:00:00Z" in rejected(expires_at="2026-02-13T12:00:00Z")
    assert "its dates are not possible" in rejected(expires_at=STATEMENT.signed_at)
    assert "its dates are not possible" in rejected(signed_at="2026-02-13T12:06:00Z")
    assert rejected(signed_at="2026-02-13T12:04:00Z") == ""
    assert "the key k1 is not that of an allowed signer" in rejected(Signers(allowed={}))
    assert "do not let the key k1 approve as bo" in rejected(signer="bo")
    assert "do not let the key k1 approve as ana" in rejected(Signers(since="2026-02-13T11:30:00Z"))
    for author in ("ana", "ANA", "ana@x.example"):
        assert f"ana is the author of the plan ({author})" in rejected(authors=["zed", author])
    assert rejected(authors=["bo"]) == ""


def test_a_signer_has_to_be_allowed_when_it_signs_and_now() -> None:
    verifier = Signers()
    assert rejected(verifier) == ""
    assert {STATEMENT.signed_at, instant_text(NOW)} <= set(verifier.times)
