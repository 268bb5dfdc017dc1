"""Live state against what a plan was computed from: ready, already done, or moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.journal.history import History
from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.kinds import BY_NAME
from reconciler.planning.absence import UNREAD
from reconciler.state import Live, Usage
from tests.planning.literals import live_of, plan_of

World = dict[str, list[Any]]


def _statuses(
    manifest: dict[str, Any], then: World, now: World, entries: int = 0
) -> dict[str, tuple[PreconditionStatus, str]]:
    plan = plan_of(manifest, then)
    live = live_of(now)
    usage = {resource.id: Usage(0, entries) for resource in live.resources.values()}
    preconditions = evaluate_preconditions(plan.changes, live, usage)
    return {str(c.address): (v.status, v.why) for c, v in zip(plan.changes, preconditions, strict=True)}


NOTE: dict[str, Any] = {"clients": [{"name": "A", "note": "new"}]}
OLD: World = {"clients": [{"at": "A", "note": "old"}]}


def test_what_is_unchanged_is_ready() -> None:
    assert _statuses(NOTE, OLD, OLD) == {"client:A": (PreconditionStatus.READY, "")}


def test_a_field_that_was_changed_is_named() -> None:
    status, why = _statuses(NOTE, OLD, {"clients": [{"at": "A", "note": "theirs"}]})["client:A"]
    assert status is PreconditionStatus.MOVED
    assert why == "note is now 'theirs', not 'old'"


def test_a_field_that_the_plan_does_not_touch_may_change() -> None:
    assert (
        _statuses(NOTE, OLD, {"clients": [{"at": "A", "note": "old", "address": "x"}]})["client:A"][0]
        is PreconditionStatus.READY
    )


def test_what_has_the_planned_values_is_not_written_again() -> None:
    assert _statuses(NOTE, OLD, {"clients": [{"at": "A", "note": "new"}]})["client:A"][0] is PreconditionStatus.ALREADY


def test_a_rename_that_has_its_name_goes_on_with_its_other_values() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "note": "new"}]}
    then: World = {"clients": [{"at": "Old", "note": "old"}]}
    for note, status in (("old", PreconditionStatus.READY), ("new", PreconditionStatus.ALREADY)):
        found = _statuses(manifest, then, {"clients": [{"at": "New", "note": note}]})
        assert found == {"client:New": (status, "")}


def test_a_resource_that_is_gone_is_named() -> None:
    assert _statuses(NOTE, OLD, {})["client:A"] == (PreconditionStatus.MOVED, "it no longer exists")


def test_a_resource_with_another_name_is_named() -> None:
    assert _statuses(NOTE, OLD, {"clients": [{"at": "Z", "note": "old"}]})["client:A"][1] == "its name is now 'Z'"


def test_an_archived_resource_is_no_longer_what_the_plan_saw() -> None:
    now: World = {"clients": [{"at": "A", "note": "old", "archived": True}]}
    assert _statuses(NOTE, OLD, now)["client:A"][1] == "archived is now True, not False"


def test_a_create_meets_something_of_its_name() -> None:
    manifest = {"clients": [{"name": "A", "note": "mine"}]}
    assert (
        _statuses(manifest, {}, {"clients": [{"at": "A", "note": "theirs"}]})["client:A"][0] is PreconditionStatus.MOVED
    )
    assert (
        _statuses(manifest, {}, {"clients": [{"at": "A", "note": "mine"}]})["client:A"][0] is PreconditionStatus.ALREADY
    )


def test_a_create_whose_parent_vanished() -> None:
    manifest = {"projects": [{"name": "Site", "client": "A"}]}
    assert _statuses(manifest, {"clients": ["A"]}, {})["project:A/Site"] == (
        PreconditionStatus.MOVED,
        "client:A no longer exists",
    )


def test_what_a_delete_finds_gone_is_done() -> None:
    manifest: dict[str, Any] = {"tags": ["a"]}
    assert _statuses(manifest, {"tags": ["a", "b"]}, {"tags": ["a"]})["tag:b"][0] is PreconditionStatus.ALREADY


@pytest.mark.parametrize(
    "now",
    [
        {"projects": ["Ops", {"at": "Old", "seconds": 60}], "tasks": ["Old/a"]},
        {"projects": ["Ops", "Old"], "tasks": ["Old/a", "Old/b"]},
    ],
    ids=["tracked time", "a new task"],
)
def test_a_delete_is_off_when_something_was_added(now: World) -> None:
    then: World = {"projects": ["Ops", "Old"], "tasks": ["Old/a"]}
    assert _statuses({"projects": ["Ops"]}, then, now)["project:Old"][0] is PreconditionStatus.MOVED


def test_a_delete_is_off_when_a_timer_started() -> None:
    then: World = {"tags": ["a", "b"]}
    assert _statuses({"tags": ["a"]}, then, then, entries=1)["tag:b"][0] is PreconditionStatus.MOVED


def test_an_interrupted_delete_goes_on_where_it_stopped() -> None:
    then: World = {"clients": ["A", "B"]}
    now: World = {"clients": ["A", {"at": "B", "archived": True}]}
    assert _statuses({"clients": ["A"]}, then, now)["client:B"][0] is PreconditionStatus.READY


def test_an_interrupted_rename_of_a_parent_does_not_move_its_children() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "projects": [{"name": "Site", "note": "n"}]}]}
    then: World = {"clients": ["Old"], "projects": ["Old/Site"]}
    now: World = {"clients": ["New"], "projects": ["New/Site"]}
    found = _statuses(manifest, then, now)
    assert found["client:New"][0] is PreconditionStatus.ALREADY
    assert found["project:New/Site"][0] is PreconditionStatus.READY


def test_a_client_that_was_given_a_project_since_is_not_deleted() -> None:
    then: World = {"clients": ["A"]}
    for project in ({"at": "A/New"}, {"at": "A/New", "archived": True}):
        status, why = _statuses({"clients": []}, then, {**then, "projects": [project]})["client:A"]
        assert (status, why) == (PreconditionStatus.MOVED, "it has a new child: 'New'")


def test_a_client_that_was_given_a_project_since_is_not_archived_either() -> None:
    then: World = {"clients": ["A"]}
    manifest: dict[str, Any] = {"policy": {"prune": {"clients": "archive"}}, "clients": []}
    assert _statuses(manifest, then, {**then, "projects": ["A/New"]})["client:A"][0] is PreconditionStatus.MOVED
    archived: World = {**then, "projects": [{"at": "A/New", "archived": True}]}
    assert _statuses(manifest, then, archived)["client:A"][0] is PreconditionStatus.READY


def _with_wires(live: Live) -> Live:
    """The same, each resource with the object that a service would answer."""
    resources = {}
    for address, resource in live.resources.items():
        fields = {f.answer_key: f.type.write(resource.values[f.name]) for f in BY_NAME[resource.kind].fields}
        resources[address] = replace(resource, wire={"id": resource.id, "name": resource.name, **fields})
    return replace(live, resources=resources)


def test_what_an_earlier_session_created_and_was_changed_since_is_stale() -> None:
    manifest: dict[str, Any] = {"clients": [{"name": "A", "note": "mine", "address": "here"}]}
    plan = plan_of(manifest, {})
    history = History(created={plan.changes[0].address: "c1"})
    for client, status in (
        ({"at": "A", "note": "mine"}, PreconditionStatus.READY),  # cut short before the address
        ({"at": "A", "note": "theirs"}, PreconditionStatus.MOVED),
        ({"at": "A", "note": "mine", "archived": True}, PreconditionStatus.MOVED),
    ):
        assert (
            evaluate_preconditions(plan.changes, _with_wires(live_of({"clients": [client]})), {}, history)[0].status
            is status
        )


def test_a_resource_of_an_unread_list_is_not_called_gone() -> None:
    world: World = {"projects": ["Site"], "tasks": [{"at": "Site/a"}]}
    plan = plan_of({"projects": [{"name": "Site", "tasks": [{"name": "a", "billable": False}]}]}, world)
    assert [str(change.address) for change in plan.changes] == ["task:Site/a"]
    now = live_of({"projects": ["Site"]})
    [gone] = evaluate_preconditions(plan.changes, now, {})
    [unread] = evaluate_preconditions(plan.changes, replace(now, tasks_proven=frozenset()), {})
    assert (gone.status, gone.why) == (PreconditionStatus.MOVED, "it no longer exists")
    assert (unread.status, unread.why) != (gone.status, gone.why)
    tag = plan_of({"tags": []}, {"tags": ["x"]})
    [deleted] = evaluate_preconditions(tag.changes, live_of({}), {})
    [without_proof] = evaluate_preconditions(tag.changes, replace(live_of({}), proofs=()), {})
    assert deleted.status is PreconditionStatus.ALREADY
    assert without_proof == unread


def test_a_task_is_created_only_where_the_tasks_of_its_project_were_listed() -> None:
    world: World = {"projects": ["Site"], "tasks": ["Site/a"]}
    plan = plan_of({"projects": [{"name": "Site", "tasks": ["a", "new"]}]}, world)
    for proven, status in ((None, PreconditionStatus.READY), (frozenset[str](), PreconditionStatus.MOVED)):
        live = live_of(world) if proven is None else replace(live_of(world), tasks_proven=proven)
        [result] = evaluate_preconditions(plan.changes, live, {})
        assert (result.status, result.why) == (status, "" if proven is None else UNREAD)


@pytest.mark.parametrize(
    ("now", "made", "status", "why"),
    [
        ([], "", PreconditionStatus.READY, ""),
        ([], "c1", PreconditionStatus.MOVED, "it no longer exists"),
        (["B"], "c1", PreconditionStatus.MOVED, "its name is now 'B'"),
        (["B"], "", PreconditionStatus.READY, ""),
        (["a"], "", PreconditionStatus.MOVED, "the name is already in use as 'a' (c1)"),
        ([{"at": "A", "archived": True}], "", PreconditionStatus.MOVED, "the name is already in use (c1)"),
        (["A"], "", PreconditionStatus.ALREADY, ""),
        (["A"], "c1", PreconditionStatus.ALREADY, ""),
    ],
)
def test_a_create_is_ready_where_nothing_has_its_name_and_nothing_of_it_was_made(
    now: list[Any], made: str, status: PreconditionStatus, why: str
) -> None:
    plan = plan_of({"clients": ["A"]}, {})
    [change] = plan.changes
    live = _with_wires(live_of({"clients": now}))
    created = {change.address: made} if made else {}
    [result] = evaluate_preconditions(plan.changes, live, {}, History(created=created))
    assert (result.status, result.why) == (status, why)


def test_another_spelling_that_the_plan_knew_of_is_no_obstacle() -> None:
    plan = plan_of({"clients": ["A"]}, {})
    [change] = plan.changes
    known = replace(change, precondition=replace(change.precondition, beside=True))
    [result] = evaluate_preconditions([known], live_of({"clients": ["a"]}), {})
    assert result.status is PreconditionStatus.READY


def test_an_id_of_another_kind_is_not_what_the_plan_saw() -> None:
    plan = plan_of({"tags": [{"name": "new", "was": "old"}]}, {"tags": ["old"]})
    now = live_of({"clients": ["Acme"]})
    client = next(iter(now.resources.values()))
    stolen = replace(now, resources={client.address: replace(client, id="t1")})
    [status] = evaluate_preconditions(plan.changes, stolen, {})
    assert (status.status, status.why) == (PreconditionStatus.MOVED, "its id is that of client:Acme")


def test_what_exists_from_before_the_run_was_not_made_by_a_create_in_doubt() -> None:
    plan = plan_of({"clients": [{"name": "A", "note": "new"}]}, {})
    now = live_of({"clients": [{"at": "A", "wire": {"name": "A", "note": None}}]})
    [change] = plan.changes
    doubtful = History(doubtful=frozenset({change.address}))
    for history, status in (
        (History(), PreconditionStatus.MOVED),
        (doubtful, PreconditionStatus.READY),
        (replace(doubtful, existed=frozenset({"c1"})), PreconditionStatus.MOVED),
    ):
        [result] = evaluate_preconditions(plan.changes, now, {}, history)
        assert result.status is status
    assert result.why == "the name is already in use (c1)"


def test_of_several_tasks_that_were_added_since_the_first_is_named() -> None:
    then: World = {"projects": ["P"], "tasks": ["P/Old"]}
    now: World = {"projects": ["P"], "tasks": ["P/Old", "P/Zeta", "P/Alpha", "P/Mid"]}
    found = _statuses({"projects": []}, then, now)["project:P"]
    assert found == (PreconditionStatus.MOVED, "it has a new child: 'Alpha'")
