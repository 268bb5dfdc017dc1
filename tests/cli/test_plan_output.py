"""A plan on stdout: in pieces, the first before the last is made, and none for a reader that has gone."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.cli import plan_output
from reconciler.cli.plan_output import plan_pieces, print_plan
from reconciler.cli.planfiles import format_plan
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.streams import Output
from reconciler.planning import planfile, planfile_text
from reconciler.planning.plan import Plan
from reconciler.render.text_change import ChangeText
from tests.render import plans

CHANGES = 300


class _Closing(io.StringIO):
    """A pipe whose reader goes after the first piece."""

    pieces = 0

    def write(self, text: str) -> int:
        self.pieces += 1
        if self.pieces > 1:
            raise BrokenPipeError
        return super().write(text)


@pytest.fixture
def plan() -> Plan:
    """A plan of which no two changes are summed up."""
    return plans.plan(*(plans.create(f"tag:tag {n}", note=f"n {n}") for n in range(CHANGES)))


def _counted(made: list[Any], real: Callable[..., Any]) -> Callable[..., Any]:
    def count(*arguments: Any) -> Any:
        made.append(arguments)
        return real(*arguments)

    return count


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_closed_pipe_ends_it(plan: Plan, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(ChangeText, "change", _counted(made, ChangeText.change))
    monkeypatch.setattr(planfile_text, "change_to_json", _counted(made, planfile.change_to_json))
    monkeypatch.setattr(plan_output, "_LINES", 10)
    monkeypatch.setattr(plan_output, "_CHARACTERS", 1000)
    stdout = _Closing()
    monkeypatch.setattr(sys, "stdout", Output(stdout))
    print_plan(plan, form, Settings(), "")
    assert 0 < len(made) < CHANGES // 10
    assert 0 < len(stdout.getvalue()) < 5000


@pytest.mark.parametrize("form", ["text", "json", "html", "markdown", "github"])
def test_the_pieces_are_the_whole_and_end_in_a_newline(plan: Plan, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_output, "_CHARACTERS", 1000)
    whole = format_plan(plan, form, "")
    assert "".join(plan_pieces(plan, form, "")) == whole
    stdout = io.StringIO()
    monkeypatch.setattr(sys, "stdout", Output(stdout))
    print_plan(plan, form, Settings(), "")
    assert stdout.getvalue() == whole.removesuffix("\n") + "\n"
