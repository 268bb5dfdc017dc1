"""`plan` and `show`: what is printed, what is saved, what the exit code says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from reconciler.sandbox import Store
from tests.cli.program import ADDITIVE, DELETING, EVERY_TAG, EXAMPLE, Desk, digest_in

NOTHING = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: []\n"


def test_a_plan_writes_nothing_to_the_workspace(desk: Desk) -> None:
    desk.write(EXAMPLE.read_text(encoding="utf-8"))
    first = desk.call("--sandbox", "plan")
    assert desk.call("--sandbox", "plan").stdout == first.stdout
    assert first.exit_code == 0


@pytest.mark.parametrize(("text", "code"), [(ADDITIVE, 2), (DELETING, 2), (EVERY_TAG, 3), (NOTHING, 0)])
def test_detailed_exitcode_says_whether_changes_are_pending(desk: Desk, text: str, code: int) -> None:
    desk.write(text)
    assert desk.call("--sandbox", "plan").exit_code == 0
    assert desk.call("--sandbox", "plan", "--detailed-exitcode").exit_code == code


MISTYPED = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}, protect: ["tag:meetng"]}
tags: [brand-new]
"""


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        (ADDITIVE, {}),
        (NOTHING, {}),
        (DELETING, {"removals": "1 removal", "warnings": "2 warnings"}),
        (EVERY_TAG, {"blocked": "12 blocked changes", "removals": "12 removals", "warnings": "1 warning"}),
        (MISTYPED, {"warnings": "1 warning"}),
    ],
)
def test_a_plan_fails_on_what_the_option_names(desk: Desk, text: str, failing: dict[str, str]) -> None:
    desk.write(text)
    for name in ("blocked", "removals", "warnings"):
        for form in ("text", "json"):
            result = desk.call("--sandbox", "plan", "--fail-on", name, "--format", form, "-o", f"{name}.json")
            assert result.exit_code == (3 if name in failing else 0), (name, result.stderr)
            assert (f"error: the plan has {failing.get(name)} (--fail-on {name})" in result.stderr) is (name in failing)
            assert (desk.folder / f"{name}.json").exists()
    both = desk.call("--sandbox", "plan", "--fail-on", "blocked", "--fail-on", "removals", "--detailed-exitcode")
    expected = {"removals": 3, "blocked": 3}
    assert both.exit_code == max((expected.get(name, 2) for name in failing), default=0 if text == NOTHING else 2)
    assert both.stderr.count("(--fail-on ") == len(failing.keys() & expected.keys())


def test_a_report_is_appended_where_the_file_begins_with_a_plus(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.write("# Summary\n", "summary.md")
    for _ in range(2):
        result = desk.call("--sandbox", "plan", "--report", "markdown=+summary.md", "--report", "text=+new/plan.txt")
        assert result.exit_code == 0
    summary = (desk.folder / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("# Summary\n## ")
    assert summary.count("brand-new") >= 2
    assert desk.call("--sandbox", "plan", "--report", "markdown=summary.md").exit_code == 0
    assert (desk.folder / "summary.md").read_text(encoding="utf-8").count("## ") < summary.count("## ")


@pytest.mark.parametrize("report", ["json=+plan", "html=+plan", "markdown=+"])
def test_what_cannot_be_appended_to_is_a_usage_error(desk: Desk, report: str) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "--report", report).exit_code == 64
    assert not (desk.folder / "+plan").exists()


@pytest.mark.parametrize("report", ["markdown=+workspace.yaml", "markdown=+nowhere/"])
def test_a_report_is_never_appended_to_a_manifest_or_a_folder(desk: Desk, report: str) -> None:
    desk.write(ADDITIVE)
    (desk.folder / "nowhere").mkdir()
    assert desk.call("--sandbox", "plan", "--report", report).exit_code == 1
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == ADDITIVE


def test_json_is_the_plan_file(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "plan", "--format", "json", "-o", "plan.json")
    saved = json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
    printed = json.loads(result.stdout)
    assert printed == saved
    assert saved["format"] == "reconciler.plan/1"
    assert desk.call("show", "plan.json", "--format", "json").stdout == result.stdout


def test_text_and_json_exit_alike(desk: Desk) -> None:
    desk.write(ADDITIVE)
    codes = {
        desk.call("--sandbox", "plan", "--detailed-exitcode", "--format", form).exit_code
        for form in ("text", "json", "markdown", "html")
    }
    assert codes == {2}


def test_reports_are_written_beside_what_is_printed(desk: Desk) -> None:
    desk.write(ADDITIVE)
    reports = [word for form in ("text", "json", "markdown", "html") for word in ("--report", f"{form}=out/{form}")]
    result = desk.call("--sandbox", "plan", *reports)
    assert result.exit_code == 0
    starts = {"text": "Plan for ", "json": "{", "markdown": "## ", "html": "<!"}
    for form, start in starts.items():
        text = (desk.folder / "out" / form).read_text(encoding="utf-8")
        assert text.startswith(start)
        assert "brand-new" in text


def test_the_printed_command_approves_exactly_this_plan(desk: Desk) -> None:
    desk.write(ADDITIVE, "my manifests/acme.yaml")
    for words in (["my manifests"], ["my manifests", "-o", "my plan.json"]):
        result = desk.call("--workspace", "Acme Studio", "plan", "--sandbox", *words)
        text = result.stdout.replace("\\\n", " ")
        command = next(line for line in text.splitlines() if line.strip().startswith("reconciler "))
        given = shlex.split(command)
        assert given[0] == "reconciler"
        assert given[1:5] == ["--workspace", "Acme Studio", "--sandbox", "apply"]
        assert given[5] == words[-1]
    applied = desk.call(*given[1:])
    assert applied.exit_code == 0, applied.stderr
    assert {"brand-new", "another one"} <= desk.tags()


def test_a_path_that_looks_like_an_option_is_printed_as_a_path(desk: Desk) -> None:
    desk.write(ADDITIVE, "-x.yaml")
    result = desk.call("--sandbox", "plan", "--", "-x.yaml")
    assert "apply ./-x.yaml --approve" in result.stdout


def test_show_prints_the_digest_alone(desk: Desk) -> None:
    desk.write(ADDITIVE)
    plan = desk.call("--sandbox", "plan", "-o", "plan.json")
    assert desk.call("show", "plan.json", "--digest").stdout == digest_in(plan.stdout) + "\n"


def test_show_aims_the_printed_command_where_the_plan_does(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "plan", "-o", "plan.json")
    assert "reconciler --sandbox apply plan.json --approve" in desk.call("show", "plan.json").stdout


def test_show_reads_standard_input(desk: Desk) -> None:
    desk.write(ADDITIVE)
    text = desk.call("--sandbox", "plan", "--format", "json").stdout
    assert desk.call("show", "-", stdin=text).exit_code == 0


def test_a_failed_plan_leaves_the_file_of_the_last_one(desk: Desk) -> None:
    plan = desk.folder / "plan.json"
    plan.write_text("precious", encoding="utf-8")
    desk.write("version: 1\nworkspace: Nowhere\ntags: []\n")
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 1
    assert plan.read_text(encoding="utf-8") == "precious"
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "-o", "workspace.yaml/plan.json").exit_code == 1
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == ADDITIVE


