"""`workspace: {name, create: true}`: a plan whose first change is its workspace."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded
from tests.cli.program import Desk, events_of, served
from tests.planning.forging import refusal, sealed
from tests.render.test_plan_schema import SCHEMA

MANIFEST = """\
version: 1
workspace: {name: New One, create: true}
tags: [urgent]
clients:
  - {name: Acme, projects: [{name: Site, tasks: [Build]}]}
"""


def named(sandbox: Embedded, name: str = "New One") -> list[str]:
    return [item["id"] for item in sandbox.store.records("workspace") if item["name"] == name]


def creates(sandbox: Embedded) -> int:
    """Creates of a workspace in the last command."""
    return sum(method == "POST" and path.endswith("/workspaces") for method, path in sandbox.sent)


def contents(sandbox: Embedded) -> set[str]:
    (workspace,) = named(sandbox)
    stored = sandbox.store.snapshot(workspace)
    return {item["name"] for plural in ("clients", "projects", "tasks", "tags") for item in stored[plural]}


def digest(sandbox: Embedded) -> str:
    return str(sandbox.plan("-o", "plan.json")["digest"])


def test_the_workspace_is_the_first_change_of_the_plan_and_of_the_apply(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    shown = sandbox.run("plan").stdout
    assert shown.index("+ create  workspace New One") < shown.index("+ create  client Acme")
    assert "cannot be undone" in shown
    assert "Plan: 1 workspace to create, 4 to create." in shown
    plan = sandbox.plan("-o", "plan.json")
    assert plan["workspace"] == {"id": None, "name": "New One", "create": True}
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(plan)] == []
    assert named(sandbox) == []
    applied = sandbox.run("apply", "plan.json", "--approve", plan["digest"])
    assert applied.exit_code == 0, applied.stderr
    assert f"created the workspace New One ({named(sandbox)[0]})" in applied.stderr
    assert "Applied: 5 done." in applied.stdout
    writes = [path for method, path in sandbox.sent if method == "POST"]
    assert writes[0].endswith("/workspaces")
    assert all(named(sandbox)[0] in path for path in writes[1:])
    assert contents(sandbox) == {"urgent", "Acme", "Site", "Build"}
    assert len(sandbox.sent) <= plan["forecast"]["requests"]


def test_an_existing_workspace_of_that_name_is_used(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST.replace("New One", "Acme Studio"))
    plan = sandbox.plan()
    assert plan["workspace"] == {"id": sandbox.workspace, "name": "Acme Studio"}
    sandbox.desk.write(MANIFEST)
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    again = sandbox.run("plan", "--detailed-exitcode")
    assert again.exit_code == 0, again.stdout


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_form_of_a_plan_shows_it(sandbox: Embedded, form: str) -> None:
    sandbox.desk.write(MANIFEST)
    shown = sandbox.run("plan", "--format", form).stdout
    assert "the API cannot delete a workspace" in shown
    assert "1 workspace to create" in shown


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED])
def test_a_lost_answer_to_the_create_is_looked_up_and_never_doubled(sandbox: Embedded, fault: Fault) -> None:
    sandbox.desk.write(MANIFEST)
    approved = digest(sandbox)
    sandbox.faults["POST", "/workspaces"] = [fault]
    applied = sandbox.run("apply", "plan.json", "--approve", approved)
    assert applied.exit_code == 0, applied.stderr
    assert (len(named(sandbox)), creates(sandbox)) == (1, 1)
    assert contents(sandbox) == {"urgent", "Acme", "Site", "Build"}


@pytest.mark.parametrize("words", [("plan.json",), ()], ids=["plan file", "manifest"])
@pytest.mark.parametrize("at", ["/workspaces", "/clients"])
def test_a_stop_between_is_resumed_by_the_same_digest(sandbox: Embedded, words: tuple[str, ...], at: str) -> None:
    """Stopped where the answer is lost and cannot be looked up, and where the new workspace cannot be read."""
    sandbox.desk.write(MANIFEST)
    approved = digest(sandbox)
    sandbox.faults["POST", "/workspaces"] = [Fault.DROP_AFTER] if at == "/workspaces" else []
    seen: list[str] = []

    def break_reads(method: str, path: str) -> None:
        seen.append(method)
        if method == "GET" and "POST" in seen and path.endswith(at):
            sandbox.faults["GET", at] = [Fault.BAD_GATEWAY]

    sandbox.watch = break_reads
    stopped = sandbox.run("apply", "plan.json", "--approve", approved)
    assert stopped.exit_code in (1, 4), stopped.stderr
    assert "Applied" not in stopped.stdout
    assert len(named(sandbox)) == 1
    assert contents(sandbox) == set()
    sandbox.watch = lambda *_: None
    sandbox.faults.clear()
    resumed = sandbox.run("apply", *words, "--approve", approved)
    assert resumed.exit_code == 0, resumed.stderr
    assert "Applied: 4 done, 1 already up to date." in resumed.stdout
    assert (len(named(sandbox)), creates(sandbox)) == (1, 0)
    assert contents(sandbox) == {"urgent", "Acme", "Site", "Build"}
    again = sandbox.run("apply", "plan.json", "--approve", approved)
    assert (again.exit_code, len(named(sandbox))) == (0, 1)
    assert "No changes: 5 already up to date" in again.stdout


def test_the_events_and_the_summary_count_the_workspace(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    applied = sandbox.run("apply", "--approve", "additive", "--format", "json", "--verify", "read")
    assert applied.exit_code == 0, applied.stderr
    (created,) = named(sandbox)
    *events, summary = events_of(applied.stdout)
    first = {"address": "workspace:New One", "kind": "workspace", "action": "create", "total": 5}
    assert [{key: event[key] for key in (*first, "event", "done")} for event in events[:2]] == [
        first | {"event": "change_started", "done": 0},
        first | {"event": "change_done", "done": 1},
    ]
    assert (events[1]["id"], events[1]["result"], events[1]["written"]) == (created, "done", 1)
    assert [event["done"] for event in events if event["event"] == "change_done"] == [1, 2, 3, 4, 5]
    assert {event["total"] for event in events} == {5}
    assert (summary["summary"]["done"], sum(summary["summary"].values()), summary["complete"]) == (5, 5, True)
    shown = sandbox.json("runs", "show", "latest")
    assert shown["summary"] == {"done": 5}
    assert shown["changes"][0] == {"address": "workspace:New One", "action": "create", "result": "done", "id": created}
    assert [session["summary"]["done"] for session in shown["sessions"]] == [1, 4]


@pytest.mark.parametrize(("fault", "result"), [(Fault.DROP_BEFORE, "in_doubt"), (None, "failed")])
def test_a_create_that_fails_is_an_event_too(sandbox: Embedded, fault: Fault | None, result: str) -> None:
    sandbox.desk.write(MANIFEST)
    approved = digest(sandbox)
    if fault:
        sandbox.faults["POST", "/workspaces"] = [fault]
    else:
        sandbox.refuse("POST", "/workspaces")
    applied = sandbox.run("apply", "plan.json", "--approve", approved, "--format", "json")
    assert applied.exit_code == 1
    *_, last = [event for event in events_of(applied.stdout) if event["event"].startswith("change")]
    assert (last["event"], last["address"], last["result"]) == ("change_failed", "workspace:New One", result)
    assert last["message"]


def test_a_refused_create_is_an_error_and_can_be_tried_again(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    approved = digest(sandbox)
    sandbox.faults["POST", "/workspaces"] = [Fault.DROP_BEFORE]
    lost = sandbox.run("apply", "plan.json", "--approve", approved)
    assert lost.exit_code == 1
    assert "never creates a second one" in lost.stderr
    assert named(sandbox) == []
    assert sandbox.run("apply", "plan.json", "--approve", approved).exit_code == 0
    assert len(named(sandbox)) == 1


def test_a_workspace_that_another_hand_created_since_makes_the_plan_stale(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    approved = digest(sandbox)
    assert sandbox.run("workspaces", "create", "New One", "--approve", "yes").exit_code == 0
    stale = sandbox.run("apply", "plan.json", "--approve", approved)
    assert stale.exit_code == 3
    assert "which exists now" in stale.stderr
    assert contents(sandbox) == set()


def test_the_digest_covers_the_name_and_that_it_is_new(sandbox: Embedded) -> None:
    digests = set()
    for name in ("New One", "New Two", "Acme Studio"):
        sandbox.desk.write(MANIFEST.replace("New One", name))
        digests.add(sandbox.plan()["digest"])
    assert len(digests) == 3


def test_nothing_is_created_without_approval_or_without_create(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    assert sandbox.run("apply").exit_code == 3
    assert sandbox.run("plan", options=("--workspace", "Elsewhere")).exit_code == 1
    for text in ("New One", "{name: New One, create: false}", "{name: New One}"):
        sandbox.desk.write(MANIFEST.replace("{name: New One, create: true}", text))
        assert "no workspace 'New One'" in sandbox.run("apply", "--approve", "additive").stderr
    sandbox.desk.write(MANIFEST.replace("New One", "acme  STUDIO"))
    assert "differs from it in spelling only" in sandbox.run("plan").stderr
    sandbox.desk.write(MANIFEST.replace("New One", "x" * 51))
    assert "a name has 1 to 50" in sandbox.run("plan").stderr
    assert named(sandbox) == []


def test_a_workspace_without_contents_is_a_plan_too(sandbox: Embedded) -> None:
    sandbox.desk.write("version: 1\nworkspace: {name: New One, create: true}\ntags: []\n")
    assert sandbox.run("plan", "--detailed-exitcode").exit_code == 2
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    assert contents(sandbox) == set()


def test_only_the_caller_can_be_assigned_before_the_workspace_exists(sandbox: Embedded) -> None:
    mine = MANIFEST.replace("[Build]", "[{name: Build, assignees: [WHO]}]")
    me = sandbox.json("whoami")["email"]
    sandbox.desk.write(mine.replace("WHO", "someone@else.example"))
    refused = sandbox.run("plan")
    assert refused.exit_code == 1
    assert "not exist yet\n  leave it out, apply, invite the person" in refused.stderr
    sandbox.desk.write(mine.replace("WHO", me))
    plan = sandbox.plan("-o", "plan.json")
    assert sandbox.run("apply", "plan.json", "--approve", plan["digest"]).exit_code == 0
    assert len(sandbox.sent) <= plan["forecast"]["requests"]
    (task,) = sandbox.store.snapshot(named(sandbox)[0])["tasks"]
    assert len(task["assigneeIds"]) == 1


def test_undo_takes_back_the_contents_and_says_that_the_workspace_stays(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    undo = sandbox.json("undo", "latest", "-o", "undo.json", "--allow-removals", "clients=1", "--allow-removals",
                        "projects=1", "--allow-removals", "tags=1")  # fmt: skip
    assert undo["warnings"][0] == "the workspace 'New One' stays: Clockify's API cannot delete a workspace"
    assert undo["workspace"] == {"id": named(sandbox)[0], "name": "New One"}
    assert sandbox.run("apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
    assert contents(sandbox) == set()
    assert sandbox.json("runs", "show", "latest")["run"]


def test_a_forged_plan_cannot_hold_what_a_new_workspace_cannot_have(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"])
    assert sandbox.apply()[0] == 0
    sandbox.declare(tags=[{"name": "late", "was": "urgent"}])
    data: dict[str, Any] = sandbox.plan()
    data["workspace"] = {"id": None, "name": "New One", "create": True}
    assert "a new workspace has nothing to update" in refusal(sealed(data))


@pytest.mark.parametrize("gateway", ["maton", "clockify"])
def test_on_both_gateways(desk: Desk, gateway: str) -> None:
    desk.write(MANIFEST)
    keys = {"MATON_API_KEY": "right-key-of-ours", "CLOCKIFY_API_KEY": "right-key-of-ours"}
    with served(desk.folder, key="right-key-of-ours") as url:
        words = ("--gateway", gateway, "--base-url", url)
        applied = desk.call(*words, "apply", "--approve", "additive", **keys)
        assert applied.exit_code == 0, applied.stderr
        listed = json.loads(desk.call(*words, "workspaces", "list", "-o", "json", **keys).stdout)
        assert [item["name"] for item in listed].count("New One") == 1
        again = desk.call(*words, "workspaces", "create", "New One", "--approve", "yes", **keys)
        assert again.exit_code == 1
        assert "exists already" in again.stderr


def test_the_answer_to_workspaces_create_is_looked_up(sandbox: Embedded) -> None:
    sandbox.faults["POST", "/workspaces"] = [Fault.DROP_AFTER]
    created = sandbox.run("workspaces", "create", "New One", "--approve", "yes", "-o", "json")
    assert created.exit_code == 0, created.stderr
    assert json.loads(created.stdout) == {"id": named(sandbox)[0], "name": "New One"}


def test_the_run_of_a_stopped_apply_shows_the_workspace_that_it_created(sandbox: Embedded) -> None:
    sandbox.desk.write(MANIFEST)
    sandbox.faults["GET", "/clients"] = [Fault.ERROR_BEFORE] * 20
    assert sandbox.run("apply", "--approve", "additive").exit_code == 1
    (created,) = named(sandbox)
    assert f"workspace created: New One ({created})" in sandbox.run("runs", "show", "latest").stdout
    listed = json.loads(sandbox.run("runs", "list", "--format", "json").stdout)["runs"]
    assert [run["created_workspace"] for run in listed] == [{"id": created, "name": "New One"}]
