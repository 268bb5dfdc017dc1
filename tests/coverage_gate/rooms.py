"""Shares by room: read from a measurement, and held against the least shares on record."""

from __future__ import annotations

import json
import math
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coverage import Coverage

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".coverage-of-fast-set"
"""A folder with a file of each process that ran tests."""

RECORD = Path(__file__).with_name("least.toml")
WORTH_RAISING = 0.5
"""A number that is this far below what was measured should be raised, in percent. Less may be the order of threads."""


@dataclass(frozen=True)
class Share:
    """Lines and branches of a room, and how many of them were run; modules with what is missing, the worst first."""

    run: int
    all: int
    missing: tuple[tuple[str, int], ...] = ()

    @property
    def percent(self) -> float:
        """Rounded down to a tenth."""
        return math.floor(1000 * self.run / self.all) / 10 if self.all else 100.0


def measured() -> dict[str, Share]:
    """The last measurement by room. Raises coverage.exceptions.NoDataError if there is none."""
    with TemporaryDirectory() as folder:
        total = Coverage(data_file=str(Path(folder, "data")), config_file=str(ROOT / "pyproject.toml"))
        total.combine([str(DATA)], keep=True)
        report = Path(folder, "report.json")
        total.json_report(outfile=str(report))
        return by_room(json.loads(report.read_bytes())["files"])


def by_room(files: Mapping[str, Any]) -> dict[str, Share]:
    """Room → share, from the files of a JSON report. A module at the top of the package belongs to the room `top`."""
    run, every = Counter[str](), Counter[str]()
    missing: dict[str, list[tuple[str, int]]] = {}
    for path, file in files.items():
        _, room, *inner = Path(path).with_suffix("").parts
        room, counts = room if inner else "top", file["summary"]
        run[room] += counts["covered_lines"] + counts["covered_branches"]
        every[room] += counts["num_statements"] + counts["num_branches"]
        if absent := counts["missing_lines"] + counts["missing_branches"]:
            missing.setdefault(room, []).append((Path(path).as_posix(), absent))
    worst = {room: tuple(sorted(found, key=lambda one: -one[1])) for room, found in missing.items()}
    return {room: Share(run[room], every[room], worst.get(room, ())) for room in sorted(every)}


def least() -> dict[str, float]:
    """The shares on record, in percent."""
    return dict(tomllib.loads(RECORD.read_text(encoding="utf-8"))["least"])


def failures(shares: Mapping[str, Share], record: Mapping[str, float]) -> Iterator[str]:
    """What is below its record, with the modules to look at; and what has none."""
    for room, share in shares.items():
        if room not in record:
            yield f"{room}: {share.percent} %, and no number is on record for it"
        elif share.percent < record[room]:
            yield f"{room}: {share.percent} % of lines and branches are run, at least {record[room]} % are required"
            yield from (f"    {path}: {number} are not run" for path, number in share.missing[:5])
    yield from (f"{room}: it is on record and has no modules" for room in record.keys() - shares.keys())


def rises(shares: Mapping[str, Share], record: Mapping[str, float]) -> Iterator[str]:
    """Which numbers may be raised."""
    for room, share in shares.items():
        if share.percent >= record.get(room, 100.0) + WORTH_RAISING:
            yield f"{room}: {record[room]} % may be raised to {share.percent} %"
