"""Checks of the policy over changes: what they block, what they warn of, and that the digest does not know the day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reconciler.errors import PlanFileError
from reconciler.planning import Action, Plan, PlanOptions, make_plan, plan_from_json, plan_to_json
from reconciler.state import Usage
from tests.planning.literals import TARGET, desired_of, live_of

THURSDAY, FRIDAY = date(2026, 1, 1), date(2026, 1, 2)
CLIENT = {"message": "no client", "kind": "project", "require": {"client": {"is_set": True}}}
BILLABLE = {"message": "not billable", "kind": "project", "require": {"billable": True}}
NO_FRIDAY = {"message": "not on Friday", "action": "delete", "forbid": {"weekday": "friday"}}
COLOUR = {"message": "odd colour", "kind": "project", "require": {"color": {"in": ["#1976d2", "#AB47BC"]}}}


def _plan(
    checks: list[dict[str, Any]],
    manifest: dict[str, Any],
    live: dict[str, list[Any]],
    *,
    today: date | None = THURSDAY,
    settings: dict[str, Any] | None = None,
    **numbers: int,
) -> Plan:
    state = live_of(live)
    state = replace(state, workspace=replace(state.workspace, settings=settings or {}))
    usage = {resource.id: Usage() for resource in state.resources.values()}
    desired = desired_of({"policy": {**manifest.pop("policy", {}), "checks": checks}, **manifest})
    options = PlanOptions(allowed=numbers or {"tag": 1, "project": 1, "task": 1, "client": 1}, today=today)
    return make_plan(desired, state, usage, target=TARGET, options=options)


def _blocks(plan: Plan) -> dict[str, str]:
    return {str(c.address): c.blocked.reason for c in plan.changes if c.blocked and c.blocked.guard == "check"}


def test_a_project_without_a_client_is_blocked() -> None:
    plan = _plan([CLIENT], {"projects": ["Ops"], "clients": [{"name": "A", "projects": ["Site"]}]}, {})
    assert _blocks(plan) == {"project:Ops": "no client"}


def test_a_project_that_leaves_its_client_is_blocked() -> None:
    plan = _plan(
        [CLIENT],
        {"clients": ["A"], "projects": [{"name": "Site", "was": "A/Site"}]},
        {"clients": ["A"], "projects": ["A/Site"]},
    )
    assert _blocks(plan) == {"project:Site": "no client"}


def test_what_does_not_change_is_not_looked_at() -> None:
    assert _blocks(_plan([CLIENT], {"projects": ["Ops"]}, {"projects": ["Ops"]})) == {}


def test_an_undeclared_field_has_its_live_value() -> None:
    live = {"projects": [{"at": "Ops", "billable": False}, {"at": "Site", "billable": True}]}
    plan = _plan([BILLABLE], {"projects": [{"name": "Ops", "note": "x"}, {"name": "Site", "note": "x"}]}, live)
    assert _blocks(plan) == {"project:Ops": "not billable"}


def test_a_declared_field_has_its_new_value() -> None:
    live = {"projects": [{"at": "Ops", "billable": False}]}
    assert _blocks(_plan([BILLABLE], {"projects": [{"name": "Ops", "billable": True}]}, live)) == {}


@pytest.mark.parametrize(("setting", "broken"), [(True, False), (False, True)])
def test_a_new_project_has_what_the_workspace_gives_it(*, setting: bool, broken: bool) -> None:
    plan = _plan([BILLABLE], {"projects": ["Ops"]}, {}, settings={"defaultBillableProjects": setting})
    assert bool(_blocks(plan)) is broken


def test_a_check_of_an_unknown_value_blocks() -> None:
    assert "a value is unknown" in _blocks(_plan([BILLABLE], {"projects": ["Ops"]}, {}))["project:Ops"]


def test_a_colour_from_a_set_is_compared_without_its_spelling() -> None:
    manifest = {"projects": [{"name": "Ops", "color": "#1976D2"}, {"name": "Site", "color": "#000000"}, "Plain"]}
    assert set(_blocks(_plan([COLOUR], manifest, {}))) == {"project:Site", "project:Plain"}


def test_a_removal_does_not_concern_a_check_without_an_action() -> None:
    plan = _plan([CLIENT], {"projects": ["Site"], "policy": {}}, {"projects": ["Ops", "Site"]})
    assert [str(c.address) for c in plan.changes] == ["project:Ops"]
    assert _blocks(plan) == {}


def test_a_delete_is_looked_at_as_it_is() -> None:
    check = {
        "message": "keep",
        "kind": "project",
        "action": ["delete", "archive"],
        "forbid": {"note": {"matches": "keep.*"}},
    }
    live = {"projects": [{"at": "Ops", "note": "keep me"}, "Site"]}
    assert _blocks(_plan([check], {"projects": ["Site"]}, live)) == {"project:Ops": "keep"}


@pytest.mark.parametrize(("today", "is_blocked"), [(THURSDAY, False), (FRIDAY, True), (None, True)])
def test_a_delete_is_blocked_on_friday_and_on_an_unknown_day(today: date | None, *, is_blocked: bool) -> None:
    plan = _plan([NO_FRIDAY], {"tags": ["a"]}, {"tags": ["a", "b"]}, today=today)
    assert bool(_blocks(plan)) is is_blocked


def test_the_digest_is_the_same_on_every_day() -> None:
    plans = [_plan([NO_FRIDAY], {"tags": ["a"]}, {"tags": ["a", "b"]}, today=day) for day in (THURSDAY, FRIDAY)]
    assert [plan.summary["blocked"] for plan in plans] == [0, 1]
    assert plans[0].digest == plans[1].digest
    block = plans[1].changes[0].blocked
    assert block is not None
    assert block.allow.startswith("apply on another day")


def test_the_digest_covers_the_checks_and_not_their_order() -> None:
    plans = [_plan(checks, {"tags": ["a"]}, {}) for checks in ([NO_FRIDAY, CLIENT], [CLIENT, NO_FRIDAY], [CLIENT])]
    assert plans[0].digest == plans[1].digest != plans[2].digest


def test_a_warning_blocks_nothing_and_is_given_once() -> None:
    check = {**CLIENT, "level": "warn", "name": "clients"}
    plan = _plan([check], {"projects": [f"Ops {n}" for n in range(7)]}, {})
    assert _blocks(plan) == {}
    listed = [f"project:Ops {n}" for n in range(5)]
    assert plan.warnings == (f"clients: no client: {', '.join(listed)}, …",)


def test_kinds_that_lack_the_field_are_not_meant() -> None:
    check = {"message": "rate", "action": "create", "require": {"hourly_rate": {"is_set": True}}}
    assert set(_blocks(_plan([check], {"tags": ["a"], "projects": ["Ops"]}, {}))) == {"project:Ops"}


def test_protection_is_harder_than_a_check_and_a_check_than_the_budget() -> None:
    live = {"tags": ["a", "b"]}
    protected = _plan([NO_FRIDAY], {"tags": [], "policy": {"protect": ["tag:b"]}}, live, today=FRIDAY, tag=0)
    assert {str(c.address): c.blocked.guard for c in protected.changes if c.blocked} == {
        "tag:a": "check",
        "tag:b": "protect",
    }


def test_a_plan_file_with_a_check_that_is_none_is_refused() -> None:
    forged = json.loads(json.dumps(plan_to_json(_plan([NO_FRIDAY], {"tags": ["a"]}, {}))))
    forged["policy"]["checks"] = [{"message": 3}]
    with pytest.raises(PlanFileError, match="damaged"):
        plan_from_json(forged)


def test_a_plan_with_checks_comes_back_as_the_same_plan() -> None:
    plan = _plan([NO_FRIDAY, COLOUR], {"tags": ["a"]}, {"tags": ["b"]}, today=FRIDAY)
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))).digest == plan.digest


def test_the_manifest_s_actions_are_planning_s() -> None:
    from reconciler.manifest.schema.checks import ACTIONS  # noqa: PLC0415 -- only this test looks at it

    assert list(ACTIONS) == list(Action)


def test_the_order_of_the_checks_does_not_change_which_of_two_broken_ones_is_named() -> None:
    reasons = [
        _blocks(_plan(checks, {"projects": [{"name": "Ops", "billable": False}]}, {}))["project:Ops"]
        for checks in ([CLIENT, BILLABLE], [BILLABLE, CLIENT])
    ]
    assert reasons[0] == reasons[1]
