"""`apply` without a terminal: tokens, classes, saved plans, refusals, and that nothing is written without approval."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.planning import plan_from_json, plan_to_json
from tests.cli.program import (
    ADDITIVE,
    DELETING,
    EVERY_TAG,
    EXAMPLE,
    UPDATING,
    Desk,
    digest_in,
    events_of,
    served,
    summary_of,
)


def saved(desk: Desk, text: str = ADDITIVE) -> str:
    """Save a plan of `text` as plan.json; its digest."""
    desk.write(text)
    result = desk.call("--sandbox", "plan", "-o", "plan.json")
    assert result.exit_code == 0, result.stderr
    return digest_in(result.stdout)


def edited(desk: Desk, **changes: Any) -> None:
    """Change keys of plan.json."""
    path = desk.folder / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def test_the_main_job_ends_with_nothing_left_to_do(desk: Desk) -> None:
    digest = saved(desk, EXAMPLE.read_text(encoding="utf-8"))
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    assert "Applied: " in result.stdout
    assert "Digest" in result.stderr
    assert desk.call("--sandbox", "plan", "--detailed-exitcode").exit_code == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_approval_nothing_is_written_and_the_approving_command_is_told(desk: Desk, form: str) -> None:
    digest = saved(desk)
    before = desk.tags()
    for what in ("plan.json", "workspace.yaml"):
        result = desk.call("--sandbox", "apply", what, "--format", form)
        assert result.exit_code == 3
        assert result.stdout == ""
        command = f"reconciler --sandbox apply {what} --approve {digest.removeprefix('sha256:')[:16]}"
        assert result.stderr.endswith(f"{command}\n")
    assert desk.tags() == before


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "sha256:",
        "yes",
        "everything",
        "0" * 64,
        "sha256:" + "f" * 64,
        "abc123",
        "additive ; true",
        "non-destructiv",
    ],
)
@pytest.mark.parametrize("what", ["plan.json", "workspace.yaml"])
def test_any_other_token_is_refused(desk: Desk, token: str, what: str) -> None:
    saved(desk)
    before = desk.tags()
    assert desk.call("--sandbox", "apply", what, "--approve", token).exit_code == 3
    assert desk.tags() == before


@pytest.mark.parametrize("length", [16, 20, 64])
@pytest.mark.parametrize("prefix", ["", "sha256:"])
def test_a_digest_may_be_cut_to_sixteen_digits(desk: Desk, length: int, prefix: str) -> None:
    digits = saved(desk).removeprefix("sha256:")
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", prefix + digits[:11]).exit_code == 3
    refused = desk.call("--sandbox", "apply", "plan.json", "--approve", prefix + digits[:12])
    assert refused.exit_code == 3
    assert "12 digits of a digest are too few: an approval needs at least 16" in refused.stderr
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", prefix + digits[:length]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "token", "code"),
    [
        (ADDITIVE, "additive", 0),
        (ADDITIVE, "non-destructive", 0),
        (UPDATING, "additive", 3),
        (UPDATING, "non-destructive", 0),
        (DELETING, "additive", 3),
        (DELETING, "non-destructive", 3),
    ],
)
def test_a_class_approves_what_is_within_it_and_refuses_the_rest_whole(
    desk: Desk, text: str, token: str, code: int
) -> None:
    saved(desk, text)
    before = desk.tags()
    assert desk.call("--sandbox", "apply", "--approve", token).exit_code == code
    assert (desk.tags() == before) is (code == 3)


def test_a_plan_from_standard_input_is_told_from_a_manifest(desk: Desk) -> None:
    digest = saved(desk)
    plan = (desk.folder / "plan.json").read_text(encoding="utf-8")
    named = desk.call("--sandbox", "apply", "-", "--approve", digest, stdin=plan)
    assert (named.exit_code, named.stdout) == (3, "")
    assert "stdin looks like a plan file, not a manifest" in named.stderr
    assert "reconciler --sandbox apply --plan -" in named.stderr
    assert desk.call("--sandbox", "apply", "--plan", "-", "--approve", digest, stdin=ADDITIVE).exit_code == 3
    assert desk.call("--sandbox", "apply", "--plan", "-", "--approve", digest, stdin=plan).exit_code == 0
    assert desk.call("--sandbox", "apply", "-", "--approve", digest, stdin=ADDITIVE).exit_code == 0


def test_json_is_an_event_a_line_and_the_summary_last(desk: Desk) -> None:
    digest = saved(desk)
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest, "--format", "json")
    events, report = events_of(result.stdout), summary_of(result.stdout)
    assert result.exit_code == report["exit_code"] == 0
    assert report["digest"] == digest
    assert sorted(event["event"] for event in events[:-1]) == ["change_done"] * 2 + ["change_started"] * 2
    assert [event["done"] for event in events if event["event"] == "change_done"] == [1, 2]
    assert report["summary"]["done"] == 2
    assert report["requests"] > 2


def test_applying_twice_is_nothing_to_do(desk: Desk) -> None:
    digest = saved(desk)
    for what in ("plan.json", "plan.json", "workspace.yaml"):
        assert desk.call("--sandbox", "apply", what, "--approve", digest).exit_code == 0


def test_nothing_to_do_needs_no_approval(desk: Desk) -> None:
    desk.call("--sandbox", "apply", "--approve", saved(desk))
    result = desk.call("--sandbox", "apply")
    assert result.exit_code == 0
    assert "No changes applied." in result.stdout


def test_verify_reads_again(desk: Desk) -> None:
    digest = saved(desk)
    reports = []
    for words in ([], ["--verify", "read"]):
        desk.call("sandbox", "reset")
        result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest, "--format", "json", *words)
        reports.append(summary_of(result.stdout))
    assert reports[1]["summary"] == reports[0]["summary"]
    assert reports[1]["requests"] > reports[0]["requests"]


def test_a_workspace_that_moved_is_refused_by_name(desk: Desk) -> None:
    digest = saved(desk, UPDATING)
    desk.write(UPDATING.replace("on site", "on the road"), "other.yaml")
    assert desk.call("--sandbox", "apply", "other.yaml", "--approve", "non-destructive").exit_code == 0
    before = desk.tags()
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 3
    assert "tag:on site" in result.stderr
    assert desk.tags() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"changes": []},
        {"format": "reconciler.plan/2"},
        {"digest": "sha256:" + "0" * 64},
        {"workspace": {"id": "000000000000000000000000", "name": "Acme Studio"}},
        {"gateway": "maton"},
        {"base_url": "https://api.example"},
        {"policy": {}},
        {"summary": {}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_plan_file_that_was_edited_or_is_of_elsewhere_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    digest = saved(desk)
    before = desk.tags()
    edited(desk, **changes)
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("error: ")
    assert desk.tags() == before


def test_a_plan_file_cut_short_is_refused_as_one(desk: Desk) -> None:
    digest = saved(desk)
    path = desk.folder / "plan.json"
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    result = desk.call("--sandbox", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 3
    assert "damaged" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--sandbox", "--workspace", "Side Hustle"],
        ["--sandbox", "--base-url", "http://127.0.0.1:9"],
        ["--gateway", "clockify"],
    ],
)
def test_a_plan_for_elsewhere_is_refused_before_anything_is_sent_there(desk: Desk, words: list[str]) -> None:
    digest = saved(desk)
    done = desk.call(*words, "apply", "plan.json", "--approve", digest, "-v")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "GET" not in done.stderr


def test_a_plan_of_another_sandbox_is_refused(desk: Desk) -> None:
    desk.write("version: 1\nworkspace: New One\ntags: [x]\n")
    assert desk.call("--sandbox", "workspaces", "create", "New One", "--approve", "yes").exit_code == 0
    digest = digest_in(desk.call("--sandbox", "plan", "-o", "plan.json").stdout)
    result = desk.call("--sandbox", "--state-dir", "elsewhere", "apply", "plan.json", "--approve", digest)
    assert result.exit_code == 3
    assert "another workspace" in result.stderr


def test_removals_beyond_the_budget_need_their_exact_number(desk: Desk) -> None:
    digest = digest_in(desk_plan := make_plan_file(desk, EVERY_TAG))
    number = int(desk_plan.partition("--allow-removals tags=")[2].split()[0])
    approve = ["--sandbox", "apply", "--approve", digest]
    for words in ([], ["--allow-removals", f"tags={number - 1}"], ["--allow-removals", f"tags={number + 1}"]):
        result = desk.call(*approve, *words)
        assert result.exit_code == 3
        assert f"--allow-removals tags={number}" in result.stderr
    assert desk.call(*approve, "--allow-removals", f"tags={number}").exit_code == 0


def test_an_allowance_that_was_given_to_plan_holds_for_the_saved_plan(desk: Desk) -> None:
    number = int(make_plan_file(desk, EVERY_TAG).partition("--allow-removals tags=")[2].split()[0])
    result = desk.call("--sandbox", "plan", "-o", "plan.json", "--allow-removals", f"tags={number}")
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", digest_in(result.stdout)).exit_code == 0


def test_a_plan_file_cannot_talk_a_guard_away(desk: Desk) -> None:
    make_plan_file(desk, EVERY_TAG)
    digest = digest_in(desk.call("--sandbox", "plan", "-o", "plan.json").stdout)
    plan = plan_from_json(json.loads(Path("plan.json").read_text(encoding="utf-8")))
    forged = replace(plan, changes=tuple(replace(change, blocked=None) for change in plan.changes))
    Path("plan.json").write_text(json.dumps(plan_to_json(forged)), encoding="utf-8")
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", digest).exit_code == 3


def make_plan_file(desk: Desk, text: str) -> str:
    desk.write(text)
    return desk.call("--sandbox", "plan").stdout


def test_what_the_service_does_not_take_ends_with_4(desk: Desk) -> None:
    desk.write(
        "version: 1\nworkspace: Acme Studio\nclients: [{name: New, note: Remember me}]\npolicy: {prune: {clients: keep}}\n"
    )
    with served(desk.folder, "refuse_fields=client.note") as url:
        done = desk.call("--sandbox", "--base-url", url, "apply", "--approve", "additive")
    assert done.exit_code == 4
    assert "not accepted" in done.stdout
    assert "note" in done.stdout


def test_a_run_that_ends_with_0_is_recorded_as_complete_and_one_with_nothing_to_do_is_not_recorded(desk: Desk) -> None:
    digest = saved(desk)
    for _ in range(2):
        assert desk.call("--sandbox", "apply", "plan.json", "--approve", digest).exit_code == 0
    runs = json.loads(desk.call("runs", "list", "--format", "json").stdout)["runs"]
    assert [(run["status"], run["digest"]) for run in runs] == [("complete", digest)]
