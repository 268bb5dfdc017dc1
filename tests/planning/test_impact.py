"""The impact of an archive or a delete: time, people, timers, last use and names, known or not."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.planning.plan import Action, Impact
from reconciler.state import Usage
from tests.planning.literals import TARGET, desired_of, live_of

ANY = PlanOptions(allowed={"tag": 1, "project": 1, "client": 1, "task": 1})
KNOWN = Usage(3600, 3, users=2, last_used="2026-02-12", running=1)
DELETING = {"policy": {"tracked_time": "delete"}}


def plan_with(manifest: dict[str, Any], world: dict[str, list[Any]], **usage: Usage) -> Plan:
    return make_plan(desired_of(manifest), live_of(world), usage, target=TARGET, options=ANY)


def only(plan: Plan) -> tuple[Action, Impact, str]:
    (change,) = plan.changes
    return change.action, change.impact, change.reason


def test_a_tag_in_use_is_archived_and_the_reason_is_stated() -> None:
    action, impact, reason = only(plan_with({"tags": []}, {"tags": ["a"]}, t1=KNOWN))
    assert action is Action.ARCHIVE
    assert impact == Impact(3600, 3, (), 2, "2026-02-12", 1, name_free=False)
    assert reason == "not in the manifests; 3 time entries use it, so it is archived, not deleted"


@pytest.mark.parametrize(
    ("usage", "why"),
    [
        (Usage(0, 1, users=1, running=1), "a running timer uses it"),
        (Usage(60, 1, users=1), "1 time entry uses it"),
        (Usage(known=False), "its time entries are unknown"),
    ],
)
def test_a_resource_that_may_be_in_use_is_kept(usage: Usage, why: str) -> None:
    action, _, reason = only(plan_with({"projects": []}, {"projects": ["Ops"]}, p1=usage))
    assert action is Action.ARCHIVE
    assert why in reason


def test_a_resource_whose_usage_was_not_read_counts_as_used() -> None:
    action, impact, reason = only(plan_with({"tags": []}, {"tags": ["a"]}))
    assert action is Action.ARCHIVE
    assert (impact.time_entries, impact.users, impact.running, impact.last_used) == (None, None, None, None)
    assert "its time entries are unknown" in reason


def test_a_task_with_time_is_set_done() -> None:
    world: dict[str, list[Any]] = {"projects": ["Ops"], "tasks": [{"at": "Ops/T", "seconds": 5400}]}
    action, impact, reason = only(plan_with({"projects": [{"name": "Ops", "tasks": []}]}, world))
    assert action is Action.ARCHIVE
    assert impact.tracked_seconds == 5400
    assert "1.5 h of tracked time" in reason


def test_a_delete_of_what_has_time_needs_the_policy_and_shows_the_hours() -> None:
    world: dict[str, list[Any]] = {"projects": [{"at": "Ops", "seconds": 7200}]}
    action, impact, _ = only(plan_with({"projects": []} | DELETING, world))
    assert (action, impact.tracked_seconds, impact.time_entries) == (Action.DELETE, 7200, None)


LOST = ("its id", "the tag of its time entries")


def test_a_delete_of_a_tag_shows_the_hours_that_lose_it() -> None:
    action, impact, _ = only(plan_with({"tags": []} | DELETING, {"tags": ["a"]}, t1=KNOWN))
    assert (action, impact) == (Action.DELETE, Impact(3600, 3, (), 2, "2026-02-12", 1, lost=LOST))


@pytest.mark.parametrize(
    ("manifest", "world", "seconds"),
    [
        ({"projects": [{"name": "Ops", "archived": True}]}, {"projects": [{"at": "Ops", "seconds": 60}]}, 60),
        (
            {"projects": [{"name": "Ops", "tasks": [{"name": "T", "status": "done"}]}]},
            {"projects": ["Ops"], "tasks": [{"at": "Ops/T", "seconds": 120}]},
            120,
        ),
        (
            {"clients": [{"name": "A", "archived": True}]},
            {"clients": ["A"], "projects": [{"at": "A/Site", "seconds": 30}, {"at": "A/Shop", "seconds": 40}]},
            70,
        ),
        ({"tags": [{"name": "a", "archived": True}]}, {"tags": ["a"]}, None),
    ],
    ids=["project", "task", "client", "tag"],
)
def test_a_declared_archive_has_an_impact(
    manifest: dict[str, Any], world: dict[str, list[Any]], seconds: int | None
) -> None:
    action, impact, _ = only(plan_with(manifest, world))
    assert (action, impact.tracked_seconds, impact.name_free) == (Action.ARCHIVE, seconds, False)


def test_a_client_has_the_time_of_the_projects_that_stay_with_it() -> None:
    manifest = {"clients": ["B"], "projects": [{"name": "Site", "client": "B", "was": "A/Site"}]}
    world: dict[str, list[Any]] = {"clients": ["A", "B"], "projects": [{"at": "A/Site", "seconds": 60}]}
    client = next(change for change in plan_with(manifest, world).changes if change.removal)
    assert client.impact == Impact(lost=("its id",))


def test_a_deleted_project_lists_its_tasks_and_its_name_may_stay_reserved() -> None:
    world: dict[str, list[Any]] = {"projects": ["Ops"], "tasks": ["Ops/B", "Ops/A"]}
    action, impact, _ = only(plan_with({"projects": []}, world, p1=Usage()))
    assert action is Action.DELETE
    assert [address.name for address in impact.embedded] == ["A", "B"]
    assert impact.name_free is None


def test_a_client_adds_up_its_projects_and_was_last_used_as_the_latest_of_them() -> None:
    world: dict[str, list[Any]] = {"clients": ["A"], "projects": ["A/One", "A/Two", "A/Three"]}
    usage = {
        "p1": Usage(60, 1, users=1, last_used="2026-01-05", running=0),
        "p2": Usage(30, 2, users=1, last_used="2026-03-01", running=1),
        "p3": Usage(0, 0, users=0, running=1),
    }
    _, impact, _ = only(plan_with({"clients": [{"name": "A", "archived": True}]}, world, **usage))
    assert impact == Impact(90, 3, (), None, "2026-03-01", 2, name_free=False)


def test_a_client_one_of_whose_projects_is_unknown_has_only_the_hours() -> None:
    world: dict[str, list[Any]] = {"clients": ["A"], "projects": [{"at": "A/One", "seconds": 30}, "A/Two"]}
    usage = {"p2": Usage(60, 1, users=1, last_used="2026-01-05")}
    _, impact, _ = only(plan_with({"clients": [{"name": "A", "archived": True}]}, world, **usage))
    assert impact == Impact(90, None, (), None, None, None, name_free=False)


def test_an_unused_tag_has_no_time() -> None:
    action, impact, _ = only(plan_with({"tags": []}, {"tags": ["a"]}, t1=Usage()))
    assert (action, impact) == (Action.DELETE, Impact(0, 0, (), 0, None, 0, lost=("its id",)))


def test_only_the_archives_among_other_changes_get_an_impact() -> None:
    manifest = {
        "clients": [{"name": "A", "note": "n"}, {"name": "B", "archived": True}, "New", {"name": "C", "archived": True}]
    }
    plan = plan_with(manifest, {"clients": ["A", "B", "C"], "projects": [{"at": "C/Site", "seconds": 60}]})
    impacts = {str(change.address): change.impact for change in plan.changes}
    assert {address: impact.name_free for address, impact in impacts.items()} == {
        "client:A": Impact().name_free,
        "client:B": False,
        "client:New": Impact().name_free,
        "client:C": False,
    }
    assert impacts["client:C"].tracked_seconds == 60


def test_a_removal_that_archives_keeps_the_impact_that_it_has() -> None:
    plan = plan_with({"tags": [{"name": "b", "archived": True}]}, {"tags": ["a", "b"]}, t1=KNOWN, t2=Usage(60, 1))
    impacts = {str(change.address): change.impact for change in plan.changes}
    assert impacts["tag:a"] == Impact(3600, 3, (), 2, "2026-02-12", 1, name_free=False)
    assert impacts["tag:b"] == Impact(60, 1, name_free=False)


def test_a_delete_through_a_temporary_name_frees_the_name() -> None:
    world: dict[str, list[Any]] = {"tags": ["news", "bulletin"]}
    plan = plan_with({"tags": [{"name": "News", "was": "bulletin"}]}, world, t1=Usage())
    removal = next(change for change in plan.changes if change.removal)
    assert (removal.action, removal.impact.name_free) == (Action.DELETE, True)
