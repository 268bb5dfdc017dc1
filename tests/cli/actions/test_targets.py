"""`--target`: what plan and apply hold and leave out, in every output, and how an approval of a part holds."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.cli.embedded import Embedded
from tests.cli.program import ADDITIVE, DELETING, Desk, digest_in, summary_of
from tests.forged_runs import read_lines, write_sealed

TARGETS = ("--target", "client:Acme", "--target", "*:Acme/*")
PART = ["create client:Acme", "create project:Acme/Web", "create task:Acme/Web/Build", "create task:Acme/Web/Design"]


@pytest.fixture
def two(sandbox: Embedded) -> Embedded:
    """Two clients to create, one of them with a project and tasks."""
    web = {"name": "Web", "tasks": ["Design", "Build"]}
    sandbox.declare(clients=[{"name": "Acme", "projects": [web]}, {"name": "Globex", "projects": ["Site"]}])
    return sandbox


def lines(plan: Any) -> list[str]:
    return [f"{change['action']} {change['address']}" for change in plan["changes"]]


def test_a_plan_of_targets_says_so_in_every_output(two: Embedded) -> None:
    plan = two.plan(*TARGETS)
    assert lines(plan) == PART
    assert plan["targets"] == {"patterns": ["*:Acme/*", "client:Acme"], "left_out": 2, "exact": True}
    text = two.run("plan", *TARGETS, "-o", "plan.json").stdout
    assert "Targets: *:Acme/*, client:Acme; with what they need." in text
    assert "Plan: 4 to create; 2 outside the targets left out." in text
    assert "apply plan.json --approve" in text.replace("\\\n   ", "")
    assert two.desk.call("show", "plan.json", "--digest").stdout.strip() == plan["digest"]
    assert "Targets: *:Acme/*, client:Acme;" in two.desk.call("show", "plan.json").stdout
    markdown = two.run("plan", *TARGETS, "--format", "markdown").stdout
    assert "Targets: `*:Acme/*`, `client:Acme`; with what they need." in markdown
    html = two.run("plan", *TARGETS, "--format", "html").stdout
    assert "Targets: *:Acme/*, client:Acme; with what they need." in html


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_resource_that_is_targeted_alone_is_named_with_what_it_takes_for_the_rest(two: Embedded, form: str) -> None:
    shown = " ".join(two.run("plan", "--target", "client:Acme", "--format", form).stdout.split())
    shown = shown.replace("&#39;", "'")
    assert "client:Acme is the resource alone; for what is inside, add: " in shown
    assert "--target '*:Acme/*'" in shown
    whole: list[tuple[str, ...]] = [(), ("project:Acme/*", "task:Acme/*"), ("*acme*",)]
    for inside in whole:
        options = (
            TARGETS if not inside else ("--target", "client:Acme", *(w for text in inside for w in ("--target", text)))
        )
        assert "is the resource alone" not in two.run("plan", *options, "--format", form).stdout
    assert (
        "is the resource alone" in two.run("plan", *TARGETS[:2], "--target", "project:Acme/*", "--format", form).stdout
    )


def test_the_printed_command_applies_the_part_and_undo_reverses_it(two: Embedded) -> None:
    text = two.run("plan", *TARGETS).stdout
    command = text.partition("To apply exactly this plan:")[2].replace("\\\n", " ")
    result = two.run(*shlex.split(command)[1:], "--format", "json")
    assert result.exit_code == 0, result.stderr
    summary = summary_of(result.stdout)
    assert summary["targets"]["patterns"] == ["*:Acme/*", "client:Acme"]
    assert two.stored("clients", "Acme")
    assert not two.stored("clients", "Globex")
    report = two.run("apply", *TARGETS, "--approve", digest_in(text))
    assert (report.exit_code, "2 outside the targets left out." in report.stdout) == (0, True)
    shown = json.loads(two.run("runs", "show", "latest", "--format", "json").stdout)
    assert shown["sessions"][0]["targets"] == ["*:Acme/*", "client:Acme"]
    assert "targets: *:Acme/*, client:Acme" in two.run("runs", "show", "latest").stdout
    assert two.run("undo", "latest", "-o", "undo.json").exit_code == 0
    digest = two.desk.call("show", "undo.json", "--digest").stdout.strip()
    allowed = ("--allow-removals", "clients=1", "--allow-removals", "projects=1")
    undone = two.run("apply", "undo.json", "--approve", digest, *allowed)
    assert undone.exit_code == 0, undone.stderr
    assert not two.stored("clients", "Acme")


def test_one_part_after_the_other_leads_to_the_whole(two: Embedded) -> None:
    for target in ("project:Globex/*", "*Acme*"):
        digest = two.plan("--target", target)["digest"]
        assert two.run("apply", "--target", target, "--approve", digest).exit_code == 0
    assert two.plan()["changes"] == []


def test_detailed_exitcode_counts_the_targets_alone(two: Embedded) -> None:
    assert two.run("plan", "--detailed-exitcode", "--target", "client:Acme").exit_code == 2
    assert two.run("apply", "--target", "client:Acme", "--approve", "additive").exit_code == 0
    result = two.run("plan", "--detailed-exitcode", "--target", "client:Acme")
    assert result.exit_code == 0
    assert "No changes in the targets; 5 outside the targets left out." in result.stdout
    assert two.run("plan", "--detailed-exitcode").exit_code == 2


def test_an_approval_of_a_part_is_none_of_another(two: Embedded) -> None:
    digest = two.plan(*TARGETS)["digest"]
    for words in ((), ("--target", "client:Acme"), ("--target", "*Acme*")):
        assert two.run("apply", *words, "--approve", digest).exit_code == 3
    assert not two.stored("clients", "Acme")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("plan", "--target", "client:Acmee"), 1, "(did you mean 'client:Acme'?)"),
        (("plan", "--target", "acme"), 64, "invalid address pattern 'acme'"),
        (("plan", "--target", ""), 64, "invalid address pattern"),
        (("apply", "plan.json", "--target", "client:Acme"), 64, "--target is for manifests"),
        (("undo", "latest", "--target", "client:Acme"), 64, "no such option"),
    ],
)
def test_targets_that_cannot_be_are_refused(two: Embedded, words: tuple[str, ...], code: int, message: str) -> None:
    two.run("plan", "-o", "plan.json")
    result = two.run(*words)
    assert result.exit_code == code
    assert message.lower() in " ".join(result.stderr.split()).lower()


def _cut_short(folder: Path) -> None:
    """Take the last change and the end from the record of the only run."""
    [run] = (folder / ".reconciler" / "runs").iterdir()
    write_sealed(run, read_lines(run)[:-2])


def test_the_same_command_with_the_same_digest_finishes_an_interrupted_part(two: Embedded) -> None:
    digest = two.plan(*TARGETS)["digest"]
    assert two.run("apply", *TARGETS, "--approve", digest).exit_code == 0
    _cut_short(two.desk.folder)
    assert two.run("apply", "--approve", digest).exit_code == 3  # the digest is of the part, and the command is not
    other = two.run("apply", "--target", "project:Globex/*", "--approve", "additive")
    assert (other.exit_code, "is not complete" in other.stderr) == (0, False)
    again = two.run("apply", *TARGETS, "--approve", digest, "--format", "json")
    assert again.exit_code == 0, again.stderr
    assert summary_of(again.stdout)["complete"]


def test_a_first_plan_that_removes_says_so_on_top_in_text_and_json(desk: Desk) -> None:
    desk.write(DELETING)
    start = "this is the first plan for the workspace from this folder, and it would remove 1 tag;"
    plan = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)
    assert plan["warnings"][0].startswith(start)
    text = " ".join(desk.call("--sandbox", "plan").stdout.split())
    assert 0 < text.index(f"! warning: {plan['warnings'][0]}") < text.index("import-2023")
    assert text.count("this is the first plan") == 1
    for form in ("markdown", "html"):
        shown = desk.call("--sandbox", "plan", "--format", form).stdout
        assert 0 < shown.index(start) < shown.index("import-2023")
        assert shown.count(start) == 1
    # What every fresh checkout has is no reason for --strict.
    assert desk.call("--sandbox", "plan", "--strict").exit_code == 0


def test_a_folder_that_has_applied_to_the_workspace_is_not_warned(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert "first plan" not in desk.call("--sandbox", "plan").stdout
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    desk.write(DELETING)
    assert "first plan" not in desk.call("--sandbox", "plan").stdout
    other = desk.call("--sandbox", "--state-dir", str(desk.folder / "other"), "plan")
    assert "this is the first plan" in " ".join(other.stdout.split())
