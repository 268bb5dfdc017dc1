"""Recorded runs at the command line: listing, showing, resuming, one at a time, events and quiet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reconciler.applying import exclusive_lock
from tests.cli.program import ADDITIVE, UPDATING, Desk, events_of, served, summary_of

THREE = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep, clients: keep}}\ntags: [one, two, three]\n"


def test_without_a_run_the_list_says_so_and_is_empty_for_programs(desk: Desk) -> None:
    assert desk.call("runs").stdout == "No runs recorded.\n"
    assert json.loads(desk.call("runs", "list", "--format", "json").stdout) == {
        "format": "reconciler.runs/1",
        "runs": [],
    }


def test_a_run_is_listed_and_shown_alike_in_text_and_json(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "apply", "--approve", "additive")
    record = json.loads(desk.call("runs", "show", "latest", "--format", "json").stdout)
    shown = desk.call("runs", "show", "latest").stdout
    assert record["summary"] == {"done": 2}
    assert "2 done" in desk.call("runs").stdout
    assert "2 done" in shown
    assert [write["address"] for write in record["writes"]] == ["tag:another one", "tag:brand-new"]
    assert all(write["address"] in shown and write["result"] == "done" for write in record["writes"])
    assert record["sessions"][0]["user"]["email"] == "jo@acme.example"
    assert max(map(len, shown.splitlines())) <= 80


def test_an_unknown_run_is_an_error_that_lists_the_newest(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "apply", "--approve", "additive")
    result = desk.call("runs", "show", "nothing")
    assert result.exit_code == 1
    assert re.search(r"the newest runs are: \d{8}T\d{9}Z-", result.stderr)


def test_a_second_apply_in_the_same_folder_is_refused_before_it_sends_anything(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with exclusive_lock(desk.folder / ".reconciler", "kim", now=lambda: 0.0):
        done = desk.call("--sandbox", "-v", "apply", "--approve", "additive")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "another run holds the lock" in done.stderr
    assert "kim" in done.stderr
    assert "GET" not in done.stderr


def test_no_secret_stands_in_any_file_of_a_run(desk: Desk) -> None:
    desk.write(ADDITIVE)
    secret = "k3y-that-stays-secret"
    with served(desk.folder, key=secret) as url:
        done = desk.call(
            "--sandbox", "--base-url", url, "apply", "--approve", "additive", RECONCILER_SANDBOX_KEY=secret
        )
    assert done.exit_code == 0, done.stderr
    for path in Path(desk.folder, ".reconciler", "runs").rglob("*"):
        if path.is_file():
            assert secret not in path.read_text(encoding="utf-8")
            assert "session_token" not in path.read_text(encoding="utf-8")


def test_quiet_prints_the_report_alone(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "apply", "--approve", "additive", "--quiet")
    assert result.stderr == ""
    assert result.stdout.startswith("Applied: 2 done.")


def test_events_come_before_the_summary(desk: Desk) -> None:
    desk.write(UPDATING)
    result = desk.call("--sandbox", "apply", "--approve", "non-destructive", "--format", "json")
    assert [event["event"] for event in events_of(result.stdout)] == ["change_started", "change_done", "summary"]
    assert summary_of(result.stdout)["run"]


def test_an_empty_plan_has_a_summary_too(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.call("--sandbox", "apply", "--approve", "additive")
    result = desk.call("--sandbox", "apply", "--format", "json")
    assert [event["event"] for event in events_of(result.stdout)] == ["summary"]
    assert summary_of(result.stdout)["exit_code"] == result.exit_code == 0


@pytest.mark.parametrize("words", [[], ["--fail-fast"]])
def test_a_refused_change_fails_alone_and_with_fail_fast_ends_the_run(desk: Desk, words: list[str]) -> None:
    text = THREE + "clients: [{name: A, email: a@x.example}]\n"
    desk.write(text)
    with served(desk.folder, "refuse_fields=tag.name") as url:
        done = desk.call("--sandbox", "--base-url", url, "apply", "--approve", "additive", "--format", "json", *words)
    counts = summary_of(done.stdout)["summary"]
    assert done.exit_code == 4
    assert counts["done"] == 1
    assert (counts["failed"], counts["skipped"]) == ((3, 0) if not words else (counts["failed"], 3 - counts["failed"]))
    assert bool(summary_of(done.stdout)["stopped"]) is bool(words)


def test_a_quota_ends_the_run_cleanly_and_says_how_long_the_rest_would_take(desk: Desk) -> None:
    many = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: [" + ", ".join(
        f"new {n}" for n in range(30)
    )
    desk.write(many + "]\n")
    with served(desk.folder, "rate=30/h,throttle=retry-after") as url:
        done = desk.call("--sandbox", "--base-url", url, "apply", "--approve", "additive")
    assert done.exit_code == 4
    assert "at 30 requests an hour" in " ".join(done.stdout.split())
    assert "--wait" in done.stdout
    assert 0 < len({name for name in desk.tags() if name.startswith("new ")}) < 30


def test_a_run_that_only_records_protections_knows_who_ran_it(desk: Desk) -> None:
    desk.write(
        "version: 1\nworkspace: Acme Studio\npolicy: {protect: ['tag:on-site'], prune: {tags: keep}}\ntags: []\n"
    )
    assert desk.call("--sandbox", "apply").exit_code == 0
    record = json.loads(desk.call("runs", "show", "latest", "--format", "json").stdout)
    assert [session["user"]["email"] for session in record["sessions"]] == ["jo@acme.example"]
    assert "jo@acme.example" in desk.call("runs", "show", "latest").stdout
