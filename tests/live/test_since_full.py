"""An incremental reading that turns into a full one asks for nothing that it has already."""

from __future__ import annotations

from tests.live.test_since import Scene


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
