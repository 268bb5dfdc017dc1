"""Plans of thousands of changes: pages stay small, lines are made as they are read, and nothing is left out in silence."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from reconciler.planning.plan import Action, Blocked, Change, Impact, Plan
from reconciler.planning.planfile import plan_to_json
from reconciler.planning.planfile_text import planfile_pieces
from reconciler.render import html_large
from reconciler.render.grouping import Group
from reconciler.render.html import plan_html, plan_html_pieces
from reconciler.render.html_large import LargePage
from reconciler.render.outcomes import RunOutcomes
from reconciler.render.text import plan_lines, stream_plan_lines
from reconciler.render.text_change import ChangeText
from tests.render import plans
from tests.render.test_runs import record

FEW = 6
"""What counts as large in these tests."""
BLOCKED = Blocked("removal_budget", "would remove all 3 tags", "--allow-removals tags=3")


def _changes() -> tuple[Change, ...]:
    return (
        plans.create("client:Ä <b>", note="x" * 300),
        plans.create("project:Ä <b>/One"),
        plans.update("task:Ä <b>/One/Build", billable=(False, True), estimate=("PT1H", "PT2H")),
        replace(plans.update("task:Acme/Two/Check", billable=(False, True)), source="workspace.yaml"),
        plans.removal("project:Acme/Old", Action.DELETE, Impact(60, 2, tuple(map(_task, range(9))))),
        *(plans.removal(f"tag:t{n}", Action.DELETE, Impact(None, 2), BLOCKED) for n in range(4)),
    )


def _task(number: int) -> Any:
    return plans.create(f"task:Acme/Old/T{number}").address


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A plan that is large here, with a change of every sort."""
    monkeypatch.setattr("reconciler.render.html.LARGE", FEW)
    return plans.plan(*_changes())


def test_a_large_page_has_every_change_in_a_short_form_with_all_that_was_decided(plan: Plan) -> None:
    page = plan_html(plan, source_url="https://example.com/r")
    assert page.count('<div class="change ') == len(plan.changes)
    assert 'Changes</h2>\n<p class="soft">9 changes, each in a short form' in page
    assert "<bdi>Ä &lt;b&gt;</bdi>" in page
    assert "billable: <del>false</del> → <ins>true</ins> · estimate: <del>PT1H</del> → <ins>PT2H</ins>" in page
    assert 'href="https://example.com/r/workspace.yaml#L20"' in page
    assert "deletes 9 tasks with it: T0, T1, T2, T3, T4, T5, T6, T7 and 1 more" in page
    assert page.count("! blocked by removal_budget") == 8  # in the list of removals, and with the tags
    assert "x" * 300 not in page


def test_a_large_page_of_a_run_has_the_message_of_a_change_that_failed_and_no_empty_one(plan: Plan) -> None:
    failed = {"address": "client:Ä <b>", "action": "create", "result": "failed", "message": "HTTP 500: <lost>"}
    page = plan_html(
        plan, outcomes=RunOutcomes(record(changes=[failed]), "reconciler runs show 2026", "reconciler undo 2026")
    )
    assert page.count('<div class="note bad">! HTTP 500: &lt;lost&gt;</div>') == 1
    assert page.count('<div class="note bad">!') == 1


def test_a_page_that_is_not_large_has_no_short_form() -> None:
    assert "short form" not in plan_html(plans.plan(*_changes()))


def test_what_a_large_page_lists_twice_it_lists_in_part_and_says_so(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LISTED_GROUPS", "FIRST_REMOVALS", "FIRST_BLOCKED"):
        monkeypatch.setattr(html_large, name, 1)
    page = plan_html(plan)
    assert '<li class="soft">and 2 more, below</li>' in page
    assert "4 more removals, each with less tracked time: below, with their clients." in page
    assert "<li>and 3 more, marked below</li>" in page
    monkeypatch.setattr(html_large, "FIRST_REASONS", 0)
    assert "1 more reason; see the plan file" in plan_html(plan)


def test_what_has_no_room_on_a_large_page_is_counted(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_large, "GROUPS_LIMIT", 1000)
    page = plan_html(plan)
    shown = page.count('<div class="change ')
    left = re.search(r"(\d+) more groups? with (\d+) changes? omitted \(size limit\)", page)
    assert left is not None
    assert shown + int(left[2]) == len(plan.changes)
    assert f' data-total="{len(plan.changes)}"' in page  # what the filters count


def test_a_section_of_a_page_is_made_when_it_is_asked_for(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = LargePage._section

    def section(page: LargePage, group: Group, position: int) -> str:
        made.append(position)
        return real(page, group, position)

    monkeypatch.setattr(LargePage, "_section", section)
    pieces = plan_html_pieces(plan)
    while not made:
        next(pieces)
    assert made == [1]
    assert "".join(pieces).endswith("</html>")
    assert made == [1, 2, 3]


def test_a_line_of_a_plan_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plans.plan(*(plans.create(f"tag:tag {n}", name=f"n{n}", note=str(n)) for n in range(100)))
    made: list[Change] = []
    real = ChangeText.change

    def change(text: ChangeText, change: Change, indent: int, name: str = "") -> Any:
        made.append(change)
        return real(text, change, indent, name)

    monkeypatch.setattr(ChangeText, "change", change)
    lines = stream_plan_lines(plan)
    for _ in range(10):
        next(lines)
    assert len(made) < 10
    assert len([*lines]) + 10 == len(plan_lines(plan))


@pytest.mark.parametrize(("indent", "is_ascii"), [(1, True), (2, False)])
def test_the_pieces_of_a_plan_file_are_the_plan_file(indent: int, is_ascii: bool) -> None:  # noqa: FBT001 - a case
    for plan in (plans.plan(*_changes()), plans.plan()):
        whole = json.dumps(plan_to_json(plan), indent=indent, ensure_ascii=is_ascii) + "\n"
        assert "".join(planfile_pieces(plan, indent=indent, is_ascii=is_ascii)) == whole
