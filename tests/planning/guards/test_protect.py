"""What a pattern protects, now and until a plan without it is applied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.planning.guards.literals import PEOPLE, TAGS, blocks, guards, members_without, plan_for, without
from tests.planning.literals import live_of


def test_a_pattern_protects_now() -> None:
    plan = plan_for({"policy": {"protect": ["tag:t*"]}} | without("t0"), live_of(TAGS))
    assert guards(plan) == {"tag:t0": "protect"}
    assert blocks(plan)["tag:t0"].reason == "protected by 'tag:t*'"
    assert plan.withdrawn == ()


def test_a_pattern_protects_embedded_resources() -> None:
    live = live_of({"projects": ["Ops", "Old"], "tasks": ["Old/Keep"]})
    policy = {"protect": ["task:Old/Keep"], "removal_budget": {"share": "60%"}}
    plan = plan_for({"projects": ["Ops"], "policy": policy}, live)
    assert guards(plan) == {"project:Old": "protect"}


@pytest.mark.parametrize(
    ("pattern", "protected"),
    [
        ("project:New/*", {"project:Old/Shop", "project:Old/Site"}),
        ("project:Old/Shop", {"project:Old/Shop"}),
        ("task:New/Shop/Plan", {"project:Old/Shop"}),
        ("task:New/App/*", {"task:Old/Mobile/Plan"}),
        ("project:Other/*", set()),
    ],
)
def test_below_a_renamed_parent_a_pattern_covers_the_new_name_and_the_old_one(
    pattern: str, protected: set[str]
) -> None:
    live = live_of(
        {
            "clients": ["Old"],
            "projects": ["Old/Shop", "Old/Site", "Old/Mobile"],
            "tasks": ["Old/Shop/Plan", "Old/Mobile/Plan"],
        }
    )
    app = {"name": "App", "was": "Mobile", "tasks": []}
    policy = {"protect": [pattern], "removal_budget": {"share": "99%"}}
    plan = plan_for({"policy": policy, "clients": [{"name": "New", "was": "Old", "projects": [app]}]}, live)
    assert {address for address, guard in guards(plan).items() if guard == "protect"} == protected


def test_a_protected_project_loses_no_members() -> None:
    live = live_of(PEOPLE)
    plan = plan_for(members_without("b", protect=["project:O*"]), live, allowed={"member": 1})
    assert guards(plan) == {"project:Ops": "protect"}
    block = blocks(plan)["project:Ops"]
    assert block.reason == "protected by 'project:O*' and would lose the member b@x.example"
    assert "policy.protect" in block.allow
    assert guards(plan_for(members_without("b", protect=["project:X"]), live, allowed={"member": 1})) == {}
    assert guards(plan_for(members_without(protect=["project:Ops"]), live)) == {}


def test_a_protected_project_gains_members() -> None:
    few = PEOPLE | {"projects": [{"at": "Ops", "members": ["a@x.example", "b@x.example"]}]}
    plan = plan_for(members_without(protect=["project:Ops"]), live_of(few))
    assert [str(change.address) for change in plan.changes] == ["project:Ops"]
    assert guards(plan) == {}


@pytest.mark.parametrize("pattern", ["project:Ops", "project:New"])
def test_a_protected_project_that_is_renamed_loses_no_members(pattern: str) -> None:
    manifest = members_without("b", "c", "d", protect=[pattern])
    manifest["projects"][0] |= {"name": "New", "was": "Ops"}
    plan = plan_for(manifest, live_of(PEOPLE), allowed={"member": 3})
    assert guards(plan) == {"project:New": "protect"}
    reason = blocks(plan)["project:New"].reason
    assert reason.endswith(" and would lose the members b@x.example, c@x.example, d@x.example")


def test_taking_a_protection_away_and_members_need_two_plans() -> None:
    live = live_of(PEOPLE)
    both = plan_for(members_without("b"), live, allowed={"member": 1}, protected_before=("project:Ops",))
    assert guards(both) == {"project:Ops": "protect"}
    assert "in a recorded run and would lose the member b@x.example" in blocks(both)["project:Ops"].reason


def test_taking_a_protection_away_and_removing_need_two_plans() -> None:
    both = plan_for(without("t0"), live_of(TAGS), protected_before=("tag:t0", "tag:other"))
    assert guards(both) == {"tag:t0": "protect"}
    assert "in a recorded run" in blocks(both)["tag:t0"].reason
    assert "removes the protection first" in blocks(both)["tag:t0"].allow
    assert both.withdrawn == ("tag:other", "tag:t0")
    first = plan_for(without(), live_of(TAGS), protected_before=("tag:t0",))
    assert (first.changes, first.withdrawn, first.is_empty) == ((), ("tag:t0",), False)
    assert not blocks(plan_for(without("t0"), live_of(TAGS), protected_before=()))


def test_a_protection_that_stays_is_not_withdrawn() -> None:
    manifest = {"policy": {"protect": ["tag:t0"]}} | without()
    assert plan_for(manifest, live_of(TAGS), protected_before=("tag:t0",)).is_empty


def test_the_digest_covers_what_is_withdrawn_and_is_the_same_where_nothing_is() -> None:
    plan = plan_for(without("t0"), live_of(TAGS))
    assert plan.digest != replace(plan, withdrawn=("tag:x",)).digest
    assert plan.digest == replace(plan, withdrawn=(), warnings=("a",)).digest
