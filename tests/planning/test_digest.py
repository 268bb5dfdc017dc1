"""What the digest covers, and that a plan file is read back as the same plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanFileError
from reconciler.planning import plan_from_json, plan_to_json
from tests.planning.literals import plan_of

MANIFEST: dict[str, Any] = {
    "clients": [
        {
            "name": "Acme Corp",
            "was": "ACME",
            "cc_emails": ["a@x.example"],
            "projects": [{"name": "Site", "tasks": ["T"]}],
        }
    ],
    "tags": ["urgent"],
}
WORLD: dict[str, Any] = {
    "clients": ["ACME", "Gone"],
    "projects": [{"at": "ACME/Site", "archived": True}],
    "tags": ["old"],
}


def _file() -> dict[str, Any]:
    return json.loads(json.dumps(plan_to_json(plan_of(MANIFEST, WORLD))))  # type: ignore[no-any-return]  # json.loads is Any


def test_a_plan_file_is_read_back_as_the_same_plan() -> None:
    plan = plan_of(MANIFEST, WORLD)
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))) == plan


def test_the_digest_is_equal_for_equal_plans_and_differs_for_others() -> None:
    assert plan_of(MANIFEST, WORLD).digest == plan_of(MANIFEST, WORLD).digest
    assert plan_of(MANIFEST, WORLD).digest != plan_of({**MANIFEST, "tags": ["urgent!"]}, WORLD).digest


def test_allowances_are_in_the_digest_and_blocks_that_they_lift_are_not() -> None:
    allowed = plan_of(MANIFEST, WORLD, client=1, tag=1)
    blocked = plan_of(MANIFEST, WORLD, client=7)
    assert allowed.summary["blocked"] == 0
    assert blocked.summary["blocked"] == 2
    assert allowed.digest != blocked.digest
    assert replace(allowed, allowances={}).digest == replace(blocked, allowances={}).digest


EDITS: dict[str, Any] = {
    "an action": lambda plan: plan["changes"][0].update(action="delete"),
    "a field": lambda plan: plan["changes"][0]["fields"][0].update(after="Evil"),
    "a step": lambda plan: plan["changes"][0]["steps"].append("delete"),
    "an id": lambda plan: plan["changes"][0].update(id="c9"),
    "a precondition": lambda plan: plan["changes"][0].update(precondition={}),
    "a change less": lambda plan: plan["changes"].pop(),
    "the workspace": lambda plan: plan["workspace"].update(id="w2"),
    "the policy": lambda plan: plan["policy"].update(tracked_time="delete"),
    "the digest": lambda plan: plan.update(digest="sha256:" + "0" * 64),
    "the summary": lambda plan: plan["summary"].update(create=0),
    "the format": lambda plan: plan.update(format="reconciler.plan/2"),
    "a reason": lambda plan: plan["changes"][0].update(reason="nothing to see here"),
    "an impact": lambda plan: plan["changes"][0]["impact"].update(tracked_seconds=0, time_entries=7),
    "a warning": lambda plan: plan["warnings"].append("all is well"),
    "a missing key": lambda plan: plan.pop("changes"),
    "a wrong type": lambda plan: plan.update(changes=3),
    "an unknown action": lambda plan: plan["changes"][0].update(action="explode"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_plan_file_is_refused(edit: str) -> None:
    data = _file()
    EDITS[edit](data)
    with pytest.raises(PlanFileError):
        plan_from_json(data)


@pytest.mark.parametrize(
    "edit",
    [
        {"prune": {}},
        {"tracked_time": "hide"},
        {"removal_budget": {"count": "10", "share": "25%"}},
        {"removal_budget": {"count": 10, "share": "a lot"}},
        {"protect": [1]},
        {"checks": 3},
    ],
)
def test_a_plan_file_with_an_invalid_policy_is_refused(edit: dict[str, Any]) -> None:
    data = _file()
    data["policy"].update(edit)
    with pytest.raises(PlanFileError, match="damaged"):
        plan_from_json(data)


@pytest.mark.parametrize(
    "edit",
    [
        {"address": "no address"},
        {"parent_id": 3},
        {"values": []},
        {"tracked_seconds": "1"},
        {"absent": 1, "address": None},
    ],
)
def test_a_plan_file_with_an_invalid_precondition_is_refused(edit: dict[str, Any]) -> None:
    data = _file()
    change = next(change for change in data["changes"] if change["id"])
    change["precondition"].update(edit)
    with pytest.raises(PlanFileError, match="damaged"):
        plan_from_json(data)


@pytest.mark.parametrize("data", [None, [], {}, "plan", {"format": 3}, {"format": "other/1"}])
def test_anything_else_than_a_plan_is_refused(data: Any) -> None:
    with pytest.raises(PlanFileError):
        plan_from_json(data)


def test_a_plan_that_follows_no_run_has_zeros() -> None:
    assert plan_of({"tags": ["a"]}, {}).made_after == (0, 0)
