"""An undo of a delete gives back what no manifest declares, as far as the API can set it, and says what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Result, Runs
from reconciler.applying.writes.raw_copy import raw_copy
from reconciler.kinds import BY_NAME
from reconciler.planning import plan_from_json, plan_to_json
from reconciler.planning.losses import losses_of_values
from reconciler.render.screen import Screen
from reconciler.render.text import plan_lines, to_plain
from reconciler.sandbox import Fault, Switches, create_app
from reconciler.text import API_KEYS
from tests.applying.test_recorded_runs import Break
from tests.applying.undo.test_inverse import KEEP, done, undo_plan
from tests.forged_runs import read_lines, write_sealed
from tests.recorded_runs import recorded
from tests.sandbox_client import Stage

REMOVED = {**KEEP, "removed": [{"client": "Acme"}, {"project": "Acme/Site"}]}
COUNTED = ("id", "clientId", "projectId", "targetId", "workspaceId", "archived")


def furnish(stage: Stage) -> tuple[str, str]:
    """A client, its project and two tasks with values of every kind that no manifest declares; two people, the owner first."""
    workspace = stage.call("POST", "/users", {"email": "sam@acme.example"})
    people = [member["userId"] for member in workspace["memberships"]]
    stage.apply({"clients": [{"name": "Acme", "note": "n", "projects": [
        {"name": "Site", "estimate": "PT5H", "tasks": [{"name": "Do", "billable": False}, "Rest"]}]}]})  # fmt: skip
    snapshot = stage.snapshot()
    client, project = snapshot["clients"][0], snapshot["projects"][0]
    euro = next(c["id"] for c in stage.store.load("workspace", stage.workspace.id)["currencies"] if not c["isDefault"])  # type: ignore[index]
    stage.call("PUT", f"/clients/{client['id']}", {"name": "Acme", "note": "n", "currencyId": euro})
    place = f"/projects/{project['id']}"
    keep = {"name": "Site", "clientId": client["id"], "color": "#123456", "isPublic": True, "billable": True}
    stage.call("PUT", place, {**keep, "costRate": {"amount": 4200}})
    stage.call("PATCH", f"{place}/memberships", {"memberships": [{"userId": person} for person in people]})
    stage.call("PUT", f"{place}/users/{people[1]}/hourly-rate", {"amount": 9500})
    stage.call("PUT", f"{place}/users/{people[1]}/cost-rate", {"amount": 5000})
    stage.call("PATCH", f"{place}/template", {"isTemplate": True})
    budget = {"estimate": 500000, "type": "MANUAL", "active": True, "includeExpenses": True, "resetOption": "MONTHLY"}
    stage.call("PATCH", f"{place}/estimate", {"budgetEstimate": budget, "estimateReset": {"interval": "MONTHLY"}})
    task = next(task for task in snapshot["tasks"] if task["name"] == "Do")
    one = f"{place}/tasks/{task['id']}"
    team = stage.call("POST", "/user-groups", {"name": "Crew"})["id"]
    stage.call("PUT", one, {"name": "Do", "billable": False, "userGroupIds": [team], "budgetEstimate": 70000})
    stage.call("PUT", f"{one}/hourly-rate", {"amount": 8000})
    stage.call("PUT", f"{one}/cost-rate", {"amount": 3000})
    return people[0], people[1]


def bare(value: Any) -> Any:
    """A stored object without ids, which an undo cannot restore."""
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items() if key not in COUNTED}
    return [bare(item) for item in value] if isinstance(value, list) else value


def stored(stage: Stage) -> Any:
    snapshot = stage.snapshot()
    return {
        kind: sorted(map(bare, snapshot[kind]), key=lambda item: str(item["name"]))
        for kind in ("clients", "projects", "tasks")
    }


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {
            "inline_tasks": "kept",
            "put_projects": "replace",
            "put_tasks": "merge",
            "put_answers": "empty",
            "member_rates": "ignored",
        },
    ],
)
def test_every_undeclared_value_comes_back(switches: dict[str, Any], tmp_path: Path) -> None:
    with Stage(Switches(rate="off", **switches)) as stage:
        furnish(stage)
        before = stored(stage)
        done(stage, REMOVED, tmp_path)
        assert not stage.snapshot()["clients"]
        plan = undo_plan(stage, tmp_path)
        assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))).changes == plan.changes
        sent = len(stage.sent)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert stored(stage) == before
        assert 8 < writes(stage, sent) <= plan.forecast.writing
        sent = len(stage.sent)
        assert recorded(stage, plan, tmp_path).summary["already"] == 4
        assert writes(stage, sent) == 0


def test_members_who_share_an_address_stay_apart(tmp_path: Path) -> None:
    with Stage() as stage:
        owner, sam = furnish(stage)
        for person in (owner, sam):
            stage.store.save("user", {**(stage.store.load("user", person) or {}), "email": "jo@acme.example"})
        before = stored(stage)
        done(stage, REMOVED, tmp_path)
        assert recorded(stage, undo_plan(stage, tmp_path), tmp_path).exit_code == 0
        assert stored(stage) == before


def writes(stage: Stage, start: int) -> int:
    """How many writes were sent, from a position in `sent`."""
    return sum(sent.request.method != "GET" for sent in stage.sent[start:])


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE])
def test_an_undo_that_was_cut_short_is_completed(fault: Fault, tmp_path: Path) -> None:
    with Stage() as stage:
        furnish(stage)
        before = stored(stage)
        done(stage, REMOVED, tmp_path)
        plan = undo_plan(stage, tmp_path)
        lost = Break(lambda i: i.path.endswith("/memberships"), fault)
        stage.use(create_app(stage.store, Switches(rate="off"), faults=lost))
        is_done = fault is Fault.DROP_AFTER
        assert recorded(stage, plan, tmp_path).exit_code == (0 if is_done else 4)
        write = next(w for w in next(iter(Runs(tmp_path))).history.writes if w.intent.path.endswith("/memberships"))
        assert write.result == ("done" if is_done else "not_done")
        stage.use(create_app(stage.store, Switches(rate="off")))
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert stored(stage) == before


class Unpaid:
    """An application that refuses estimates, as a subscription without them does."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/estimate"):
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 402, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"message":"upgrade","code":4033}'})


