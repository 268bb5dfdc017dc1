"""A time estimate on a project with an active budget: blocked, since the service keeps one of them and a manifest declares no budget."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.altered_answers import blocks, change
from tests.cli.embedded import Embedded

BUDGET = {"active": True, "estimate": 500000, "type": "MANUAL", "resetOption": "MONTHLY", "includeExpenses": True}
READINGS = ["refused", "time", "budget"]
"""What the service may make of a PATCH that activates both."""


def _project(sandbox: Embedded, **budget: Any) -> str:
    project = str(sandbox.call("POST", "projects", {"name": "Site"})["id"])
    sandbox.call("PATCH", f"projects/{project}/estimate", {"budgetEstimate": {**BUDGET, **budget}})
    sandbox.declare(
        projects=[{"name": "Site", "estimate": "PT40H"}], tags=["new"], policy={"prune": {"projects": "keep"}}
    )
    return project


def _estimates(sandbox: Embedded) -> tuple[bool, str, Any]:
    project = sandbox.stored("projects", "Site")
    time = project["timeEstimate"]
    return time["active"], time["estimate"], project["budgetEstimate"]


@pytest.mark.parametrize("reading", READINGS)
def test_it_is_blocked_until_the_budget_is_off_and_then_converges(sandbox: Embedded, reading: str) -> None:
    sandbox.switch(f"both_estimates={reading}")
    project = _project(sandbox)
    plan = sandbox.plan()
    assert change(plan, "project:Site")["blocked"] == {
        "guard": "active_budget",
        "reason": "its budget is active, and a time estimate would switch the budget off",
        "allow": "declare `budget: null` as well, or remove estimate from the manifest",
    }
    assert "its budget is active" in sandbox.run("plan").stdout
    assert sandbox.run("apply", "--approve", plan["digest"]).exit_code == 3
    assert sandbox.bodies("PATCH") == []
    rest = sandbox.plan("--except-blocked")
    assert sandbox.run("apply", "--except-blocked", "--approve", rest["digest"]).exit_code == 0
    assert sandbox.stored("tags", "new") is not None
    assert _estimates(sandbox) == (False, "PT0S", BUDGET)
    sandbox.call("PATCH", f"projects/{project}/estimate", {"budgetEstimate": BUDGET | {"active": False}})
    assert sandbox.apply()[0] == 0
    assert _estimates(sandbox) == (True, "PT40H", BUDGET | {"active": False})
    assert sandbox.plan()["changes"] == []


def test_an_inactive_budget_goes_back_unchanged(sandbox: Embedded) -> None:
    _project(sandbox, active=False)
    assert sandbox.apply()[0] == 0
    assert _estimates(sandbox) == (True, "PT40H", BUDGET | {"active": False})
    assert sandbox.plan()["changes"] == []
    sandbox.declare(projects=[{"name": "Site", "estimate": None}], policy={"prune": {"projects": "keep"}})
    assert sandbox.apply()[0] == 0
    assert _estimates(sandbox) == (False, "PT0S", BUDGET | {"active": False})
    assert sandbox.plan()["changes"] == []


def test_a_budget_that_is_switched_on_after_the_plan_stops_the_estimate(sandbox: Embedded) -> None:
    project = _project(sandbox, active=False)
    assert sandbox.run("plan", "-o", "plan.json").exit_code == 0
    digest = sandbox.plan()["digest"]
    sandbox.call("PATCH", f"projects/{project}/estimate", {"budgetEstimate": BUDGET})
    refused = sandbox.run("apply", "plan.json", "--approve", digest)
    assert refused.exit_code == 3
    assert "its budget is active" in refused.stderr
    assert _estimates(sandbox) == (False, "PT0S", BUDGET)


def test_a_budget_that_is_switched_on_while_the_run_works_leaves_the_estimate_out(sandbox: Embedded) -> None:
    project = _project(sandbox, active=False)
    note = [{"name": "Site", "estimate": "PT40H", "note": "written first"}]
    sandbox.declare(projects=note, policy={"prune": {"projects": "keep"}})
    digest = sandbox.plan()["digest"]

    def switch_on(method: str, path: str) -> None:
        if method == "PUT" and path.endswith(project):
            record = sandbox.store.load("project", project) or {}
            sandbox.store.save("project", {**record, "budgetEstimate": BUDGET})

    sandbox.watch = switch_on
    result = sandbox.run("apply", "--approve", digest)
    assert result.exit_code == 4
    assert "its budget is active" in result.stdout + result.stderr
    assert _estimates(sandbox) == (False, "PT0S", BUDGET)


def test_an_undo_does_not_switch_a_budget_off(sandbox: Embedded) -> None:
    project = _project(sandbox, active=False)
    assert sandbox.apply()[0] == 0
    sandbox.declare(projects=[{"name": "Site", "estimate": None}], policy={"prune": {"projects": "keep"}})
    code, summary = sandbox.apply()
    assert code == 0
    sandbox.call("PATCH", f"projects/{project}/estimate", {"budgetEstimate": BUDGET})
    undo = sandbox.json("undo", summary["run"])
    assert blocks(undo) == {"project:Site": "active_budget"}


@pytest.mark.parametrize(
    ("switch", "blocked"),
    [
        ("list_omits=project.budgetEstimate", {}),
        ("omits=project.budgetEstimate", {"project:Site": "active_budget"}),
    ],
)
def test_a_budget_that_is_not_returned_is_read_or_counts_as_active(
    sandbox: Embedded, switch: str, blocked: dict[str, str]
) -> None:
    sandbox.switch(switch)
    _project(sandbox, active=False)
    plan = sandbox.plan()
    assert blocks(plan) == blocked
    if not blocked:
        assert sandbox.run("apply", "--approve", plan["digest"]).exit_code == 0
        assert _estimates(sandbox) == (True, "PT40H", BUDGET | {"active": False})


@pytest.mark.parametrize("is_budget_active", [True, False])
def test_an_estimate_that_is_switched_off_counts_as_none(sandbox: Embedded, *, is_budget_active: bool) -> None:
    project = _project(sandbox, active=is_budget_active)
    off = {"active": False, "type": "MANUAL", "estimate": "PT5H"}
    sandbox.call("PATCH", f"projects/{project}/estimate", {"timeEstimate": off})
    policy = {"prune": {"projects": "keep"}}
    sandbox.declare(projects=[{"name": "Site", "estimate": None}], policy=policy)
    assert sandbox.plan()["changes"] == []
    sandbox.declare(projects=[{"name": "Site", "estimate": "PT5H"}], policy=policy)
    plan = sandbox.plan()
    assert change(plan, "project:Site")["fields"] == [{"name": "estimate", "before": None, "after": "PT5H"}]
    assert blocks(plan) == ({"project:Site": "active_budget"} if is_budget_active else {})
    warning = "project:Site has the estimate PT5H, switched off: it counts as none and is replaced, and an undo cannot restore it"
    assert (warning in plan["warnings"]) is not is_budget_active
    if not is_budget_active:
        code, summary = sandbox.apply()
        assert (code, _estimates(sandbox)[:2]) == (0, (True, "PT5H"))
        assert sandbox.plan()["warnings"] == sandbox.plan()["changes"] == []
        undo = change(sandbox.json("undo", summary["run"]), "project:Site")
        assert undo["fields"] == [{"name": "estimate", "before": "PT5H", "after": None}]
