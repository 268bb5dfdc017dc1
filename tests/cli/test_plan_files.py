"""Plan files at the command line: what is taken for one, what approves one, and that a forged one is refused with exit code 3."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ADDITIVE, DELETING, EVERY_TAG, UPDATING, Desk, digest_in
from tests.planning.forging import sealed

SAMPLE = Path(__file__).parents[1] / "samples" / "v0_1" / "plans" / "every-kind-of-change.json"
PROTECTING = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep, projects: keep, clients: keep}, protect: ["project:*"]}
projects: [Brand New]
"""


def saved(desk: Desk, text: str = ADDITIVE, *words: str) -> Any:
    """The plan of a manifest, saved as plan.json, as JSON."""
    desk.write(text)
    assert desk.call("--sandbox", "plan", "-o", "plan.json", *words).exit_code == 0
    return json.loads(Path("plan.json").read_text(encoding="utf-8"))


def put(data: Any, name: str = "plan.json") -> None:
    Path(name).write_text(json.dumps(data), encoding="utf-8")


def refused(desk: Desk, *words: str, because: str, stdin: str | None = None) -> None:
    is_seeded = Path(".reconciler", "sandbox.sqlite3").exists()
    before = desk.tags() if is_seeded else []
    result = desk.call("--sandbox", *words, stdin=stdin)
    assert (result.exit_code, result.stdout) == (3, ""), result.stderr
    assert because in result.stderr
    assert "Traceback" not in result.stderr
    assert Path(".reconciler", "sandbox.sqlite3").exists() is is_seeded
    assert not is_seeded or desk.tags() == before


def test_a_create_that_would_archive_and_delete_is_refused_whatever_approves_it(desk: Desk) -> None:
    data = saved(desk, PROTECTING)
    projects = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)
    assert projects["changes"][0]["action"] == "create"
    data["changes"][0].update(
        action="create", steps=["archive", "delete"], id="698eeb9e5cd3a921db120693", removal=False
    )
    forged = sealed(data)
    put(forged)
    for token in ("additive", "non-destructive", forged["digest"]):
        refused(desk, "apply", "plan.json", "--approve", token, because="changes[0].steps: must be create")
    refused(desk, "show", "plan.json", because="changes[0].id: a create has none")


def test_a_plan_whose_base_url_holds_a_password_is_refused_and_not_printed(desk: Desk) -> None:
    forged = sealed({**saved(desk), "base_url": "https://user:pa55word@api.maton.ai"})
    put(forged)
    for words in (("show", "plan.json"), ("apply", "plan.json", "--approve", forged["digest"])):
        refused(desk, *words, because="plan.json: the plan's base URL contains a user name or password\n")
        assert "pa55word" not in desk.call("--sandbox", *words).output


EDITS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an unknown key": (lambda data: data.update(force=True), "force: unknown key"),
    "an unknown key in the policy": (lambda data: data["policy"].update(x=1), "policy.x: unknown key"),
    "an unknown key in a change": (lambda data: data["changes"][0].update(x=1), "changes[0].x: unknown key"),
    "a label": (lambda data: data["changes"][0].update(action="delete"), "changes[0]."),
    "a forecast": (lambda data: data["forecast"].update(writing=0), "forecast.writing: must be"),
    "an order": (lambda data: data["changes"].reverse(), "changes[0]: "),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_forged_plan_is_refused_with_its_place(desk: Desk, name: str) -> None:
    edit, because = EDITS[name]
    data = saved(desk)
    edit(data)
    forged = sealed(data)
    put(forged)
    refused(desk, "apply", "plan.json", "--approve", forged["digest"], because=because)
    refused(desk, "show", "plan.json", because=because)


@pytest.mark.parametrize("key", ["gateway", "base_url", "allowances", "max_requests"])
def test_a_digest_does_not_approve_a_plan_with_another_target_or_allowance(desk: Desk, key: str) -> None:
    data = saved(desk)
    values = {"gateway": "clockify", "base_url": "http://elsewhere", "allowances": {"tags": 9}, "max_requests": 99}
    put(sealed({**data, key: values[key]}))
    refused(desk, "apply", "plan.json", "--approve", data["digest"], because="")


@pytest.mark.parametrize("text", [ADDITIVE, UPDATING])
@pytest.mark.parametrize("token", ["additive", "non-destructive"])
def test_a_class_does_not_approve_a_plan_file(desk: Desk, text: str, token: str) -> None:
    data = saved(desk, text)
    refused(desk, "apply", "plan.json", "--approve", token, because="does not approve a plan file")
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", data["digest"]).exit_code == 0


