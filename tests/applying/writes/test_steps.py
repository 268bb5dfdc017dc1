"""What each kind of change sends, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying import Result
from reconciler.sandbox import Switches
from tests.applying.test_recorded_runs import results
from tests.applying.writes.test_odd_answers import _Answering, _apply
from tests.applying.writes.test_refresh import _edit, _one, _run
from tests.sandbox_client import Stage

CLIENTS = [{"name": "Acme", "projects": ["Site"]}, "Beta"]
MOVED = ["Acme", {"name": "Beta", "projects": [{"name": "Site", "was": "Acme/Site"}]}]
FREED = ["Acme", "Beta"]


def _writes(stage: Stage) -> list[str]:
    """The writes since the last look: method, list, and the name that was sent."""
    sent = [one.request for one in stage.sent if one.request.method != "GET"]
    return [f"{r.method} {r.path.split('/')[6 if r.path.count('/') < 9 else 8]} {(r.body or {}).get('name', '')}".strip() for r in sent]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "writes"),
    [
        ({"clients": CLIENTS}, {"clients": MOVED}, ["PUT projects Site"]),
        ({"clients": CLIENTS}, {"clients": FREED, "projects": [{"name": "Site", "was": "Acme/Site"}]}, ["PUT projects Site"]),
        ({"tags": ["a"]}, {"tags": [{"name": "b", "was": "a"}]}, ["PUT tags b"]),
        ({"tags": ["a"]}, {"tags": [{"name": "a", "archived": True}]}, ["PUT tags a"]),
        ({"tags": [{"name": "a", "archived": True}]}, {"tags": ["a"]}, ["PUT tags a"]),
        ({"tags": ["a"]}, {"tags": []}, ["DELETE tags"]),
        ({"clients": ["Acme"]}, {"clients": []}, ["PUT clients Acme", "DELETE clients"]),
        ({"projects": [{"name": "Site", "estimate": "PT1H"}]}, {"projects": [{"name": "Site", "estimate": "PT2H"}]}, ["PATCH projects"]),
    ],
)  # fmt: skip
def test_a_change_sends_what_it_needs_once(before: Any, after: Any, writes: list[str]) -> None:
    with Stage() as stage:
        stage.apply(before)
        plan = stage.plan(after)[0]
        stage.sent.clear()
        report = _apply(stage, after)
        sent = _writes(stage)
        assert stage.plan(after)[0].is_empty
    assert sent == writes
    assert set(results(report).values()) == {Result.DONE}
    assert sum(outcome.written for outcome in report.outcomes) == len(writes)
    assert len(report.outcomes) == len(plan.changes)


def test_a_move_that_the_service_does_not_keep_is_sent_twice_and_named() -> None:
    with Stage() as stage:
        stage.apply({"clients": CLIENTS})
        acme = next(client["id"] for client in stage.snapshot()["clients"] if client["name"] == "Acme")
        stage.sent.clear()
        report = _apply(stage, {"clients": MOVED}, _Answering(stage.app, "PUT", lambda v: {**v, "clientId": acme}))
        assert _writes(stage) == ["PUT projects Site"] * 2
    (outcome,) = report.outcomes
    assert (outcome.result, outcome.written) == (Result.NOT_ACCEPTED, 2)
    assert [field.name for field in outcome.not_accepted] == ["client"]


def test_a_move_that_somebody_else_has_made_meanwhile_is_not_sent() -> None:
    with Stage() as stage:
        stage.apply({"clients": CLIENTS})
        by_hand = _edit(stage, "projects", "Site", clientId=_one(stage, "clients", "Beta")["id"])
        report = _run(stage, {"clients": MOVED}, by_hand, wait=100)
        assert _writes(stage) == []
    assert results(report) == {"project:Beta/Site": Result.DONE}


def test_an_estimate_that_the_service_does_not_keep_is_sent_twice_and_named() -> None:
    with Stage() as stage:
        stage.apply({"projects": [{"name": "Site", "estimate": "PT1H"}]})
        before = stage.snapshot()["projects"][0]["timeEstimate"]
        stage.sent.clear()
        answering = _Answering(stage.app, "PATCH", lambda value: {**value, "timeEstimate": before})
        report = _apply(stage, {"projects": [{"name": "Site", "estimate": "PT2H"}]}, answering)
        assert _writes(stage) == ["PATCH projects"] * 2
    (outcome,) = report.outcomes
    assert (outcome.result, outcome.written) == (Result.NOT_ACCEPTED, 2)
    assert [(field.name, field.before, field.after) for field in outcome.not_accepted] == [("estimate", "PT2H", "PT1H")]


def test_names_are_exchanged_by_way_of_a_temporary_one() -> None:
    swapped = [{"name": "a", "was": "b", "archived": True}, {"name": "b", "was": "a"}]
    with Stage() as stage:
        stage.apply({"tags": ["a", {"name": "b", "archived": True}]})
        ids = {tag["name"]: tag["id"] for tag in stage.snapshot()["tags"]}
        stage.sent.clear()
        report = _apply(stage, {"tags": swapped})
        writes = _writes(stage)
        assert {tag["name"]: tag["id"] for tag in stage.snapshot()["tags"]} == {"a": ids["b"], "b": ids["a"]}
    (temporary,) = [outcome.change for outcome in report.outcomes if outcome.change.temporary_name]
    assert writes[0] == f"PUT tags {temporary.temporary_name}"
    assert sorted(writes[1:]) == ["PUT tags a", "PUT tags b"]


def test_a_tag_that_must_be_archived_first_is_archived_and_deleted() -> None:
    with Stage(Switches(rate="off", tag_delete_needs_archive=True)) as stage:
        stage.apply({"tags": ["a", "b"]})
        stage.sent.clear()
        report = _apply(stage, {"tags": ["b"]})
        assert _writes(stage) == ["DELETE tags", "PUT tags a", "DELETE tags"]
        assert [tag["name"] for tag in stage.snapshot()["tags"]] == ["b"]
    assert results(report) == {"tag:a": Result.DONE}
    assert report.outcomes[0].written == 2


def test_what_was_archived_for_its_delete_is_not_archived_again_where_that_is_refused() -> None:
    with Stage() as stage:

        async def refusing(scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] != "DELETE":
                await stage.app(scope, receive, send)
                return
            await send({"type": "http.response.start", "status": 400, "headers": []})
            await send({"type": "http.response.body", "body": b'{"code": 501, "message": "No"}'})

        stage.apply({"clients": ["a"]})
        stage.sent.clear()
        report = _apply(stage, {"clients": []}, refusing)
        assert _writes(stage) == ["PUT clients a", "DELETE clients"]
    assert results(report) == {"client:a": Result.FAILED}
