"""Rename candidates on a terminal: each with both answers, and the line that answers all of one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.names import Notation
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.render import words
from reconciler.render.lines import to_plain
from reconciler.render.renames import accepted_rename_lines, rename_candidate_lines
from tests.planning.literals import desired_of, plan_of
from tests.render import plans

PROJECTS: list[Any] = [{"name": "One", "use": ["set"]}, {"name": "Two", "use": ["set"]}]
SHOWN = """\
Renamed, or replaced?
  task:One/Plannings looks like task:One/Planning (94 of 100)
    if renamed, put this in place of its entry (-:4:5):
        - {name: Plannings, was: Planning}
    if replaced, allow the removal: --allow-removal task:One/Planning
  task:Two/Plannings looks like task:Two/Planing (88 of 100)
    if renamed, put this in place of its entry (-:4:5):
        - {name: Plannings, was: Planing}
    if replaced, allow the removal: --allow-removal task:Two/Planing
  -:4:5 declares 2 of these. If all are renamed, put one line there:
        - {name: Plannings, was: [Planning, Planing]}
"""


def test_each_candidate_has_both_answers_and_its_place_one_line_for_all() -> None:
    manifest = {"task_sets": {"set": ["Plannings"]}, "projects": PROJECTS}
    plan = plan_of(manifest, {"projects": ["One", "Two"], "tasks": ["One/Planning", "Two/Planing"]})
    assert to_plain(rename_candidate_lines(plan)) == SHOWN


def test_each_line_of_an_accepted_rename_stands_below_its_place() -> None:
    desired = desired_of({"tags": ["Plannings"]})
    pair = RenameCandidate(Address("tag", ("Plannings",)), Address("tag", ("Planning",)), ("Planning",), 94)
    assert to_plain(accepted_rename_lines([pair], desired)).splitlines()[2:] == [
        "  in place of tag:Plannings (-:3:3):",
        "      - {name: Plannings, was: Planning}",
    ]


@pytest.mark.parametrize(
    ("notation", "common"),
    [
        (
            Notation.MAPPING,
            [
                (
                    "workspace.yaml:7:5 declares 2 of these. If all are renamed, put one line there",
                    "was: [Planning, Planing]",
                )
            ],
        ),
        (Notation.ROW, []),
    ],
)
def test_one_line_answers_for_all_rows_of_an_entry_and_none_for_lines_that_go_into_the_rows(
    notation: Notation, common: list[tuple[str, str]]
) -> None:
    earlier = {"One": "Planning", "Two": "Planing"}
    changes = [
        replace(plans.create(f"task:{project}/Plannings"), source=f"workspace.yaml:7:5 (rows.csv:{row})")
        for row, project in enumerate(earlier, 2)
    ]
    pairs = tuple(
        RenameCandidate(change.address, Address("task", (project, was)), (was,), 94, Declaration(notation))
        for change, (project, was) in zip(changes, earlier.items(), strict=True)
    )
    plan = replace(plans.plan(*changes), rename_candidates=pairs)
    assert list(words.common_lines(plan)) == common
