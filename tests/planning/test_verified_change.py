"""What a plan file says of one change, and of the look-alikes beside it, where targets leave the rest out."""

from __future__ import annotations

from typing import Any

from tests.planning.forging import as_json, refusal
from tests.planning.literals import plan_of
from tests.planning.targets.test_targets import plan_for


def test_a_create_with_another_name_than_its_address_is_refused_as_a_change_of_its_name() -> None:
    data = as_json(plan_of({"tags": ["One"]}, {}))
    data["changes"][0]["fields"] = [{"name": "name", "before": "Other", "after": "One"}]
    assert "changes[0].fields[0].name: a create has no change of its name" in refusal(data)


def _candidate(create: str, remove: str) -> dict[str, Any]:
    declared = {"notation": "item", "was": []}
    name, was = create.partition(":")[2], remove.partition(":")[2]
    line = f"- {{name: {name}, was: {was}}}"
    return {
        "kind": "tag",
        "create": create,
        "remove": remove,
        "was": was,
        "score": 9,
        "declared": declared,
        "line": line,
    }


def test_with_targets_a_rename_candidate_has_one_of_its_sides_in_the_plan() -> None:
    data = as_json(plan_for({"tags": ["new"]}, {"tags": ["gone"]}, "tag:new"))
    problem = "look_alikes[0]: not a create and a removal of this plan"
    data["look_alikes"] = [_candidate("tag:new", "tag:other")]
    assert problem not in refusal(data)
    data["look_alikes"] = [_candidate("tag:another", "tag:other")]
    assert problem in refusal(data)


def test_a_value_behind_a_change_of_the_name_is_looked_at_too() -> None:
    renamed = {"clients": [{"name": "New", "was": "Old", "note": "later"}]}
    data = as_json(plan_of(renamed, {"clients": [{"at": "Old", "note": "earlier"}]}))
    assert [field["name"] for field in data["changes"][0]["fields"]] == ["name", "note"]
    assert refusal(data) == ""
    data["changes"][0]["fields"][1]["after"] = "earlier"
    assert "changes[0].fields[1].after: the same value as before" in refusal(data)
