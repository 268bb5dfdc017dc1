"""Exchanged names, as the journals of runs know them: done stays done, half of it is completed, an undo takes the knowledge back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs, approve
from reconciler.model import Address
from reconciler.planning import Plan
from tests.applying.undo.test_inverse import undo_plan
from tests.planning.literals import desired_of
from tests.recorded_runs import Recorded, recorded
from tests.sandbox_client import Stage

BEFORE: dict[str, Any] = {"tags": ["one", {"name": "two", "archived": True}]}
EXCHANGED: dict[str, Any] = {"tags": [{"name": "one", "was": "two", "archived": True}, {"name": "two", "was": "one"}]}
WITHOUT_LINES: dict[str, Any] = {"tags": [{"name": "one", "archived": True}, "two"]}
ONE, TWO = Address("tag", ("one",)), Address("tag", ("two",))


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        stage.apply(BEFORE)
        yield stage


def make_recorded_plan(stage: Stage, folder: Path, manifest: dict[str, Any] = EXCHANGED) -> Plan:
    """The plan of a manifest with what the runs know."""
    stage.time.seconds += 60
    return stage.plan(replace(desired_of(manifest), renamed=Runs(folder).renames(stage.workspace.id)))[0]


def steps(plan: Plan) -> dict[str, list[str]]:
    return {str(change.address): [field.name for field in change.fields] for change in plan.changes}


def ids(stage: Stage) -> dict[str, str]:
    return {tag["name"]: tag["id"] for tag in stage.snapshot()["tags"]}


def test_a_recorded_exchange_is_done_whatever_the_fields_look_like_since(stage: Stage, tmp_path: Path) -> None:
    before = ids(stage)
    assert recorded(stage, make_recorded_plan(stage, tmp_path), tmp_path).exit_code == 0
    assert ids(stage) == {"one": before["two"], "two": before["one"]}
    assert Runs(tmp_path).renames(stage.workspace.id).keys() == {ONE, TWO}
    for name, archived in (("one", False), ("two", True)):  # by hand
        stage.call("PUT", f"/tags/{ids(stage)[name]}", {"name": name, "archived": archived})
    assert steps(make_recorded_plan(stage, tmp_path / "nowhere")) == {"tag:one": ["name"], "tag:two": ["name"]}
    assert steps(make_recorded_plan(stage, tmp_path)) == {"tag:one": ["archived"], "tag:two": ["archived"]}
    assert make_recorded_plan(stage, tmp_path).warnings == ()


def test_names_that_were_exchanged_back_by_hand_are_read_from_the_fields(stage: Stage, tmp_path: Path) -> None:
    assert recorded(stage, make_recorded_plan(stage, tmp_path), tmp_path).exit_code == 0
    after = ids(stage)
    for name, tag, archived in (("x", "one", True), ("one", "two", False), ("two", "one", True)):
        stage.call("PUT", f"/tags/{after[tag]}", {"name": name, "archived": archived})
    assert steps(make_recorded_plan(stage, tmp_path)) == {"tag:one": ["name"], "tag:two": ["name"]}


@pytest.mark.parametrize(
    ("writes", "manifest"),
    [(1, EXCHANGED), (2, EXCHANGED), (2, WITHOUT_LINES)],
    ids=["one", "two", "two, lines removed"],
)
def test_an_interrupted_exchange_is_completed(
    stage: Stage, tmp_path: Path, writes: int, manifest: dict[str, Any]
) -> None:
    before, plan = ids(stage), make_recorded_plan(stage, tmp_path)
    ended = iter(range(writes))
    Recorded(stage, tmp_path).apply(approve(plan, plan.digest), should_stop=lambda: next(ended, None) is None)
    assert any(name.startswith("~") for name in ids(stage))
    rest = make_recorded_plan(stage, tmp_path, manifest)
    assert {str(change.action) for change in rest.changes} <= {"update", "archive", "restore"}
    assert recorded(stage, rest, tmp_path).exit_code == 0
    assert ids(stage) == {"one": before["two"], "two": before["one"]}
    assert make_recorded_plan(stage, tmp_path, manifest).changes == ()


def test_an_undo_takes_the_knowledge_back(stage: Stage, tmp_path: Path) -> None:
    before = ids(stage)
    assert recorded(stage, make_recorded_plan(stage, tmp_path), tmp_path).exit_code == 0
    stage.time.seconds += 60
    assert recorded(stage, undo_plan(stage, tmp_path), tmp_path).exit_code == 0
    assert ids(stage) == before
    assert Runs(tmp_path).renames(stage.workspace.id) == {}
    assert steps(make_recorded_plan(stage, tmp_path)) == {"tag:one": ["name"], "tag:two": ["name"]}


def test_a_run_that_was_changed_or_is_of_another_workspace_tells_nothing(stage: Stage, tmp_path: Path) -> None:
    assert recorded(stage, make_recorded_plan(stage, tmp_path), tmp_path).exit_code == 0
    assert Runs(tmp_path).renames("another") == {}
    journal = next(iter(Runs(tmp_path))).path / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"done"', b'"dome"'))
    assert Runs(tmp_path).renames(stage.workspace.id) == {}


def test_only_what_the_run_wrote_and_what_stays_counts(stage: Stage, tmp_path: Path) -> None:
    for name in ("three", "four"):
        stage.call("POST", "/tags", {"name": name})
    before = ids(stage)
    plan = make_recorded_plan(stage, tmp_path, {"tags": [*EXCHANGED["tags"], {"name": "five", "was": "four"}, "new"]})
    assert {str(change.action) for change in plan.changes if change.address.name in ("three", "new")} == {
        "delete",
        "create",
    }
    ended = iter(range(1))
    Recorded(stage, tmp_path).apply(approve(plan, plan.digest), should_stop=lambda: next(ended, None) is None)
    known = Runs(tmp_path).renames(stage.workspace.id)
    assert len(known) <= 1
    stage.time.seconds += 60
    assert recorded(stage, plan, tmp_path).exit_code == 0
    known = Runs(tmp_path).renames(stage.workspace.id)
    assert {str(address): found[0] for address, found in known.items()} == {
        "tag:one": before["two"],
        "tag:two": before["one"],
        "tag:five": before["four"],
    }
