"""What an incremental reading reads in the end, where a removal asks for all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import RateLimitError
from reconciler.live.since import SinceLast, read_since
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


def test_a_reading_that_fails_has_skipped_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()
    with scene.stage:
        scene.compare(scene.declared())

        def refuse(*_: object) -> None:
            raise RateLimitError("wait an hour")

        monkeypatch.setattr("reconciler.gateway.Reader.changes", refuse)
        since = SinceLast(scene.recorded, scene.now)
        with pytest.raises(RateLimitError):
            read_since(scene.reader(), desired_of(scene.declared()), scene.stage.workspace, {}, since)
        assert (since.skipped, since.problem) == (0, "")