def test_a_value_that_the_subscription_does_not_include_is_named_and_the_others_are_set(tmp_path: Path) -> None:
    with Stage() as stage:
        furnish(stage)
        done(stage, REMOVED, tmp_path)
        plan = undo_plan(stage, tmp_path)
        stage.use(Unpaid(stage.app))
        report = recorded(stage, plan, tmp_path)
        project = stage.snapshot()["projects"][0]
    outcome = next(outcome for outcome in report.outcomes if outcome.change.kind == "project")
    assert outcome.result is Result.NOT_ACCEPTED
    assert {field.name for field in outcome.not_accepted} == {
        "budget",
        "budget_reset",
        "budget_expenses",
        "reset_schedule",
        "estimate_options",
    }
    assert outcome.message.count("402") == 1
    assert project["template"]
    assert len(project["memberships"]) == 2


class Ignoring:
    """An application that answers the first write of an endpoint with the object as it is."""

    def __init__(self, app: Any, endpoint: str) -> None:
        self.app, self.endpoint, self.ignored = app, endpoint, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.ignored and scope["method"] == "PATCH" and scope["path"].endswith(self.endpoint):
            self.ignored += 1
            place = scope["path"].removesuffix(self.endpoint)
            scope = {**scope, "method": "GET", "path": place, "raw_path": place.encode()}
        await self.app(scope, receive, send)


def test_an_undeclared_value_that_the_service_ignored_is_sent_once_more(tmp_path: Path) -> None:
    with Stage() as stage:
        furnish(stage)
        before = stored(stage)
        done(stage, REMOVED, tmp_path)
        plan = undo_plan(stage, tmp_path)
        ignoring = Ignoring(stage.app, "/template")
        stage.use(ignoring)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert (ignoring.ignored, stored(stage)) == (1, before)


