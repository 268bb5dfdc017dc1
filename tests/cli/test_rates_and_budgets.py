"""Rates, time estimates and budgets through the command line: declared, written by their endpoints, converging, undone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.altered_answers import blocks, change
from tests.cli.embedded import Embedded

KEEP = {"prune": {"projects": "keep", "tasks": "keep"}}
BUDGET = {"active": True, "estimate": 1200050, "type": "MANUAL", "includeExpenses": True, "resetOption": "MONTHLY"}


def _declare(sandbox: Embedded, **values: Any) -> None:
    sandbox.declare(projects=[{"name": "Site", **values}], policy=KEEP)


def _converges(sandbox: Embedded) -> Any:
    code, summary = sandbox.apply()
    assert code == 0
    assert sandbox.plan()["changes"] == []
    return summary


def test_a_new_project_and_its_tasks_have_their_rates_and_budget(sandbox: Embedded) -> None:
    task = {"name": "Do", "hourly_rate": 80, "cost_rate": "30.5"}
    budget = {"budget": "12000.50", "budget_reset": "monthly", "budget_expenses": True}
    _declare(sandbox, hourly_rate="95", cost_rate=40, tasks=[task], **budget)
    plan = sandbox.plan()
    assert change(plan, "project:Site")["steps"] == ["create", "estimate"]
    assert change(plan, "task:Site/Do")["steps"] == ["create", "estimate"]
    _converges(sandbox)
    project, made = sandbox.stored("projects", "Site"), sandbox.stored("tasks", "Do")
    assert (project["hourlyRate"]["amount"], project["costRate"]["amount"]) == (9500, 4000)
    assert (made["hourlyRate"]["amount"], made["costRate"]["amount"]) == (8000, 3050)
    assert project["budgetEstimate"] == BUDGET


def test_all_of_an_estimate_is_one_request_and_what_is_not_declared_stays(sandbox: Embedded) -> None:
    project = sandbox.call("POST", "projects", {"name": "Site"})["id"]
    other = {"interval": "MONTHLY", "dayOfMonth": 3, "hour": 5}
    sandbox.call("PATCH", f"projects/{project}/estimate", {"budgetEstimate": BUDGET, "estimateReset": other})
    _declare(sandbox, budget=99)
    _converges(sandbox)
    stored = sandbox.stored("projects", "Site")
    assert (stored["budgetEstimate"], stored["estimateReset"]) == (BUDGET | {"estimate": 9900}, other)
    changed = {"estimate": "PT8H", "estimate_reset": "weekly", "estimate_non_billable": False, "budget": None}
    _declare(sandbox, **changed)
    plan = sandbox.plan()
    assert [field["name"] for field in change(plan, "project:Site")["fields"]] == list(changed)
    assert sandbox.run("apply", "--approve", plan["digest"]).exit_code == 0
    assert len(sandbox.bodies("PATCH")) == 1
    stored = sandbox.stored("projects", "Site")
    assert stored["timeEstimate"] == {
        "active": True, "estimate": "PT8H", "type": "MANUAL", "includeNonBillable": False, "resetOption": "WEEKLY",
    }  # fmt: skip
    assert stored["budgetEstimate"] == BUDGET | {"active": False, "estimate": 0, "type": "AUTO"}
    assert stored["estimateReset"] == {"interval": "WEEKLY", "hour": 5}
    assert sandbox.plan()["changes"] == []


@pytest.mark.parametrize(("field", "key"), [("estimate", "timeEstimate"), ("budget", "budgetEstimate")])
def test_an_automatic_estimate_is_switched_on_and_off(sandbox: Embedded, field: str, key: str) -> None:
    _declare(sandbox, **{field: "auto"})
    _converges(sandbox)
    assert (sandbox.stored("projects", "Site")[key]["active"], sandbox.stored("projects", "Site")[key]["type"]) == (
        True,
        "AUTO",
    )
    _declare(sandbox, **{field: None})
    _converges(sandbox)
    assert sandbox.stored("projects", "Site")[key]["active"] is False


def test_a_budget_beside_an_undeclared_time_estimate_is_blocked_until_that_is_declared_off(sandbox: Embedded) -> None:
    _declare(sandbox, estimate="PT8H")
    _converges(sandbox)
    _declare(sandbox, budget=100)
    plan = sandbox.plan()
    assert blocks(plan) == {"project:Site": "active_budget"}
    assert (
        change(plan, "project:Site")["blocked"]["allow"]
        == "declare `estimate: null` as well, or remove budget from the manifest"
    )
    _declare(sandbox, estimate=None, budget=100)
    _converges(sandbox)


def test_a_time_estimate_and_a_budget_together_are_a_mistake_of_the_manifest(sandbox: Embedded) -> None:
    _declare(sandbox, estimate="PT8H", budget=100)
    result = sandbox.run("validate")
    assert result.exit_code == 1
    assert "a project has 'estimate' or 'budget', not both" in result.stderr + result.stdout


def test_since_is_sent_with_a_new_amount_and_is_no_difference_by_itself(sandbox: Embedded) -> None:
    rate = {"amount": 95, "since": "2026-01-01"}
    _declare(sandbox, hourly_rate=90, tasks=[{"name": "Do", "hourly_rate": 80}])
    _converges(sandbox)
    _declare(sandbox, hourly_rate=rate, tasks=[{"name": "Do", "hourly_rate": rate}])
    plan = sandbox.plan()
    after = "95.00 since 2026-01-01T00:00:00Z"
    assert change(plan, "project:Site")["fields"] == [{"name": "hourly_rate", "before": "90.00", "after": after}]
    assert sandbox.run("apply", "--approve", plan["digest"]).exit_code == 0
    sent = {"amount": 9500, "since": "2026-01-01T00:00:00Z"}
    assert [body.get("hourlyRate", body) for body in sandbox.bodies("PUT")] == [sent, sent]
    assert sandbox.plan()["changes"] == []


def test_an_undo_gives_rates_and_budget_back(sandbox: Embedded) -> None:
    _declare(sandbox, hourly_rate=90, budget=50, tasks=[{"name": "Do", "cost_rate": 20}])
    _converges(sandbox)
    rate = {"amount": 95, "since": "2026-01-01"}
    _declare(sandbox, hourly_rate=rate, budget=None, estimate="auto", tasks=[{"name": "Do", "cost_rate": rate}])
    summary = _converges(sandbox)
    undo = sandbox.json("undo", summary["run"], "-o", "undo.json")
    assert sandbox.run("apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
    project, task = sandbox.stored("projects", "Site"), sandbox.stored("tasks", "Do")
    assert (project["hourlyRate"]["amount"], task["costRate"]["amount"]) == (9000, 2000)
    assert (project["budgetEstimate"]["active"], project["budgetEstimate"]["estimate"]) == (True, 5000)
    assert project["timeEstimate"]["active"] is False


def test_amounts_have_the_decimals_of_the_currency(sandbox: Embedded) -> None:
    record = sandbox.store.load("workspace", sandbox.workspace) or {}
    yen = [{**each, "code": "JPY"} if each["isDefault"] else each for each in record["currencies"]]
    sandbox.store.save("workspace", {**record, "currencies": yen})
    _declare(sandbox, hourly_rate="95.50")
    result = sandbox.run("plan")
    assert result.exit_code == 1
    assert "hourly_rate of project:Site: JPY has no minor unit, and 95.50 is not a whole number" in " ".join(
        result.stderr.split()
    )
    _declare(sandbox, hourly_rate="9500.00")
    _converges(sandbox)


def test_having_no_rate_of_its_own_is_no_difference_from_the_rate_of_the_workspace(sandbox: Embedded) -> None:
    record = sandbox.store.load("workspace", sandbox.workspace) or {}
    sandbox.store.save("workspace", {**record, "hourlyRate": {"amount": 9500, "currency": "USD"}})
    sandbox.call("POST", "projects", {"name": "Site", "hourlyRate": {"amount": 9500}})
    _declare(sandbox, hourly_rate=None)
    assert sandbox.plan()["changes"] == []


def test_a_rate_whose_answer_was_lost_is_looked_up(sandbox: Embedded) -> None:
    from reconciler.sandbox import Fault  # noqa: PLC0415 - only this test needs it

    _declare(sandbox, tasks=[{"name": "Do", "hourly_rate": 80}])
    sandbox.faults[("PUT", "hourly-rate")] = [Fault.DROP_AFTER]
    _converges(sandbox)
    assert sandbox.stored("tasks", "Do")["hourlyRate"]["amount"] == 8000


def test_an_assignee_who_is_not_active_is_a_warning(sandbox: Embedded) -> None:
    sandbox.call("POST", "users", {"email": "robin@acme.example"})
    tasks = [{"name": name, "assignees": ["robin@acme.example"]} for name in ("Do", "Rest")]
    _declare(sandbox, tasks=tasks)
    warning = (
        "robin@acme.example is pending in the workspace, not active, and is declared in task:Site/Do, task:Site/Rest"
    )
    assert sandbox.plan()["warnings"] == [warning]
    assert sandbox.apply()[0] == 0
    again = sandbox.plan()
    assert (again["changes"], again["warnings"]) == ([], [warning])
