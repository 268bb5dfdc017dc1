"""Answers that say too little, or something else than they should: looked up or reported, never believed and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, Result, RunReport, Runs, apply, approve
from reconciler.applying.writes.steps import StepRunner
from reconciler.errors import ProtocolError
from reconciler.sandbox import Switches, create_app
from tests.applying.test_recorded_runs import results
from tests.recorded_runs import ONE_BY_ONE, recorded
from tests.sandbox_client import Stage

Answer = Callable[[Any], Any]


class _Answering:
    """An application whose answers to requests of one method are carried out, and then replaced: None empties the body."""

    def __init__(self, app: Any, method: str, answer: Answer, *, status: int | None = None) -> None:
        self._app, self._method, self._answer, self._status = app, method, answer, status

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != self._method:
            await self._app(scope, receive, send)
            return
        got: list[Any] = []

        async def keep(message: Any) -> None:
            got.append(message)

        await self._app(scope, receive, keep)
        value = self._answer(json.loads(got[1]["body"]))
        body = b"" if value is None else json.dumps(value).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self._status or got[0]["status"], "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _apply(stage: Stage, manifest: Any, app: Any = None, *, max_age: float | None = None) -> RunReport:
    """Apply a manifest that was planned before the application answers oddly."""
    plan, reading = stage.plan(manifest)
    stage.use(app or stage.app)
    options = ONE_BY_ONE if max_age is None else ApplyOptions(max_concurrency=1, max_age=max_age)
    with stage.writer() as writer:
        return apply(approve(plan, plan.digest), writer, reading, options=options)


TWO_CLIENTS: dict[str, Any] = {
    "clients": [{"name": "Acme", "projects": ["Site"]}, {"name": "Beta", "projects": ["Site"]}]
}


@pytest.mark.parametrize("answer", [None, {"name": "Site"}, {"id": 5}, {"id": ["x"]}, {"id": None}, {"id": ""}])
def test_a_create_that_is_answered_without_its_id_is_looked_up_under_its_own_client(answer: Any) -> None:
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "projects": ["Site"]}, "Beta"]})
        report = _apply(stage, TWO_CLIENTS, _Answering(stage.app, "POST", lambda _: answer))
        beta = next(client["id"] for client in stage.snapshot()["clients"] if client["name"] == "Beta")
        made = [project["id"] for project in stage.snapshot()["projects"] if project["clientId"] == beta]
    assert results(report) == {"project:Beta/Site": Result.DONE}
    assert [report.outcomes[0].id] == made


def test_a_create_whose_answer_lacks_a_key_is_read_before_the_update_that_follows() -> None:
    manifest = {"clients": [{"name": "Acme", "note": "n", "cc_emails": ["a@b.example"]}]}
    with Stage() as stage:
        without = _Answering(stage.app, "POST", lambda value: {k: v for k, v in value.items() if k != "address"})
        report = _apply(stage, manifest, without)
        (client,) = stage.snapshot()["clients"]
    assert results(report) == {"client:Acme": Result.DONE}
    assert (client["note"], client["ccEmails"]) == ("n", ["a@b.example"])


def test_a_create_that_is_answered_without_its_id_and_not_listed_failed() -> None:
    with Stage() as stage:

        def rename(created: Any) -> None:
            stage.store.save("tag", {**(stage.store.load("tag", created["id"]) or {}), "name": "renamed by hand"})

        report = _apply(stage, {"tags": ["a"]}, _Answering(stage.app, "POST", rename))
    assert results(report) == {"tag:a": Result.FAILED}
    assert "the answer to its create has no id" in report.outcomes[0].message


ODD: dict[str, tuple[str, Any, Answer]] = {
    "a list": ("PUT", {"clients": [{"name": "Acme", "note": "new"}]}, lambda value: [value]),
    "an id of another object": ("PUT", {"clients": [{"name": "Acme", "note": "new"}]}, lambda value: {**value, "id": "x"}),
    "e-mail addresses that are a number": (
        "PUT", {"clients": [{"name": "Acme", "note": "new"}]}, lambda value: {**value, "ccEmails": 5}),
    "a name that is an object": (
        "PUT", {"clients": [{"name": "Acme", "note": "new"}]}, lambda value: {**value, "name": {"a": 1}}),
    "an estimate that is a list": (
        "PATCH", {"projects": [{"name": "Site", "estimate": "PT2H"}]}, lambda value: {**value, "timeEstimate": ["x"]}),
    "a create of people who are numbers": (
        "POST", {"projects": [{"name": "Site", "tasks": ["Do"]}]}, lambda value: {**value, "assigneeIds": [5]}),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_to_a_write_is_reported_or_overcome_and_the_rest_goes_on(name: str, tmp_path: Path) -> None:
    method, manifest, answer = ODD[name]
    with Stage() as stage:
        stage.apply({"clients": ["Acme"], "projects": ["Site"], "tags": ["old"]})
        plan = stage.plan({**manifest, "tags": []})[0]
        stage.use(_Answering(stage.app, method, answer))
        report = recorded(stage, plan, tmp_path)
    tag, other = sorted(report.outcomes, key=lambda outcome: outcome.change.kind != "tag")[:2]
    assert tag.result is Result.DONE
    assert other.result in (Result.DONE, Result.FAILED, Result.NOT_ACCEPTED)
    assert other.result is Result.DONE or other.message or other.not_accepted
    history = Runs(tmp_path).named("latest").history
    assert (history.damaged, {write.result for write in history.writes}) == (0, {"done"})
    assert all(write.id == write.intent.id for write in history.writes if write.intent.id)


def test_a_change_whose_subject_cannot_be_built_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    build = StepRunner.item

    def item(runner: StepRunner, change: Any, known_id: str = "") -> Any:
        if change.address.name == "a":
            raise ProtocolError("tag:a: cannot be read")
        return build(runner, change, known_id)

    monkeypatch.setattr(StepRunner, "item", item)
    with Stage() as stage:
        report = _apply(stage, {"tags": ["a", "b"]})
        below = _apply(stage, {"tags": ["b"], "clients": [{"name": "a", "projects": ["Site"]}]})
    assert results(report) == {"tag:a": Result.FAILED, "tag:b": Result.DONE}
    assert (report.outcomes[0].message, report.stopped) == ("tag:a: cannot be read", "")
    assert [(outcome.result, outcome.message) for outcome in below.outcomes] == [
        (Result.FAILED, "tag:a: cannot be read"),
        (Result.SKIPPED, "requires client:a, which was not done"),
    ]


class _Denying:
    """An application that answers the first requests of a method for one object with 404, though it exists."""

    def __init__(self, app: Any, method: str, times: int = 1) -> None:
        self._app, self._method, self._left = app, method, times

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_one = not scope["path"].endswith("/tags")
        if scope["method"] != self._method or not is_one or not self._left:
            await self._app(scope, receive, send)
            return
        self._left -= 1
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"message": "not found", "code": 404}'})


SWAP: dict[str, Any] = {
    "tags": [{"name": "one", "was": "two", "archived": True}, {"name": "two", "was": "one"}],
}


def test_one_wrong_404_after_a_temporary_name_proves_nothing() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["one", {"name": "two", "archived": True}]})
        report = _apply(stage, SWAP, _DenyingTemporary(stage), max_age=-1)
    denied = next(outcome for outcome in report.outcomes if outcome.change.temporary_name)
    assert denied.result is Result.FAILED
    assert "not found" in denied.message


class _DenyingTemporary(_Denying):
    """It denies the object that has a temporary name."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.app, "GET", 1)
        self._stage = stage

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        named = {tag["id"]: tag["name"] for tag in self._stage.snapshot()["tags"]}
        is_temporary = named.get(scope["path"].rsplit("/", 1)[-1], "").startswith("~")
        await (super().__call__ if is_temporary else self._app)(scope, receive, send)


def test_a_delete_that_is_answered_404_is_done_only_where_the_object_is_gone() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a"]})
        report = _apply(stage, {"tags": []}, _Denying(stage.app, "DELETE"))
        assert [tag["name"] for tag in stage.snapshot()["tags"]] == ["a"]
    assert results(report) == {"tag:a": Result.FAILED}
    assert report.outcomes[0].written == 0


def test_an_update_that_is_answered_with_an_empty_body_is_read() -> None:
    with Stage(Switches(rate="off", put_answers="empty")) as stage:
        stage.apply({"tags": ["old"], "projects": [{"name": "Site", "estimate": "PT1H"}]})
        manifest = {"tags": [{"name": "new", "was": "old"}], "projects": [{"name": "Site", "estimate": "PT2H"}]}
        report = _apply(stage, manifest, create_app(stage.store, Switches(rate="off", put_answers="empty")))
    assert set(results(report).values()) == {Result.DONE}
