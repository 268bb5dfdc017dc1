"""The gate itself: rooms from files, and what it says below, at and above the record."""

from __future__ import annotations

from typing import Any

from tests.architecture.layout import ROOMS
from tests.coverage_gate.rooms import Share, by_room, failures, least, rises


def file(run: int, missing: int, branches: int = 0, missing_branches: int = 0) -> dict[str, Any]:
    counts = {"covered_lines": run, "num_statements": run + missing, "missing_lines": missing}
    taken = branches - missing_branches
    more = {"covered_branches": taken, "num_branches": branches, "missing_branches": missing_branches}
    return {"summary": {**counts, **more}}


def test_lines_and_branches_of_a_room_are_counted_together_and_the_worst_module_stands_first() -> None:
    files = {
        "reconciler/live/read.py": file(8, 1, 4, 1),
        "reconciler/live/inner/deep.py": file(2, 4),
        "reconciler/names.py": file(3, 0),
    }
    missing = (("reconciler/live/inner/deep.py", 4), ("reconciler/live/read.py", 2))
    assert by_room(files) == {"live": Share(13, 19, missing), "top": Share(3, 3)}
    assert by_room(files)["live"].percent == 68.4


def test_a_room_below_its_number_fails_and_names_its_modules() -> None:
    shares = {"live": Share(949, 1000, (("reconciler/live/read.py", 51),))}
    below, where = failures(shares, {"live": 95.0})
    assert below == "live: 94.9 % of lines and branches are run, at least 95.0 % are required"
    assert where.strip() == "reconciler/live/read.py: 51 are not run"
    assert list(failures(shares, {"live": 94.9})) == []


def test_a_room_without_a_number_and_a_number_without_a_room_fail() -> None:
    assert [line.partition(":")[0] for line in failures({"new": Share(1, 1)}, {"old": 95.0})] == ["new", "old"]


def test_a_number_may_be_raised_where_clearly_more_is_run() -> None:
    assert list(rises({"live": Share(97, 100)}, {"live": 96.5})) == ["live: 96.5 % may be raised to 97.0 %"]
    assert list(rises({"live": Share(969, 1000)}, {"live": 96.5})) == []


def test_every_room_of_the_layout_with_modules_of_its_own_has_a_number() -> None:
    assert {*least(), "top"} <= {*ROOMS, "top"}
