"""Checks of the policy from the command line: `validate` offline, `plan` and `apply` against the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.checks import WEEKDAYS
from reconciler.planning import plan_from_json, plan_to_json
from tests.cli.program import Desk, digest_in

CHECKS = """\
version: 1
workspace: Acme Studio
policy:
  prune: {projects: keep}
  checks:
    - {message: no client, kind: project, require: {client: {is_set: true}}}
    - {message: an odd name, kind: project, level: warn, require: {name: {matches: "[A-Z].*"}}}
projects:
  - New one
  - {name: other, client: Acme Corp}
"""


def _today() -> str:
    return WEEKDAYS[datetime.now(UTC).astimezone().weekday()]


def _deleting(*days: str) -> str:
    check = f"{{message: not on such a day, action: delete, forbid: {{weekday: {{in: [{', '.join(days)}]}}}}}}"
    return f"version: 1\nworkspace: Acme Studio\npolicy: {{checks: [{check}]}}\nremoved: [{{tag: import-2023}}]\n"


def test_validate_says_which_resources_break_a_check(desk: Desk) -> None:
    desk.write(CHECKS)
    result = desk.call("validate")
    assert result.exit_code == 1
    assert "workspace.yaml:9:5: 'project:New one': no client" in result.stdout
    assert "workspace.yaml:10:5: 'project:Acme Corp/other': an odd name" in result.stdout
    output = json.loads(desk.call("validate", "--format", "json").stdout)
    assert [(p["line"], p["column"]) for p in output["problems"]] == [(9, 5)]
    assert [(p["line"], p["column"]) for p in output["warnings"]] == [(10, 5)]
    github = desk.call("validate", "--format", "github").stdout
    assert github.startswith("::error file=workspace.yaml,line=9,col=5::")
    assert "\n::warning file=workspace.yaml,line=10,col=5::" in github


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_warnings_alone_are_no_failure(desk: Desk, form: str) -> None:
    desk.write(CHECKS.replace("  - New one\n", ""))
    result = desk.call("validate", "--format", form)
    assert result.exit_code == 0
    assert "an odd name" in result.stdout


def test_a_broken_check_blocks_the_plan_and_a_warning_does_not(desk: Desk) -> None:
    desk.write(CHECKS)
    plan = desk.call("--sandbox", "plan")
    assert "! blocked by check: no client" in plan.stdout
    assert "! warning: an odd name: project:Acme Corp/other" in plan.stdout
    assert desk.call("--sandbox", "apply", "--approve", digest_in(plan.stdout)).exit_code == 3
    desk.write(CHECKS.replace("  - New one\n", ""))
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0


def test_no_delete_on_a_day_on_which_there_is_none(desk: Desk) -> None:
    tomorrow = WEEKDAYS[(datetime.now(UTC).astimezone() + timedelta(days=1)).weekday()]
    desk.write(_deleting(_today(), tomorrow))
    plan = desk.call("--sandbox", "plan")
    assert "! blocked by check: not on such a day" in plan.stdout
    assert "to allow: apply on another day" in plan.stdout
    assert desk.call("--sandbox", "apply", "--approve", digest_in(plan.stdout)).exit_code == 3
    desk.write(_deleting(*(day for day in WEEKDAYS if day not in (_today(), tomorrow))))
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    assert desk.call("--sandbox", "apply", "--approve", digest).exit_code == 0


def test_a_saved_plan_is_checked_again_on_the_day_of_its_apply(desk: Desk) -> None:
    desk.write(_deleting(*WEEKDAYS))
    digest = digest_in(desk.call("--sandbox", "plan", "-o", "plan.json").stdout)
    plan = plan_from_json(json.loads(Path("plan.json").read_text(encoding="utf-8")))
    yesterday = replace(plan, changes=tuple(replace(change, blocked=None) for change in plan.changes))
    assert yesterday.digest == digest
    Path("plan.json").write_text(json.dumps(plan_to_json(yesterday)), encoding="utf-8")
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 3
    assert "not on such a day" in result.stderr


def test_what_a_check_says_is_inert(desk: Desk) -> None:
    desk.write(
        CHECKS.replace("no client", '"\\x1b[31m::error::x\\u202e"').replace(
            "  - {name: other, client: Acme Corp}\n", ""
        )
    )
    for words in (["validate"], ["validate", "--format", "github"], ["--sandbox", "plan"]):
        assert not set(desk.call(*words).stdout) & {"\x1b", "\u202e"}
