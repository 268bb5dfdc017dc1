"""Small sentences: plurals, empty plans, recorded protections, wrong subjects of apply; and what docs/cli.md names."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from reconciler.cli.terminal import prompt
from tests.cli.program import ADDITIVE, DELETING, Desk
from tests.cli.test_main import ALL

MATCHING = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: []\n"
PROTECTING = MATCHING.replace("{prune:", "{protect: ['tag:urgent'], prune:")
PAGES = Path(__file__).parents[2] / "docs"
DOCS = "".join((PAGES / name).read_text(encoding="utf-8") for name in ("cli.md", "time.md"))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("version: 1\nclients: [A]\n", "1 client, 0 projects, 0 tasks, 0 tags"),
        ("version: 1\nclients: [A, B]\ntags: [t]\n", "2 clients, 0 projects, 0 tasks, 1 tag"),
    ],
)
def test_valid_manifests_are_counted_in_the_right_number(desk: Desk, text: str, counts: str) -> None:
    desk.write(text)
    assert desk.call("validate").stdout == f"valid: {counts}\n"


def test_the_prompt_counts_changes_and_deletions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write(DELETING)
    monkeypatch.setattr(prompt, "is_terminal", lambda: True)
    result = desk.call("--sandbox", "apply", stdin="no\n")
    assert result.exit_code == 3
    question = "1 change, 1 deletion. Type the workspace's name, Acme Studio, to apply: "
    assert question in " ".join(result.stderr.split("\n"))


def test_an_empty_plan_has_no_forecast(desk: Desk) -> None:
    desk.write(MATCHING)
    text = desk.call("--sandbox", "plan").stdout
    assert "\nNo changes. The workspace matches the manifests.\n" in text
    assert "Forecast" not in text


def test_a_recorded_and_a_removed_protection_are_reported(desk: Desk) -> None:
    desk.write(PROTECTING)
    assert desk.call("--sandbox", "apply").stdout.startswith("Applied: 1 protection recorded.\n")
    assert desk.call("--sandbox", "apply").stdout.startswith("No changes applied.\n")
    desk.write(MATCHING)
    digest = re.search(r"sha256:([0-9a-f]{16})", desk.call("--sandbox", "plan").stdout)
    assert digest
    result = desk.call("--sandbox", "apply", "--approve", digest.group(1))
    assert result.stdout.startswith("Applied: 1 protection removed.\n"), result.stderr


def test_a_plan_file_that_does_not_exist_is_named_as_one(desk: Desk) -> None:
    result = desk.call("apply", "nosuch.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "error: the plan file nosuch.json does not exist\nhint: create it: reconciler plan -o nosuch.json\n"
    )
    assert "init" in desk.call("apply", "nosuch.yaml").stderr


@pytest.mark.parametrize("paths", [["plan.json", "workspace.yaml"], ["workspace.yaml", "plan.json"], ["plan.json"] * 2])
def test_a_plan_file_is_applied_alone(desk: Desk, paths: list[str]) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    result = desk.call("--sandbox", "apply", *paths)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr == (
        "error: plan.json is a plan file, and a plan file is applied alone\nhint: reconciler apply --help\n"
    )


def test_the_run_command_of_a_report_works_with_another_state_folder(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "--state-dir", "x", "apply", "--approve", "additive")
    command = re.search(r"reconciler (--state-dir x runs show \S+)", " ".join(result.stdout.split()))
    assert command, result.stdout
    assert desk.call(*command.group(1).split()).exit_code == 0


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) or "reconciler" for words, _ in ALL])
def test_the_page_of_the_command_line_names_every_command_and_option(
    words: tuple[str, ...], command: click.Command
) -> None:
    section = DOCS.partition(f"\n## {words[0]}\n")[2].partition("\n## ")[0] if words else DOCS
    for word in words:
        assert word in (section or DOCS)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(f"`{flag}" in DOCS for flag in parameter.opts), parameter.opts
