"""`undo` at the command line: a plan like any other, made out of a journal."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from typing import Any

from reconciler.applying import Runs
from reconciler.sandbox import Store
from tests.cli.program import ADDITIVE, EXAMPLE, UPDATING, Desk, digest_in, served
from tests.sandbox_client import seen


def run_apply(desk: Desk, text: str) -> None:
    desk.write(text)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    assert desk.call("--sandbox", "apply", "--approve", digest).exit_code == 0


def test_an_undo_is_planned_saved_approved_and_applied_and_writes_nothing_before(desk: Desk) -> None:
    desk.call("--sandbox", "whoami")
    before = desk.tags()
    run_apply(desk, ADDITIVE)
    after = desk.tags()
    shown = desk.call("--sandbox", "undo", "latest", "-o", "undo.json", "--detailed-exitcode")
    assert shown.exit_code == 2
    assert desk.tags() == after
    refused = desk.call("--sandbox", "apply", "undo.json")
    assert refused.exit_code == 3
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", digest_in(shown.stdout)).exit_code == 0
    assert desk.tags() == before
    assert desk.call("--sandbox", "undo", "latest", "--detailed-exitcode").exit_code == 2


def test_a_rename_is_undone_by_the_id_and_not_by_the_name(desk: Desk) -> None:
    run_apply(desk, UPDATING)
    shown = desk.call("--sandbox", "undo", "latest", "--format", "json", "-o", "undo.json")
    plan = json.loads(shown.stdout)
    assert [(c["action"], c["fields"][0]["before"], c["fields"][0]["after"]) for c in plan["changes"]] == [
        ("update", "on site", "on-site")
    ]
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", plan["digest"]).exit_code == 0
    assert "on-site" in desk.tags()


def test_without_a_file_it_says_how_to_carry_it_out(desk: Desk) -> None:
    run_apply(desk, ADDITIVE)
    result = desk.call("--sandbox", "undo", "latest")
    assert result.exit_code == 0
    assert "apply" not in result.stdout.partition("Digest")[2]
    assert "reconciler --sandbox undo" in result.stderr
    assert "-o undo.json" in result.stderr


def test_the_same_guards_stand_in_its_way(desk: Desk) -> None:
    run_apply(desk, EXAMPLE.read_text(encoding="utf-8"))
    shown = desk.call("--sandbox", "undo", "latest", "-o", "undo.json")
    assert "blocked by check" in shown.stdout  # it would give a client its small letter back
    assert "manifest" not in shown.stdout
    refused = desk.call("--sandbox", "apply", "undo.json", "--approve", digest_in(shown.stdout))
    assert refused.exit_code == 3
    assert desk.call(*printed(refused.stderr, "apply undo.json --except-blocked")).exit_code == 3
    rest = desk.call(*printed(shown.stderr, "--except-blocked"))
    assert not json.loads((desk.folder / "undo.json").read_text(encoding="utf-8"))["summary"]["blocked"]
    done = desk.call(*printed(rest.stdout, "--approve"))
    assert done.exit_code == 0, done.stderr
    again = desk.call("--sandbox", "undo", "latest", "--except-blocked")
    assert again.exit_code == 0


def printed(text: str, ending: str) -> list[str]:
    """The arguments of the command that a text prints, which contains `ending`."""
    lines = text.replace("\\\n", " ").splitlines()
    command = next(line for line in lines if "reconciler " in line and ending in " ".join(line.split()))
    return shlex.split(command.partition("reconciler ")[2])


def test_an_undo_of_what_is_undone_has_nothing_to_undo(desk: Desk) -> None:
    run_apply(desk, ADDITIVE)
    shown = desk.call("--sandbox", "undo", "latest", "-o", "undo.json")
    assert desk.call(*printed(shown.stdout, "--approve")).exit_code == 0
    first = list(Runs(desk.folder / ".reconciler"))[-1].id
    assert "No changes. There is nothing left to undo." in desk.call("--sandbox", "undo", first).stdout


def test_no_limit_of_requests_is_answered_with_an_exclusion(desk: Desk) -> None:
    run_apply(desk, ADDITIVE)
    for words in (["undo", "latest", "-o", "undo.json", "--max-requests", "1"], ["apply", "undo.json"]):
        result = desk.call("--sandbox", *words)
        assert "blocked by max_requests" in result.stdout + result.stderr
        assert "--except-blocked" not in result.stdout + result.stderr
    assert "save" not in desk.call("--sandbox", "undo", "latest", "--max-requests", "1").stderr


def test_an_unknown_run_and_a_run_of_elsewhere_are_told(desk: Desk) -> None:
    assert desk.call("--sandbox", "undo", "latest").exit_code == 1
    run_apply(desk, ADDITIVE)
    assert desk.call("--sandbox", "undo", "2001").exit_code == 1
    elsewhere = desk.call("--sandbox", "--workspace", "Side Hustle", "undo", "latest")
    assert elsewhere.exit_code == 3
    assert "workspace" in elsewhere.stderr


START = """\
version: 1
workspace: Life
clients:
  - {name: Acme, note: old, cc_emails: [a@x.example], projects: [
      {name: Site, estimate: PT5H, tasks: [{name: Design, estimate: PT1H, assignees: [jo@acme.example]}, Build]},
      {name: Old, archived: true}]}
  - Beta
