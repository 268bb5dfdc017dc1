"""Any value of any line of a journal is changed at random: the run is refused by name, or only what live state proves is done."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.applying import Runs, annotate, approve, inverse_of
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.summary import run_to_json, runs_to_json
from reconciler.errors import JournalError, ReconcilerError
from reconciler.planning import Plan, make_plan
from reconciler.planning.planner import PlanOptions
from reconciler.render.runs import run_lines, run_list_lines
from tests.forged_runs import read_lines, write_sealed
from tests.recorded_runs import Recorded, recorded
from tests.sandbox_client import Stage

STRANGERS: dict[str, Any] = {
    "clients": [{"name": "Theirs", "projects": [{"name": "Site"}]}],
    "tags": ["their tag", "old"],
}
KEEP = {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")}
MANIFEST: dict[str, Any] = {
    "policy": KEEP,
    "clients": [{"name": "Ours", "projects": [{"name": "Shop", "note": "n", "tasks": ["Design", "Build"]}]}],
    "tags": ["our tag", {"name": "new", "was": "old"}],
}


@dataclass
class World:
    """A workspace with objects of strangers, a recorded run, and the ids that existed before it."""

    stage: Stage
    folder: Path
    run: Path
    plan: Plan
    ids: frozenset[str]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return read_lines(self.run)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        stage = stack.enter_context(Stage())
        stage.apply(STRANGERS)
        ids = frozenset(item["id"] for items in stage.snapshot().values() for item in items)
        folder = tmp_path_factory.mktemp("state")
        plan = stage.plan(MANIFEST)[0]
        assert recorded(stage, plan, folder).exit_code == 0
        yield World(stage, folder, next(iter(Runs(folder))).path, plan, ids)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from _places(inner, (*path, key))


def _with(value: Any, path: Sequence[Any], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def _undo(world: World, folder: Path) -> Plan | None:
    """The undo's plan; None where the run is refused, which names it."""
    runs = Runs(folder)
    run = runs.named("latest")
    try:
        with world.stage.reader() as reader:
            undo, reading = inverse_of(
                run, reader, world.stage.workspace, world.plan.policy, ids_before=runs.ids_before(run)
            )
        options = PlanOptions(allowed=dict.fromkeys(("client", "project", "task", "tag"), 9))
        plan = make_plan(undo.desired, reading.live, reading.usage, target=world.stage.target, options=options)
        return annotate(plan, undo)
    except ReconcilerError as error:
        if isinstance(error, JournalError) and run.id not in error.message:
            raise
        return None


def _forged(world: World, folder: Path, lines: Sequence[dict[str, Any]], *, sealed: bool) -> Run:
    copy = folder / "runs" / world.run.name
    shutil.copytree(world.run, copy)
    if sealed:
        write_sealed(copy, lines)
    else:
        old = (world.run / "journal.jsonl").read_bytes().splitlines()
        seals = [{key: json.loads(text)[key] for key in ("line", "sum")} for text in old]
        text = "".join(
            json.dumps(line | seal, separators=(",", ":")) + "\n" for line, seal in zip(lines, seals, strict=True)
        )
        (copy / "journal.jsonl").write_text(text, encoding="ascii")
    return Run(copy)


ODD = st.sampled_from([None, True, -1, 0, 99, "", "x", "tag:their tag", "client:Theirs", [], ["x"], {}, {"id": "x"}])


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), sealed=st.booleans())
def test_a_forged_line_is_refused_or_does_what_live_state_proves(
    world: World,
    data: st.DataObject,
    sealed: bool,  # noqa: FBT001 - a drawn value
) -> None:
    lines = world.lines
    number = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.sampled_from(list(_places(lines[number]))))
    value = data.draw(st.one_of(ODD, st.sampled_from(sorted(world.ids))))
    forged = [*lines[:number], _with(lines[number], place, value), *lines[number + 1 :]]
    with tempfile.TemporaryDirectory() as name:
        run = _forged(world, Path(name), forged, sealed=sealed)
        record = run_to_json(run)
        assert run_lines(record)
        assert run_list_lines(runs_to_json(Runs(Path(name)))["runs"])
        if not sealed and forged != lines:
            assert f"line {number + 1} of its journal" in run.problem
        plan = _undo(world, Path(name))
        assert plan is None or not run.problem
        for change in plan.changes if plan else ():
            assert not (change.removal and change.id in world.ids), "an undo removes what the run did not create"
        before = world.stage.snapshot()
        report = Recorded(world.stage, Path(name)).apply(approve(world.plan, world.plan.digest))
        assert report.exit_code == 0
        assert world.stage.snapshot() == before, "everything is done already, whatever a record says"
