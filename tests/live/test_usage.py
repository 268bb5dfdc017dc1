"""The tracked time of a resource, counted over all users."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import ApiError
from reconciler.live.usage import UsageReads, usage_of
from reconciler.model import Address
from reconciler.state import Usage
from tests.gateway.fake_service import error_reply
from tests.live.fake_workspace import FakeWorkspace
from tests.planning.literals import live_of

TAG = live_of({"tags": ["urgent"]}).resources[Address.parse("tag:urgent")]


def _entry(start: Any, duration: Any = "PT1H", **more: Any) -> dict[str, Any]:
    return {"id": f"e{start}{duration}", "timeInterval": {"start": start, "duration": duration, **more}}


@pytest.mark.parametrize(
    ("entries", "usage"),
    [
        ([], Usage()),
        ([_entry("2026-01-02T09:00:00Z")], Usage(3600, 1, users=1, last_used="2026-01-02")),
        ([_entry("2026-01-02T09:00:00Z", None)], Usage(0, 1, users=1, last_used="2026-01-02", running=1)),
        (
            [_entry("2026-01-02T09:00:00Z", None, end="2026-01-02T10:00:00Z")],
            Usage(0, 1, users=1, last_used="2026-01-02"),
        ),
        ([_entry(None, None)], Usage(0, 1, users=1)),
        ([_entry("yesterday", "soon")], Usage(0, 1, users=1)),
        ([{"id": "e1"}], Usage(0, 1, users=1)),
        ([{"id": "e1", "timeInterval": "x"}], Usage(0, 1, users=1)),
        (
            [
                _entry("2026-03-04T09:00:00Z", "PT30M"),
                _entry("2026-01-02T09:00:00Z"),
                _entry("2026-02-03T09:00:00Z", None),
            ],
            Usage(5400, 3, users=1, last_used="2026-03-04", running=1),
        ),
    ],
)
def test_the_entries_of_one_user_are_counted(entries: list[dict[str, Any]], usage: Usage) -> None:
    workspace = FakeWorkspace(entries=lambda *_: entries)
    assert usage_of(workspace.reader, "w", TAG, ["u1"]) == usage


def test_the_entries_of_all_users_are_added_up() -> None:
    entries = {
        "u1": [_entry("2026-03-04T09:00:00Z"), _entry("2026-01-02T09:00:00Z", None)],
        "u2": [],
        "u3": [_entry("2026-02-03T09:00:00Z", "PT15M"), _entry("2026-02-04T09:00:00Z", None)],
    }
    workspace = FakeWorkspace(entries=lambda person, _: entries[person])
    usage = usage_of(workspace.reader, "w", TAG, entries)
    assert usage == Usage(4500, 4, users=2, last_used="2026-03-04", running=2)
    assert [request.params["tags"] for request in workspace.service.requests] == [TAG.id] * 3


@pytest.mark.parametrize(("status", "is_known"), [(400, False), (403, False), (404, False), (402, None), (405, None)])
def test_what_may_not_be_read_is_not_known_and_any_other_error_is_raised(status: int, *, is_known: bool | None) -> None:
    entries = {"u1": [_entry("2026-03-04T09:00:00Z")]}
    errors = {"/user/u2/time-entries": error_reply(status, 501)}
    workspace = FakeWorkspace(entries=lambda person, _: entries[person], errors=errors)
    if is_known is None:
        with pytest.raises(ApiError):
            usage_of(workspace.reader, "w", TAG, ["u1", "u2"])
        return
    usage = usage_of(workspace.reader, "w", TAG, ["u1", "u2"])
    assert (usage.known, usage.time_entries, usage.is_used) == (False, 1, True)


SITE = live_of({"projects": ["Web", "Shop"], "tasks": ["Web/Build", "Web/Test", "Shop/Ship"]}).resources
WEB, SHOP = SITE[Address.parse("project:Web")], SITE[Address.parse("project:Shop")]
BUILD, TEST, SHIP = (SITE[Address.parse(f"task:{name}")] for name in ("Web/Build", "Web/Test", "Shop/Ship"))
ONE_HOUR = Usage(3600, 1, users=1, last_used="2026-01-02")


class _Asked:
    """What is asked about entries, one of `Build` by u1: as a service with filters answers it. `says`: whether entries name their task."""

    def __init__(self, *, says: bool = True, filters: bool = True, **more: Any) -> None:
        self.says, self.filters = says, filters
        self.workspace = FakeWorkspace(entries=self._entries, **more)
        self.reads = UsageReads(self.workspace.reader, "w", ("u1", "u2"))

    def _entries(self, person: str, params: dict[str, str]) -> list[dict[str, Any]]:
        asked = {params.get("project", WEB.id), params.get("task", BUILD.id)}
        if person != "u1" or (self.filters and asked != {WEB.id, BUILD.id}):
            return []
        return [_entry("2026-01-02T09:00:00Z") | ({"taskId": BUILD.id} if self.says else {})]

    def of(self, *resources: Any) -> tuple[list[Usage], list[str]]:
        """The usage of each, and the questions about the first person, of which there are as many about the second."""
        used = self.reads.of(resources)
        questions: dict[str, list[str]] = {"u1": [], "u2": []}
        for request in self.workspace.service.requests:
            filters = [f"{key} {value}" for key, value in request.params.items() if not key.startswith("page")]
            questions[request.path.split("/")[-2]] += filters
        self.workspace.service.requests.clear()
        assert questions["u1"] == questions["u2"]
        return [used[resource.id] for resource in resources], questions["u1"]


def test_the_tasks_of_one_project_are_asked_about_with_one_request_for_each_person() -> None:
    assert _Asked().of(BUILD, TEST) == ([ONE_HOUR, Usage()], [f"project {WEB.id}"])


def test_a_project_that_is_asked_about_answers_for_its_tasks() -> None:
    asked = _Asked()
    assert asked.of(WEB, TEST, SHIP) == ([ONE_HOUR, Usage(), Usage()], [f"project {WEB.id}", f"task {SHIP.id}"])
    assert asked.of(BUILD) == ([ONE_HOUR], [])


def test_what_was_answered_is_not_asked_again() -> None:
    asked = _Asked()
    assert asked.of(WEB, SHOP)[1] == [f"project {WEB.id}", f"project {SHOP.id}"]
    assert asked.of(BUILD, TEST, SHIP) == ([ONE_HOUR, Usage(), Usage()], [])
    assert asked.of(WEB) == ([ONE_HOUR], [])


def test_a_task_alone_is_asked_about_itself() -> None:
    assert _Asked().of(BUILD) == ([ONE_HOUR], [f"task {BUILD.id}"])


def test_entries_that_do_not_name_their_task_prove_nothing_about_it() -> None:
    asked = _Asked(says=False)
    answer = asked.of(BUILD, TEST)
    assert answer == ([ONE_HOUR, Usage()], [f"project {WEB.id}", f"task {BUILD.id}", f"task {TEST.id}"])


def test_a_service_without_filters_answers_for_each_task_alike() -> None:
    assert _Asked(filters=False).of(BUILD, TEST)[0] == [ONE_HOUR, Usage()]


@pytest.mark.parametrize("status", [400, 403])
def test_tasks_of_a_project_that_cannot_be_asked_about_count_as_used(status: int) -> None:
    asked = _Asked(errors={"/user/u2/time-entries": error_reply(status, 501)})
    used = asked.reads.of([BUILD, TEST])
    assert used == {BUILD.id: replace(ONE_HOUR, known=False), TEST.id: Usage(known=False)}
    assert {request.params["project"] for request in asked.workspace.service.requests} == {WEB.id}
