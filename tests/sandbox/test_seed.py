"""The seeded workspace: complete and deterministic."""

from __future__ import annotations

from datetime import datetime

import pytest

from reconciler.sandbox import Store, seed
from tests.sandbox.driving import Driver
from tests.seeded import seed as copy_of_the_seed


def test_the_seed_is_the_same_every_time() -> None:
    with Store() as one, Store() as two:
        workspace = seed(one)
        assert seed(two) == workspace == "698eeb9e5cd3a921db120693"
        assert one.snapshot(workspace) == two.snapshot(workspace)


def test_the_copy_that_other_tests_begin_with_is_the_same() -> None:
    with Store() as one, Store() as two:
        assert seed(one) == copy_of_the_seed(two)
        assert list(one._db.iterdump()) == list(two._db.iterdump())


def test_only_an_empty_store_is_seeded() -> None:
    with Store() as store:
        seed(store)
        with pytest.raises(ValueError, match="not empty"):
            seed(store)


def test_the_seed_has_every_kind_in_every_state() -> None:
    with Store() as store:
        snapshot = store.snapshot(seed(store))
    clients, projects, tasks, tags, entries = snapshot.values()
    assert entries
    for records in (clients, projects, tags):
        assert {record["archived"] for record in records} == {True, False}
    assert {task["status"] for task in tasks} == {"ACTIVE", "DONE"}
    assert {project["public"] for project in projects} == {True, False}
    assert {project["billable"] for project in projects} == {True, False}
    assert any(not project["clientId"] for project in projects)
    assert len({project["name"] for project in projects}) < len(projects)
    assert any(project["hourlyRate"] for project in projects)
    assert any(project["timeEstimate"]["active"] for project in projects)
    assert any(task["assigneeIds"] for task in tasks)
    assert any(client["ccEmails"] for client in clients)


def test_time_was_tracked_by_several_people_over_months_and_one_timer_runs(studio: Driver) -> None:
    snapshot = studio.store.snapshot(studio.workspace)["time_entries"]
    starts = sorted(datetime.fromisoformat(entry["timeInterval"]["start"]) for entry in snapshot)
    assert (starts[-1] - starts[0]).days > 100
    assert len({entry["userId"] for entry in snapshot}) >= 4
    running = studio.ok("GET", "time-entries/status/in-progress")
    assert len(running) == 1
    assert running == [entry for entry in snapshot if entry["timeInterval"]["end"] is None]


def test_every_reference_of_an_entry_exists(studio: Driver) -> None:
    snapshot = studio.store.snapshot(studio.workspace)
    projects = {project["id"] for project in snapshot["projects"]}
    tasks = {task["id"]: task["projectId"] for task in snapshot["tasks"]}
    tags = {tag["id"] for tag in snapshot["tags"]}
    for entry in snapshot["time_entries"]:
        assert entry["projectId"] in projects
        assert entry["taskId"] is None or tasks[entry["taskId"]] == entry["projectId"]
        assert set(entry["tagIds"] or ()) <= tags
