"""What was read incompletely removes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.guards.completeness import NAME, evaluate
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked
from reconciler.state import AccessRole, ListProof
from tests.planning.guards.literals import PEOPLE, TAGS, World, blocks, guards, members_without, plan_for, without
from tests.planning.literals import live_of


def test_a_list_without_a_proven_end_removes_nothing() -> None:
    live = live_of(TAGS)
    proofs = tuple(replace(proof, ended_by="") if proof.what == "tags" else proof for proof in live.proofs)
    for found in (proofs, ()):
        plan = plan_for(without("t0"), replace(live, proofs=found))
        assert guards(plan) == {"tag:t0": "reading_proof"}
        assert "the list of tags" in blocks(plan)["tag:t0"].reason


def test_a_client_is_removed_only_where_the_list_of_projects_is_complete_too() -> None:
    live = live_of({"clients": ["A", "B", "C", "D"]})
    proofs = (ListProof("clients", 4, 1, "Last-Page: true"),)
    plan = plan_for({"clients": ["A", "B", "C"]}, replace(live, proofs=proofs))
    assert "the list of projects" in blocks(plan)["client:D"].reason


def test_tasks_are_proven_project_by_project() -> None:
    world: World = {"projects": ["One", "Two"], "tasks": [f"{p}/{n}" for p in ("One", "Two") for n in range(4)]}
    manifest = {"projects": [{"name": name, "tasks": ["0", "1", "2"]} for name in ("One", "Two")]}
    live = live_of(world)
    proven = {resource.id for resource in live.of_kind("project") if resource.name == "One"}
    plan = plan_for(manifest, replace(live, tasks_proven=frozenset(proven)))
    assert guards(plan) == {"task:Two/3": "reading_proof"}


def test_a_project_is_removed_only_with_all_its_tasks_known() -> None:
    live = live_of({"projects": ["One", "Two", "Three", "Four"]})
    plan = plan_for({"projects": ["One", "Two", "Three"]}, replace(live, tasks_proven=frozenset()))
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
    plan = plan_for(without("t0"), replace(live_of(TAGS), access_role=access_role))
    assert guards(plan) == ({"tag:t0": "reading_proof"} if blocked else {})
    assert any("user is unknown" in warning for warning in plan.warnings) is warned
    assert plan.proof.access_role is access_role


@pytest.mark.parametrize(
    ("planned", "used", "reason", "allow"),
    [
        ("c1", "", "the plan was read through connection c1, this is connection (none)", "--connection c1"),
        ("c1", "c2", "the plan was read through connection c1, this is connection c2", "--connection c1"),
        (
            "",
            "c2",
            "the plan was read through connection (none), this is connection c2",
            "plan again through this connection",
        ),
    ],
)
def test_another_connection_may_see_something_else_and_removes_nothing(
    planned: str, used: str, reason: str, allow: str
) -> None:
    live = live_of(TAGS)
    plan = plan_for(without("t0"), live)
    context = GuardContext(live, plan.policy, plan.forecast, connections=(planned, used))
    assert evaluate(plan.changes, context) == {0: Blocked(NAME, reason, allow)}
    assert evaluate(plan.changes, replace(context, connections=(planned, planned))) == {}
    assert evaluate(plan_for({"tags": [*TAGS["tags"], "new"]}, live).changes, context) == {}


@pytest.mark.parametrize(
    ("access_role", "blocked"),
    [
        (AccessRole.OWNER, False),
        (AccessRole.ADMIN, False),
        (AccessRole.UNKNOWN, False),
        (AccessRole.LIMITED, True),
        (AccessRole.NOT_REQUESTED, True),
    ],
)
def test_a_role_that_does_not_see_everything_removes_no_members(access_role: AccessRole, *, blocked: bool) -> None:
    live = replace(live_of(PEOPLE), access_role=access_role)
    plan = plan_for(members_without("b"), live, allowed={"member": 1})
    assert guards(plan) == ({"project:Ops": "reading_proof"} if blocked else {})
    assert any("user is unknown" in warning for warning in plan.warnings) is (access_role is AccessRole.UNKNOWN)
    assert guards(plan_for(members_without(), live)) == {}


@pytest.mark.parametrize("what", ["projects", "users"])
def test_a_list_without_a_proven_end_removes_no_members(what: str) -> None:
    live = live_of(PEOPLE)
    proofs = tuple(replace(proof, ended_by="") if proof.what == what else proof for proof in live.proofs)
    plan = plan_for(members_without("b"), replace(live, proofs=proofs), allowed={"member": 1})
    assert guards(plan) == {"project:Ops": "reading_proof"}
    assert f"the list of {what} was not read completely" in blocks(plan)["project:Ops"].reason
    few = live_of(PEOPLE | {"projects": [{"at": "Ops", "members": ["a@x.example"]}]})
    assert guards(plan_for(members_without(), replace(few, proofs=proofs))) == {}


def test_a_group_is_removed_only_where_the_groups_were_listed() -> None:
    world = PEOPLE | {"projects": [{"at": "Ops", "members": [*PEOPLE["projects"][0]["members"], "group g1"]}]}
    live = live_of(world)
    assert guards(plan_for(members_without(), live, allowed={"member": 1})) == {}
    proofs = tuple(proof for proof in live.proofs if proof.what != "user groups")
    plan = plan_for(members_without(), replace(live, proofs=proofs), allowed={"member": 1})
    assert "the list of user groups" in blocks(plan)["project:Ops"].reason
    assert guards(plan_for(members_without("b"), live_of(PEOPLE), allowed={"member": 1})) == {}


def test_members_are_not_removed_through_another_connection() -> None:
    live = live_of(PEOPLE)
    plan = plan_for(members_without("b"), live, allowed={"member": 1})
    context = GuardContext(live, plan.policy, plan.forecast, connections=("c1", "c2"))
    assert evaluate(plan.changes, context)[0].allow == "--connection c1"


def test_a_limited_role_is_warned_that_what_it_creates_may_exist() -> None:
    live = replace(live_of(TAGS), access_role=AccessRole.LIMITED)
    plan = plan_for({"projects": ["New"]} | without("t0"), live)
    assert any("may exist already" in warning and "project:New" in warning for warning in plan.warnings)


def test_final_guards_precede_the_budget_so_that_an_allowance_never_changes_the_digest() -> None:
    live = replace(live_of(TAGS), access_role=AccessRole.LIMITED)
    digests = set()
    for allowed in ({}, {"tag": 10}):
        plan = plan_for({"tags": []}, live, allowed=allowed)
        assert set(guards(plan).values()) == {"reading_proof"}
        digests.add(replace(plan, allowances={}).digest)
    assert len(digests) == 1


def test_a_task_is_created_or_renamed_only_where_no_hidden_one_can_have_the_name() -> None:
    manifest = {"projects": [{"name": "One", "tasks": ["a", "new", {"name": "c", "was": "b"}]}]}
    live = live_of({"projects": ["One"], "tasks": ["One/a", "One/b"]})
    plan = plan_for(manifest, replace(live, tasks_proven=frozenset()))
    assert guards(plan) == {"task:One/new": "reading_proof", "task:One/c": "reading_proof"}
    assert guards(plan_for(manifest, live)) == {}


def test_names_that_are_seen_and_new_projects_need_no_list_of_tasks() -> None:
    swap = [{"name": "a", "was": "b", "estimate": "PT1H"}, {"name": "b", "was": "a", "estimate": "PT2H"}]
    manifest = {"projects": [{"name": "One", "tasks": swap}, {"name": "New", "tasks": ["x"]}]}
    live = live_of({
        "projects": ["One"], "tasks": [{"at": "One/a", "estimate": "PT2H"}, {"at": "One/b", "estimate": "PT1H"}],
    })  # fmt: skip
    plan = plan_for(manifest, replace(live, tasks_proven=frozenset()))
    assert (len(plan.changes), guards(plan)) == (4, {})