def test_a_class_approves_a_plan_from_manifests(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0


def test_a_restore_that_changes_more_is_not_additive(desk: Desk) -> None:
    desk.write(
        "version: 1\nworkspace: Acme Studio\npolicy: {prune: {clients: keep}}\nclients: [{name: Back, archived: true}]\n"
    )
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    restore = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {clients: keep}}\nclients: [{name: Back, archived: false%s}]\n"
    desk.write(restore % ", note: and more")
    refused(desk, "apply", "--approve", "additive", because="goes beyond 'additive': restore client:Back")
    desk.write(restore % "")
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0


@pytest.mark.parametrize(("length", "code"), [(12, 3), (15, 3), (16, 0), (64, 0)])
def test_an_approval_needs_sixteen_digits(desk: Desk, length: int, code: int) -> None:
    digits = saved(desk)["digest"].removeprefix("sha256:")
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digits[:length])
    assert result.exit_code == code
    assert ("an approval needs at least 16" in result.stderr) is (code == 3)


def test_a_plan_of_0_1_0_is_shown_and_not_applied(desk: Desk) -> None:
    data = json.loads(SAMPLE.read_text(encoding="utf-8"))
    put(data, "old.json")
    shown = desk.call("show", "old.json")
    assert shown.exit_code == 0
    assert data["digest"] in shown.stdout
    assert "To apply" not in shown.stdout
    assert "note: this plan file is of version 0.1.0" in shown.stderr
    for token in (data["digest"], "additive"):
        refused(desk, "apply", "old.json", "--approve", token, because="it can be shown, not applied")
    result = desk.call("--sandbox", "apply", "old.json")
    assert "plan again: reconciler --sandbox plan -o plan.json" in result.stderr


@pytest.mark.parametrize("name", ["plan.yaml", "plan.yml", "plan", "plan.json.txt"])
def test_a_plan_under_another_name_is_not_taken_for_one(desk: Desk, name: str) -> None:
    data = saved(desk)
    put(data, name)
    because = f"{name} looks like a plan file, not a manifest"
    refused(desk, "apply", name, "--approve", data["digest"], because=because)
    refused(desk, "plan", name, because=because)


@pytest.mark.parametrize("command", ["plan", "validate", "pull"])
def test_a_plan_file_among_manifests_is_refused_with_the_command_that_applies_it(desk: Desk, command: str) -> None:
    saved(desk)
    refused(desk, command, "plan.json", because="hint: reconciler --sandbox apply plan.json\n")


def test_a_plan_written_as_yaml_is_not_taken_for_one(desk: Desk) -> None:
    desk.write("format: reconciler.plan/1\ndigest: sha256:00\n", "other.yaml")
    refused(desk, "apply", "other.yaml", because="other.yaml looks like a plan file, not a manifest")


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ("", "it is empty"),
        ("[]", "not a reconciler plan file"),
        ("nonsense", "not a reconciler plan file"),
        ('{"format": 3}', "not a reconciler plan file"),
        ('{"format": "reconciler.plan/2"}', "has the format 'reconciler.plan/2'"),
        ('{"format": "reconciler.plan/1"}', "missing key"),
        ('{"format": "reconciler.plan/1", "format": "reconciler.plan/1"}', "duplicate key 'format'"),
        ('{"format": "reconciler.plan/1"', "the plan file is damaged: Expecting"),
    ],
)
def test_a_json_file_that_is_no_plan_is_named_as_what_it_looks_like(desk: Desk, content: str, because: str) -> None:
    desk.write(content, "other.json")
    refused(desk, "apply", "other.json", because=because)
    refused(desk, "show", "other.json", because=because)
    refused(desk, "apply", "--plan", "-", because=because, stdin=content)


@pytest.mark.parametrize(
    "content",
    [
        '{"format": "reconciler.plan/1"',
        '{"format": "reconciler.plan/1"}',
        '{"format": "reconciler.planned/1"',
        '{"format": "reconciler.planned/1"}',
    ],
)
def test_a_damaged_plan_file_is_named(desk: Desk, content: str) -> None:
    desk.write(ADDITIVE)
    desk.write(content, "other.json")
    for words in (("apply", "--plan-file", "other.json", "--approve", "sha256:abababababab"), ("show", "other.json")):
        refused(desk, *words, because="error: other.json: the ")


def test_a_manifest_in_json_is_applied_by_the_command_that_its_plan_prints(desk: Desk) -> None:
    Path("my files").mkdir()
    desk.write(
        '{"version": 1, "workspace": "Acme Studio", "policy": {"prune": {"tags": "keep"}}, "tags": ["fresh"]}',
        "my files/team.json",
    )
    planned = desk.call("--sandbox", "plan", "my files/team.json", "--format", "markdown")
    assert "apply 'my files/team.json' --approve" in html.unescape(planned.stdout)
    digest = json.loads(desk.call("--sandbox", "plan", "my files/team.json", "--json").stdout)["digest"]
    hint = "reconciler --sandbox plan 'my files/team.json'"
    refused(desk, "show", "my files/team.json", because=hint)
    assert desk.call("validate", "my files/team.json").exit_code == 0
    assert desk.call("--sandbox", "apply", "my files/team.json", "--approve", digest).exit_code == 0
    assert "fresh" in desk.tags()


