"""An apply after a run that ended without a record of its end, and records of runs that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import ADDITIVE, Desk, digest_in
from tests.forged_runs import read_lines, write_sealed

HOLDER = {"owner": "jo", "pid": 4711, "host": "desk", "since": "2026-01-02T03:04:05.000Z"}


def _crashed(desk: Desk, *, is_written: bool = True) -> tuple[Path, str]:
    """A run whose process died before its last change was recorded; its folder and its digest."""
    desk.write(ADDITIVE)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    [run] = (desk.folder / ".reconciler" / "runs").iterdir()
    lines = read_lines(run)
    kept = len(lines) - 2 if is_written else 1
    write_sealed(run, lines[:kept])
    (desk.folder / ".reconciler" / "lock").write_text(json.dumps(HOLDER) + "\n", encoding="utf-8")
    return run, digest


RESUMED = "the previous run did not exit cleanly; resuming it (jo"


def test_a_run_that_is_resumed_after_a_crash_says_whose_it_was(desk: Desk) -> None:
    run, digest = _crashed(desk)
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    assert RESUMED in " ".join(result.stderr.split())
    assert "already" in result.stdout
    assert [path.name for path in run.parent.iterdir()] == [run.name]


def test_a_run_that_had_written_nothing_is_not_called_resumed(desk: Desk) -> None:
    _, digest = _crashed(desk, is_written=False)
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    assert "did not exit cleanly" not in result.stderr


def test_a_run_whose_lock_is_empty_is_not_called_unclean(desk: Desk) -> None:
    _, digest = _crashed(desk)
    (desk.folder / ".reconciler" / "lock").write_text("", encoding="utf-8")
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    assert "did not exit cleanly" not in result.stderr


def test_a_run_whose_plan_another_version_made_is_named_and_passed_over(desk: Desk) -> None:
    run, digest = _crashed(desk)
    lines, path = read_lines(run), run / "plan.json"
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "format": "reconciler.plan/99"}), encoding="utf-8")
    write_sealed(run, lines)
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    assert f"cannot read the plan of run {run.name}: " in result.stderr
    assert "No changes" in result.stdout + result.stderr


def test_an_undo_under_a_policy_that_cannot_be_read_is_refused(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    [first] = (desk.folder / ".reconciler" / "runs").iterdir()
    desk.write(ADDITIVE.replace("another one]", "another one, third]"))
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    [last] = set(first.parent.iterdir()) - {first}
    lines, path = read_lines(last), last / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "policy": {"protect": []}}), encoding="utf-8")
    write_sealed(last, lines)
    result = desk.call("--sandbox", "undo", first.name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot read the policy of the last run: " in result.stderr
