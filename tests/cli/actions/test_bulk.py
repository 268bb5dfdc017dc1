"""Rows, variables and includes through the commands: places, sources, digests, and commands for copying."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from tests.cli.program import DIGEST, Desk

SIX_LINES = """\
version: 1
projects:
  - for_each: {csv: projects.csv}
    name: "{Project}"
    client: "{Client}"
    billable: "{Billable}"
"""
KEPT = "workspace: Acme Studio\npolicy: {prune: {projects: keep, clients: keep, tags: keep, tasks: keep}}\n"
TEAMS = f"version: 1\n{KEPT}vars: {{team: Web, size: null}}\ntags: ['{{team}}-{{size}}']\n"


def spreadsheet(count: int) -> str:
    rows = (f"Project {number},Client {number % 7},{('yes', 'no', '')[number % 3]}" for number in range(count))
    return "\n".join(("Project,Client,Billable", *rows)) + "\n"


def saved_plan(desk: Desk, *words: str, **environment: str) -> Any:
    result = desk.call("--sandbox", "plan", "-o", "plan.json", *words, **environment)
    assert result.exit_code == 0, result.output
    return json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))


def test_two_hundred_projects_from_a_spreadsheet(desk: Desk) -> None:
    desk.write(SIX_LINES)
    desk.write(
        f"version: 1\n{KEPT}clients: [{{for_each: {{csv: projects.csv, distinct: Client}}, name: '{{Client}}'}}]\n",
        "more.yaml",
    )
    desk.write(spreadsheet(200), "projects.csv")
    result = desk.call("validate", "workspace.yaml", "more.yaml")
    assert result.stdout == "valid: 7 clients, 200 projects, 0 tasks, 0 tags\n"
    plan = saved_plan(desk, "workspace.yaml", "more.yaml")
    created = {change["address"]: change for change in plan["changes"]}
    assert plan["summary"]["create"] == len(created) == 207
    assert created["project:Client 3/Project 143"]["source"] == "workspace.yaml:3:5 (projects.csv:145)"
    assert created["client:Client 6"]["source"] == "more.yaml:4:11 (projects.csv:8)"
    assert [source["path"] for source in plan["sources"]] == ["workspace.yaml", "more.yaml", "projects.csv"]
    desk.write(spreadsheet(12), "projects.csv")
    applied = desk.call("--sandbox", "apply", "workspace.yaml", "more.yaml", "--approve", "additive")
    assert applied.exit_code == 0, applied.output
    again = desk.call("--sandbox", "plan", "workspace.yaml", "more.yaml", "--detailed-exitcode")
    assert again.exit_code == 0
    assert "No changes." in again.stdout


def test_how_a_manifest_is_written_makes_no_difference_for_the_digest(desk: Desk) -> None:
    def digest(**files: str) -> str:
        for name, text in files.items():
            desk.write(text, name.replace("_", "."))
        plan = saved_plan(desk)
        return str(plan["digest"])

    plain = digest(workspace_yaml=f"version: 1\n{KEPT}tags: [one, two]\n")
    assert digest(workspace_yaml=f"version: 1\n{KEPT}tags: [{{for_each: [two, one], name: '{{item}}'}}]\n") == plain
    table = f"version: 1\n{KEPT}tags: [{{for_each: {{csv: t.csv}}, name: '{{N}}'}}]\n"
    assert digest(workspace_yaml=table, t_csv="N\none\ntwo\n") == plain
    assert digest(workspace_yaml=table, t_csv="X,N\n5,two\n6,one\n") == plain
    assert (
        digest(
            workspace_yaml=f"version: 1\n{KEPT}vars: {{o: one}}\ninclude: t.yaml\n",
            t_yaml="version: 1\ntags: ['{o}', two]\n",
        )
        == plain
    )
    assert digest(workspace_yaml=table, t_csv="N\none\nthree\n") != plain


def test_values_of_variables_come_from_options_and_from_the_environment(desk: Desk) -> None:
    desk.write(TEAMS)
    missing = desk.call("validate")
    assert missing.exit_code == 1
    assert "the variable 'size' has no value\n" in missing.stdout
    assert "set it: --var size=VALUE, or RECONCILER_VAR_SIZE" in missing.stdout
    assert desk.call("validate", "--var", "size=xl").exit_code == 0
    assert desk.call("validate", RECONCILER_VAR_SIZE="xl", RECONCILER_VAR_OTHER="x").exit_code == 0
    plan = saved_plan(desk, "--var", "team=Data", RECONCILER_VAR_SIZE="xl", RECONCILER_VAR_TEAM="Ops")
    assert [change["address"] for change in plan["changes"]] == ["tag:Data-xl"]
    assert [source["path"] for source in plan["sources"]] == ["workspace.yaml", "--var team", "RECONCILER_VAR_SIZE"]


def test_a_command_for_copying_repeats_the_values(desk: Desk) -> None:
    desk.write(TEAMS)
    shown = desk.call("--sandbox", "plan", "--format", "markdown", "--var", "team=Data & Co", "--var", "size=1")
    assert "reconciler --sandbox apply workspace.yaml --var 'team=Data & Co' --var size=1 --approve" in shown.stdout
    digest = DIGEST.search(shown.stdout)
    assert digest
    values = ["--var", "team=Data & Co", "--var", "size=1"]
    assert (
        desk.call("--sandbox", "apply", "--approve", digest[0], "--var", "team=Data", "--var", "size=1").exit_code == 3
    )
    assert desk.call("--sandbox", "apply", "--approve", digest[0], *values).exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["plan", "--var", "team"], "'team' is not NAME=VALUE"),
        (["validate", "--var", "=x"], "'=x' is not NAME=VALUE"),
        (["apply", "--var", "team=a", "--var", "team=b"], "two different values for 'team'"),
        (["apply", "plan.json", "--var", "team=a"], "--var is for manifests; a plan file has its values already"),
        (["apply", "--plan", "-", "--var", "team=a"], "--var is for manifests; a plan file has its values already"),
    ],
)
def test_values_that_cannot_be_used_are_usage_errors(desk: Desk, words: list[str], message: str) -> None:
    result = desk.call("--sandbox", *words)
    assert result.exit_code == 64
    assert message in result.stderr


def test_the_outputs_name_the_row_of_a_problem(desk: Desk) -> None:
    desk.write(SIX_LINES)
    desk.write("Project,Client,Billable\nSite,Acme,perhaps\n", "projects.csv")
    message = "'billable' must be true or false, not 'perhaps'"
    assert f"workspace.yaml:6:15 (projects.csv:2:11): {message}" in desk.call("validate").stdout.replace("\n  ", " ")
    annotations = desk.call("validate", "--format", "github").stdout
    assert f"::error file=workspace.yaml,line=6,col=15::projects.csv:2:11: {message}" in annotations
    (problem,) = json.loads(desk.call("validate", "--json").stdout)["problems"]
    assert (problem["line"], problem["row"]) == (6, "projects.csv:2:11")
    (result,) = json.loads(desk.call("validate", "--format", "sarif").stdout)["runs"][0]["results"]
    assert result["message"]["text"].startswith(f"projects.csv:2:11: {message}")


def test_a_name_for_another_tool_is_a_warning_which_strict_refuses(desk: Desk) -> None:
    desk.write(f"version: 1\n{KEPT}tags: ['${{TEAM}} x']\n")
    warning = "workspace.yaml:4:8: the name '${TEAM} x' contains '${TEAM}', which looks like a variable of another tool"
    assert saved_plan(desk)["warnings"] == [warning]
    assert desk.call("validate").exit_code == 0
    assert desk.call("--sandbox", "plan", "--strict").exit_code == 3


def test_a_problem_of_planning_names_the_row(desk: Desk) -> None:
    desk.write(f"version: 1\n{KEPT}projects: [{{for_each: {{csv: p.csv}}, name: '{{P}}', client: '{{C}}'}}]\n")
    desk.write("P,C\nSite,Nowhere Ltd\n", "p.csv")
    result = desk.call("--sandbox", "plan")
    assert result.exit_code == 1
    assert "workspace.yaml:4:12 (p.csv:2): project:Nowhere Ltd/Site" in result.stderr.replace("\n", " ")


def test_a_report_never_replaces_a_table(desk: Desk) -> None:
    desk.write(f"version: 1\n{KEPT}tags: [{{for_each: {{csv: t.csv}}, name: '{{N}}'}}]\n")
    desk.write("N\none\n", "t.csv")
    result = desk.call("--sandbox", "plan", "--report", "text=t.csv")
    assert result.exit_code == 1
    assert (desk.folder / "t.csv").read_text(encoding="utf-8") == "N\none\n"


def test_another_table_is_another_source_of_the_plan(desk: Desk) -> None:
    desk.write(f"version: 1\n{KEPT}tags: [{{for_each: {{csv: t.csv}}, name: '{{N}}'}}]\n")
    desk.write("N\none\n", "t.csv")
    manifest, table = saved_plan(desk)["sources"]
    desk.write("N\ntwo\n", "t.csv")
    assert saved_plan(desk)["sources"] == [
        manifest,
        {"path": "t.csv", "sha256": hashlib.sha256(b"N\ntwo\n").hexdigest()},
    ]
    assert table["sha256"] == hashlib.sha256(b"N\none\n").hexdigest()


def test_a_rename_of_a_row_says_where_its_earlier_name_goes(desk: Desk) -> None:
    manifest = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {projects: keep, clients: keep}}\ntags: [{for_each: {csv: t.csv}, name: '{N}'}]\n"
    desk.write(manifest)
    live = desk.call("--sandbox", "--workspace", "Acme Studio", "get", "tags", "-o", "address").stdout
    names = [address.removeprefix("tag:") for address in live.splitlines()]
    desk.write("\n".join(["N", f"{names[0]}s", *names[1:]]) + "\n", "t.csv")
    shown = desk.call("--sandbox", "plan").stdout
    assert 'if renamed, put this in its row, and was: "{was}" next to the name in the entry' in " ".join(shown.split())
    desk.write("\n".join(["N,was", f"{names[0]}s,{names[0]}", *names[1:]]) + "\n", "t.csv")
    desk.write(manifest.replace("name:", "was: '{was}', name:"))
    plan = saved_plan(desk)
    changes = {change["address"]: change["action"] for change in plan["changes"]}
    assert changes[f"tag:{names[0]}s"] == "update"
    assert f"tag:{names[0]}" not in changes
