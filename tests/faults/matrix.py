"""The whole matrix, in several processes: `python -m tests.faults`. Exit code 1 where anything is not as it must be.

`--only TEXT` runs the cases whose name contains the text; a case's name is printed with everything that is wrong about it.
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
from tests.faults.invariants import goal
from tests.faults.over_http import http_cases
from tests.faults.processes import disk_cases, process_cases
from tests.faults.random_faults import ChaosCase

SEEDS = 1000
ROOMS = (100, 20_000, *range(47_800, 66_000, 1_200))
"""Bytes: no room for the plan, none for the journal, then room for more and more of it."""


class Runnable(Protocol):
    """One case of any part of the matrix."""

    @property
    def group(self) -> str:
        """What is counted together."""

    def run(self) -> list[str]:
        """Everything that is not as it must be."""


PARTS = ("transport", "chaos", "http", "process", "disk")


def cases_of(part: str) -> Iterator[Runnable]:
    """All cases of one part."""
    requests = goal("inline")[1]
    match part:
        case "transport":
            yield from all_cases()
        case "chaos":
            yield from map(ChaosCase, range(SEEDS))
        case "http":
            yield from http_cases(requests)
        case "process":
            yield from process_cases(range(requests))
        case "disk":
            yield from disk_cases(ROOMS)


def tried(case: Runnable) -> tuple[str, str, list[str], float]:
    """Group and name of a case, what is wrong, and the seconds that it took."""
    started = time.monotonic()
    try:
        wrong = case.run()
    except Exception:  # noqa: BLE001 - whatever a case ends with is its result
        wrong = [traceback.format_exc()]
    return case.group, str(case), wrong, time.monotonic() - started


def main(words: Sequence[str] | None = None) -> int:
    """Run, and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="may be repeated; without it, all")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(words)
    parts: Sequence[str] = given.part or PARTS
    chosen = (case for part in parts for case in cases_of(part) if given.only in str(case))
    started, passed, failed = time.monotonic(), Counter[str](), Counter[str]()
    seconds: defaultdict[str, float] = defaultdict(float)
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        for group, name, wrong, took in pool.imap_unordered(tried, chosen, chunksize=4):
            (failed if wrong else passed)[group] += 1
            seconds[group] += took
            for line in wrong:
                print(f"{name}: {line}", flush=True)
    print(f"{'':52}  passed  failed  seconds")
    for group in sorted(passed | failed):
        print(f"{group:52}  {passed[group]:6}  {failed[group]:6}  {seconds[group]:7.1f}")
    total, wrong_ones = passed.total() + failed.total(), failed.total()
    print(f"{total} cases, {passed.total()} passed, {wrong_ones} failed, {time.monotonic() - started:.0f} s")
    return 1 if wrong_ones or not total else 0
