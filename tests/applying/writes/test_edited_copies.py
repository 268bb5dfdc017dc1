"""What somebody edits between the end of a project and the copies that are made of it is found in them, and reported."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Result
from tests.applying.writes.copying import (
    MANIFEST,
    PROJECTS,
    TASKS,
    KilledError,
    Meddling,
    copies_of,
    finished_after_kill,
    stage_of,
)
from tests.sandbox_client import Stage


def _cost_rate(stage: Stage, project: str) -> None:
    body = {"name": "Project 0", "costRate": {"amount": 4000}, "isPublic": True, "billable": True}
    stage.call("PUT", f"/projects/{project}", body)


def _template(stage: Stage, project: str) -> None:
    stage.call("PATCH", f"/projects/{project}/template", {"isTemplate": True})


def _task(stage: Stage, project: str) -> None:
    stage.call("POST", f"/projects/{project}/tasks", {"name": "Theirs"})


def _budget(stage: Stage, project: str) -> None:
    task = next(t for t in stage.snapshot()["tasks"] if t["projectId"] == project and t["name"] == "Build")
    stage.call(
        "PUT", f"/projects/{project}/tasks/{task['id']}", {"name": "Build", "billable": False, "budgetEstimate": 777}
    )


def _moved(stage: Stage, manifest: Mapping[str, Any] = MANIFEST) -> list[tuple[str, str]]:
    report = stage.apply(manifest)
    assert report.exit_code == 4
    return [(str(o.change.address), o.message) for o in report.outcomes if o.result is Result.MOVED]


def test_a_value_that_somebody_gives_the_template_is_found_in_the_first_copy_and_spreads_no_further() -> None:
    with stage_of() as stage:
        stage.use(Meddling(stage, 0, _cost_rate))
        assert _moved(stage) == [
            (
                "project:Project 1",
                "it has values that were not approved: cost_rate; project:Project 1 was made as a copy of project:Project 0",
            )
        ]
        assert len(copies_of(stage)) == 1
        rates = {p["name"]: p["costRate"] and p["costRate"]["amount"] for p in stage.snapshot()["projects"]}
        assert rates == {"Project 0": 4000, "Project 1": 4000, "Project 2": None, "Project 3": None}


def test_a_value_that_somebody_gives_the_template_while_it_is_being_made_spreads_no_further() -> None:
    manifest = {"projects": [{**project, "estimate": None, "budget": "500.00"} for project in MANIFEST["projects"]]}
    for project in manifest["projects"]:
        del project["estimate"]
    with stage_of() as stage:
        stage.use(Meddling(stage, 0, _cost_rate, "PATCH", "/estimate"))
        assert [message.partition(";")[0] for _, message in _moved(stage, manifest)] == [
            "it has values that were not approved: cost_rate"
        ]
        assert len(copies_of(stage)) == 1


def _rename(stage: Stage, project: str) -> None:
    task = next(t for t in stage.snapshot()["tasks"] if t["projectId"] == project and t["name"] == "Plan")
    stage.call(
        "PUT", f"/projects/{project}/tasks/{task['id']}", {"name": "Theirs", "estimate": "PT2H", "billable": True}
    )


def _rename_and_edit(stage: Stage, project: str) -> None:
    task = next(t for t in stage.snapshot()["tasks"] if t["projectId"] == project and t["name"] == "Plan")
    stage.call(
        "PUT", f"/projects/{project}/tasks/{task['id']}", {"name": "Theirs", "estimate": "PT7H", "billable": True}
    )


@pytest.mark.parametrize(
    ("edit", "moved"),
    [
        (_rename, ("task:Project 1/Plan", "its name is now 'Theirs'")),
        (_rename_and_edit, ("task:Project 1/Build", "beside it is 'Theirs', which was not approved")),
    ],
)
def test_a_task_that_somebody_renames_in_the_template_is_copied_once(edit: Any, moved: tuple[str, str]) -> None:
    with stage_of() as stage:
        stage.use(Meddling(stage, 0, edit))
        assert [(address, message.partition(";")[0]) for address, message in _moved(stage)] == [moved]
        assert len(copies_of(stage)) == 1


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (None, ""),
        (_cost_rate, "it has values that were not approved: cost_rate"),
        (_task, "in it is 'Theirs', which was not approved"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_copy_of_an_interrupted_run_is_compared_when_the_run_is_finished(
    tmp_path: Path, at: int, edit: Any, why: str
) -> None:
    class Fatal:
        """After a copy of what somebody edited, the process ends."""

        def __init__(self) -> None:
            self.meddling, self.left = Meddling(stage, at, edit or (lambda *_: None)), at

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.meddling(scope, receive, send)
            self.left -= scope["path"].endswith("/from-template")
            if self.left < 0:
                raise KilledError

    with stage_of() as stage:
        _, report = finished_after_kill(stage, Fatal(), tmp_path)
        moved = {str(o.change.address): o.message for o in report.outcomes if o.result is Result.MOVED}
        name = f"project:Project {at + 1}"
        assert moved == ({name: f"{why}; {name} was made as a copy of another project"} if why else {})
        assert report.exit_code == (4 if why else 0)


def test_a_value_that_somebody_gives_the_template_later_is_found_in_every_copy_made_since() -> None:
    with stage_of() as stage:
        stage.use(Meddling(stage, 1, _cost_rate))
        addresses = [address for address, _ in _moved(stage)]
        rates = [f"project:{p['name']}" for p in stage.snapshot()["projects"] if p["costRate"]]
        assert sorted(addresses) == sorted(set(rates) - {"project:Project 0"}) != []


@pytest.mark.parametrize("at", [0, 1])
def test_a_task_that_somebody_adds_to_the_template_is_reported_beside_the_first_task(at: int) -> None:
    with stage_of() as stage:
        stage.use(Meddling(stage, at, _task))
        moved = _moved(stage)
        with_stranger = {t["projectId"] for t in stage.snapshot()["tasks"] if t["name"] == "Theirs"}
        projects = {p["name"] for p in stage.snapshot()["projects"] if p["id"] in with_stranger} - {"Project 0"}
        assert {address.rpartition("/")[0] for address, _ in moved} == {f"task:{name}" for name in projects} != set()
        assert len(moved) == len(projects)
        for address, message in moved:
            copy = address.rpartition("/")[0].replace("task:", "project:")
            assert (
                message
                == f"beside it is 'Theirs', which was not approved; {copy} was made as a copy of project:Project 0"
            )
        if at == 0:
            assert len(copies_of(stage)) == 1


@pytest.mark.parametrize("name", ["Plan", "Old"])
def test_a_task_of_a_copy_that_somebody_renames_moved_and_is_not_created_again(name: str) -> None:
    """Also one that is not finished yet, as its project's is."""

    class Renaming:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await stage.app(scope, receive, send)
            if scope["path"].endswith("/from-template"):
                thread = threading.Thread(target=self.rename)
                thread.start()
                thread.join()

        def rename(self) -> None:
            copy = next((p["id"] for p in stage.snapshot()["projects"] if p["name"] == "Project 2"), "")
            for task in stage.snapshot()["tasks"]:
                if (task["projectId"], task["name"]) == (copy, name):
                    body = {"name": "Theirs", "estimate": task["estimate"], "billable": task["billable"]}
                    stage.call("PUT", f"/projects/{copy}/tasks/{task['id']}", body)

    with stage_of() as stage:
        stage.use(Renaming())
        assert _moved(stage) == [(f"task:Project 2/{name}", "its name is now 'Theirs'")]
        assert len(stage.snapshot()["tasks"]) == PROJECTS * len(TASKS)


