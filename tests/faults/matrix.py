"""Runs the whole matrix in several processes: `python -m tests.faults`. Exit code 1 if an invariant is violated.

`--only TEXT` runs the cases whose name contains the text. Every violation is printed with the name of its case.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Protocol

from tests.faults.cases import all_cases
from tests.faults.edits import edit_cases
from tests.faults.invariants import expected_result
from tests.faults.over_http import http_cases
from tests.faults.processes import disk_cases, process_cases
from tests.faults.random_faults import RandomFaultsCase
from tests.faults.statuses import status_cases

SEEDS = 1000
ROOMS = (100, 20_000, *range(47_800, 66_000, 1_200))
"""Disk space in bytes: too little for the plan, too little for the journal, then enough for a growing part of it."""


class Runnable(Protocol):
    """A case of any part of the matrix."""

    @property
    def group(self) -> str:
        """The name under which the case is counted."""

    def run(self) -> list[str]:
        """Run the case; returns every violated invariant."""


PARTS = ("transport", "status", "edits", "chaos", "http", "process", "disk")


def cases_of(part: str) -> Iterator[Runnable]:
    """The cases of a part."""
    requests = expected_result("inline")[1]
    match part:
        case "transport":
            yield from all_cases()
        case "edits":
            yield from edit_cases()
        case "status":
            yield from status_cases()
        case "chaos":
            yield from map(RandomFaultsCase, range(SEEDS))
        case "http":
            yield from http_cases(requests)
        case "process":
            yield from process_cases(range(requests))
        case "disk":
            yield from disk_cases(ROOMS)


def run_case(case: Runnable) -> tuple[str, str, list[str], float]:
    """Run a case; returns its group, name, violated invariants and duration in seconds."""
    started = time.monotonic()
    try:
        problems = case.run()
    except Exception:  # noqa: BLE001 - any exception is the result of the case
        problems = [traceback.format_exc()]
    return case.group, str(case), problems, time.monotonic() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the selected cases and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="run this part; repeatable (default: all parts)")
    parser.add_argument("--only", default="", help="run the cases whose name contains this text")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    parts: Sequence[str] = options.part or PARTS
    chosen = (case for part in parts for case in cases_of(part) if options.only in str(case))
    started, passed, failed = time.monotonic(), Counter[str](), Counter[str]()
    seconds: defaultdict[str, float] = defaultdict(float)
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for group, name, problems, took in pool.imap_unordered(run_case, chosen, chunksize=4):
            (failed if problems else passed)[group] += 1
            seconds[group] += took
            for line in problems:
                print(f"{name}: {line}", flush=True)
    print(f"{'':52}  passed  failed  seconds")
    for group in sorted(passed | failed):
        print(f"{group:52}  {passed[group]:6}  {failed[group]:6}  {seconds[group]:7.1f}")
    total, failures = passed.total() + failed.total(), failed.total()
    print(f"{total} cases, {passed.total()} passed, {failures} failed, {time.monotonic() - started:.0f} s")
    return 1 if failures or not total else 0
