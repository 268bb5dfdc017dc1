"""A plan on a terminal."""

from __future__ import annotations

import dataclasses

import pytest

from reconciler.planning.plan import Plan
from reconciler.render.screen import Screen
from reconciler.render.text import plan_lines, to_plain
from reconciler.render.width import width
from tests.planning.literals import plan_of
from tests.render import plans
from tests.render.golden import assert_golden

COMMAND = "reconciler apply plan.json --approve 0123456789ab"


def _text(plan: Plan, *, cells: int = 80, in_ascii: bool = False, command: str = COMMAND) -> str:
    return to_plain(plan_lines(plan, Screen(cells, ascii=in_ascii), approve_command=command))


@pytest.mark.parametrize("name", ["ordinary", "hostile", "large", "empty"])
def test_plans_read_as_the_golden_files_say(name: str) -> None:
    assert_golden(f"{name}.txt", _text(getattr(plans, name)()))


def test_a_narrow_ascii_terminal_gets_the_same_plan() -> None:
    assert_golden("ordinary.ascii.txt", _text(plans.ordinary(), cells=50, in_ascii=True))


@pytest.mark.parametrize("cells", [40, 60, 80, 132])
@pytest.mark.parametrize("name", ["ordinary", "hostile", "large", "empty"])
def test_no_line_is_wider_than_the_terminal(name: str, cells: int) -> None:
    for line in _text(getattr(plans, name)(), cells=cells).splitlines():
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
    for words in ("+ create", "~ update", "↑ restore", "⌂ archive", "- delete", "! blocked"):
        assert words in text


def test_a_removal_is_found_under_the_new_name_of_its_client() -> None:
    lines = _text(plans.ordinary()).splitlines()
    heading = lines.index("Acme Corp")
    assert "  ⌂ archive project Legacy" in lines[heading : lines.index("", heading)]
    assert "ACME" not in lines


def test_many_alike_are_told_as_one_and_every_one_is_named() -> None:
    text = _text(plans.large(tasks=13, projects=1))
    assert "~ update  13 tasks, same changes" in text
    assert text.count("billable: true → false") == 1
    assert all(f'"Task {number}"' in text for number in range(13))


def test_tasks_of_a_project_without_a_client_stand_two_columns_below_it() -> None:
    changes = (plans.create("project:Ops"), plans.create("task:Ops/Plan"))
    lines = _text(dataclasses.replace(plans.empty(), changes=changes)).splitlines()
    at = lines.index("Projects without client")
    assert [len(line) - len(line.lstrip()) for line in lines[at + 1 : at + 3]] == [2, 4]


def test_few_alike_stay_apart() -> None:
    assert "same changes" not in _text(plans.large(tasks=12, projects=1))


def test_removals_are_never_told_as_one() -> None:
    assert _text(plans.large()).count("- delete  tag old ") == 40


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
