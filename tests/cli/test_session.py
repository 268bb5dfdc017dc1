"""A command's access to a workspace: old readings, saved states of a failed simulation, counted requests."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.cli import session
from reconciler.errors import SimulationError
from tests.cli.program import ADDITIVE, Desk, summary_of


def _requests(desk: Desk) -> int:
    desk.call("sandbox", "reset")
    result = desk.call("--sandbox", "apply", "--approve", "additive", "--format", "json")
    assert result.exit_code == 0, result.stderr
    return int(summary_of(result.stdout)["requests"])


def test_a_reading_that_grew_old_is_repeated_before_the_first_write(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(ADDITIVE)
    fresh = _requests(desk)
    monkeypatch.setattr(session, "FRESH_SECONDS", -1.0)
    assert _requests(desk) > fresh


def test_the_report_counts_every_request_that_left(desk: Desk) -> None:
    desk.write(ADDITIVE)
    done = desk.call("--sandbox", "-v", "apply", "--approve", "additive", "--format", "json")
    output = [line for line in done.stderr.splitlines() if line.startswith(("GET /", "POST /", "PUT /"))]
    assert summary_of(done.stdout)["requests"] == len(output)
    assert sum(line.startswith("POST") for line in output) == 2


def test_planning_and_a_refused_apply_send_nothing_but_get(desk: Desk) -> None:
    desk.write(ADDITIVE)
    for command in ("plan", "apply"):
        done = desk.call("--sandbox", "-v", command)
        assert "GET /" in done.stderr
        assert not any(f"{method} /" in done.stderr for method in ("POST", "PUT", "PATCH", "DELETE"))


def test_a_plan_that_does_not_lead_where_it_should_leaves_both_states_for_a_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise SimulationError("it leaves something to do")

    monkeypatch.setattr(session, "make_plan", fail)
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "plan")
    assert result.exit_code == 1
    saved = next((desk.folder / ".reconciler" / "defects").iterdir())
    assert saved.name in result.stderr
    text = saved.read_text(encoding="utf-8")
    assert "brand-new" in text
    assert "import-2023" in text
