"""A command's access to a workspace: old readings, saved states of a failed simulation, counted requests."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.cli import bug_report, request_log, session
from reconciler.errors import SimulationError
from reconciler.gateway import Paused, Sent
from reconciler.gateway.messages import Request
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


def test_states_that_cannot_be_saved_are_said_and_hide_no_defect(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise SimulationError("it leaves something to do")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session, "make_plan", fail)
    monkeypatch.setattr(bug_report, "write_private", full)
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "plan")
    assert result.exit_code == 1
    assert "it leaves something to do" in result.stderr
    assert "nothing was written. The states could not be saved: No space left on device" in " ".join(
        result.stderr.split()
    )


@pytest.mark.parametrize(
    ("seconds", "is_rate_limit", "shown"),
    [
        (10.0, True, "rate limit reached; continuing in 10 s\n"),
        (120.0, False, "the service is failing; continuing in 2 min\n"),
        (9.9, True, ""),
    ],
)
def test_only_a_long_wait_is_reported(
    capsys: pytest.CaptureFixture[str],
    seconds: float,
    is_rate_limit: bool,  # noqa: FBT001 - a parameter of the test
    shown: str,
) -> None:
    request_log.log_pause(Paused(Request("GET", "/v1/user"), seconds, 1, is_rate_limit))
    assert capsys.readouterr() == ("", shown)


@pytest.mark.parametrize(
    ("status", "attempt", "shown"),
    [
        (200, 1, "GET /v1/user  200, 0.250 s\n"),
        (0, 1, "GET /v1/user  no answer, 0.250 s\n"),
        (503, 2, "GET /v1/user  503, 0.250 s, attempt 2\n"),
    ],
)
def test_a_request_is_logged_with_its_answer_and_attempt(
    capsys: pytest.CaptureFixture[str], status: int, attempt: int, shown: str
) -> None:
    request_log.log_request(Sent(Request("GET", "/v1/user", (("page", "2"),)), status, 0.25, attempt))
    assert capsys.readouterr() == ("", shown)


def test_a_plan_for_another_workspace_than_the_manifests_name_says_so(desk: Desk) -> None:
    """It may plan to remove what only that one has."""
    for named, is_other in (("Side Hustle", True), ("acme studio", False), ("{name: New, create: true}", True)):
        desk.write(f"version: 1\nworkspace: {named}\ntags: [a]\n")
        result = desk.call("--sandbox", "--workspace", "Acme Studio", "plan")
        assert result.exit_code == 0
        assert ("--workspace or RECONCILER_WORKSPACE chose 'Acme Studio'" in result.stderr) is is_other
