"""`--strict`: a plan with warnings is shown and refused, and nothing is written."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from reconciler.cli.main import root
from tests.cli.program import Desk, digest_in

MISTYPED = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}, protect: ["tag:Beta-Test", "tag:meetng"]}
tags: [brand-new]
"""
DELETING = """\
version: 1
workspace: Acme Studio
policy: {protect: ["tag:BETA-TEST"]}
removed: [{tag: Import-2023}, {tag: long-gone}]
"""
WARNING = "'tag:meetng' in `policy.protect` protects nothing: there is no such tag; did you mean 'tag:meeting'?"


@pytest.mark.parametrize("words", [("plan",), ("plan", "--detailed-exitcode"), ("apply", "--approve", "additive")])
def test_strict_refuses_a_plan_with_warnings(desk: Desk, words: tuple[str, ...]) -> None:
    desk.write(MISTYPED)
    result = desk.call("--sandbox", *words, "--strict")
    assert result.exit_code == 3
    assert f"error: the plan has 1 warning, and --strict refuses it\n  {WARNING}\n" in result.stderr
    assert "brand-new" in result.stdout + result.stderr
    assert "--approve " not in result.stdout
    assert "brand-new" not in desk.tags()


def test_strict_does_not_save_the_plan_but_writes_the_reports(desk: Desk) -> None:
    desk.write(MISTYPED)
    result = desk.call("--sandbox", "plan", "--strict", "-o", "plan.json", "--report", "json=report.json")
    assert result.exit_code == 3
    assert not (desk.folder / "plan.json").exists()
    assert (desk.folder / "report.json").exists()


def test_a_saved_plan_is_refused_too_and_the_variable_is_the_option(desk: Desk) -> None:
    desk.write(MISTYPED)
    saved = desk.call("--sandbox", "plan", "-o", "plan.json")
    assert saved.exit_code == 0
    approved = ["--sandbox", "apply", "plan.json", "--quiet", "--approve", digest_in(saved.stdout)]
    refused = CliRunner(env={"RECONCILER_STRICT": "1"}).invoke(root, approved)
    assert (refused.exit_code, WARNING in refused.stderr) == (3, True)
    assert CliRunner(env={"RECONCILER_STRICT": "0"}).invoke(root, approved).exit_code == 0


def test_a_delete_is_no_warning_and_its_entry_is_no_error_once_it_is_fulfilled(desk: Desk) -> None:
    desk.write(DELETING)
    plan = desk.call("--sandbox", "plan", "--strict")
    assert plan.exit_code == 0, plan.stderr
    applied = desk.call("--sandbox", "apply", "--strict", "--approve", digest_in(plan.stdout))
    assert applied.exit_code == 0, applied.stderr
    again = desk.call("--sandbox", "plan", "--strict")
    assert (again.exit_code, "No changes." in again.stdout) == (0, True)
    assert "the entry 'tag:long-gone' of 'removed' matches no tag" in " ".join(again.stdout.split())
    assert "import-2023" not in desk.tags()


@pytest.mark.parametrize("written", ["Betta-Test", "meating", "meetings today", "urgant"])
def test_an_entry_whose_warning_asks_about_a_name_is_refused(desk: Desk, written: str) -> None:
    desk.write(f"version: 1\nworkspace: Acme Studio\nremoved: [{{tag: {written}}}]\n")
    plan = desk.call("--sandbox", "plan", "--strict")
    assert "did you mean" in " ".join(plan.stdout.split())
    assert plan.exit_code == 3
