"""What became of a plan, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.report import ChangeFinished, ChangeStarted, Outcome, Progress, Result, RunReport
from reconciler.planning.plan import FieldChange, Targeting
from reconciler.render.events import FORMAT, event_to_json, summary_to_json
from reconciler.render.lines import to_plain
from reconciler.render.report import MAX_SKIPPED, Protections, event_line, next_step, report_lines, summary
from reconciler.render.screen import Screen
from reconciler.render.width import width
from reconciler.text import command_line
from tests.render import plans
from tests.render.golden import assert_golden


def _report(*, stopped: str = "", interrupted: bool = False) -> RunReport:
    changes = plans.ordinary().changes
    outcomes = (
        Outcome(changes[0], Result.DONE, "id-1", written=1),
        Outcome(changes[1], Result.ALREADY, "id-2"),
        Outcome(
            changes[2],
            Result.NOT_ACCEPTED,
            "id-3",
            not_accepted=(FieldChange("estimate", "PT8H", None),),
            written=1,
        ),
        Outcome(changes[3], Result.FAILED, message="400 from POST: the name \x1b[31mis taken", written=1),
        Outcome(changes[4], Result.SKIPPED, message="needs client:Acme Corp"),
    )
    return RunReport("sha256:" + "ab" * 32, outcomes, 12, 1.25, stopped, interrupted)


def test_the_report_reads_as_the_golden_file_says() -> None:
    lines = report_lines(
        _report(stopped="the rate limit looks hourly"), next_command="reconciler apply plan.json --approve abababababab"
    )
    assert_golden("report.txt", to_plain(lines))


def test_what_is_outside_the_targets_is_a_sentence() -> None:
    lines = to_plain(report_lines(_report(), targeting=Targeting(("tag:a",), 3, is_exact=False))).splitlines()
    assert "At least 3 outside the targets left out." in lines


def test_text_and_json_have_the_same_counts() -> None:
    data = summary_to_json(_report())
    counted = {"done": 1, "already": 1, "not_accepted": 1, "failed": 1, "in_doubt": 0, "moved": 0, "skipped": 1}
    assert data["summary"] == counted
    assert "Applied: 1 done, 1 already up to date, 1 not accepted, 1 failed, 1 skipped." in to_plain(
        report_lines(_report())
    )
    assert data["exit_code"] == 4


def test_every_result_has_an_event_and_what_a_program_needs_stands_in_it() -> None:
    words = {}
    for result in Result:
        outcome = Outcome(plans.create("tag:x"), result, "id-1", "why", written=1)
        event = event_to_json(ChangeFinished(outcome, 3, 9))
        assert event is not None
        assert (event["format"], event["address"], event["result"]) == (FORMAT, "tag:x", str(result))
        assert (event["done"], event["total"], event["message"]) == (3, 9, "why")
        words[str(result)] = event["event"]
    assert words == {
        "done": "change_done",
        "already": "change_done",
        "not_accepted": "change_failed",
        "failed": "change_failed",
        "in_doubt": "change_failed",
        "moved": "change_failed",
        "skipped": "change_skipped",
    }


def test_what_was_not_accepted_stands_in_the_event() -> None:
    event = event_to_json(ChangeFinished(_report().outcomes[2], 1, 5))
    assert event is not None
    assert json.loads(json.dumps(event))["not_accepted"] == [{"name": "estimate", "meant": "PT8H", "has": None}]


def test_time_alone_is_no_event_for_programs() -> None:
    assert event_to_json(Progress(1, 2, 3, 0)) is None


def test_a_run_without_a_fault_says_only_the_counts() -> None:
    report = RunReport("sha256:" + "ab" * 32, (Outcome(plans.create("tag:x"), Result.DONE, written=1),), 3, 0.1)
    text = to_plain(report_lines(report))
    assert text.startswith("Applied: 1 done.\n")
    assert "!" not in text


def test_an_interrupted_run_says_how_it_goes_on() -> None:
    text = to_plain(report_lines(_report(interrupted=True)))
    assert "the same digest finishes it" in " ".join(text.split())


def test_messages_of_the_service_are_inert() -> None:
    assert "\x1b" not in to_plain(report_lines(_report()))


@pytest.mark.parametrize("name", plans.HOSTILE)
@pytest.mark.parametrize("in_ascii", [False, True])
def test_an_event_is_one_line_that_fits(name: str, *, in_ascii: bool) -> None:
    change = plans.update(f"client:{name.replace('/', '')}x".replace("\\", ""), note=(None, "n"))
    for event in (ChangeStarted(change, 7, 120), ChangeFinished(Outcome(change, Result.NOT_ACCEPTED), 8, 120)):
        text = to_plain([event_line(event, Screen(ascii=in_ascii))])
        assert text.count("\n") == 1
        assert width(text.rstrip("\n")) <= 80
        assert text.startswith(("  7/120 ~ update", "  8/120 ~ update"))


def test_a_change_that_did_not_succeed_hangs_by_two_and_its_message_by_four() -> None:
    outcome = Outcome(
        plans.create("tag:one two three"), Result.FAILED, message="HTTP 400: the name is taken", written=1
    )
    text = to_plain(report_lines(RunReport("sha256:" + "ab" * 32, (outcome,), 1, 0.1), Screen(24)))
    assert text.startswith("! failed  create tag:one\n  two three\n    HTTP 400: the name\n      is taken\n\n")


@pytest.mark.parametrize(("skipped", "named"), [(MAX_SKIPPED, MAX_SKIPPED), (MAX_SKIPPED + 2, MAX_SKIPPED)])
def test_many_skipped_changes_are_counted_after_the_first_ones(skipped: int, named: int) -> None:
    outcomes = tuple(Outcome(plans.create(f"tag:t{n}"), Result.SKIPPED) for n in range(skipped))
    lines = to_plain(report_lines(RunReport("sha256:" + "ab" * 32, outcomes, 1, 0.1))).splitlines()
    assert [line for line in lines if line.startswith("! skipped  create")] == [
        f"! skipped  create tag:t{n}" for n in range(named)
    ]
    assert ("! skipped  2 more" in lines) is (skipped > named)


def test_an_event_says_mark_address_and_result() -> None:
    event = ChangeFinished(Outcome(plans.create("tag:urgent"), Result.DONE), 1, 9)
    assert to_plain([event_line(event)]) == "1/9 + create  tag:urgent  done\n"


def test_an_event_that_is_cut_still_says_its_result() -> None:
    event = ChangeFinished(Outcome(plans.create("tag:urgent"), Result.DONE), 1, 9)
    text = to_plain([event_line(event, Screen(28))])
    assert text == "1/9 + create  tag:urg…  done\n"
    assert width(text.rstrip("\n")) == 28


@pytest.mark.parametrize(
    ("protections", "first"),
    [
        (Protections(), "No changes applied."),
        (Protections(recorded=1), "Applied: 1 protection recorded."),
        (Protections(recorded=2, removed=1), "Applied: 2 protections recorded, 1 protection removed."),
    ],
)
def test_a_report_without_changes_names_the_protections(protections: Protections, first: str) -> None:
    lines = report_lines(RunReport("sha256:" + "ab" * 32, ()), protections=protections)
    assert to_plain(lines).splitlines()[0] == first


def test_a_report_names_the_command_that_shows_its_run() -> None:
    outcome = Outcome(plans.create("tag:x"), Result.DONE, written=1)
    report = RunReport("sha256:" + "ab" * 32, (outcome,), run="20261124T201359123Z-0a1b2c3d")
    assert f"reconciler runs show {report.run}" in to_plain(report_lines(report))
    command = f"reconciler --state-dir x runs show {report.run}"
    assert command in " ".join(to_plain(report_lines(report, show_command=command)).split())


def test_after_an_undo_no_manifest_can_change_what_the_service_keeps() -> None:
    change = plans.ordinary().changes[2]
    field = FieldChange("estimate", "PT8H", None)
    report = RunReport("sha256:" + "ab" * 32, (Outcome(change, Result.NOT_ACCEPTED, not_accepted=(field,)),))
    assert "change them in the manifests" in " ".join(to_plain(report_lines(report)).split())
    undone = " ".join(to_plain(report_lines(report, is_undo=True)).split())
    assert "so the undo cannot restore them: set them in Clockify" in undone
    assert "manifest" not in undone


def test_the_command_that_shows_a_run_is_not_broken() -> None:
    report = _report()
    report = RunReport(report.digest, report.outcomes, run="20261124T201359123Z-0a1b2c3d")
    command = command_line(
        "reconciler", "--state-dir", "a  folder of the finance department", "runs", "show", report.run
    )
    assert command in to_plain(report_lines(report, show_command=command))


REST = "The approval covers the rest: the same command with the same digest finishes it."
PLAN_AGAIN = "Stale changes were not applied: plan again, and approve the new plan."
FIX = "Fix what failed, then run it again: the same digest finishes the rest."


@pytest.mark.parametrize(
    ("results", "stopped", "interrupted", "advice"),
    [
        ([], "", False, ""),
        ([Result.DONE, Result.ALREADY], "", False, ""),
        ([Result.DONE], "the network", False, REST),
        ([Result.DONE], "", True, REST),
        ([Result.SKIPPED], "", False, REST),
        ([Result.IN_DOUBT], "", False, REST),
        ([Result.FAILED], "", False, FIX),
        ([Result.FAILED, Result.SKIPPED], "", False, REST),
        ([Result.FAILED, Result.NOT_ACCEPTED], "", False, FIX),
        ([Result.MOVED, Result.FAILED, Result.SKIPPED, Result.IN_DOUBT], "the network", True, PLAN_AGAIN),
    ],
)
def test_the_next_step_follows_from_what_is_left(
    results: list[Result], stopped: str, interrupted: Any, advice: str
) -> None:
    outcomes = tuple(Outcome(plans.create(f"tag:t{at}"), result) for at, result in enumerate(results))
    report = replace(_report(), outcomes=outcomes, stopped=stopped, interrupted=interrupted)
    assert next_step(report) == advice


def test_what_is_not_kept_is_for_the_manifests_unless_it_is_an_undo() -> None:
    report = replace(_report(), outcomes=(Outcome(plans.create("tag:t"), Result.NOT_ACCEPTED),))
    assert next_step(report).endswith("change them in the manifests, or remove them.")
    assert next_step(report, is_undo=True).endswith("set them in Clockify.")


@pytest.mark.parametrize(
    ("run", "more"), [("", ""), ("20261124T201359123Z-0a1b2c3d", "; the run {} has applied this plan")]
)
def test_a_report_without_news_names_the_run_that_applied_the_plan_if_it_is_known(run: str, more: str) -> None:
    report = RunReport("sha256:" + "ab" * 32, (Outcome(plans.create("tag:x"), Result.ALREADY),), run=run)
    assert summary(report) == f"No changes: 1 already up to date{more.format(run)}."


@pytest.mark.parametrize(("left", "time"), [(1, "1 write left: about 2 min"), (45, "45 writes left: about 1 h 30 min")])
def test_where_the_quota_is_used_up_the_time_of_the_rest_is_told(left: int, time: str) -> None:
    report = replace(_report(stopped="the rate limit looks hourly"), is_quota=True, left=left)
    assert next_step(report).startswith(f"At least {time} at 30 requests an hour.")
