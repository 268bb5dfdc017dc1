"""What an incremental reading reads in the end, where a removal asks for all: nothing that it has already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.live import Reading
from reconciler.live.since import SinceLast, read_since
from reconciler.state import ListProof
from tests.live.test_since import HIDING, Scene
from tests.planning.literals import desired_of


@pytest.mark.parametrize(("hydrated", "lists"), [("without-done", 0), ("unsupported", 4)])
def test_a_hidden_project_that_shows_its_tasks_is_asked_for_them_no_more(hydrated: str, lists: int) -> None:
    scene = Scene(replace(HIDING, hydrated=hydrated))
    with scene.stage:
        manifest = scene.declared()
        scene.compare(manifest)
        hidden = scene.send("POST", "/projects", {"name": "Hidden", "tasks": [{"name": "Inside"}]})
        scene.send("PUT", f"/projects/{hidden['id']}", {"name": "Hidden", "archived": True})
        scene.wait(100)
        scene.stage.store._db.execute("UPDATE changes SET created = 0")  # no feed shows it
        scene.compare(manifest | {"tags": [], "removed": [{"tag": "urgent"}]})
        assert scene.lists().count("tasks") == lists


def test_an_archived_project_that_came_with_its_tasks_takes_no_list_of_them() -> None:
    scene = Scene()
    with scene.stage:
        scene.compare(scene.declared())
        hidden = scene.send("POST", "/projects", {"name": "Hidden", "tasks": [{"name": "Inside"}]})
        scene.send("PUT", f"/projects/{hidden['id']}", {"name": "Hidden", "archived": True})
        scene.wait(100)
        scene.stage.store._db.execute("UPDATE changes SET created = 0")  # no feed shows it
        scene.compare(scene.declared() | {"tags": [{"name": "urgent", "archived": True}]})
        assert "projects*" in scene.lists()
        assert "tasks" not in scene.lists()


def _read(scene: Scene, manifest: Mapping[str, Any], unfinished: Mapping[str, str]) -> Reading:
    """An incremental reading for a manifest, after one that listed the tasks of every project."""
    scene.compare(scene.declared("Test"))
    scene.wait(100)
    scene.asked.clear()
    since = SinceLast(scene.recorded, scene.now)
    return read_since(scene.reader(), desired_of(manifest), scene.stage.workspace, unfinished, since)


def test_tasks_that_were_not_listed_again_are_in_the_proof_with_their_number() -> None:
    scene = Scene()
    with scene.stage:
        site = scene.projects[0]["id"]
        reading = _read(scene, scene.declared(), {"t9": site})
        assert "tasks" not in scene.lists()
    assert ListProof(f"tasks of project {site}", 2, 1, "none created since the last list") in reading.live.proofs


def test_where_a_removal_asks_for_all_an_unfinished_delete_is_looked_up_in_the_list_of_its_project() -> None:
    scene = Scene()
    with scene.stage:
        removing = scene.declared() | {"tags": [], "removed": [{"tag": "urgent"}]}
        reading = _read(scene, removing, {"t9": scene.projects[0]["id"]})
        assert scene.lists().count("tasks") == 1
    assert reading.live.tasks_proven == {scene.projects[0]["id"]}