projects: [{name: Loose, hourly_rate: "10.00"}, {name: Spare}]
tags: [one, {name: two, archived: true}, three]
"""
EVERY_ACTION = """\
version: 1
workspace: Life
clients:
  - {name: Acme Corp, was: Acme, note: new, cc_emails: [], projects: [
      {name: Site, estimate: PT9H, tasks: [Build, Ship, Sell]}, {name: Old}, {name: Loose, was: /Loose}]}
projects: [{name: Fresh, tasks: [a, b]}]
tags: [two, {name: uno, was: one}, {name: three, archived: true}]
removed: [{project: Spare}]
"""


def test_every_action_is_undone_on_a_served_sandbox_and_an_undo_of_it_does_it_again(desk: Desk) -> None:
    with served(desk.folder) as url:
        aim = ["--sandbox", "--base-url", url]
        assert desk.call(*aim, "workspaces", "create", "Life", "--approve", "yes").exit_code == 0
        states = []
        for text in (START, EVERY_ACTION, "latest", "latest"):
            words = ["undo", text, "-o", "plan.json"] if text == "latest" else ["plan", "-o", "plan.json"]
            if text != "latest":
                desk.write(text)
            shown = json.loads(desk.call(*aim, *words, "--format", "json").stdout)
            counts = Counter(change["kind"] for change in shown["changes"] if change["removal"])
            allowed = [word for kind, n in counts.items() for word in ("--allow-removals", f"{kind}={n}")]
            done = desk.call(*aim, "apply", "plan.json", "--approve", shown["digest"], *allowed)
            assert done.exit_code == 0, done.stderr
            states.append(state(desk))
    before, after, undone, redone = states
    assert {change["action"] for change in shown["changes"]} == {"create", "update", "restore", "archive", "delete"}
    assert before != after
    assert undone == before
    assert redone == after


def state(desk: Desk) -> dict[str, Any]:
    """What the sandbox stores of the workspace, as a person would see it."""
    with Store(str(desk.folder / ".reconciler" / "sandbox.sqlite3")) as store:
        found = next(item for item in store.records("workspace") if item["name"] == "Life")
        return seen(store.snapshot(found["id"]))


def test_a_deleted_project_comes_back_with_its_members_and_the_digest_covers_them(desk: Desk) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\npolicy: {tracked_time: delete}\nremoved: [{project: Scratchpad}]\n")
    shown = json.loads(desk.call("--sandbox", "plan", "--format", "json", "-o", "plan.json").stdout)
    assert shown["changes"][0]["impact"]["lost"][0] == "its id"
    assert "an undo cannot restore its id" in " ".join(desk.call("show", "plan.json").stdout.split())
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", shown["digest"]).exit_code == 0
    undo = json.loads(desk.call("--sandbox", "undo", "latest", "--format", "json", "-o", "undo.json").stdout)
    members = next(field for field in undo["changes"][0]["fields"] if field["name"] == "members")
    assert members["after"] == ["jo@acme.example"]
    text = (desk.folder / "undo.json").read_text(encoding="utf-8")
    (desk.folder / "forged.json").write_text(text.replace("jo@acme.example", "sam@acme.example"), encoding="utf-8")
    assert desk.call("--sandbox", "apply", "forged.json", "--approve", undo["digest"]).exit_code == 3
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
