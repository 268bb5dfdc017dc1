"""Updates of what the service does not return: blocked in the plan, and again by `apply` with a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.sandbox import Switches, create_app
from tests.cli.altered_answers import Service, blocks, call, change, make_plan_file, manifest, refused
from tests.cli.program import Desk

CLIENT = {"name": "Omitted", "note": "old", "email": "a@b.example", "ccEmails": ["cc@b.example"]}
KEEP = {"prune": {"clients": "keep"}}


def _declare(desk: Desk, **values: Any) -> None:
    manifest(desk, clients=[{"name": "Omitted", **values}], policy=KEEP)


def _stored(studio: Service) -> Any:
    items = studio.store.snapshot(studio.workspace())["clients"]
    return next(item for item in items if item["name"] == "Omitted")


def _objects_read(studio: Service) -> list[str]:
    return [path for method, path, _ in studio.asked if method == "GET" and path == f"clients/{_stored(studio)['id']}"]


@pytest.fixture
def omitting(studio: Service) -> Service:
    """A client with additional addresses, which the service returns until it is switched."""
    created = studio.call("POST", "clients", {"name": "Omitted"})
    studio.call("PUT", f"clients/{created['id']}", CLIENT)
    studio.asked.clear()
    return studio


def _omit(studio: Service, **switches: tuple[str, ...]) -> None:
    studio.app = create_app(studio.store, Switches(rate="off", **switches))  # type: ignore[arg-type]


def test_what_neither_the_list_nor_the_object_has_blocks_the_update(desk: Desk, omitting: Service) -> None:
    _omit(omitting, omits=("client.ccEmails",))
    _declare(desk, note="new")
    plan = make_plan_file(desk, omitting)
    assert change(plan, "client:Omitted")["blocked"] == {
        "guard": "unknown_value",
        "reason": "the service does not return 'ccEmails' of client:Omitted; an update would reset it",
        "allow": "declare cc_emails in the manifest, with a value",
    }
    assert len(_objects_read(omitting)) == 1
    omitting.asked.clear()
    error = refused(desk, omitting, "--approve", plan["digest"], because="does not return 'ccEmails' of client:Omitted")
    assert "declare cc_emails in the manifest" in error
    assert _stored(omitting)["ccEmails"] == ["cc@b.example"]


def test_a_declared_value_lifts_the_block(desk: Desk, omitting: Service) -> None:
    _omit(omitting, omits=("client.ccEmails",))
    _declare(desk, note="new", cc_emails=["new@b.example"])
    plan = make_plan_file(desk, omitting)
    assert blocks(plan) == {}
    call(desk, omitting, "apply", "--approve", plan["digest"])
    assert (_stored(omitting)["note"], _stored(omitting)["ccEmails"]) == ("new", ["new@b.example"])


def test_what_only_the_list_lacks_costs_one_request_and_is_kept(desk: Desk, omitting: Service) -> None:
    _omit(omitting, list_omits=("client.ccEmails",))
    _declare(desk, note="new")
    plan = make_plan_file(desk, omitting)
    assert blocks(plan) == {}
    assert len(_objects_read(omitting)) == 1
    assert call(desk, omitting, "apply", "--approve", plan["digest"]).exit_code == 0
    assert (_stored(omitting)["note"], _stored(omitting)["ccEmails"]) == ("new", ["cc@b.example"])


@pytest.mark.parametrize("switches", [{}, {"list_omits": ("client.ccEmails",)}, {"omits": ("client.ccEmails",)}])
def test_what_is_not_updated_or_not_lacking_is_not_read(desk: Desk, omitting: Service, switches: Any) -> None:
    _omit(omitting, **switches)
    _declare(desk, note="new" if not switches else "old")
    assert blocks(make_plan_file(desk, omitting)) == {}
    assert _objects_read(omitting) == []


def test_a_saved_plan_is_blocked_once_the_service_stops_returning_the_value(desk: Desk, omitting: Service) -> None:
    _declare(desk, note="new")
    path = str(Path(desk.folder) / "plan.json")
    assert call(desk, omitting, "plan", "-o", path).exit_code == 0
    digest = make_plan_file(desk, omitting)["digest"]
    _omit(omitting, omits=("client.ccEmails",))
    omitting.asked.clear()
    refused(desk, omitting, path, "--approve", digest, because="does not return 'ccEmails' of client:Omitted")
    assert len(_objects_read(omitting)) == 1
    assert _stored(omitting)["note"] == "old"


def test_a_saved_plan_with_a_value_that_is_not_known_is_read_back_and_applied(desk: Desk, omitting: Service) -> None:
    project = omitting.call("POST", "projects", {"name": "Unbilled", "isPublic": True})
    omitting.call("POST", f"projects/{project['id']}/tasks", {"name": "K3 "})
    _omit(omitting, omits=("task.billable", "project.billable", "client.ccEmails"))
    tasks = [{"name": "K3", "billable": False}]
    manifest(
        desk,
        clients=[{"name": "Omitted", "cc_emails": ["new@b.example"]}],
        projects=[{"name": "Unbilled", "billable": True, "tasks": tasks}],
        policy={"prune": {"clients": "keep", "projects": "keep"}},
    )
    path = str(Path(desk.folder) / "plan.json")
    assert call(desk, omitting, "plan", "-o", path).exit_code == 0
    plan = make_plan_file(desk, omitting)
    assert [f["before"] for c in plan["changes"] for f in c["fields"] if f["name"] != "name"] == [None] * 3
    applied = call(desk, omitting, "apply", path, "--approve", plan["digest"])
    assert applied.exit_code != 3, applied.output
    assert _stored(omitting)["ccEmails"] == ["new@b.example"]
    task = omitting.store.snapshot(omitting.workspace())["tasks"]
    assert [(t["name"], t["billable"]) for t in task if t["projectId"] == project["id"]] == [("K3", False)]


def test_a_value_that_was_not_known_then_and_is_another_now_makes_the_plan_stale(desk: Desk, omitting: Service) -> None:
    _omit(omitting, omits=("client.ccEmails",))
    _declare(desk, cc_emails=["new@b.example"])
    path = str(Path(desk.folder) / "plan.json")
    assert call(desk, omitting, "plan", "-o", path).exit_code == 0
    digest = make_plan_file(desk, omitting)["digest"]
    _omit(omitting)
    refused(
        desk, omitting, path, "--approve", digest, because="cc_emails is now ('cc@b.example',), which was not known"
    )
