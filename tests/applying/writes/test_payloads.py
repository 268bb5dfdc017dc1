"""An update body carries every value that an update could lose, and nothing that the change does not ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.writes.payloads import create_body, lost_keys, patch_body, update_body
from reconciler.kinds import CLIENT, PROJECT, TAG, TASK
from reconciler.planning.plan import FieldChange
from tests.planning.literals import plan_of

PROJECT_WIRE: dict[str, Any] = {
    "id": "p1", "name": "Site", "clientId": "c1", "clientName": "A", "color": "#aabbcc", "note": "n", "billable": True,
    "public": True, "archived": False, "hourlyRate": {"amount": 9500, "currency": "USD"}, "costRate": None,
    "estimate": {"estimate": "PT0S", "type": "AUTO"}, "timeEstimate": None,
}  # fmt: skip


def test_a_project_update_sends_the_flags_that_would_be_reset() -> None:
    body = update_body(PROJECT, PROJECT_WIRE, {"note": "new"}, {})
    assert body == {
        "name": "Site", "clientId": "c1", "color": "#aabbcc", "note": "new", "billable": True, "isPublic": True, "archived": False,
    }  # fmt: skip


def test_a_rate_is_sent_only_where_it_changes() -> None:
    assert "hourlyRate" not in update_body(PROJECT, PROJECT_WIRE, {}, {})
    assert update_body(PROJECT, PROJECT_WIRE, {"hourly_rate": "12.50"}, {})["hourlyRate"] == {"amount": 1250}
    assert update_body(PROJECT, PROJECT_WIRE, {"hourly_rate": None}, {})["hourlyRate"] == {"amount": 0}


def test_a_rate_that_an_update_lost_is_put_back() -> None:
    answer = {**PROJECT_WIRE, "hourlyRate": None}
    assert lost_keys(PROJECT, PROJECT_WIRE, answer, {"note": "x"}) == {"hourlyRate": {"amount": 9500}}
    assert lost_keys(PROJECT, PROJECT_WIRE, answer, {"hourly_rate": None}) == {}
    assert lost_keys(PROJECT, PROJECT_WIRE, PROJECT_WIRE, {}) == {}


def test_a_client_update_carries_what_the_manifest_has_no_word_for() -> None:
    wire = {
        "name": "A",
        "email": "a@x.example",
        "address": None,
        "note": "n",
        "ccEmails": ["c@x.example"],
        "archived": False,
        "currencyId": "cur",
    }
    assert update_body(CLIENT, wire, {"name": "B"}, {}) == {
        "name": "B", "email": "a@x.example", "note": "n", "ccEmails": ["c@x.example"], "archived": False, "currencyId": "cur",
    }  # fmt: skip


def test_clearing_says_so_and_what_is_empty_is_left_out() -> None:
    wire = {
        "name": "A",
        "email": "a@x.example",
        "address": None,
        "note": "n",
        "ccEmails": ["c@x.example"],
        "archived": True,
    }
    body = update_body(CLIENT, wire, {"note": None, "cc_emails": (), "address": None, "email": None}, {})
    assert body == {"name": "A", "email": "", "note": "", "ccEmails": [], "archived": True}


def test_a_tag_update_says_that_it_stays_archived() -> None:
    assert update_body(TAG, {"name": "t", "archived": True}, {"name": "u"}, {}) == {"name": "u", "archived": True}


def test_a_task_update_carries_people_groups_and_budget() -> None:
    wire = {
        "name": "T",
        "assigneeIds": ["u1"],
        "estimate": "PT2H",
        "status": "ACTIVE",
        "billable": False,
        "userGroupIds": ["g1"],
        "budgetEstimate": 500,
    }
    assert update_body(TASK, wire, {"status": "done"}, {}) == {
        "name": "T", "assigneeIds": ["u1"], "estimate": "PT2H", "status": "DONE", "billable": False, "userGroupIds": ["g1"],
        "budgetEstimate": 500,
    }  # fmt: skip


def test_people_are_sent_by_their_ids() -> None:
    assert update_body(TASK, {"name": "T"}, {"assignees": ("jo@x.example",)}, {"jo@x.example": "u7"})[
        "assigneeIds"
    ] == ["u7"]


def test_a_create_falls_back_on_the_workspace_s_own_flags() -> None:
    plan = plan_of({"projects": [{"name": "Site", "billable": False}]}, {})
    settings = {"defaultBillableProjects": True, "isProjectPublicByDefault": True}
    assert create_body(PROJECT, plan.changes[0], "", settings, {}) == {
        "name": "Site",
        "billable": False,
        "isPublic": True,
    }


def test_a_create_never_starts_archived() -> None:
    plan = plan_of({"projects": [{"name": "Site", "archived": True, "estimate": "PT9H"}]}, {})
    assert create_body(PROJECT, plan.changes[0], "c1", {}, {}) == {
        "name": "Site", "clientId": "c1", "estimate": {"estimate": "PT9H", "type": "MANUAL"},
    }  # fmt: skip


def test_a_create_sends_the_rates_and_leaves_a_budget_to_a_later_request() -> None:
    plan = plan_of(
        {"projects": [{"name": "Site", "budget": "500.00", "hourly_rate": "95.00", "cost_rate": "50.00"}]}, {}
    )
    assert create_body(PROJECT, plan.changes[0], "", {}, {}) == {
        "name": "Site", "hourlyRate": {"amount": 9500}, "costRate": {"amount": 5000},
    }  # fmt: skip


def test_a_field_that_has_no_request_of_its_own_is_named_where_one_is_asked_for() -> None:
    with pytest.raises(TypeError, match="note has an endpoint, and its type has no patch_body"):
        patch_body(replace(CLIENT.field_named("note"), endpoint="note"), {}, "new")


def test_an_estimate_keeps_its_options_and_the_budget() -> None:
    wire = {
        "timeEstimate": {"active": True, "includeNonBillable": False, "resetOption": "MONTHLY"},
        "budgetEstimate": {"active": False, "estimate": 5},
    }
    body = patch_body(PROJECT.field_named("estimate"), wire, "PT5H")
    assert body["timeEstimate"] == {
        "active": True,
        "estimate": "PT5H",
        "type": "MANUAL",
        "includeNonBillable": False,
        "resetOption": "MONTHLY",
    }
    assert body["budgetEstimate"] == {"active": False, "estimate": 5}


@pytest.mark.parametrize("wire", [{}, {"timeEstimate": None}, {"timeEstimate": {"active": False}}])
def test_an_estimate_without_a_known_option_includes_non_billable_time_as_that_of_a_new_project(
    wire: dict[str, Any],
) -> None:
    """A request without the option sets it to false by the contract, and a new project has true."""
    assert patch_body(PROJECT.field_named("estimate"), wire, "PT5H") == {
        "timeEstimate": {"active": True, "estimate": "PT5H", "type": "MANUAL", "includeNonBillable": True}
    }


def test_a_create_sends_an_undeclared_value_that_a_create_keeps_and_leaves_the_others_to_a_later_step() -> None:
    (change,) = plan_of({"projects": [{"name": "Site", "tasks": ["Do"]}]}, {"projects": ["Site"]}).changes
    fields = (FieldChange("budget", None, 500), FieldChange("user_groups", None, ("g1",)))
    assert create_body(TASK, replace(change, fields=fields), "p1", {}, {}) == {"name": "Do", "budgetEstimate": 500}
