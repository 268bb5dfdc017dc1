"""What an incremental reading leaves out, and what makes it read in full."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import RateLimitError
from reconciler.live.list_record import MAX_AGE
from reconciler.live.since import SinceLast, read_since
from reconciler.sandbox import Switches
from tests.live.histories import History
from tests.planning.literals import desired_of

HIDING = Switches(rate="off", archived_absent="active", hydrated="without-done")
KEEP = {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")}


class Scene(History):
    """A workspace with some projects of two tasks, whose lists are recorded."""

    def __init__(self, switches: Switches = HIDING, projects: int = 3) -> None:
        super().__init__(1, switches)
        self.wait(0)
        self.client = self.send("POST", "/clients", {"name": "Acme"})
        self.tag = self.send("POST", "/tags", {"name": "urgent"})
        tasks = [{"name": "Design"}, {"name": "Build"}]
        bodies: list[dict[str, Any]] = [
            {"name": f"Site {n}", "clientId": self.client["id"], "tasks": tasks} for n in range(projects)
        ]
        self.projects = [self.send("POST", "/projects", body) for body in bodies]
        self.wait(4_000)

    def declared(self, *new: str, prune: str = "keep", **more: Any) -> dict[str, Any]:
        """What is there, with a further task in each project."""
        projects = [{"name": item["name"], "tasks": ["Design", "Build", *new]} for item in self.projects]
        policy = {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), prune)}
        return {"policy": policy, "clients": [{"name": "Acme", "projects": projects}], "tags": ["urgent"], **more}

    def again(self, manifest: dict[str, Any], after: int = 100) -> SinceLast:
        """A second plan, some time after the first one."""
        self.compare(manifest)
        self.wait(after)
        return self.compare(manifest)

    def finish(self, name: str, project: int = 0) -> None:
        """Create a task, and finish it, so that lists of projects hide it."""
        path = f"/projects/{self.projects[project]['id']}/tasks"
        made = self.send("POST", path, {"name": name})
        self.send("PUT", f"{path}/{made['id']}", {"name": name, "status": "DONE"})

    def lists(self) -> list[str]:
        """The lists of the last plan by their names; one of archived objects has a star."""
        return [f"{each.partition('?')[0]}{'*' * ('archived=true' in each)}" for each in self.asked]


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    with made.stage:
        yield made


def test_an_unchanged_workspace_takes_four_requests(scene: Scene) -> None:
    since = scene.again(scene.declared())
    assert scene.lists() == ["clients", "projects", "tags", "created"]
    assert (since.skipped, since.problem) == (3, "")


@pytest.mark.slow
def test_four_requests_for_many_projects_of_twenty_tasks() -> None:
    """`RECONCILER_PROJECTS=1000` plays it with a thousand, which takes half a minute."""
    scene = Scene(projects=0)
    with scene.stage:
        tasks = [{"name": f"Task {n}"} for n in range(20)]
        names = [f"Project {n}" for n in range(int(os.environ.get("RECONCILER_PROJECTS", "250")))]
        for name in names:
            scene.send("POST", "/projects", {"name": name, "clientId": scene.client["id"], "tasks": tasks})
        scene.wait(4_000)
        projects = [{"name": name, "tasks": [task["name"] for task in tasks]} for name in names]
        manifest = scene.declared(prune="delete") | {"clients": [{"name": "Acme", "projects": projects}]}
        since = scene.again(manifest)
        assert scene.lists() == ["clients", "projects", "tags", "created"]
        assert since.problem == ""


def test_pruning_stands_in_the_way_only_where_it_has_something_to_prune(scene: Scene) -> None:
    assert scene.again(scene.declared(prune="delete")).skipped == 3


def test_lists_of_tasks_are_not_asked_for_again(scene: Scene) -> None:
    since = scene.again(scene.declared("Test"))
    assert scene.lists() == ["clients", "projects", "tags", "created", "updated"]
    assert since.skipped == 6


def test_a_project_without_tasks_has_a_record_too(scene: Scene) -> None:
    empty = scene.send("POST", "/projects", {"name": "Empty"})
    scene.wait(100)
    since = scene.again(scene.declared(projects=[{"name": "Empty", "tasks": ["First"]}]))
    assert empty["id"] in since.updated.tasks
    assert scene.lists() == ["clients", "projects", "tags", "created", "updated"]


def test_a_finished_task_that_was_created_since_is_found(scene: Scene) -> None:
    manifest = scene.declared("Test")
    scene.compare(manifest)
    scene.finish("Test")
    assert scene.compare(manifest).skipped == 5
    assert scene.lists().count("tasks") == 1


def test_a_list_with_finished_tasks_is_asked_for_every_time(scene: Scene) -> None:
    scene.finish("Old")
    scene.wait(100)
    assert scene.again(scene.declared("Test")).skipped == 5
    assert scene.lists().count("tasks") == 1


def test_a_task_that_was_finished_since_is_found(scene: Scene) -> None:
    manifest = scene.declared("Test")
    scene.compare(manifest)
    task = scene.stage.snapshot()["tasks"][0]
    scene.send("PUT", f"/projects/{task['projectId']}/tasks/{task['id']}", {"name": "Test", "status": "DONE"})
    assert scene.compare(manifest).skipped == 5


@pytest.mark.parametrize("plural", ["clients", "projects", "tags"])
def test_an_archived_object_that_was_created_since_is_found(scene: Scene, plural: str) -> None:
    scene.compare(scene.declared())
    made = scene.send("POST", f"/{plural}", {"name": "Hidden"})
    scene.send("PUT", f"/{plural}/{made['id']}", {"name": "Hidden", "archived": True})
    manifest = scene.declared() | {plural: [*scene.declared().get(plural, []), {"name": "Hidden"}]}
    assert scene.compare(manifest).skipped == 2
    assert f"{plural}*" in scene.lists()


@pytest.mark.parametrize("hydrated", ["without-done", "unsupported"])
def test_an_archived_project_comes_with_its_tasks_where_a_removal_asks_for_all(hydrated: str) -> None:
    scene = Scene(replace(HIDING, hydrated=hydrated))
    with scene.stage:
        _reads_a_hidden_project(scene)


def _reads_a_hidden_project(scene: Scene) -> None:
    scene.compare(scene.declared())
    hidden = scene.send("POST", "/projects", {"name": "Hidden", "tasks": [{"name": "Inside"}]})
    scene.send("PUT", f"/projects/{hidden['id']}", {"name": "Hidden", "archived": True})
    scene.wait(100)
    scene.stage.store._db.execute("UPDATE changes SET created = 0")  # no feed shows it
    since = scene.compare(scene.declared("Test", prune="delete") | {"tags": []})
    assert "created" in scene.lists()
    assert "projects*" in scene.lists()
    assert since.skipped == 0
    assert since.problem == "the plan removes or archives something"


def test_what_was_archived_since_is_read(scene: Scene) -> None:
    scene.compare(scene.declared())
    scene.send("PUT", f"/tags/{scene.tag['id']}", {"name": "urgent", "archived": True})
    assert scene.compare(scene.declared()).skipped == 2
    assert scene.lists()[-1] == "tags*"


def test_what_is_archived_in_an_unfiltered_list_proves_that_all_are_in_it() -> None:
    scene = Scene(Switches(rate="off"))
    with scene.stage:
        scene.send("POST", "/tags", {"name": "old"})
        old = scene.stage.snapshot()["tags"][-1]
        scene.send("PUT", f"/tags/{old['id']}", {"name": "old", "archived": True})
        scene.wait(100)
        since = scene.again(scene.declared())
        assert scene.lists() == ["clients", "projects", "tags", "created"]
        assert since.skipped == 2
        assert "tag" not in since.updated.lists


@pytest.mark.parametrize(
    "more",
    [
        {"tags": []},
        {"tags": [{"name": "urgent", "archived": True}]},
        {"removed": [{"tag": "urgent"}], "tags": []},
    ],
)
def test_a_plan_that_removes_or_archives_is_made_from_all_lists(scene: Scene, more: dict[str, Any]) -> None:
    since = scene.again(scene.declared("Test", prune="archive") | more)
    assert since.skipped == 0
    assert since.problem == "the plan removes or archives something"
    assert scene.lists().count("tasks") == 3
    assert {"clients*", "projects*", "tags*"} <= {*scene.lists()}


@pytest.mark.parametrize(
    ("switches", "problem"),
    [
        ({"feeds": "missing"}, "no feed of created objects"),
        ({"feeds": "forbidden"}, "no feed of created objects"),
        ({"feeds": "paid"}, "no feed of created objects"),
        ({"feed_types": "time"}, "no feed of created objects"),
        ({"feed_answers": "text"}, "no feed of created objects"),
    ],
)
def test_without_a_feed_everything_is_read(switches: dict[str, Any], problem: str) -> None:
    scene = Scene(replace(HIDING, **switches))
    with scene.stage:
        since = scene.again(scene.declared("Test"))
        assert since.skipped == 0
        assert problem in since.problem
        assert scene.lists().count("created") == 1


def test_pages_that_are_counted_from_one_are_doubted() -> None:
    scene = Scene(replace(HIDING, feed_pages="from-1"))
    with scene.stage:
        manifest = scene.declared()
        assert scene.again(manifest).skipped == 3  # the feed is empty: its first page is its last
        scene.send("POST", "/tags", {"name": "more"})
        since = scene.compare(manifest)
        assert since.skipped == 0
        assert "repeats an item" in since.problem


@pytest.mark.parametrize(
    "switches", [{"feed_tasks": "project"}, {"feed_ids": "log"}, {"feed_limit": 1}, {"feed_updates": "own"}]
)
def test_other_readings_of_the_feeds(switches: dict[str, Any]) -> None:
    scene = Scene(replace(HIDING, **switches))
    with scene.stage:
        manifest = scene.declared("Test")
        scene.again(manifest)
        scene.finish("Test", 1)
        assert scene.compare(manifest).skipped == 5


def test_a_feed_that_lacks_what_a_list_shows_is_not_trusted(scene: Scene) -> None:
    scene.compare(scene.declared())
    scene.send("POST", "/tags", {"name": "more"})
    scene.stage.store._db.execute("UPDATE changes SET created = 0")
    since = scene.compare(scene.declared())
    assert since.skipped == 0
    assert since.problem == "the feed of created objects lacks a tag that is new in its list"


def test_a_feed_that_lacks_a_task_is_not_trusted(scene: Scene) -> None:
    manifest = scene.declared("Test")
    scene.compare(manifest)
    scene.send("POST", f"/projects/{scene.projects[0]['id']}/tasks", {"name": "More"})
    scene.stage.store._db.execute("UPDATE changes SET created = 0, updated = 0")
    since = scene.compare(manifest)
    assert since.skipped == 3
    assert since.problem == "the feed of created objects lacks a task that is new in its list"


def test_a_hidden_task_of_an_unknown_project_makes_every_list_needed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = scene.declared("Test")
    scene.compare(manifest)
    item = {"id": "unknown", "documentCode": "TASKS"}
    monkeypatch.setattr("reconciler.gateway.Reader.changes", lambda *_: (item,))
    assert scene.compare(manifest).skipped == 3


@pytest.mark.parametrize("after", [MAX_AGE + 1, -200])
def test_a_record_that_is_too_old_or_still_to_come_is_not_used(scene: Scene, after: int) -> None:
    since = scene.again(scene.declared(), after)
    assert since.skipped == 0
    assert since.problem == "the recorded reading is too old, or later than now"


def test_a_rate_limit_ends_the_reading_which_has_skipped_nothing_then(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.compare(scene.declared())

    def refuse(*_: object) -> None:
        raise RateLimitError("wait an hour")

    monkeypatch.setattr("reconciler.gateway.Reader.changes", refuse)
    since = SinceLast(scene.recorded, scene.now)
    with pytest.raises(RateLimitError):
        read_since(scene.reader(), desired_of(scene.declared()), scene.stage.workspace, {}, since)
    assert (since.skipped, since.problem) == (0, "")


def test_tasks_that_do_not_come_with_projects_are_listed_every_time() -> None:
    scene = Scene(replace(HIDING, hydrated="unsupported"))
    with scene.stage:
        assert scene.again(scene.declared("Test")).skipped == 3
        assert scene.lists().count("tasks") == 3
        assert not scene.recorded.tasks
