"""A plan on a terminal."""

from __future__ import annotations

import dataclasses

import pytest

from reconciler.planning.plan import Action, Change, Impact, Plan
from reconciler.render import words
from reconciler.render.blocks import SHOWN_REASONS
from reconciler.render.screen import Screen
from reconciler.render.text import plan_lines, to_plain
from reconciler.render.text_blocks import block_lines
from reconciler.render.width import width
from tests.planning.literals import plan_of
from tests.render import corpus, plans
from tests.render.golden import assert_golden

COMMAND = "reconciler apply plan.json --approve 0123456789ab"


def _text(plan: Plan, *, cells: int = 80, in_ascii: bool = False, command: str = COMMAND) -> str:
    return to_plain(plan_lines(plan, Screen(cells, ascii=in_ascii), approve_command=command))


@pytest.mark.parametrize("name", corpus.PLANS)
def test_plans_read_as_the_golden_files_say(name: str) -> None:
    plan = corpus.PLANS[name]()
    assert_golden(f"{name}.txt", _text(plan, command="" if plan.summary["blocked"] else COMMAND))


@pytest.mark.parametrize("name", ["one_reason", "mass_removal"])
def test_a_full_plan_sums_nothing_up(name: str) -> None:
    plan = corpus.PLANS[name]()
    text = to_plain(plan_lines(plan, Screen(160), is_full=True))
    assert "--full" not in text
    assert all(f"{change.kind} {_name_in_text(change)}" in text for change in plan.changes)
    assert " more" not in text
    assert sum(text.count(f"{mark} {action}") for action, mark in words.MARKS.items()) == len(plan.changes)


def test_a_narrow_ascii_terminal_gets_the_same_plan() -> None:
    assert_golden("ordinary.ascii.txt", _text(plans.ordinary(), cells=50, in_ascii=True))


@pytest.mark.parametrize("cells", [40, 60, 80, 132])
@pytest.mark.parametrize("name", [name for name in corpus.PLANS if name != "thousands"])
def test_no_line_is_wider_than_the_terminal(name: str, cells: int) -> None:
    for line in _text(corpus.PLANS[name](), cells=cells).splitlines():
        is_copied = line.lstrip().startswith(("--allow-removal ", "was: ", "- {name: "))  # never broken
        assert width(line) <= cells or is_copied
        assert line == line.rstrip()


@pytest.mark.parametrize("in_ascii", [False, True])
def test_nothing_in_a_hostile_plan_reaches_the_terminal_or_the_runner(*, in_ascii: bool) -> None:
    text = _text(plans.hostile(), in_ascii=in_ascii)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "##[" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert text.isascii() is in_ascii


def test_every_action_has_its_mark_and_its_word() -> None:
    text = _text(plans.ordinary())
    for shown in ("+ create", "~ update", "↑ restore", "⌂ archive", "- delete", "! blocked"):
        assert shown in text


def test_removals_come_first_under_their_live_address() -> None:
    lines = _text(plans.ordinary()).splitlines()
    heading = lines.index("Acme Corp")
    assert (
        "  ⌂ archive project ACME/Legacy  ! blocked by budget"
        in lines[lines.index("Removals: 1 client, 1 project, 1 task, 1 tag to delete; 1 project to archive;") : heading]
    )
    assert "ACME" not in lines


def test_many_identical_changes_are_one_entry_with_the_first_names() -> None:
    text = _text(plans.large(tasks=13, projects=1))
    assert "~ update  13 tasks, same changes" in text
    assert text.count("billable: true → false") == 1
    assert '"Task 0", "Task 1", ' in text
    assert " and 5 more" in " ".join(text.split())
    assert "--full shows each of them" in text


def test_tasks_of_a_project_without_a_client_stand_two_columns_below_it() -> None:
    changes = (plans.create("project:Ops"), plans.create("task:Ops/Plan"))
    lines = _text(dataclasses.replace(plans.empty(), changes=changes)).splitlines()
    at = lines.index("Projects without client")
    assert [len(line) - len(line.lstrip()) for line in lines[at + 1 : at + 3]] == [2, 4]


def test_few_alike_stay_apart() -> None:
    assert "same changes" not in _text(plans.large(tasks=12, projects=1))


def test_identical_removals_are_one_entry_and_those_with_tracked_time_are_not() -> None:
    assert _text(plans.large()).count("- delete  40 tags") == 1
    timed = [plans.removal(f"project:P{n:02}", Action.ARCHIVE, Impact(3600 * (n + 1), 1)) for n in range(20)]
    text = _text(corpus.of(*timed))
    shown = [line.split()[3] for line in text.splitlines() if line.startswith("  ⌂ archive")]
    assert shown == [f"P{n:02}" for n in reversed(range(20))]  # the most tracked time first


@pytest.mark.parametrize(("number", "is_said"), [(12, False), (13, True)])
def test_a_plan_whose_removals_are_summed_up_says_so(number: int, *, is_said: bool) -> None:
    text = _text(corpus.of(*(plans.removal(f"tag:old {n}", Action.DELETE, Impact(0, 0)) for n in range(number))))
    assert (words.SUMMED_UP in text) is is_said


