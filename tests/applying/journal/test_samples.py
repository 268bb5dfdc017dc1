"""Run folders of 0.1.0: what is recorded in them is still read as that version read it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying.journal.events import Intent, UnknownEvent
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.summary import run_to_json
from reconciler.applying.undo.effects import Effect, effects_of

SAMPLES = Path(__file__).parents[2] / "samples" / "v0_1"
RUNS = sorted(path.name for path in (SAMPLES / "runs").iterdir())


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """The sample of this name as a run folder."""
    folder = tmp_path / request.param
    folder.mkdir()
    shutil.copy(SAMPLES / "runs" / request.param / "journal.jsonl", folder / "journal.jsonl")
    shutil.copy(SAMPLES / "plans" / "every-kind-of-change.json", folder / "plan.json")
    return Run(folder)


def _expected(run: Run) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SAMPLES / "runs" / run.id / "expected.json").read_text(encoding="utf-8"))
    return content


def _effect_to_json(effect: Effect, run: Run) -> dict[str, Any]:
    change = (effect.address, effect.action)
    line = next(
        (at for at, e in enumerate(run.events, 1) if isinstance(e, Intent) and (e.address, e.action) == change), 0
    )
    return {
        "address": str(effect.address),
        "action": str(effect.action),
        "id": effect.id,
        "line": line,
        "gone": effect.is_gone,
        "in_doubt": effect.is_in_doubt,
        "fields": [list(field) for field in effect.fields],
        "along": [str(child.address) for child in effect.embedded],
    }


@pytest.mark.parametrize("run", RUNS, indirect=True)
def test_a_run_of_0_1_0_is_shown_as_it_was_to_the_letter(run: Run) -> None:
    assert json.dumps(run_to_json(run), indent=1) == json.dumps(_expected(run)["record"], indent=1)


@pytest.mark.parametrize("run", RUNS, indirect=True)
def test_a_run_of_0_1_0_is_undone_by_the_same_effects(run: Run) -> None:
    effects = [_effect_to_json(effect, run) for effect in effects_of(run)]
    assert json.loads(json.dumps(effects)) == _expected(run)["effects"]


@pytest.mark.parametrize("run", RUNS, indirect=True)
def test_the_plan_of_a_run_of_0_1_0_keeps_its_digest(run: Run) -> None:
    assert run.plan.digest == _expected(run)["plan_digest"] == run.history.sessions[0].started.digest


@pytest.mark.parametrize("run", RUNS, indirect=True)
def test_every_line_of_0_1_0_is_written_back_to_the_letter(run: Run) -> None:
    lines = (run.path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    written = [json.dumps(e.to_json(), separators=(",", ":")) for e in run.events if not isinstance(e, UnknownEvent)]
    assert written == [line for line in lines if line.strip()]


@pytest.mark.parametrize("run", RUNS, indirect=True)
def test_the_sessions_of_a_run_of_0_1_0_are_found_in_any_spelling_of_its_lines(run: Run) -> None:
    complete, sessions = run.is_complete, run.head.sessions
    journal = run.path / "journal.jsonl"
    lines = [json.dumps(json.loads(line)) for line in journal.read_text(encoding="utf-8").splitlines()]
    journal.write_text("\n".join(lines) + "\n", encoding="utf-8")
    again = Run(run.path)
    assert (again.is_complete, again.head.sessions) == (complete, sessions)
    assert again.head.sessions
