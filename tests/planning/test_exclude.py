"""The rest of a plan without its blocked changes, and without what depends on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.planning import Plan, PlanOptions, exclude_blocked, make_plan, plan_from_json
from reconciler.planning.exclude import is_exclusion_useful
from reconciler.planning.order import schedule
from reconciler.planning.plan import Blocked, Step
from reconciler.planning.simulate import simulate
from reconciler.state import Usage
from tests.planning.forging import as_json
from tests.planning.literals import TARGET, desired_of, live_of, plan_of

BLOCK = Blocked("check", "no", "think again")


def blocked(plan: Plan, *addresses: str) -> Plan:
    """The plan with these changes blocked."""
    changes = (replace(c, blocked=BLOCK if str(c.address) in addresses else None) for c in plan.changes)
    return replace(plan, changes=tuple(changes))


def applies(manifest: dict[str, Any], world: dict[str, list[Any]], rest: Plan) -> list[str]:
    """What is left to do once the rest is applied: nothing but what was excluded."""
    live = live_of(world)
    usage = {resource.id: Usage() for resource in live.resources.values()}
    results = evaluate_preconditions(rest.changes, live, usage)
    assert {result.status for result in results} <= {PreconditionStatus.READY}
    assert plan_from_json(as_json(rest)) == rest
    after = simulate(rest.changes, live)
    return left(make_plan(desired_of(manifest), after, usage, target=TARGET))


def left(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


def out(plan: Plan) -> dict[str, str]:
    return {str(item.address): item.why for item in plan.excluded}


TREE: dict[str, Any] = {
    "clients": [{"name": "New", "projects": [{"name": "Site", "tasks": ["Do"]}]}, "Other"],
    "tags": ["a"],
}


def test_a_plan_without_blocks_stays_as_it_is() -> None:
    plan = plan_of(TREE, {})
    assert exclude_blocked(plan) is plan


def test_what_is_in_something_that_is_left_out_is_left_out_too() -> None:
    plan = blocked(plan_of(TREE, {}), "client:New")
    rest = exclude_blocked(plan)
    assert left(rest) == ["create client:Other", "create tag:a"]
    assert set(out(rest)) == {"client:New", "project:New/Site", "task:New/Site/Do"}
    assert out(rest)["client:New"] == "check: no"
    assert out(rest)["project:New/Site"] == "it needs client:New, which is excluded"
    assert rest.summary == {"create": 2, "update": 0, "restore": 0, "archive": 0, "delete": 0, "blocked": 0}
    assert rest.digest not in (plan.digest, plan_of(TREE, {}).digest)


def test_the_forecast_is_that_of_the_rest() -> None:
    plan = plan_of(TREE, {})
    rest = exclude_blocked(blocked(plan, "client:New"))
    assert (plan.forecast.reading, plan.forecast.writing) == (4, 5)
    assert (rest.forecast.reading, rest.forecast.writing) == (4, 2)
    assert 0 < rest.forecast.seconds < plan.forecast.seconds


def test_warnings_speak_of_what_is_left() -> None:
    world: dict[str, list[Any]] = {"tags": ["a", "b", "c"]}
    plan = replace(plan_of({"tags": ["c"]}, world), warnings=(*plan_of({"tags": ["c"]}, world).warnings, "kept"))
    assert any("tag:a, tag:b" in warning for warning in plan.warnings)
    rest = exclude_blocked(blocked(plan, "tag:a"))
    assert rest.warnings[0] == "kept"
    assert rest.warnings[1].endswith("in Clockify: tag:b")
    assert exclude_blocked(blocked(plan, "tag:a", "tag:b")).warnings == ("kept",)


def test_nothing_may_be_left() -> None:
    plan = plan_of({"tags": ["a", "b"]}, {})
    rest = exclude_blocked(blocked(plan, "tag:a", "tag:b"))
    assert rest.is_empty
    assert len(rest.excluded) == 2
    assert rest.forecast.requests == plan.forecast.reading


def test_a_client_waits_for_its_project_that_may_not_go() -> None:
    world: dict[str, list[Any]] = {"clients": ["A", "B"], "projects": ["A/Old", "B/Old"]}
    plan = plan_of({"clients": [], "projects": []}, world)
    rest = exclude_blocked(blocked(plan, "project:A/Old"))
    assert left(rest) == ["delete project:B/Old", "delete client:B"]
    assert out(rest)["client:A"] == "it needs project:A/Old, which is excluded"


def test_a_name_that_is_not_given_up_is_not_taken() -> None:
    plan = plan_of({"tags": [{"name": "c", "was": "b"}, {"name": "b", "was": "a"}]}, {"tags": ["a", "b"]})
    rest = exclude_blocked(blocked(plan, "tag:c"))
    assert left(rest) == []
    rest = exclude_blocked(blocked(plan, "tag:b"))
    assert left(rest) == ["update tag:c"]


def test_a_temporary_name_is_removed_where_no_change_takes_the_name() -> None:
    plan = plan_of({"tags": [{"name": "News", "was": "bulletin"}]}, {"tags": ["news", "bulletin"]})
    removal = next(change for change in plan.changes if change.removal)
    assert (removal.steps, removal.impact.name_free) == ((Step.RENAME, Step.DELETE), True)
    rest = exclude_blocked(blocked(plan, "tag:News"))
    assert [(str(c.address), c.steps, c.temporary_name) for c in rest.changes] == [("tag:news", (Step.DELETE,), "")]
    assert rest.changes[0].impact.name_free is None
    assert left(exclude_blocked(blocked(plan, "tag:news"))) == []


def test_a_ring_of_names_is_left_out_whole() -> None:
    names = {"a": "b", "b": "c", "c": "a"}
    manifest = {"tags": [{"name": new, "was": old} for old, new in names.items()]}
    world: dict[str, list[Any]] = {"tags": [{"at": "a"}, {"at": "b"}, {"at": "c", "archived": True}]}
    plan = plan_of(manifest, world)
    for change in plan.changes:
        rest = exclude_blocked(blocked(plan, str(change.address)))
        schedule(rest.changes)
        kept = {str(other.address) for other in rest.changes} | set(out(rest))
        assert kept == {str(other.address) for other in plan.changes}


def test_what_is_under_a_new_name_waits_for_the_new_name() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "projects": ["Site", {"name": "Ops", "note": "n"}]}]}
    world: dict[str, list[Any]] = {"clients": ["Old"], "projects": ["Old/Ops"]}
    rest = exclude_blocked(blocked(plan_of(manifest, world), "client:New"))
    assert left(rest) == []
    assert set(out(rest)) == {"client:New", "project:New/Site", "project:New/Ops"}


UNDER: dict[str, Any] = {
    "clients": [
        {"name": "New", "was": "Old", "projects": [{"name": "Site", "archived": True, "tasks": ["Plan"]}, "Ops"]}
    ]
}


def test_what_is_under_a_renamed_client_does_not_wait_for_another_change_of_its_project() -> None:
    world: dict[str, list[Any]] = {"clients": ["Old"], "projects": ["Old/Site"]}
    rest = exclude_blocked(blocked(plan_of(UNDER, world), "project:New/Site"))
    assert left(rest) == ["update client:New", "create project:New/Ops", "create task:New/Site/Plan"]
    assert set(out(rest)) == {"project:New/Site"}
    assert applies(UNDER, world, rest) == ["archive project:New/Site"]


def test_what_is_in_a_moved_or_renamed_project_waits_for_it_even_if_its_client_is_renamed_too() -> None:
    for project, was, earlier in (("Shop", "Site", "Old/Site"), ("Site", "Other/Site", "Other/Site")):
        projects = [{"name": project, "was": was, "tasks": ["Plan"]}]
        manifest = {"clients": [{"name": "New", "was": "Old", "projects": projects}, "Other"]}
        world: dict[str, list[Any]] = {"clients": ["Old", "Other"], "projects": [earlier]}
        rest = exclude_blocked(blocked(plan_of(manifest, world), f"project:New/{project}"))
        assert left(rest) == ["update client:New"]
        assert set(out(rest)) == {f"project:New/{project}", f"task:New/{project}/Plan"}
        assert len(applies(manifest, world, rest)) == 2


def test_a_restore_is_needed_by_what_is_under_it() -> None:
    manifest = {"clients": [{"name": "A", "archived": False, "projects": [{"name": "Site", "note": "n"}, "Ops"]}]}
    world: dict[str, list[Any]] = {"clients": [{"at": "A", "archived": True}], "projects": ["A/Site"]}
    assert left(exclude_blocked(blocked(plan_of(manifest, world), "client:A"))) == []


def test_a_resource_is_not_archived_while_the_change_that_takes_its_name_is_excluded() -> None:
    tasks = [{"name": "BUILD", "was": "Plan"}]
    manifest = {"projects": [{"name": "App", "was": "Mobile", "tasks": tasks}], "tags": ["a"]}
    world: dict[str, list[Any]] = {
        "projects": ["Mobile"],
        "tasks": ["Mobile/Plan", {"at": "Mobile/Build", "seconds": 60}],
    }
    plan = plan_of(manifest, world)
    assert {str(c.address): c.blocked.guard for c in plan.changes if c.blocked} == {"task:App/BUILD": "name"}
    rest = exclude_blocked(plan)
    assert left(rest) == ["update project:App", "create tag:a"]
    assert out(rest)["task:Mobile/Build"] == "it needs task:App/BUILD, which is excluded"


def test_what_is_under_a_parent_that_only_changes_fields_stays_in_the_plan() -> None:
    manifest = {"clients": [{"name": "A", "note": "n", "projects": ["Site"]}]}
    rest = exclude_blocked(blocked(plan_of(manifest, {"clients": ["A"]}), "client:A"))
    assert left(rest) == ["create project:A/Site"]


def test_a_limit_of_requests_holds_for_the_rest_and_takes_nothing_out_by_itself() -> None:
    plan = blocked(plan_of(TREE, {}), "client:New")
    assert exclude_blocked(plan, 7).summary["blocked"] == 0
    limited = exclude_blocked(plan, 6)
    assert {change.blocked.guard for change in limited.changes if change.blocked} == {"max_requests"}
    assert len(limited.changes) == 2
    assert exclude_blocked(limited, 6) is limited


def test_a_dependent_under_a_limit_of_requests_is_excluded_for_what_it_needs() -> None:
    plan = plan_of(TREE, {})
    limit = Blocked("max_requests", "too many", "--max-requests 9")
    changes = (replace(c, blocked=BLOCK if str(c.address) == "client:New" else limit) for c in plan.changes)
    rest = exclude_blocked(replace(plan, changes=tuple(changes)))
    assert out(rest)["project:New/Site"] == "it needs client:New, which is excluded"


def test_with_a_possible_rename_every_removal_that_it_may_be_is_left_out() -> None:
    tasks = [f"{name}/{task}" for name in ("Café", "Intranet", "Other") for task in ("Concept", "Print")]
    world = {"projects": ["Café", "Intranet", "Other"], "tasks": tasks, "tags": ["old", "x"]}
    manifest = {"projects": [{"name": "Handbook", "tasks": ["Concept", "Print"]}, "Other"], "tags": ["x"]}
    live = live_of(world)
    usage = {resource.id: Usage() for resource in live.resources.values()}
    options = PlanOptions(allowed={"project": 2, "task": 6, "tag": 1})
    plan = make_plan(desired_of(manifest), live, usage, target=TARGET, options=options)
    guards = {str(change.address): change.blocked.guard for change in plan.changes if change.blocked}
    assert guards == {"project:Café": "look_alike", "project:Intranet": "look_alike"}
    rest = exclude_blocked(plan)
    assert "create project:Handbook" in left(plan)
    assert "delete tag:old" in left(rest)
    assert {"project:Café", "project:Intranet", "project:Handbook"} <= set(out(rest))
    assert plan_from_json(as_json(plan)) == plan
    assert plan_from_json(as_json(rest)) == rest


def test_what_waits_for_a_name_that_waits_for_another_one_is_left_out_too() -> None:
    manifest = {"tags": [{"name": "c", "was": "b"}, {"name": "b", "was": "a"}, {"name": "a", "was": "z"}, "y"]}
    plan = plan_of(manifest, {"tags": ["z", "a", "b"]})
    rest = exclude_blocked(blocked(plan, "tag:c"))
    assert left(rest) == ["create tag:y"]
    assert set(out(rest)) == {"tag:a", "tag:b", "tag:c"}


def test_an_exclusion_is_useful_where_something_is_blocked_and_something_is_left() -> None:
    plan = plan_of({"tags": ["a", "b"]}, {})
    assert not is_exclusion_useful(plan)
    assert is_exclusion_useful(blocked(plan, "tag:a"))
    assert not is_exclusion_useful(blocked(plan, "tag:a", "tag:b"))


@pytest.mark.parametrize(("most", "is_useful"), [(7, True), (6, False), (None, False)])
def test_an_exclusion_is_useful_where_the_rest_keeps_to_the_limit_of_requests(
    most: int | None, *, is_useful: bool
) -> None:
    plan = replace(plan_of(TREE, {}), max_requests=most)
    limit = Blocked("max_requests", "too many", "--max-requests 9")
    changes = (replace(c, blocked=BLOCK if str(c.address) == "client:New" else limit) for c in plan.changes)
    assert is_exclusion_useful(replace(plan, changes=tuple(changes))) is is_useful