@pytest.mark.parametrize(
    ("content", "because"),
    [
        ('{"version": 1, "workspace": "T"}', "no resources declared"),
        ('{\n  "workspace": "T",\n  "version": 1\n}\n', "no resources declared"),
        ('{"workspace": "T", "version": 2, "tags": []}', "version"),
        ('{"version": 1, "tag": ["a"]}', "unknown key 'tag'"),
    ],
)
def test_a_manifest_in_json_has_the_same_problem_for_apply_as_for_plan(desk: Desk, content: str, because: str) -> None:
    desk.write(content, "o.json")
    results = [desk.call("--sandbox", command, "o.json") for command in ("plan", "apply")]
    assert [result.exit_code for result in results] == [1, 1]
    assert results[0].stderr == results[1].stderr
    assert because in results[0].stderr
    refused(desk, "show", "o.json", because="it looks like a manifest")


def test_a_plan_file_may_be_named_in_capitals(desk: Desk) -> None:
    data = saved(desk)
    put(data, "PLAN.JSON")
    assert desk.call("--sandbox", "apply", "PLAN.JSON", "--approve", data["digest"]).exit_code == 0


def test_standard_input_is_a_plan_only_with_its_option(desk: Desk) -> None:
    data = saved(desk)
    text = json.dumps(data)
    refused(desk, "apply", "-", "--approve", data["digest"], because="reconciler --sandbox apply --plan -", stdin=text)
    refused(desk, "plan", "-", because="stdin looks like a plan file", stdin=text)
    refused(desk, "apply", "--plan", "-", because="not a reconciler plan file", stdin="nonsense")
    assert desk.call("show", "-", "--digest", stdin=text).stdout == data["digest"] + "\n"
    assert desk.call("--sandbox", "apply", "--plan", "-", "--approve", data["digest"], stdin=text).exit_code == 0


@pytest.mark.parametrize("words", [["--plan"], ["--plan", "workspace.yaml"], ["--plan", "-", "workspace.yaml"]])
def test_the_option_for_standard_input_needs_it(desk: Desk, words: list[str]) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "apply", *words)
    assert result.exit_code == 64
    assert "reconciler --sandbox apply --plan -" in result.stderr


@pytest.mark.parametrize("name", ["plan", "plan.yaml", "workspace.yaml", "plan.json.bak"])
def test_a_plan_is_saved_under_a_name_that_apply_takes(desk: Desk, name: str) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "plan", "-o", name)
    assert result.exit_code == 64
    assert "it ends in .json" in result.stderr
    assert Path("workspace.yaml").read_text(encoding="utf-8") == ADDITIVE


def test_an_allowance_of_the_command_line_completes_a_plan_that_was_approved_without_it(desk: Desk) -> None:
    desk.write(EVERY_TAG)
    plan = desk.call("--sandbox", "plan")
    number = int(plan.stdout.partition("--allow-removals tags=")[2].split()[0])
    allow = ["--allow-removals", f"tags={number}"]
    more = [*allow, "--max-requests", "500"]
    allowed = digest_in(desk.call("--sandbox", "plan", *allow).stdout)
    assert allowed != digest_in(plan.stdout)
    for digest, words, code in [
        (allowed, [], 3),
        (allowed, ["--allow-removals", f"tags={number + 1}"], 3),
        (digest_in(plan.stdout), [], 3),
        (allowed, more, 0),
    ]:
        assert desk.call("--sandbox", "apply", "--approve", digest, *words).exit_code == code


def test_a_limit_that_was_given_to_plan_holds_for_its_file(desk: Desk) -> None:
    limited = saved(desk, ADDITIVE, "--max-requests", "1")
    assert limited["max_requests"] == 1
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", limited["digest"])
    assert result.exit_code == 3
    assert "the limit is 1" in result.stderr
    assert (
        desk.call("--sandbox", "apply", "plan.json", "--approve", limited["digest"], "--max-requests", "99").exit_code
        == 0
    )


def test_a_removal_of_a_saved_plan_is_applied_by_its_digest(desk: Desk) -> None:
    data = saved(desk, DELETING)
    refused(desk, "apply", "plan.json", "--approve", "non-destructive", because="does not approve a plan file")
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", data["digest"]).exit_code == 0
