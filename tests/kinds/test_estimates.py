"""Budgets and resets of projects: what conflicts, what must be payable, and which schedule stays."""

from __future__ import annotations

from reconciler.kinds.estimates import Budget, Reset


def test_a_budget_conflicts_with_a_time_estimate_that_is_unknown() -> None:
    assert "timeEstimate" in Budget().conflict({}, "10.00")
    assert Budget().conflict({}, None) == ""
    assert Budget().conflict({"budgetEstimate": {"active": True}}, "10.00") == ""


def test_only_a_manual_budget_has_an_amount() -> None:
    assert [list(Budget().amounts(value)) for value in ("10.00", "auto", None)] == [["10.00"], [], []]


def test_the_schedule_of_a_reset_stays_while_the_interval_is_the_same() -> None:
    schedule = {"interval": "MONTHLY", "dayOfMonth": 5, "hour": 7}
    wire = {"timeEstimate": {"active": True, "estimate": "PT1H"}, "estimateReset": schedule}
    reset = Reset("timeEstimate")
    assert reset.patch_body(wire, "monthly")["estimateReset"] == schedule
    assert reset.patch_body(wire, "weekly").get("estimateReset") != schedule
