"""A rename forgotten, from the command line against the sandbox: it blocks, it says the line, and the line makes it one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.planning import plan_from_json, plan_to_json
from reconciler.sandbox import Store
from tests.cli.embedded import Embedded
from tests.cli.program import Desk, digest_in

TAGS = """\
version: 1
workspace: Acme Studio
tags: [urgent, meeting, research, design, development, review, on site, travel, overtime, legacy, beta-test, import-2023,
  pro bono, "2024"]
"""


def _stored() -> dict[str, Any]:
    """Everything that the sandbox holds of the workspace."""
    with Store(str(Path(".reconciler", "sandbox.sqlite3"))) as store:
        workspace = next(item for item in store.records("workspace") if item["name"] == "Acme Studio")
        return store.snapshot(workspace["id"])


def test_a_forgotten_rename_blocks_and_the_line_that_it_names_makes_it_one(desk: Desk) -> None:
    forgotten = TAGS.replace("on site", "on-site").replace("meeting", "meetings")
    desk.write(forgotten)
    plan = desk.call("--sandbox", "plan")
    before = _stored()
    tag = next(tag for tag in before["tags"] if tag["name"] == "meeting")
    assert any(tag["id"] in (entry["tagIds"] or ()) for entry in before["time_entries"])
    refused = desk.call("--sandbox", "apply", "--approve", digest_in(plan.stdout))
    assert refused.exit_code == 3
    assert "--allow-removal tag:meeting" in refused.stderr
    line = "{name: meetings, was: meeting}"
    assert line in plan.stdout
    assert line in refused.stderr
    assert _stored() == before

    desk.write(forgotten.replace("meetings", line))
    applied = desk.call("--sandbox", "apply", "--approve", "non-destructive")
    assert applied.exit_code == 0, applied.stderr
    after = _stored()
    assert after["time_entries"] == before["time_entries"]
    assert {**tag, "name": "meetings"} in after["tags"]


def test_a_removal_that_is_allowed_by_its_address_goes(desk: Desk) -> None:
    desk.write(TAGS)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    words = ["--sandbox", "apply", "--approve", digest]
    assert desk.call(*words, "--allow-removal", "tag:other").exit_code == 3
    allowed = desk.call(*words, "--allow-removal", "tag:on-site")
    assert allowed.exit_code == 0, allowed.stderr
    assert "on site" in desk.tags()


def test_an_allowance_that_was_given_to_plan_holds_for_the_saved_plan_and_stands_in_the_command(desk: Desk) -> None:
    desk.write(TAGS)
    plan = desk.call("--sandbox", "plan", "--allow-removal", "tag:on-site")
    assert "--allow-removal tag:on-site --approve" in plan.stdout.replace(" \\\n   ", "")
    assert "Renamed, or replaced?" not in plan.stdout
    desk.call("--sandbox", "plan", "-o", "plan.json", "--allow-removal", "tag:on-site")
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["allowed_removals"] == ["tag:on-site"]
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", digest_in(plan.stdout)).exit_code == 0


def test_a_plan_file_cannot_talk_the_question_away(desk: Desk) -> None:
    desk.write(TAGS)
    digest = digest_in(desk.call("--sandbox", "plan", "-o", "plan.json").stdout)
    plan = plan_from_json(json.loads(Path("plan.json").read_text(encoding="utf-8")))
    forged = replace(
        plan, changes=tuple(replace(change, blocked=None) for change in plan.changes), rename_candidates=()
    )
    Path("plan.json").write_text(json.dumps(plan_to_json(forged)), encoding="utf-8")
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 3
    assert "was: on-site" in result.stderr


def test_accepting_renames_writes_nothing_and_says_the_lines(desk: Desk) -> None:
    desk.write(TAGS)
    desk.call("sandbox", "seed")
    tags = desk.tags()
    result = desk.call("--sandbox", "plan", "--accept-renames", "--detailed-exitcode")
    assert result.exit_code == 2
    assert "~ update  tag on site" in result.stdout
    assert "--approve" not in result.stdout
    assert "in place of tag:on site (workspace.yaml:3:" in result.stderr
    assert "\n      {name: on site, was: on-site}\n" in result.stderr
    assert desk.tags() == tags
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == TAGS


def test_a_create_that_two_removals_may_be_is_left_as_it_is(sandbox: Embedded) -> None:
    for name in ("on-site", "on_site"):
        sandbox.call("POST", "tags", {"name": name})
    sandbox.declare(policy={"prune": {"tags": "delete"}}, tags=["on site"])
    as_it_is, as_if = sandbox.plan(), sandbox.plan("--accept-renames")
    assert len(as_it_is["look_alikes"]) == 2
    assert as_if["digest"] == as_it_is["digest"]
    assert sandbox.run("plan", "--accept-renames").stderr == ""


def test_the_plan_as_if_is_the_plan_once_the_lines_are_there(desk: Desk) -> None:
    desk.write(TAGS)
    as_if = desk.call("--sandbox", "plan", "--accept-renames", "--format", "json")
    desk.write(TAGS.replace("on site", "{name: on site, was: on-site}"))
    real = desk.call("--sandbox", "plan", "--accept-renames", "--format", "json")
    assert json.loads(as_if.stdout)["digest"] == json.loads(real.stdout)["digest"]
    assert json.loads(as_if.stdout)["look_alikes"] == []
    assert real.stderr == ""


def test_a_pair_stands_in_the_plan_file_and_in_every_form(desk: Desk) -> None:
    desk.write(TAGS)
    pair = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)["look_alikes"]
    assert pair == [
        {
            "kind": "tag",
            "create": "tag:on site",
            "remove": "tag:on-site",
            "was": "on-site",
            "score": 100,
            "declared": {"notation": "flow item", "was": []},
            "line": "{name: on site, was: on-site}",
        }
    ]
    for form in ("text", "markdown", "html"):
        shown = desk.call("--sandbox", "plan", "--format", form).stdout
        assert "Renamed, or replaced?" in shown
        assert "{name: on site, was: on-site}" in shown


@pytest.mark.parametrize("address", ["on-site", "tag:", "thing:x", ""])
def test_what_is_no_address_is_a_usage_error(desk: Desk, address: str) -> None:
    desk.write(TAGS)
    assert desk.call("--sandbox", "plan", "--allow-removal", address).exit_code == 64