@pytest.mark.parametrize(
    ("text", "code"),
    [("", 3), ("{", 3), ("{}", 3), ("version: 1", 3), ('{"format": "reconciler.plan/1"}', 3), ('{"format": 7}', 3)],
)
def test_show_refuses_what_is_no_plan_file(desk: Desk, text: str, code: int) -> None:
    desk.write(text, "plan.json")
    result = desk.call("show", "plan.json")
    assert (result.exit_code, result.stdout) == (code, "")


def test_removals_beyond_the_budget_are_shown_and_no_command_is_offered(desk: Desk) -> None:
    desk.write(EVERY_TAG)
    result = desk.call("--sandbox", "plan")
    assert result.exit_code == 0
    assert "--allow-removals tags=" in result.stdout
    assert "--approve" not in result.stdout


def test_workspaces_that_are_not_there_are_listed_with_ids(desk: Desk) -> None:
    desk.write("version: 1\ntags: [x]\n")
    for words in ([], ["--workspace", "Nowhere"]):
        result = desk.call("--sandbox", "plan", *words)
        assert result.exit_code == 1
        assert "Acme Studio" in result.stderr
        assert "698eeb9e5cd3a921db120693" in result.stderr


def test_the_option_wins_over_the_manifest_and_the_variable_too(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert "Plan for Side Hustle" in desk.call("--sandbox", "plan", "--workspace", "Side Hustle").stdout
    done = desk.call("--sandbox", "plan", RECONCILER_WORKSPACE="Side Hustle")
    assert "Plan for Side Hustle" in done.stdout


HOSTILE = "\x1b]0;owned\x07\u202egnp\n::error::x\r<script>|`$(id)`"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_hostile_names_are_inert_wherever_they_are_printed(desk: Desk, form: str) -> None:
    desk.call("--sandbox", "sandbox", "seed")
    with Store(str(Path(".reconciler", "sandbox.sqlite3"))) as store:
        workspace = store.records("workspace")[0]
        store.save("workspace", {**workspace, "name": f"Acme{HOSTILE}"})
        tag = next(record for record in store.records("tag", workspace["id"]) if record["name"] == "import-2023")
        store.save("tag", {**tag, "name": HOSTILE})
    desk.write(EVERY_TAG)
    result = desk.call("--sandbox", "plan", "--workspace", workspace["id"], "--format", form)
    assert result.exit_code == 0, result.stderr
    for text in (result.stdout, result.stderr):
        assert not set(text) & {"\x1b", "\x07", "\u202e", "\r"}
        assert "\n::error" not in text
    assert form == "text" or "<script>|" not in result.stdout
    approval = desk.call("--sandbox", "apply", "--workspace", workspace["id"])
    assert approval.exit_code == 3
    assert "\x1b" not in approval.stdout + approval.stderr
    listed = desk.call("--sandbox", "workspaces", "list")
    assert not set(listed.stdout) & {"\x1b", "\x07", "\u202e", "\r"}


def test_a_folder_holds_its_own_plan_and_names_a_manifest_that_it_does_not_read(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.write("version: 1\ntags: [from upper case]\n", "MORE.YAML")
    assert desk.call("--sandbox", "plan", ".", "-o", "plan.json").exit_code == 0
    again = desk.call("--sandbox", "plan", ".", "--json")
    assert again.exit_code == 0
    assert "tag:from upper case" in {change["address"] for change in json.loads(again.stdout)["changes"]}
    desk.write('{"version": 1, "tags": ["legal"]}', "tags.json")
    refused = desk.call("--sandbox", "plan", ".")
    assert refused.exit_code == 1
    assert "./tags.json: looks like a manifest and is not read" in refused.stderr
