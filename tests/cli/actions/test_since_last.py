"""`plan --since-last` and `drift --since-last`: the record in the state folder, and the line about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import last_reading
from tests.cli.embedded import Embedded

TAGS = ["one", "two"]


def record(sandbox: Embedded) -> Path:
    return next(Path(sandbox.desk.folder, ".reconciler", "readings").iterdir())


@pytest.fixture
def prepared(sandbox: Embedded) -> Embedded:
    """An empty workspace with two tags, as declared."""
    for name in TAGS:
        sandbox.call("POST", "tags", {"name": name})
    sandbox.store.changes.now = 0.0
    sandbox.store._db.execute("UPDATE changes SET created = 0")
    sandbox.declare(tags=TAGS)
    return sandbox


def plan(sandbox: Embedded, *words: str) -> tuple[str, Any]:
    """The line about the reading, and the plan."""
    result = sandbox.run("plan", "--since-last", "--json", *words)
    assert result.exit_code == 0, result.stderr
    lines = [line for line in result.stderr.splitlines() if line.startswith("since-last: ")]
    assert len(lines) == 1
    return lines[0].removeprefix("since-last: "), json.loads(result.stdout)


def test_the_second_plan_reads_in_four_requests(prepared: Embedded) -> None:
    whole = prepared.plan()
    first, _ = plan(prepared)
    assert first == "read in full: no earlier reading is recorded"
    assert record(prepared).stat().st_mode & 0o777 == 0o600
    second, less = plan(prepared)
    assert second == "3 lists were not read again, which could only show what was created and hidden since"
    ends = [path.rpartition("/")[2] for _, path in prepared.sent]
    assert ends == ["connections", "workspaces", "clients", "projects", "tags", "created"]
    assert (less["digest"], less["forecast"]) == (whole["digest"], whole["forecast"])
    assert "none created since" in less["proof"]["lists"][0]["ended_by"]


def test_nothing_is_recorded_without_the_option(prepared: Embedded) -> None:
    prepared.plan()
    assert not Path(prepared.desk.folder, ".reconciler", "readings").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "read in full: Expecting"),
        (b'{"format": 1}', "read in full: the recorded reading has another format"),
    ],
)
def test_a_damaged_record_is_said_and_replaced(prepared: Embedded, content: bytes, problem: str) -> None:
    plan(prepared)
    record(prepared).write_bytes(content)
    assert plan(prepared)[0].startswith(problem)
    assert plan(prepared)[0].startswith("3 lists")


def test_a_record_that_cannot_be_read_or_written_stops_nothing(prepared: Embedded) -> None:
    plan(prepared)
    path = record(prepared)
    path.unlink()
    path.mkdir()
    result = prepared.run("plan", "--since-last")
    assert result.exit_code == 0
    assert f"since-last: read in full: cannot read {path.relative_to(prepared.desk.folder)}: " in result.stderr
    assert "warning: the reading could not be recorded in " in result.stderr


def test_a_removal_reads_in_full(prepared: Embedded) -> None:
    plan(prepared)
    prepared.declare(tags=TAGS[:1])
    assert plan(prepared)[0] == "read in full: the plan removes or archives something"


def test_a_plan_with_targets_reads_in_its_own_way(prepared: Embedded) -> None:
    assert plan(prepared, "--target", "tag:one")[0] == "read in full: a plan with targets has its own way to read less"


def test_a_workspace_where_every_list_is_needed(prepared: Embedded) -> None:
    for plural in ("clients", "projects", "tags"):
        made = prepared.call("POST", plural, {"name": "gone"})
        prepared.call("PUT", f"{plural}/{made['id']}", {"name": "gone", "archived": True})
    prepared.declare(tags=TAGS, policy={"prune": {"tags": "keep"}})
    plan(prepared)
    assert plan(prepared)[0] == "read in full: no list of the recorded reading can be left out"


def test_part_of_the_lists(prepared: Embedded) -> None:
    plan(prepared)
    made = prepared.call("POST", "clients", {"name": "gone"})
    prepared.call("PUT", f"clients/{made['id']}", {"name": "gone", "archived": True})
    assert plan(prepared)[0] == "2 lists were not read again, which could only show what was created and hidden since"


def test_drift_has_it_too(prepared: Embedded) -> None:
    prepared.declare(tags=[*TAGS, "three"])
    assert prepared.apply()[0] == 0
    for expected in ("read in full", "3 lists were not read again"):
        result = prepared.run("drift", "--since-last")
        assert f"since-last: {expected}" in result.stderr
        assert result.exit_code == 0


@pytest.mark.parametrize(
    ("date", "seconds"),
    [("", None), ("soon", None), ("Fri, 13 Feb 2026 09:18:02 GMT", 1_770_974_282.0)],
)
def test_the_date_of_a_response(date: str, seconds: float | None) -> None:
    assert last_reading._seconds(date) == seconds