def test_the_plan_of_a_delete_and_its_undo_say_what_is_lost(tmp_path: Path) -> None:
    with Stage() as stage:
        furnish(stage)
        plan, _ = stage.plan(REMOVED)
        assert {str(change.address): change.impact.lost for change in plan.changes} == {
            "project:Acme/Site": ("its id", "the ids of its tasks", "the dates since which rates apply"),
            "client:Acme": ("its id",),
        }
        assert "an undo cannot restore its id, the ids of its tasks" in to_plain(plan_lines(plan, Screen(width=500)))
        assert recorded(stage, plan, tmp_path).exit_code == 0
        workspace = stage.store.load("workspace", stage.workspace.id)
        assert workspace is not None
        stage.store.save("workspace", {**workspace, "memberships": workspace["memberships"][:1]})
        undo = undo_plan(stage, tmp_path)
        members = next(change.field_named("members") for change in undo.changes if change.kind == "project")
        assert recorded(stage, undo, tmp_path).exit_code == 0
    assert members is not None
    assert members.after == ("jo@acme.example",)
    for note in (
        "project:Acme/Site is created again under a new id",
        "project:Acme/Site is created again without the dates since which rates apply",
        "project:Acme/Site is created without sam@acme.example in members: no longer a member of the workspace",
    ):
        assert any(note == warning or note.split(" without ")[0] in warning for warning in undo.warnings), undo.warnings


def test_a_journal_without_the_copy_is_undone_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    with Stage() as stage:
        furnish(stage)
        done(stage, REMOVED, tmp_path)
        folder = next(iter(Runs(tmp_path))).path
        lines = read_lines(folder)
        copies = [line["before"].pop("raw") for line in lines if "raw" in line.get("before", {})]
        assert {copy["name"] for copy in copies} == {"Acme", "Site"}
        for child in (child for line in lines for child in line.get("before", {}).get("along", ())):
            assert child.pop("raw")["hourlyRate"] == (
                {"amount": 8000, "currency": "USD"} if "/Do" in child["address"] else None
            )
        write_sealed(folder, lines)
        plan = undo_plan(stage, tmp_path)
        assert recorded(stage, plan, tmp_path).exit_code == 0
    note = "client:Acme is created without its currency: the journal of the run does not have them"
    assert note in plan.warnings
    assert any("task:Acme/Site/Do is created without its user_groups, budget: " in w for w in plan.warnings)


def test_no_credential_gets_into_the_copy_of_a_deleted_object() -> None:
    API_KEYS.add("k3y-that-stays-secret")
    try:
        copy = raw_copy(BY_NAME["project"], {
            "name": "x", "note": "Bearer abc.def and k3y-that-stays-secret", "tasks": [{"id": "1"}], "client": {"name": "c"},
            "webhook": {"authToken": "t0k3n", "url": "https://user:pa55@host/"}, "list": [{"secretKey": 1}], "n": None,
        })  # fmt: skip
    finally:
        API_KEYS.clear()
    assert copy == {
        "name": "x", "note": "[removed] and [key]", "n": None, "list": [{"secretKey": "[removed]"}],
        "webhook": {"authToken": "[removed]", "url": "https://[removed]@host/"},
    }  # fmt: skip


def test_what_no_request_sets_is_named_by_its_keys() -> None:
    wire = {"id": "1", "name": "x", "workspaceId": "w", "favorite": True, "empty": [], "zero": 0, "customFields": [{"value": 1}],
            "memberships": [{"userId": "u", "membershipStatus": "PENDING", "manager": True}]}  # fmt: skip
    assert list(losses_of_values(BY_NAME["project"], wire)) == [
        "the status of 1 member",
        "values that the service does not return: color, note, public, billable, estimate, estimate_reset, "  # noqa: ISC004
        "estimate_non_billable, budget, budget_reset, budget_expenses, hourly_rate, cost_rate, archived",
        "values that no request sets: customFields, favorite, memberships.manager",
    ]  # fmt: skip
