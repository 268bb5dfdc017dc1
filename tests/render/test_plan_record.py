"""A redacted plan, on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.plan_record import planned_record
from reconciler.render.lines import to_plain
from reconciler.render.plan_record import planned_lines
from tests.planning.literals import plan_of


@pytest.mark.parametrize(("workspace", "shown"), [("w1", "w1"), ("", "a new one")])
def test_the_workspace_is_named_by_its_id_or_is_new(workspace: str, shown: str) -> None:
    record = planned_record(plan_of({"tags": ["a", "b"]}, {}))
    lines = to_plain(planned_lines(replace(record, workspace_id=workspace))).splitlines()
    assert lines[1] == f"Workspace: {shown}"
    assert "2 changes" in lines


@pytest.mark.parametrize(("made", "shown"), [("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"), ("", "an unknown time")])
def test_the_time_of_the_plan_is_told_or_unknown(made: str, shown: str) -> None:
    record = replace(planned_record(plan_of({"tags": ["a"]}, {})), created_at=made)
    first = to_plain(planned_lines(record)).partition("\n")[0]
    assert first == f"Redacted plan of {shown}: the values of its fields are not in it."
