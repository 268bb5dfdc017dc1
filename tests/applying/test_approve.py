"""No write without approval, by construction."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import ApprovedPlan, apply, approve
from reconciler.applying.approve import _CREATING, _block_lines, _effect, require_current, with_allowances_of
from reconciler.errors import BlockedError, NotApprovedError, PlanFileError
from reconciler.model import Address
from reconciler.planning import Plan
from reconciler.planning.plan import DIGEST_VERSION, Action, Blocked, Step
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


DIGITS = CREATES.digest.removeprefix("sha256:")
EXACTLY = f"read the plan, then approve exactly it: --approve {DIGITS[:16]}"


@pytest.mark.parametrize(
    ("token", "message"),
    [
        (None, "the plan is not approved, so nothing is applied"),
        (" ", "the plan is not approved, so nothing is applied"),
        ("yes", "invalid approval: give the plan's digest (at least 16 digits), additive or non-destructive"),
        (DIGITS + "0", "invalid approval: give the plan's digest (at least 16 digits), additive or non-destructive"),
        (DIGITS[:1], "1 digits of a digest are too few: an approval needs at least 16"),
        (f"sha256:{DIGITS[:15]}", "15 digits of a digest are too few: an approval needs at least 16"),
        (UPDATES.digest, "the approval is of another plan: its digest is not this plan's"),
        (DIGITS[1:17], "the approval is of another plan: its digest is not this plan's"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_gives_the_digits(token: str | None, message: str) -> None:
    with pytest.raises(NotApprovedError) as caught:
        approve(CREATES, token)
    assert (caught.value.message, caught.value.hint) == (message, EXACTLY)


@pytest.mark.parametrize(
    ("number", "listed"), [(1, "'t0'"), (3, "'t0', 't1', 't2'"), (4, "'t0', 't1', 't2', …"), (5, "'t0', 't1', 't2', …")]
)
def test_of_the_patterns_that_lose_their_protection_three_are_named(number: int, listed: str) -> None:
    plan = replace(CREATES, withdrawn=tuple(f"t{at}" for at in range(number)))
    with pytest.raises(NotApprovedError) as caught:
        approve(plan, "additive")
    assert caught.value.message == f"the plan goes beyond 'additive': it takes the protection away from {listed}"
    assert caught.value.hint == f"approve it by its digest: {plan.digest.removeprefix('sha256:')[:16]}"


@pytest.mark.parametrize(("number", "more"), [(1, ""), (3, ""), (4, " and 1 more"), (5, " and 2 more")])
def test_of_the_changes_beyond_a_class_three_are_named(number: int, more: str) -> None:
    names = [f"n{at}" for at in range(number)]
    plan = plan_of({"clients": [{"name": name, "note": "new"} for name in names]}, {"clients": [*names]})
    with pytest.raises(NotApprovedError) as caught:
        approve(plan, "additive")
    listed = ", ".join(f"update client:{name}" for name in names[:3])
    assert caught.value.message == f"the plan goes beyond 'additive': {listed}{more}"


def test_a_class_never_approves_a_plan_that_was_read_from_a_file() -> None:
    plan = replace(CREATES, is_loaded=True)
    for token in ("additive", "non-destructive"):
        with pytest.raises(NotApprovedError) as caught:
            approve(plan, token)
        assert caught.value.message == f"'{token}' does not approve a plan file: it needs the plan's digest"
    assert approve(plan, plan.digest).plan is plan


RENAMES = plan_of({"clients": [{"name": "B", "was": "A"}]}, {"clients": ["A"]})
ARCHIVES = plan_of({"clients": [{"name": "A", "archived": True}]}, {"clients": ["A"]})
RESTORES_AND_MORE = plan_of({"clients": [{"name": "A", "note": "n"}]}, {"clients": [{"at": "A", "archived": True}]})
CREATES_AND_UPDATES = plan_of({"clients": [{"name": "A", "cc_emails": ["a@b.example"]}]}, {})


@pytest.mark.parametrize(
    ("plan", "effect"),
    [
        (CREATES, "create"),
        (CREATES_AND_UPDATES, "create"),
        (UPDATES, "update"),
        (RENAMES, "update"),
        (RESTORES, "restore"),
        (RESTORES_AND_MORE, "update"),
        (ARCHIVES, "archive"),
        (DELETES, "delete"),
    ],
)
def test_what_a_change_does_is_told_by_its_steps_whatever_its_label(plan: Plan, effect: str) -> None:
    (change,) = plan.changes
    assert [_effect(replace(change, action=action)) for action in Action] == [effect] * len(Action)


def test_a_change_that_calls_itself_a_create_and_has_an_id_is_none() -> None:
    (create,), (update,) = CREATES.changes, UPDATES.changes
    assert _effect(replace(create, id="t1")) is Action.UPDATE
    assert _effect(replace(update, action=Action.CREATE, id="")) is Action.UPDATE
    assert _effect(replace(create, steps=(Step.CREATE, Step.ARCHIVE))) is not Action.CREATE


@pytest.mark.parametrize("version", [DIGEST_VERSION - 1, DIGEST_VERSION])
def test_a_plan_whose_digest_covers_too_little_is_shown_and_never_applied(version: int) -> None:
    plan = replace(CREATES, digest_version=version)
    if version == DIGEST_VERSION:
        require_current(plan)
        return
    with pytest.raises(PlanFileError, match="the plan file is of version 0") as caught:
        approve(plan, plan.digest)
    assert caught.value.hint == "plan again: reconciler plan -o plan.json"


TAG = Address("tag", ("x",))


def test_of_the_allowances_those_hold_that_the_digest_states() -> None:
    bare = plan_of({"tags": ["a"]}, {})
    given = replace(bare, allowances={"tag": 1}, allowed_removals=(TAG,), max_requests=9)
    kept: dict[str, Any]
    for kept in (
        {"allowances": {"tag": 1}, "allowed_removals": (TAG,), "max_requests": 9},
        {"allowances": {"tag": 1}},
        {"allowed_removals": (TAG,)},
        {"max_requests": 9},
        {},
    ):
        stated = replace(bare, **kept)
        digits = stated.digest.removeprefix("sha256:")
        for token in (stated.digest, digits[:16], f" {digits[:16].upper()}"):
            assert with_allowances_of(given, token).digest == stated.digest
        assert with_allowances_of(given, digits[:15]) is given
    for other in (None, "", "additive", UPDATES.digest):
        assert with_allowances_of(given, other) is given


def test_an_approved_plan_cannot_be_made_by_hand() -> None:
    for seal in ((), (None,), (object(),)):
        with pytest.raises(NotApprovedError, match="never by hand"):
            ApprovedPlan(CREATES, CREATES.digest, *seal)
    assert approve(CREATES, f" {CREATES.digest.upper()} ").token == CREATES.digest


def test_apply_takes_an_approved_plan_and_no_other() -> None:
    parameters = list(inspect.signature(apply).parameters.values())
    assert parameters[0].annotation == "ApprovedPlan"
    assert all(parameter.annotation not in ("Plan", "Desired") for parameter in parameters)


LIMIT = Blocked("max_requests", "the plan needs 3 requests", "--max-requests 3")
OTHER = Blocked("protect", "protected", "no way")
LIMIT_LINE = ": the plan needs 3 requests (max_requests); to allow it: --max-requests 3"


@pytest.mark.parametrize(
    ("blocks", "lines"),
    [
        ((None, None, None), []),
        ((LIMIT,), [f"1 change{LIMIT_LINE}"]),
        ((LIMIT, LIMIT), [f"2 changes{LIMIT_LINE}"]),
        (
            (None, LIMIT, OTHER, LIMIT, None, OTHER),
            [
                f"2 changes{LIMIT_LINE}",
                "tag:2, tag:5: protected (protect); to allow it: no way",
            ],
        ),
    ],
)
def test_each_reason_is_one_line_for_all_its_changes(blocks: tuple[Blocked | None, ...], lines: list[str]) -> None:
    change = CREATES.changes[0]
    blocked = [replace(change, address=Address("tag", (str(at),)), blocked=block) for at, block in enumerate(blocks)]
    assert list(_block_lines(blocked)) == lines


def test_the_effect_of_a_change_is_that_of_its_steps() -> None:
    create = CREATES.changes[0]
    assert _effect(replace(create, steps=(Step.CREATE, *(_CREATING - {Step.CREATE})))) is Action.CREATE
    archive = plan_of({"clients": [{"name": "A", "archived": True}]}, {"clients": ["A"]}).changes[0]
    assert _effect(archive) is Action.ARCHIVE
    assert _effect(replace(archive, fields=())) is Action.ARCHIVE
    assert _effect(replace(archive, steps=(Step.UPDATE,))) is Action.ARCHIVE


def test_too_few_digits_take_no_allowance_away() -> None:
    plan = replace(CREATES, max_requests=5)
    digits = replace(plan, max_requests=None).digest.removeprefix("sha256:")
    assert with_allowances_of(plan, f"sha256:{digits[:16]}").max_requests is None
    assert with_allowances_of(plan, f"sha256:{digits[:15]}") is plan
    assert with_allowances_of(plan, digits[:15]) is plan