def test_of_very_many_removals_those_with_the_most_tracked_time_are_shown_and_the_rest_is_counted() -> None:
    text = " ".join(_text(corpus.mass_removal(100)).split())
    assert text.count("⌂ archive project Acme/Project ") == 38
    assert "and 62 projects to archive, with 77,531.0 h of tracked time, 1,891 time entries" in text
    assert "--full" in text


def test_one_reason_is_printed_once_whatever_it_blocks() -> None:
    plan = corpus.one_reason(162)
    lines = _text(plan, command="").splitlines()
    text = " ".join(" ".join(lines).split())
    assert len(lines) < 40
    assert text.count(corpus.BUDGET.reason) == 1
    assert "162 tasks ! blocked by removal_budget" in text
    assert text.endswith(
        "! blocked by removal_budget: would remove 162 of 400 tasks; the limit is 10 or 25 % 162 changes: delete "
        "task:Acme/Website/Task 000, delete task:Acme/Website/Task 001, delete task:Acme/Website/Task 002 and 159 more "
        "to allow: --allow-removals tasks=162 ! blocked by active_budget: would leave 9 of 40 projects active; the limit "
        "is 25 % 40 changes: update project:Client 0/Site, update project:Client 1/Site, update project:Client 2/Site and "
        "37 more to allow: --max-inactive 9"
    )


def test_the_last_lines_name_every_guard_and_what_allows_it() -> None:
    plan = corpus.many_reasons(30)
    text = " ".join(_text(plan, command="").split())
    ending = text[text.index("Digest:") :]
    for guard in ("look_alike", "protect", "completeness"):
        assert f"! blocked by {guard}: " in ending
    assert "take the protection out in a plan of its own" in ending
    assert ending.count("to allow: `was: old ") == SHOWN_REASONS
    assert "25 of its 30 changes for others of 30 reasons; --full shows all" in ending
    full = to_plain(plan_lines(plan, is_full=True))
    assert full.count("to allow: `was: old ") == 30


def _name_in_text(change: Change) -> str:
    removed = change.action in (Action.ARCHIVE, Action.DELETE)
    return str(change.address).partition(":")[2] if removed else change.address.name


def test_two_long_texts_that_differ_look_different() -> None:
    change = plans.update("project:Acme/Website", note=("x" * 5000 + "a", "x" * 5000 + "b"))
    text = _text(dataclasses.replace(plans.empty(), changes=(change,)))
    assert 'xxxa"' in text
    assert 'xxxb"' in text
    assert "(5,001 characters)" in text


def test_an_order_that_changes_shows_both_orders() -> None:
    change = plans.update("client:Acme", cc_emails=(("a@x.example", "b@x.example"), ("b@x.example", "a@x.example")))
    text = _text(dataclasses.replace(plans.empty(), changes=(change,)))
    assert "cc_emails: a@x.example, b@x.example → b@x.example, a@x.example" in text


def test_the_command_can_be_copied_where_it_needs_several_lines() -> None:
    text = _text(plans.ordinary(), cells=40, command="reconciler apply 'my plan.json' --approve 0123456789ab")
    assert "  reconciler apply 'my plan.json' \\\n    --approve 0123456789ab\n" in text


def test_an_empty_plan_says_so_and_needs_no_approval() -> None:
    text = _text(plans.empty())
    assert "No changes. The workspace matches the manifests." in text
    assert "Forecast" not in text
    assert "Digest" not in text
    assert COMMAND not in text


def test_a_long_name_hangs_by_four_columns() -> None:
    name = " ".join(["word"] * 20)
    plan = plan_of({"tags": [name]}, {})
    lines = _text(plan, cells=40).splitlines()
    first = next(at for at, line in enumerate(lines) if "tag word" in line)
    assert lines[first + 1].startswith("      word")


@pytest.mark.parametrize(("number", "left_out"), [(45, 0), (46, 6)])
def test_forty_removals_are_shown_and_up_to_five_more(number: int, left_out: int) -> None:
    text = " ".join(_text(corpus.mass_removal(number - 2)).split())
    assert text.count("⌂ archive project Acme/Project ") == number - 2 - left_out
    assert (f"and {left_out} projects to archive" in text) is bool(left_out)


def test_a_long_name_without_a_note_hangs_by_four_columns_too() -> None:
    change = dataclasses.replace(plans.update("tag:" + " ".join(["word"] * 20), archived=(True, False)), source="")
    lines = _text(dataclasses.replace(plans.empty(), changes=(change,)), cells=40).splitlines()
    first = next(at for at, line in enumerate(lines) if "tag word" in line)
    assert lines[first + 1].startswith("      word")


def test_of_many_reasons_the_first_ones_are_shown_unless_all_are_asked_for() -> None:
    plan = corpus.many_reasons(30)
    assert block_lines(plan, Screen()) == block_lines(plan, Screen(), is_full=False)
    assert len(block_lines(plan, Screen())) < len(block_lines(plan, Screen(), is_full=True))
