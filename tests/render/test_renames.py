"""Rename candidates on a terminal: each with both answers, and the line that answers all of one place."""

from __future__ import annotations

from typing import Any

from reconciler.model import Address
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.render.lines import to_plain
from reconciler.render.renames import accepted_rename_lines, rename_candidate_lines
from tests.planning.literals import desired_of, plan_of

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
