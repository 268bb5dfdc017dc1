"""Renames of what one entry of a manifest declares several times: a task of a set that several projects use. One place, one line."""

from __future__ import annotations

import pytest

from reconciler.manifest import load
from reconciler.planning import Plan, PlanOptions, accept_renames, make_plan
from reconciler.planning.renames.accept import edits
from reconciler.render.lines import to_plain
from reconciler.render.markdown import plan_markdown
from reconciler.render.renames import accepted_rename_lines, rename_candidate_lines
from reconciler.state import Desired, Live
from tests.planning.literals import TARGET, AnyNumber, live_of

TEXT = "version: 1\ntask_sets:\n  s: {}\nprojects:\n- {{name: One, use: [s]}}\n- {{name: Two, use: [s]}}\n- {{name: Three, use: [s]}}\n"
LISTS = {"One": "Planning x", "Two": "Planing x", "Three": "Planning x"}
NOTATIONS = [
    ("[Plannings, x]", "in place of", "{name: Plannings, was: [Planning, Planing]}"),
    ("\n  - Plannings\n  - x", "in place of", "- {name: Plannings, was: [Planning, Planing]}"),
    ("[{name: Plannings, estimate: PT1H}, x]", "after the { of", "was: [Planning, Planing],"),
    ("\n  - name: Plannings\n    estimate: PT1H\n  - x", "under", "was: [Planning, Planing]"),
    ("[{name: Plannings, was: Planing}, x]", "in place of the `was:` of", "was: [Planing, Planning]"),
    ("[{name: Plannings, was: Nothing}, x]", "in place of the `was:` of", "was: [Nothing, Planning, Planing]"),
]


def _desired(tasks: str) -> Desired:
    return load(["-"], stdin=TEXT.format(tasks).encode)


def _live(**lists: str) -> Live:
    return live_of(
        {
            "projects": list(lists),
            "tasks": [f"{project}/{name}" for project in lists for name in lists[project].split()],
        }
    )


def _plan(desired: Desired, live: Live) -> Plan:
    return make_plan(desired, live, target=TARGET, options=_OPTIONS)


_OPTIONS = PlanOptions(allowed=AnyNumber())


@pytest.mark.parametrize(("tasks", "place", "line"), NOTATIONS)
def test_one_place_has_one_line_and_with_it_the_plan_is_the_previewed_one(tasks: str, place: str, line: str) -> None:
    live, desired = _live(**LISTS), _desired(tasks)
    as_if, accepted = accept_renames(desired, live, {}, target=TARGET, options=_OPTIONS)
    assert [(edit.place, edit.line) for edit in edits(accepted, desired)] == [(place, line)]
    shown = to_plain(accepted_rename_lines(accepted, desired))
    assert shown.count("was: [") == 1
    match place:
        case "in place of":
            pasted = tasks.replace("- Plannings", line) if "- Plannings" in tasks else tasks.replace("Plannings", line)
        case "after the { of":
            pasted = tasks.replace("{", "{" + line + " ")
        case "under":
            pasted = tasks.replace("    estimate", f"    {line}\n    estimate")
        case _:
            pasted = tasks.replace("was: Planing", line).replace("was: Nothing", line)
    preview, real = _plan(as_if, live), _plan(_desired(pasted), live)
    assert preview.rename_candidates == ()
    assert real.digest == _plan(as_if, live).digest


def test_the_questions_name_the_line_that_answers_all_of_one_place() -> None:
    plan = _plan(_desired("[Plannings, x]"), _live(**LISTS))
    expected = "{name: Plannings, was: [Planning, Planing]}"
    for shown in (to_plain(rename_candidate_lines(plan)), plan_markdown(plan)):
        assert "declares 3 of these. If all are renamed" in shown
        assert shown.count(expected) == 1
    same = _plan(_desired("[Plannings, x]"), _live(**LISTS | {"Two": "Planning x"}))
    assert "If all are renamed" not in to_plain(rename_candidate_lines(same))


def test_a_correction_keeps_the_name_that_another_project_needs() -> None:
    plan = _plan(_desired("[{name: Plannings, was: Planning}, x]"), _live(**LISTS | {"Two": "Concept x"}))
    assert [(pair.is_correction, pair.line) for pair in plan.rename_candidates] == [(True, "was: [Planning, Concept]")]


def test_a_correction_keeps_the_name_that_the_other_one_of_two_projects_needs() -> None:
    text = TEXT.format("[{name: Plannings, was: Planning}, x]").replace("- {name: Three, use: [s]}\n", "")
    plan = _plan(load(["-"], stdin=text.encode), _live(One="Planning x", Two="Concept x"))
    assert [(pair.is_correction, pair.line) for pair in plan.rename_candidates] == [(True, "was: [Planning, Concept]")]


@pytest.mark.parametrize(
    "lists",
    [
        {"One": "Planning x", "Two": "Planing Planningz x", "Three": "x"},  # Two alone may be either
        {"One": "Planning x", "Two": "Plannings Planning x", "Three": "x"},  # Two has both
    ],
)
def test_a_line_that_would_mean_something_else_in_another_project_is_not_assumed(lists: dict[str, str]) -> None:
    desired, live = _desired("[Plannings, x]"), _live(**lists)
    as_if, accepted = accept_renames(desired, live, {}, target=TARGET, options=_OPTIONS)
    assert accepted == ()
    assert "task:One/Plannings" in {str(pair.create) for pair in _plan(as_if, live).rename_candidates}
