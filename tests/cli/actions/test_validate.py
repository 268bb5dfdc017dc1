"""`validate`, `init` and `schema`: what works without any network."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import EXAMPLE, Desk

BROKEN = "version: 1\ntags:\n  - {name: 3, colour: red}\nclints: []\n"


def test_a_valid_manifest_is_counted(desk: Desk) -> None:
    result = desk.call("validate", str(EXAMPLE))
    assert result.exit_code == 0
    assert result.stdout.startswith("valid: ")
    assert "clients" in result.stdout


@pytest.mark.parametrize("words", [[], ["workspace.yaml"], ["."], ["--format", "text"]])
def test_all_problems_are_shown_at_once_each_with_its_line(desk: Desk, words: list[str]) -> None:
    desk.write(BROKEN)
    result = desk.call("validate", *words)
    assert result.exit_code == 1
    assert "workspace.yaml:3:" in result.stdout
    assert "workspace.yaml:4:1" in result.stdout
    assert "^" in result.stdout
    assert "clients" in result.stdout


def test_problems_as_json(desk: Desk) -> None:
    desk.write(BROKEN)
    result = desk.call("validate", "--format", "json")
    output = json.loads(result.stdout)
    assert result.exit_code == 1
    assert output["valid"] is False
    assert {problem["line"] for problem in output["problems"]} == {3, 4}
    desk.write("version: 1\ntags: [a, b]\n")
    result = desk.call("validate", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["resources"]["tags"]) == (0, 2)


def test_problems_as_annotations(desk: Desk) -> None:
    desk.write(BROKEN)
    result = desk.call("validate", "--format", "github")
    assert result.exit_code == 1
    assert all(line.startswith("::error file=workspace.yaml,line=") for line in result.stdout.splitlines())
    desk.write("version: 1\ntags: [a]\n")
    assert desk.call("validate", "--format", "github").exit_code == 0


def test_problems_and_warnings_as_sarif(desk: Desk) -> None:
    desk.write(BROKEN + "task_sets: {web: []}\n")
    result = desk.call("validate", "--format", "sarif")
    assert result.exit_code == 1
    (run,) = json.loads(result.stdout)["runs"]
    assert [found["level"] for found in run["results"]] == ["error"] * 3 + ["warning"]
    desk.write("version: 1\ntags: [a]\n")
    result = desk.call("validate", "--format", "sarif")
    assert (result.exit_code, json.loads(result.stdout)["runs"][0]["results"]) == (0, [])


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_warnings_fail_only_where_strict(desk: Desk, form: str) -> None:
    desk.write("version: 1\ntags: [a]\ntask_sets: {web: []}\n")
    result = desk.call("validate", "--format", form)
    assert result.exit_code == 0
    assert "task set 'web' is not used" in result.stdout
    strict = desk.call("validate", "--format", form, "--strict")
    assert strict.exit_code == 1
    assert "task set 'web' is not used" in strict.stdout
    assert '"valid": true' not in strict.stdout
    assert "valid: " not in strict.stdout
    assert desk.call("validate", "--format", form, RECONCILER_STRICT="1").exit_code == 1


def test_json_names_the_rules(desk: Desk) -> None:
    desk.write("version: 1\ntags: [5]\ntask_sets: {web: []}\n")
    output = json.loads(desk.call("validate", "--json").stdout)
    assert [problem["rule"] for problem in (*output["problems"], *output["warnings"])] == ["schema", "unused-task-set"]
    assert output["resources"] == {}


def test_standard_input_is_a_manifest_too(desk: Desk) -> None:
    assert desk.call("validate", "-", stdin="version: 1\ntags: [a]\n").exit_code == 0
    result = desk.call("validate", "-", stdin=BROKEN)
    assert result.exit_code == 1
    assert ":4:1" in result.stdout


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_manifest_is_an_error_and_never_remove_everything(desk: Desk, command: str, text: str) -> None:
    desk.write(text)
    assert desk.call("--sandbox", command).exit_code == 1


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_an_empty_folder_is_an_error(desk: Desk, command: str) -> None:
    (desk.folder / "manifests").mkdir()
    result = desk.call("--sandbox", command, "manifests")
    assert result.exit_code == 1
    assert "manifests" in result.stdout + result.stderr


def test_problems_of_a_plan_go_to_standard_error(desk: Desk) -> None:
    desk.write(BROKEN)
    result = desk.call("--sandbox", "plan")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "workspace.yaml:4:1" in result.stderr


def test_init_writes_a_manifest_that_is_valid_and_never_overwrites(desk: Desk) -> None:
    assert desk.call("init").exit_code == 0
    assert desk.call("validate").exit_code == 0
    desk.write("mine")
    result = desk.call("init")
    assert result.exit_code == 1
    assert "already exists" in result.stderr
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == "mine"


def test_init_takes_a_path_or_standard_output(desk: Desk) -> None:
    assert desk.call("init", "other.yaml").exit_code == 0
    result = desk.call("init", "-")
    assert result.stdout == (desk.folder / "other.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["schema"], ["schema", "manifest"], ["schema", "plan"]])
def test_schema_prints_a_json_schema(desk: Desk, words: list[str]) -> None:
    result = desk.call(*words)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_two_schemas_differ(desk: Desk) -> None:
    assert desk.call("schema", "plan").stdout != desk.call("schema").stdout
