"""Clients and projects above the changes of a plan, at the command line: used, renamed, and changed by hand after planning."""

from __future__ import annotations

import json

from tests.cli.program import Desk, digest_in

HEAD = "version: 1\nworkspace: Acme Studio\n"
UNDER = HEAD + "projects: [{name: Handbook, client: Acme Corp}]\npolicy: {prune: {projects: keep}}\n"
RENAMING = HEAD + "clients: [{name: Acme Inc, was: Acme Corp}]\npolicy: {prune: {clients: keep}}\n"


def apply(desk: Desk, text: str) -> str:
    """Plan and apply a manifest; the output of apply."""
    desk.write(text)
    planned = desk.call("--sandbox", "plan", "--format", "json").stdout
    result = desk.call("--sandbox", "apply", "--approve", json.loads(planned)["digest"], "--verify", "read")
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_a_saved_plan_is_stale_once_the_client_above_it_was_renamed(desk: Desk) -> None:
    desk.write(UNDER)
    saved = desk.call("--sandbox", "plan", "-o", "plan.json")
    apply(desk, RENAMING)
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest_in(saved.stdout))
    assert result.exit_code == 3
    assert "project:Acme Corp/Handbook: client:Acme Corp is now named 'Acme Inc'" in result.stderr


def test_a_client_that_is_used_and_not_declared_blocks_its_removal_whatever_the_policy(desk: Desk) -> None:
    for goal in ("delete", "archive"):
        policy = f"policy: {{prune: {{clients: {goal}, projects: keep}}}}\n"
        desk.write(HEAD + policy + "clients: []\nprojects: [{name: Handbook, client: Acme Corp}]\n")
        result = desk.call("--sandbox", "plan", "--format", "json")
        changes = {change["address"]: change for change in json.loads(result.stdout)["changes"]}
        block = changes["client:Acme Corp"]["blocked"]
        assert block["guard"] == "children"
        assert "declared projects would be added to it (1): project:Acme Corp/Handbook" in block["reason"]
        assert changes["project:Acme Corp/Handbook"]["blocked"] is None
        assert desk.call("--sandbox", "apply", "--approve", json.loads(result.stdout)["digest"]).exit_code == 3


def test_a_task_is_removed_under_the_new_name_of_its_project_and_client(desk: Desk) -> None:
    keep = "policy: {prune: {clients: keep, projects: keep, tasks: keep}}\n"
    apply(desk, HEAD + keep + "projects: [{name: Mobile, client: Acme Corp, tasks: [Build, Test]}]\n")
    renaming = (
        "clients:\n- name: Acme Inc\n  was: Acme Corp\n  projects: [{name: App, was: Mobile}]\n"
        "removed: [{task: Acme Inc/App/Build}]\n"
    )
    apply(desk, HEAD + keep + renaming)
    again = desk.call("--sandbox", "plan", "--format", "json")
    assert json.loads(again.stdout)["changes"] == []
    desk.write(HEAD + keep + "projects: [{name: App, client: Acme Inc, tasks: [Build, Test]}]\n")
    (change,) = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)["changes"]
    assert (change["action"], change["address"]) == ("create", "task:Acme Inc/App/Build")
