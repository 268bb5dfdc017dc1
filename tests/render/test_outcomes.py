"""A plan with the results of its run, in every format."""

from __future__ import annotations

import pytest

from reconciler.planning.plan import Plan
from reconciler.render.html import plan_html
from reconciler.render.lines import to_plain
from reconciler.render.markdown import plan_markdown
from reconciler.render.outcomes import RunOutcomes
from reconciler.render.screen import Screen
from reconciler.render.text import plan_lines
from tests.render import corpus, plans
from tests.render.golden import assert_golden
from tests.render.test_runs import record

RESULTS = ("done", "failed", "already", "in_doubt")


def _outcomes(plan: Plan) -> RunOutcomes:
    """Every result in turn; the last change was not reached."""
    changes = [
        {"address": str(change.address), "action": str(change.action), "result": RESULTS[at % 4], "id": "x"}
        | ({"message": f"HTTP 500: {change.address.name}"} if RESULTS[at % 4] == "failed" else {})
        for at, change in enumerate(plan.changes[:-1])
    ]
    run = record(changes=changes, damaged_lines=1, problem="the journal was changed", status="changed")
    return RunOutcomes(run, "reconciler runs show 2026", "reconciler undo 2026")


@pytest.mark.parametrize("name", ["every_action", "hostile"])
def test_each_change_is_shown_with_its_result(name: str) -> None:
    plan = corpus.PLANS[name]()
    outcomes = _outcomes(plan)
    texts = {
        "txt": to_plain(plan_lines(plan, Screen(80), outcomes=outcomes)),
        "md": plan_markdown(plan, outcomes=outcomes),
        "html": plan_html(plan, outcomes=outcomes),
    }
    for form, text in texts.items():
        words = " ".join(text.split())
        for shown in (
            "not reached",
            "in doubt",
            "already up to date",
            "reconciler undo 2026",
            "changed after it was recorded",
        ):
            assert shown in words
        assert "\x1b" not in text
        assert "blocked by" not in words
        assert "Renamed, or replaced?" not in words
        if name == "every_action" and form != "html":
            assert_golden(f"run.{form}", text)


def test_a_change_of_another_action_has_another_result() -> None:
    plan = corpus.every_action()
    outcomes = _outcomes(plan)
    assert [outcomes.word(change) for change in plan.changes] == [
        "done",
        "failed",
        "already up to date",
        "in doubt",
        "not reached",
    ]
    assert [outcomes.is_done(change) for change in plan.changes] == [True, False, True, False, False]
    assert outcomes.message(plan.changes[1]) == "HTTP 500: Website"
    assert outcomes.message(plan.changes[-1]) == outcomes.message(plans.create("tag:elsewhere")) == ""


def test_an_error_of_changes_that_are_summed_up_stands_below_their_fields() -> None:
    plan = plans.large(tasks=13, projects=1)
    changes = [
        {"address": str(change.address), "action": str(change.action), "result": "failed", "message": "HTTP 500"}
        for change in plan.changes
    ]
    outcomes = RunOutcomes(record(changes=changes), "reconciler runs show 2026", "reconciler undo 2026")
    lines = to_plain(plan_lines(plan, Screen(80), outcomes=outcomes)).splitlines()
    at = next(number for number, line in enumerate(lines) if "13 tasks, same changes" in line)
    below = [line for line in lines[at + 1 :] if "billable: " in line or "! HTTP 500" in line][:2]
    assert len({len(line) - len(line.lstrip()) for line in below}) == 1
    assert below[1].lstrip() == "! HTTP 500"
    assert "_results" not in repr(outcomes)
    comment = plan_markdown(plan, outcomes=outcomes).splitlines()
    at = next(number for number, line in enumerate(comment) if "13 tasks, same changes" in line)
    assert comment[at + 1] == "  - HTTP 500"
