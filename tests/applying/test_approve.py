"""No write without approval, by construction."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from reconciler.applying import ApprovedPlan, apply, approve
from reconciler.errors import BlockedError, NotApprovedError
from reconciler.planning import Plan
from tests.planning.literals import plan_of

CREATES = plan_of({"tags": ["a"]}, {})
UPDATES = plan_of({"clients": [{"name": "A", "note": "n"}]}, {"clients": ["A"]})
RESTORES = plan_of({"clients": ["A"]}, {"clients": [{"at": "A", "archived": True}]})
DELETES = plan_of({"tags": ["a"]}, {"tags": ["a", "b"]})


def test_the_whole_digest_approves() -> None:
    assert approve(CREATES, CREATES.digest).plan is CREATES


def test_sixteen_digits_approve_with_and_without_their_prefix() -> None:
    digits = CREATES.digest.removeprefix("sha256:")
    assert approve(CREATES, digits[:16]).plan is CREATES
    assert approve(CREATES, f"sha256:{digits[:17]}").plan is CREATES


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        " ",
        "yes",
        "sha256:",
        "bogus",
        "0" * 12,
        "*",
        CREATES.digest[7:18],
        CREATES.digest + "0",
        UPDATES.digest,
    ],
)
def test_anything_else_does_not(token: str | None) -> None:
    with pytest.raises(NotApprovedError):
        approve(CREATES, token)


@pytest.mark.parametrize(
    ("plan", "additive", "non_destructive"),
    [(CREATES, True, True), (RESTORES, True, True), (UPDATES, False, True), (DELETES, False, False)],
)
def test_a_class_refuses_a_plan_beyond_it(plan: Plan, additive: bool, non_destructive: bool) -> None:  # noqa: FBT001 -- a table's columns
    for token, fits in (("additive", additive), ("non-destructive", non_destructive)):
        if fits:
            assert approve(plan, token).plan is plan
        else:
            with pytest.raises(NotApprovedError, match="goes beyond"):
                approve(plan, token)


def test_a_blocked_plan_cannot_be_approved_even_by_its_digest() -> None:
    blocked = plan_of({"tags": []}, {"tags": ["a"]}, tag=7)
    with pytest.raises(BlockedError) as caught:
        approve(blocked, blocked.digest)
    assert "--allow-removals tags=1" in caught.value.blocked[0]


def test_a_class_refuses_a_plan_that_takes_a_protection_away() -> None:
    plan = replace(CREATES, withdrawn=("tag:x",))
    for token in ("additive", "non-destructive"):
        with pytest.raises(NotApprovedError, match="takes the protection away from 'tag:x'"):
            approve(plan, token)
    assert approve(plan, plan.digest).plan is plan


def test_a_refusal_names_the_guard_and_what_it_would_take() -> None:
    blocked = plan_of({"tags": []}, {"tags": ["a"]}, tag=7)
    with pytest.raises(BlockedError) as caught:
        approve(blocked, blocked.digest)
    assert caught.value.blocked == (
        "tag:a: would remove the only tag (removal_budget); to allow it: --allow-removals tags=1",
    )
    assert caught.value.hint == ""  # without it nothing is left
    partly = plan_of({"tags": ["new"]}, {"tags": ["a"]}, tag=7)
    with pytest.raises(BlockedError) as caught:
        approve(partly, partly.digest)
    assert "--except-blocked" in caught.value.hint


def test_an_approved_plan_cannot_be_made_by_hand() -> None:
    with pytest.raises(NotApprovedError):
        ApprovedPlan(CREATES, CREATES.digest)


def test_apply_takes_an_approved_plan_and_no_other() -> None:
    parameters = list(inspect.signature(apply).parameters.values())
    assert parameters[0].annotation == "ApprovedPlan"
    assert all(parameter.annotation not in ("Plan", "Desired") for parameter in parameters)
