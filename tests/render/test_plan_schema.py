"""The published schema of the plan file says what the program writes."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.errors import PlanFileError
from reconciler.kinds import KINDS
from reconciler.planning.plan import Action, Step
from reconciler.planning.planfile import plan_from_json, plan_to_json
from reconciler.planning.planfile_shape import PLAN_2
from reconciler.state import AccessRole
from tests.planning.forging import as_json, real_plan
from tests.render import plans

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "plan.schema.json").read_text(encoding="utf-8")
)
CHANGE = SCHEMA["$defs"]["change"]["properties"]


def _as_file(name: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(plan_to_json(getattr(plans, name)())))
    return made


@pytest.mark.parametrize("name", ["ordinary", "hostile", "large", "empty"])
def test_plan_files_are_what_the_schema_says(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    data = _as_file(name)
    if name == "hostile":
        data["gateway"] = "maton"  # the one word in it that no program of ours would write
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == []


def test_a_plan_file_reads_back_as_the_same_plan() -> None:
    made = replace(real_plan(), withdrawn=("project:ACME/*",), proof=plans.ordinary().proof)
    made = replace(made, excluded=plans.ordinary().excluded)
    read = plan_from_json(as_json(made))
    assert read.digest == made.digest
    assert (read.withdrawn, read.proof, read.excluded) == (made.withdrawn, made.proof, made.excluded)
    assert [change.impact for change in read.changes] == [change.impact for change in made.changes]


def test_a_literal_plan_that_the_planner_does_not_make_is_refused() -> None:
    with pytest.raises(PlanFileError, match="not one that the planner makes"):
        plan_from_json(_as_file("ordinary"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("withdrawn",), [1]),
        (("proof", "role"), "king"),
        (("proof", "connection"), 7),
        (("proof", "lists", 0, "items"), "many"),
        (("left_out", 0, "why"), None),
        (("left_out", 0, "action"), "explode"),
        (("changes", -1, "impact", "users"), "two"),
        (("changes", -1, "impact", "last_used"), 2026),
        (("changes", -1, "impact", "name_free"), "maybe"),
    ],
    ids=str,
)
def test_a_value_that_only_a_forged_file_has_is_refused(path: tuple[Any, ...], value: Any) -> None:
    data = _as_file("ordinary")
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(PlanFileError, match="damaged"):
        plan_from_json(data)


@pytest.mark.parametrize("spoiled", ["digest", "changes", "summary", "forecast"])
def test_a_file_that_lacks_a_part_is_refused(spoiled: str) -> None:
    data = copy.deepcopy(_as_file("ordinary"))
    del data[spoiled]
    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_the_keys_of_the_schema_are_those_that_reading_knows() -> None:
    assert set(SCHEMA["properties"]) == set(PLAN_2.keys)
    assert set(SCHEMA["required"]) == set(PLAN_2.keys) - PLAN_2.optional
    assert set(SCHEMA["$defs"]["change"]["properties"]) == set(as_json(real_plan())["changes"][0])


def test_kinds_actions_and_steps_are_the_program_s() -> None:
    assert CHANGE["kind"]["enum"] == [kind.name for kind in KINDS]
    assert CHANGE["action"]["enum"] == list(Action)
    assert CHANGE["steps"]["items"]["enum"] == list(Step)
    assert SCHEMA["properties"]["proof"]["properties"]["role"]["enum"] == list(AccessRole)
