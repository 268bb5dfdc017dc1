"""`show`: plans and runs alike, in every format; how much of a plan is shown; links to the manifests."""

from __future__ import annotations

import json

import pytest

from tests.cli.embedded import Embedded
from tests.cli.program import Desk

TAGS = [f"tag {number:02}" for number in range(20)]


@pytest.fixture
def recorded(sandbox: Embedded) -> Embedded:
    """A workspace to which a plan with twenty tags was recorded."""
    sandbox.declare(tags=TAGS)
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    return sandbox


def test_a_run_is_shown_as_its_plan_with_results(recorded: Embedded) -> None:
    text = " ".join(recorded.run("show", "latest").stdout.split())
    run = recorded.json("runs", "show", "latest")["run"]
    assert f"Run {run} complete" in text
    assert "+ create 20 tags, same changes done" in text
    assert "Result: 20 done." in text
    assert f"To plan the reverse: reconciler --sandbox --rate 100000/s undo {run}" in text
    assert recorded.run("show", run[:12], "--full").stdout.count("+ create  tag ") == 20
    markdown = recorded.run("show", run, "--format", "markdown").stdout
    assert markdown.replace("\\-", "-").startswith(f"## Run {run}: complete\n")
    page = recorded.run("show", run, "--format", "html").stdout
    assert page.count('<span class="badge good">done</span>') == 20
    assert "Approval" not in page
    assert '<option value="=done">done</option>' in page
    for form in ("markdown", "html"):
        assert (
            recorded.run("runs", "show", run, "--format", form).stdout
            == recorded.run("show", run, "--format", form).stdout
        )


def test_in_json_a_run_is_its_record_and_its_digest_is_that_of_its_plan(recorded: Embedded) -> None:
    record = json.loads(recorded.run("show", "latest", "--json").stdout)
    assert record == recorded.json("runs", "show", "latest")
    assert recorded.run("show", "latest", "--digest").stdout == record["digest"] + "\n"


@pytest.mark.parametrize("name", ["plan.txt", "nothing", "workspace.yaml"])
def test_what_is_neither_a_plan_file_nor_a_run_is_refused(desk: Desk, name: str) -> None:
    result = desk.call("show", name)
    assert result.exit_code == 3
    assert f"{name} is not a plan file: the name of a plan file ends in .json" in result.stderr
    assert "reconciler runs" in result.stderr


def test_latest_without_a_run_says_so(desk: Desk) -> None:
    result = desk.call("show", "latest")
    assert result.exit_code == 1
    assert "no run is recorded yet" in result.stderr


def test_full_shows_what_is_summed_up_in_plan_show_apply_and_undo(sandbox: Embedded) -> None:
    sandbox.declare(tags=TAGS)
    assert "20 tags, same changes" in sandbox.run("plan", "-o", "plan.json").stdout
    assert "--full shows each of them" in sandbox.run("show", "plan.json").stdout
    for words in (["plan"], ["show", "plan.json"]):
        assert sandbox.run(*words, "--full").stdout.count("+ create  tag ") == 20
    assert sandbox.run("apply", "--full", "--approve", "additive").stderr.count("+ create  tag ") >= 20
    assert "- delete  20 tags" in sandbox.run("undo", "latest").stdout
    assert sandbox.run("undo", "latest", "--full").stdout.count("- delete  tag ") == 20


def test_places_in_the_manifests_are_links_where_they_are_published(sandbox: Embedded) -> None:
    sandbox.declare(tags=["a"])
    url = "https://git.example/acme/ws/blob/main/"
    page = sandbox.run("plan", "-o", "plan.json", "--format", "html", "--source-url", url).stdout
    link = f'<a href="{url}workspace.yaml#L'
    assert link in page
    assert link in sandbox.run("show", "plan.json", "--format", "html", "--source-url", url).stdout
    assert '<a href="https' not in sandbox.run("show", "plan.json", "--format", "html").stdout
    for words in (["plan"], ["show", "plan.json"]):
        refused = sandbox.run(*words, "--source-url", "javascript:alert(1)")
        assert refused.exit_code == 64
        assert "is not the URL of a repository" in refused.stderr


def test_a_time_run_has_its_record_and_no_plan_to_show(sandbox: Embedded) -> None:
    made = sandbox.run("time", "add", "--start", "2026-03-02T09:00", "--end", "2026-03-02T10:00", "--approve", "yes")
    assert made.exit_code == 0, made.stderr
    assert sandbox.run("show", "latest").stdout == sandbox.run("runs", "show", "latest").stdout
    refused = sandbox.run("show", "latest", "--format", "html")
    assert refused.exit_code != 0
    assert "is a time run: it has no plan to show as html" in refused.stderr