def test_an_undeclared_value_of_a_task_is_compared_too() -> None:
    with stage_of() as stage:
        stage.use(Meddling(stage, 0, _budget))
        moved = _moved(stage)
        copied = {body["name"] for body in copies_of(stage)}
        assert {address for address, _ in moved} == {f"task:{name}/Build" for name in copied} != set()
        assert {message.partition(";")[0] for _, message in moved} == {"it has values that were not approved: budget"}


def test_a_copy_that_became_a_template_itself_is_reported() -> None:
    class Marking:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await stage.app(scope, receive, send)
            if scope["path"].endswith("/from-template"):
                [copy] = [p for p in stage.snapshot()["projects"] if p["name"] == "Project 1"]
                thread = threading.Thread(target=_template, args=(stage, copy["id"]))
                thread.start()
                thread.join()

    with stage_of() as stage:
        stage.use(Marking())
        assert [message.partition(";")[0] for _, message in _moved(stage)] == [
            "it has values that were not approved: template"
        ]


def test_where_somebody_creates_the_same_project_first_theirs_is_taken_as_it_is() -> None:
    def create(stage: Stage, _: str) -> None:
        stage.call("POST", "/projects", {
            "name": "Project 1", "color": "#112233", "note": "as agreed", "billable": True, "costRate": {"amount": 100},
            "hourlyRate": {"amount": 9500}, "estimate": {"estimate": "PT40H", "type": "MANUAL"},
        })  # fmt: skip

    with stage_of() as stage:
        stage.use(Meddling(stage, 0, create))
        report = stage.apply(MANIFEST)
        assert report.exit_code == 0
        results = {str(o.change.address): o.result for o in report.outcomes if o.change.kind == "project"}
        assert results["project:Project 1"] is Result.ALREADY
        assert len(copies_of(stage)) == PROJECTS - 1, "the refusal was about the name"
        assert stage.plan(MANIFEST)[0].is_empty
