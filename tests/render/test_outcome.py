"""What became of a plan, as text and as JSON."""

from __future__ import annotations

import json

import pytest

from reconciler.applying.outcome import Ended, Outcome, Result, RunReport, Started
from reconciler.planning.plan import FieldChange
from reconciler.render.lines import to_plain
from reconciler.render.outcome import event_line, report_lines, report_to_json
from reconciler.render.width import width
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


def test_text_and_json_have_the_same_counts() -> None:
    data = report_to_json(_report())
    assert data["summary"] == {"done": 1, "already": 1, "not_accepted": 1, "failed": 1, "skipped": 1}
    assert "Applied: 1 done, 1 already as meant, 1 not accepted, 1 failed, 1 skipped." in to_plain(
        report_lines(_report())
    )
    assert data["exit_code"] == 4


def test_the_json_is_plain_and_has_an_entry_for_every_change() -> None:
    data = json.loads(json.dumps(report_to_json(_report())))
    assert [outcome["result"] for outcome in data["outcomes"]] == [
        "done",
        "already",
        "not_accepted",
        "failed",
        "skipped",
    ]
    assert data["outcomes"][2]["not_accepted"] == [{"name": "estimate", "meant": "PT8H", "has": None}]


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
    for event in (Started(change, 7, 120), Ended(Outcome(change, Result.NOT_ACCEPTED), 8, 120)):
        text = to_plain([event_line(event, ascii=in_ascii)])
        assert text.count("\n") == 1
        assert width(text.rstrip("\n")) <= 80
        assert text.startswith(("  7/120 ~ update", "  8/120 ~ update"))


def test_an_event_says_mark_address_and_result() -> None:
    event = Ended(Outcome(plans.create("tag:urgent"), Result.DONE), 1, 9)
    assert to_plain([event_line(event)]) == "1/9 + create  tag:urgent  done\n"
