"""What blocks a removal, which guard speaks first, and what it says would allow it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.planning.plan import Blocked
from reconciler.state import AccessRole, ListProof, Live, Usage
from tests.planning.literals import TARGET, desired_of, live_of

World = dict[str, list[Any]]
TAGS: World = {"tags": [f"t{number}" for number in range(10)]}


def planned(manifest: dict[str, Any], live: Live, **options: Any) -> Plan:
    """A plan in which nothing is known to be used."""
    usage = {resource.id: Usage() for resource in live.resources.values()}
    about = PlanOptions(**options)
    return make_plan(desired_of(manifest), live, usage, target=TARGET, options=about)


def blocks(plan: Plan) -> dict[str, Blocked]:
    return {str(change.address): change.blocked for change in plan.changes if change.blocked}


def guards(plan: Plan) -> dict[str, str]:
    return {address: blocked.guard for address, blocked in blocks(plan).items()}


def without(*names: str) -> dict[str, Any]:
    return {"tags": [name for name in TAGS["tags"] if name not in names]}


@pytest.mark.parametrize(
    ("policy", "gone", "blocked"),
    [
        ({}, 2, False),
        ({}, 3, True),
        ({"removal_budget": {"count": 1, "share": "100%"}}, 2, True),
        ({"removal_budget": {"count": 10, "share": "50%"}}, 5, False),
        ({"removal_budget": {"count": 100, "share": "100%"}}, 10, True),
    ],
    ids=["within the share", "beyond the share", "beyond the count", "just within", "all of them, whatever the budget"],
)
def test_the_budget_is_the_smaller_of_count_and_share_and_never_all(
    policy: dict[str, Any], gone: int, *, blocked: bool
) -> None:
    plan = planned({"policy": policy} | without(*TAGS["tags"][:gone]), live_of(TAGS))
    assert guards(plan) == (dict.fromkeys([f"tag:t{n}" for n in range(gone)], "removal_budget") if blocked else {})


def test_one_of_one_is_all_of_them() -> None:
    plan = planned({"tags": []}, live_of({"tags": ["only"]}))
    assert blocks(plan)["tag:only"].reason == "1 of 1 tags would go: all of them"
    assert blocks(plan)["tag:only"].allow == "--allow-removals tags=1"
    assert not blocks(planned({"tags": []}, live_of({"tags": ["only"]}), allowed={"tag": 1}))


def test_all_that_are_in_use_are_all_of_them_however_many_lie_in_the_archive() -> None:
    world: World = {"tags": ["one", "two", *({"at": f"old{n}", "archived": True} for n in range(30))]}
    manifest = {"tags": [{"name": f"old{n}", "archived": True} for n in range(30)]}
    plan = planned(manifest, live_of(world))
    assert blocks(plan)["tag:one"].reason == "2 of 2 tags in use would go: all of them"
    assert not blocks(planned({"tags": [*manifest["tags"], "two"]}, live_of(world)))


@pytest.mark.parametrize("number", [0, 2, 4, 30])
def test_an_allowance_is_the_exact_number(number: int) -> None:
    plan = planned(without("t0", "t1", "t2"), live_of(TAGS), allowed={"tag": number})
    assert set(guards(plan).values()) == {"removal_budget"}


def test_a_pattern_protects_now() -> None:
    plan = planned({"policy": {"protect": ["tag:t*"]}} | without("t0"), live_of(TAGS))
    assert guards(plan) == {"tag:t0": "protect"}
    assert blocks(plan)["tag:t0"].reason == "protected by 'tag:t*'"
    assert plan.withdrawn == ()


def test_a_pattern_protects_what_goes_along() -> None:
    live = live_of({"projects": ["Ops", "Old"], "tasks": ["Old/Keep"]})
    policy = {"protect": ["task:Old/Keep"], "removal_budget": {"share": "60%"}}
    plan = planned({"projects": ["Ops"], "policy": policy}, live)
    assert guards(plan) == {"project:Old": "protect"}


def test_taking_a_protection_away_and_removing_need_two_plans() -> None:
    both = planned(without("t0"), live_of(TAGS), protected_before=("tag:t0", "tag:other"))
    assert guards(both) == {"tag:t0": "protect"}
    assert "applied last" in blocks(both)["tag:t0"].reason
    assert "takes the protection away first" in blocks(both)["tag:t0"].allow
    assert both.withdrawn == ("tag:other", "tag:t0")
    first = planned(without(), live_of(TAGS), protected_before=("tag:t0",))
    assert (first.changes, first.withdrawn, first.is_empty) == ((), ("tag:t0",), False)
    assert not blocks(planned(without("t0"), live_of(TAGS), protected_before=()))


def test_a_protection_that_stays_is_not_withdrawn() -> None:
    manifest = {"policy": {"protect": ["tag:t0"]}} | without()
    assert planned(manifest, live_of(TAGS), protected_before=("tag:t0",)).is_empty


def test_the_digest_covers_what_is_withdrawn_and_is_the_same_where_nothing_is() -> None:
    plan = planned(without("t0"), live_of(TAGS))
    assert plan.digest != replace(plan, withdrawn=("tag:x",)).digest
    assert plan.digest == replace(plan, withdrawn=(), warnings=("a",), allowances={"tags": 1}).digest


def unread(live: Live, **changes: Any) -> Live:
    return replace(live, **changes)


def test_a_list_without_a_proven_end_removes_nothing() -> None:
    live = live_of(TAGS)
    proofs = tuple(replace(proof, ended_by="") if proof.what == "tags" else proof for proof in live.proofs)
    for found in (proofs, ()):
        plan = planned(without("t0"), unread(live, proofs=found))
        assert guards(plan) == {"tag:t0": "reading_proof"}
        assert "the list of tags" in blocks(plan)["tag:t0"].reason


def test_a_client_goes_only_where_the_list_of_projects_is_whole_too() -> None:
    live = live_of({"clients": ["A", "B", "C", "D"]})
    proofs = (ListProof("clients", 4, 1, "Last-Page: true"),)
    plan = planned({"clients": ["A", "B", "C"]}, unread(live, proofs=proofs))
    assert "the list of projects" in blocks(plan)["client:D"].reason


def test_tasks_are_proven_project_by_project() -> None:
    world: World = {"projects": ["One", "Two"], "tasks": [f"{p}/{n}" for p in ("One", "Two") for n in range(4)]}
    manifest = {"projects": [{"name": name, "tasks": ["0", "1", "2"]} for name in ("One", "Two")]}
    live = live_of(world)
    proven = {resource.id for resource in live.of_kind("project") if resource.name == "One"}
    plan = planned(manifest, unread(live, tasks_proven=frozenset(proven)))
    assert guards(plan) == {"task:Two/3": "reading_proof"}


def test_a_project_goes_only_with_all_its_tasks_known() -> None:
    live = live_of({"projects": ["One", "Two", "Three", "Four"]})
    plan = planned({"projects": ["One", "Two", "Three"]}, unread(live, tasks_proven=frozenset()))
    assert guards(plan) == {"project:Four": "reading_proof"}


@pytest.mark.parametrize(
    ("access_role", "blocked", "warned"),
    [
        (AccessRole.OWNER, False, False),
        (AccessRole.ADMIN, False, False),
        (AccessRole.UNKNOWN, False, True),
        (AccessRole.LIMITED, True, False),
        (AccessRole.NOT_REQUESTED, True, False),
    ],
)
def test_a_role_that_does_not_see_everything_removes_nothing(
    access_role: AccessRole, *, blocked: bool, warned: bool
) -> None:
    plan = planned(without("t0"), unread(live_of(TAGS), access_role=access_role))
    assert guards(plan) == ({"tag:t0": "reading_proof"} if blocked else {})
    assert any("user is unknown" in warning for warning in plan.warnings) is warned
    assert plan.proof.access_role is access_role


def test_a_role_that_does_not_see_everything_is_told_that_what_it_creates_may_be_there() -> None:
    live = unread(live_of(TAGS), access_role=AccessRole.LIMITED)
    plan = planned({"projects": ["New"]} | without("t0"), live)
    assert any("may exist already" in warning and "project:New" in warning for warning in plan.warnings)


def test_what_no_word_lifts_speaks_before_the_budget_so_that_an_allowance_never_changes_the_digest() -> None:
    live = unread(live_of(TAGS), access_role=AccessRole.LIMITED)
    digests = set()
    for allowed in ({}, {"tag": 10}):
        plan = planned({"tags": []}, live, allowed=allowed)
        assert set(guards(plan).values()) == {"reading_proof"}
        digests.add(plan.digest)
    assert len(digests) == 1


def test_a_limit_of_requests_blocks_every_change_and_is_no_part_of_the_digest() -> None:
    manifest = {"clients": ["New"]} | without("t0", "t1")
    free = planned(manifest, live_of(TAGS))
    assert free.forecast.requests == 7
    assert planned(manifest, live_of(TAGS), max_requests=7) == free
    limited = planned(manifest, live_of(TAGS), max_requests=6)
    assert set(guards(limited)) == {"client:New", "tag:t0", "tag:t1"}
    assert set(guards(limited).values()) == {"max_requests"}
    assert blocks(limited)["client:New"] == Blocked(
        "max_requests", "the plan takes 7 requests, and --max-requests is 6", "--max-requests 7"
    )
    assert limited.digest == free.digest
