"""No write rests on an old reading: what was edited meanwhile is kept, or its change is left out by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, Result, RunReport, apply, approve
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.refresh import Refresher
from reconciler.kinds import BY_NAME
from reconciler.model import UNSET, Address
from reconciler.planning.forecast import forecast_changes
from reconciler.sandbox import Switches
from tests.applying.writes.test_odd_answers import _Answering
from tests.planning.literals import live_of, plan_of
from tests.sandbox_client import Stage

BEFORE: dict[str, Any] = {
    "clients": [
        {"name": "Acme", "note": "old", "projects": [{"name": "Site", "note": "old", "tasks": [{"name": "T", "estimate": "PT1H"}]}]},
        {"name": "Idle", "archived": True},
    ],
    "tags": ["keep", {"name": "archive", "archived": True}],
    "projects": [{"name": "Alone", "estimate": "PT1H"}],
}  # fmt: skip
AFTER: dict[str, Any] = {
    "clients": [
        {"name": "Acme", "note": "new", "projects": [{"name": "Site", "note": "new", "tasks": [{"name": "T", "estimate": "PT2H"}]}]},
        {"name": "Idle", "archived": True},
    ],
    "tags": ["keep", {"name": "archive", "archived": True}],
    "projects": [{"name": "Alone", "estimate": "PT2H"}],
}  # fmt: skip


def _run(
    stage: Stage, manifest: Mapping[str, Any], meanwhile: Callable[[], object], *, wait: float, max_age: float = 60
) -> RunReport:
    """Plan and approve a manifest, then something happens, then the plan is applied on the old reading."""
    plan, reading = stage.plan(manifest)
    meanwhile()
    stage.time.sleep(wait)
    stage.sent.clear()
    with stage.writer() as writer:
        return apply(approve(plan, plan.digest), writer, reading, options=ApplyOptions(max_age=max_age))


def _results(report: RunReport) -> dict[str, tuple[Result, str]]:
    return {str(o.change.address): (o.result, o.message) for o in report.outcomes}


def _one(stage: Stage, plural: str, name: str) -> dict[str, Any]:
    return next(item for item in stage.snapshot()[plural] if item["name"] == name)


def _path(stage: Stage, plural: str, name: str) -> str:
    item = _one(stage, plural, name)
    return f"/projects/{item['projectId']}/tasks/{item['id']}" if plural == "tasks" else f"/{plural}/{item['id']}"


def _edit(stage: Stage, plural: str, target: str, **values: Any) -> Callable[[], object]:
    keys = ("name", "note", "address", "email", "clientId", "archived", "billable", "color", "status", "estimate")

    def edit() -> object:
        item = _one(stage, plural, target)
        body = {key: item[key] for key in keys if item.get(key) is not None}
        if plural == "projects":
            del body["estimate"]
            body["isPublic"] = item["public"]
        return stage.call("PUT", _path(stage, plural, target), {**body, **values})

    return edit


UNDECLARED = [
    ("clients", "Acme", {"address": "1 Main St"}, "address"),
    ("projects", "Site", {"billable": True}, "billable"),
    ("tasks", "T", {"billable": False}, "billable"),
]


@pytest.mark.parametrize(("plural", "name", "values", "key"), UNDECLARED)
@pytest.mark.parametrize(("wait", "max_age"), [(61, 60), (1, 0)])
def test_an_undeclared_value_edited_meanwhile_survives(
    plural: str, name: str, values: dict[str, Any], key: str, wait: float, max_age: float
) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        report = _run(stage, AFTER, _edit(stage, plural, name, **values), wait=wait, max_age=max_age)
        assert report.exit_code == 0, _results(report)
        assert _one(stage, plural, name)[key] == values[key]


DECLARED = [
    ("clients", "Acme", {"note": "theirs"}, "client:Acme", "note is now 'theirs', not 'old'"),
    ("projects", "Site", {"note": "theirs"}, "project:Acme/Site", "note is now 'theirs', not 'old'"),
    ("projects", "Site", {"name": "Page"}, "project:Acme/Site", "its name is now 'Page'"),
    ("projects", "Site", {"clientId": ""}, "project:Acme/Site", "its parent is now none"),
    ("projects", "Alone", {"archived": True}, "project:Alone", "archived is now True, not False"),
    ("tasks", "T", {"estimate": "PT9H"}, "task:Acme/Site/T", "estimate is now 'PT9H', not 'PT1H'"),
]


@pytest.mark.parametrize(("plural", "name", "values", "address", "why"), DECLARED)
def test_a_change_whose_resource_was_edited_is_left_out_by_name_and_the_rest_goes_on(
    plural: str, name: str, values: dict[str, Any], address: str, why: str
) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        report = _run(stage, AFTER, _edit(stage, plural, name, **values), wait=61)
        results = _results(report)
        assert results.pop(address) == (Result.MOVED, why)
        assert {result for result, _ in results.values()} == {Result.DONE}
        assert report.exit_code == 4
        now = next(item for item in stage.snapshot()[plural] if item["name"] == values.get("name", name))
        assert all(now[key] == value for key, value in values.items())


def test_a_run_in_which_everything_moved_wrote_nothing_and_ends_with_3() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a"], "clients": [{"name": "Acme", "note": "old"}]})
        manifest = {"tags": ["a"], "clients": [{"name": "Acme", "note": "new"}]}
        report = _run(stage, manifest, _edit(stage, "clients", "Acme", note="theirs"), wait=61)
        assert report.exit_code == 3
        assert {sent.request.method for sent in stage.sent} == {"GET"}


def test_a_resource_that_is_gone_moved_for_an_update_and_is_done_for_a_delete() -> None:
    with Stage() as stage:
        stage.apply(
            {"tags": ["gone", "stays"], "projects": [{"name": "Proj", "tasks": [{"name": "T", "estimate": "PT1H"}]}]}
        )

        def delete() -> None:
            stage.call("DELETE", _path(stage, "tags", "gone"))
            path = _path(stage, "tasks", "T")
            stage.call("PUT", path, {"name": "T", "status": "DONE"})
            stage.call("DELETE", path)

        manifest = {"tags": ["stays"], "projects": [{"name": "Proj", "tasks": [{"name": "T", "estimate": "PT2H"}]}]}
        results = _results(_run(stage, manifest, delete, wait=61))
        assert results == {
            "tag:gone": (Result.ALREADY, ""),
            "task:Proj/T": (Result.MOVED, "it no longer exists"),
        }  # fmt: skip


def test_a_fast_run_reads_nothing_again_before_its_updates() -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        assert _run(stage, AFTER, lambda: None, wait=59).exit_code == 0
        assert {sent.request.method for sent in stage.sent} == {"PUT", "PATCH"}


def test_a_read_that_is_answered_with_another_object_fails_its_change_and_nothing_is_written() -> None:
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "note": "old"}]})
        other = _Answering(
            stage.app, "GET", lambda value: {**value, "id": "f" * 24} if isinstance(value, dict) else value
        )
        report = _run(stage, {"clients": [{"name": "Acme", "note": "new"}]}, lambda: stage.use(other), wait=61)
        assert _results(report) == {
            "client:Acme": (Result.FAILED, "client:Acme: the answer to a read is another object"),
        }  # fmt: skip
        assert {sent.request.method for sent in stage.sent} == {"GET"}
        assert _one(stage, "clients", "Acme")["note"] == "old"


def test_an_old_reading_is_read_once_before_its_update_also_if_the_object_lacks_a_key() -> None:
    manifest = {"clients": [{"name": "Acme", "email": "a@b.example", "note": "old"}]}
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "note": "old"}]})
        stage.use(_omitting(stage, "client.email"))
        assert _run(stage, manifest, lambda: None, wait=61).exit_code == 4
        assert [sent.request.method for sent in stage.sent][:2] == ["GET", "PUT"]


def test_a_value_that_only_lists_have_is_taken_from_a_new_list_before_an_update() -> None:
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "email": "a@b.example", "note": "old"}]})
        without = _Answering(
            stage.app, "GET", lambda v: {k: v[k] for k in v if k != "email"} if isinstance(v, dict) else v
        )
        report = _run(stage, {"clients": [{"name": "Acme", "note": "new"}]}, lambda: stage.use(without), wait=61)
        assert report.exit_code == 0
        client = _one(stage, "clients", "Acme")
        assert (client["note"], client["email"]) == ("new", "a@b.example")


DELETES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("projects", {"projects": [{"name": "Proj", "tasks": ["T"]}]}, {"projects": []}, "project:Proj"),
    ("tasks", {"projects": [{"name": "Proj", "tasks": ["T", "U"]}]}, {"projects": [{"name": "Proj", "tasks": ["U"]}]}, "task:Proj/T"),
    ("tags", {"tags": ["a", "b"]}, {"tags": ["b"]}, "tag:a"),
]  # fmt: skip


@pytest.mark.parametrize(("plural", "before", "after", "address"), DELETES)
def test_time_added_before_a_delete_is_never_deleted(
    plural: str, before: dict[str, Any], after: dict[str, Any], address: str
) -> None:
    with Stage() as stage:
        stage.apply(before)

        def track() -> None:
            entry: dict[str, Any] = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}
            if plural == "tags":
                entry["tagIds"] = [_one(stage, "tags", "a")["id"]]
            else:
                entry["projectId"] = _one(stage, "projects", "Proj")["id"]
                entry |= {"taskId": _one(stage, "tasks", "T")["id"]} if plural == "tasks" else {}
            stage.call("POST", "/time-entries", entry)

        report = _run(stage, after, track, wait=1)
        result, why = _results(report)[address]
        assert result is Result.MOVED
        assert why in (
            "time was tracked on it after the plan was made",
            "its time entries changed after the plan was made",
        )
        assert len(stage.snapshot()["time_entries"]) == 1
        assert any(
            item["name"] == address.rsplit("/", maxsplit=1)[-1].rpartition(":")[2] for item in stage.snapshot()[plural]
        )


def test_a_new_child_of_what_is_deleted_keeps_it() -> None:
    with Stage() as stage:
        stage.apply({"clients": ["Acme"], "projects": [{"name": "Proj", "tasks": ["T"]}], "tags": ["t"]})

        def add() -> None:
            stage.call("POST", "/projects", {"name": "Theirs", "clientId": _one(stage, "clients", "Acme")["id"]})
            stage.call("POST", f"/projects/{_one(stage, 'projects', 'Proj')['id']}/tasks", {"name": "Their task"})

        manifest = {"clients": [], "removed": [{"project": "Proj"}], "tags": ["t"]}
        results = _results(_run(stage, manifest, add, wait=1))
        assert results["client:Acme"] == (Result.MOVED, "it has a new child: 'Theirs'")
        assert results["project:Proj"] == (Result.MOVED, "it has a new child: 'Their task'")
        assert {item["name"] for item in stage.snapshot()["tasks"]} == {"T", "Their task"}


@pytest.mark.parametrize("rate", [0.02, 0.5, 50])
def test_the_forecast_counts_what_is_read_again(rate: float) -> None:
    with Stage() as stage:
        stage.apply({**BEFORE, "clients": [*BEFORE["clients"], "Leaving"], "tags": [*BEFORE["tags"], "leaving"]})
        manifest = {**AFTER, "policy": {"prune": {"clients": "delete"}}}
        plan, reading = stage.plan(manifest)
        forecast = forecast_changes(reading.live, plan.changes, rate)
        stage.sent.clear()
        stage.time.seconds += reading.live.requests / rate
        writer = stage.writer()
        with writer:
            send = writer._pipeline._transport.send

            def slowly(request: Any) -> Any:
                stage.time.seconds += 1 / rate
                return send(request)

            writer._pipeline._transport.send = slowly  # type: ignore[method-assign]
            report = apply(approve(plan, plan.digest), writer, reading, options=ApplyOptions(max_concurrency=2))
        assert report.exit_code == 0
        reads = sum(sent.request.method == "GET" for sent in stage.sent)
        assert reads <= forecast.verifying <= reads + len(plan.changes)


@pytest.mark.parametrize(
    ("planned", "duration", "seconds"),
    [
        (60, "PT1M", 60),
        (60, "PT59S", 60),  # a delete of this run may have taken its time
        (60, "PT61S", 61),
        (0, "PT0S", 0),
        (0, "PT1S", 1),
        (None, "PT0S", None),
        (None, "PT1S", 1),
        (UNSET, "PT1S", 1),
        (60, None, 60),
        (60, "soon", None),
    ],
)
def test_less_time_than_planned_is_no_obstacle_and_a_second_more_is(planned: Any, duration: Any, seconds: Any) -> None:
    site = live_of({"projects": ["Site"]}).resources[Address.parse("project:Site")]
    (change,) = plan_of({"projects": []}, {"projects": ["Site"]}).changes
    change = replace(change, precondition=replace(change.precondition, tracked_seconds=planned))
    refresher: Any = SimpleNamespace(_resource_of=lambda _kind, _wire, _parent, found: found)
    item = WorkItem(change, BY_NAME["project"], site.id, wire={"id": site.id, "name": "Site", "duration": duration})
    assert Refresher._resource(refresher, item) == seconds


# Keys that answers lack


RESET = ["client.email", "client.address", "client.ccEmails", "project.billable", "project.public", "task.billable", "task.assigneeIds"]  # fmt: skip


@pytest.mark.parametrize("key", RESET)
def test_a_key_that_lists_lack_is_read_before_an_update(key: str) -> None:
    with Stage(Switches(rate="off")) as stage:
        stage.apply(BEFORE)
        before = stage.snapshot()
    with Stage(Switches(rate="off", list_omits=(key,))) as stage:
        stage.apply(BEFORE)
        plural = key.partition(".")[0] + "s"
        for name, values in {"Acme": {"email": "a@b.example", "address": "x", "ccEmails": ["c@d.example"]}}.items():
            _edit(stage, "clients", name, **values)()
        kept = {item["name"]: item for item in stage.snapshot()[plural]}
        assert stage.apply(AFTER).exit_code == 0
        for item in stage.snapshot()[plural]:
            assert item[key.partition(".")[2]] == kept[item["name"]][key.partition(".")[2]]
        assert stage.plan(AFTER)[0].is_empty
    assert before


@pytest.mark.parametrize("key", RESET)
def test_an_update_that_would_reset_a_value_which_the_service_does_not_return_is_not_sent(key: str) -> None:
    kind, _, name = key.partition(".")
    with Stage() as stage:
        stage.apply(BEFORE)
        before = stage.snapshot()
        report = _run(stage, AFTER, lambda: stage.use(_omitting(stage, key)), wait=61)
        failed = [o for o in report.outcomes if o.result is Result.FAILED]
        assert {o.change.kind for o in failed} == {kind}
        message = f"the service does not return '{name}'; an update would reset it"
        assert {o.message for o in failed} == {message}
        assert report.exit_code == 4
        unchanged = {item["id"]: item[name] for item in before[f"{kind}s"]}
        assert {item["id"]: item[name] for item in stage.snapshot()[f"{kind}s"]} == unchanged


@pytest.mark.parametrize("key", RESET)
def test_an_update_of_a_value_that_the_service_never_returns_is_blocked_in_the_plan(key: str) -> None:
    kind, _, name = key.partition(".")
    with Stage() as stage:
        stage.apply(BEFORE)
        stage.use(_omitting(stage, key))
        stage.sent.clear()
        plan, reading = stage.plan(AFTER)
        blocked = {change.kind: change.blocked for change in plan.changes if change.blocked}
        assert [(block.guard, repr(name) in block.reason) for block in blocked.values()] == [("unknown_value", True)]
        assert list(blocked) == [kind]
        assert reading.live.requests == len(stage.sent)
        assert (
            len([s for s in stage.sent if s.request.path.endswith(next(c.id for c in plan.changes if c.blocked))]) == 1
        )


def test_a_temporary_name_resets_no_value_that_the_manifest_declares() -> None:
    before = [
        {"name": "Beacon", "billable": True, "tasks": ["Lamp"]},
        {"name": "Signal", "billable": True, "tasks": ["Flag"]},
    ]
    swapped = [{**before[0], "was": "Signal", "tasks": ["Flag"]}, {**before[1], "was": "Beacon", "tasks": ["Lamp"]}]
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Old", "projects": before}]})
        stage.use(_omitting(stage, "project.billable"))
        stage.apply({"clients": [{"name": "New", "was": "Old", "projects": swapped}]})
        sent = [s.request.body for s in stage.sent if s.request.method == "PUT" and "/projects/" in s.request.path]
        renames = [body for body in sent if body["name"] not in ("Beacon", "Signal")]
        assert [body["billable"] for body in renames] == [True]
        assert [item["billable"] for item in stage.snapshot()["projects"]] == [True, True]


def test_a_declared_field_that_the_list_lacks_is_no_drift() -> None:
    manifest = {"clients": [{"name": "Acme", "email": "a@b.example"}], "projects": [{"name": "Proj", "billable": True}]}
    with Stage(Switches(rate="off", list_omits=("client.email", "project.billable"))) as stage:
        stage.apply(manifest)
        stage.sent.clear()
        assert stage.plan(manifest)[0].is_empty
        assert len([s for s in stage.sent if s.request.path.count("/") == 7]) == 2


def test_a_declared_field_that_the_service_does_not_return_is_sent() -> None:
    manifest = {"clients": [{"name": "Acme", "email": "a@b.example"}]}
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme"}]})
        stage.use(_omitting(stage, "client.email"))
        stage.apply(manifest)
        assert _one(stage, "clients", "Acme")["email"] == "a@b.example"


def _omitting(stage: Stage, key: str) -> Any:
    from reconciler.sandbox import create_app  # noqa: PLC0415 - only here

    return create_app(stage.store, Switches(rate="off", omits=(key,)))
