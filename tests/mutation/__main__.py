"""`python -m tests.mutation`: draw mutants at random, test each, and report the score by room. Exit code 1 below the goals."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

from tests.mutation.choice import Coverage, load, measure, save
from tests.mutation.draw import draw
from tests.mutation.equivalents import equivalent_to, load_equivalents
from tests.mutation.mutants import Mutant, change_of, mutants_of
from tests.mutation.report import Finding, is_good, lines_of, survivors_in
from tests.mutation.rooms import ROOMS, ROOT, modules_by_room
from tests.mutation.workshop import Workshop

TIMEOUT = (30.0, 4.0)
"""Seconds, and times the usual duration of the chosen tests, after which a mutant counts as noticed: it does not end."""


def main() -> int:
    """Measure, draw, test, report."""
    options = _options()
    with contextlib.ExitStack() as stack:
        work = options.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        coverage = _measured(work, options.jobs, options.tests)
        drawn, equivalent = _draw(options.count, options.seed, options.room)
        if options.again:
            survivors = survivors_in(options.again.read_text(encoding="utf-8"))
            drawn = [(room, mutant) for room, mutant in drawn if str(mutant) in survivors]
        _show(f"{len(drawn)} mutants, seed {options.seed}")
        findings = list(_tested(drawn, coverage, work, options.jobs, options.tests))
    for line in lines_of(findings, equivalent):
        _show(line)
    return 0 if is_good(findings) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=1600, help="mutants to draw (default: 1600)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="copies of the checkout that work at once (default: 2)")
    parser.add_argument("--room", choices=ROOMS, action="append", help="only this room; repeatable")
    parser.add_argument(
        "--again", type=Path, help="only those of the draw that the output of an earlier run calls survivors"
    )
    parser.add_argument("--work", type=Path, help="folder that keeps the measured coverage for the next run")
    parser.add_argument("tests", nargs="*", default=["-m", "not slow"], help="arguments of pytest: which tests count")
    return parser.parse_args()


def _measured(work: Path, jobs: int, selection: Sequence[str]) -> Coverage:
    kept = work / "coverage.json"
    if not kept.exists():
        save(measure(ROOT, work, jobs, selection), kept)
    return load(kept)


def _draw(count: int, seed: int, rooms: Sequence[str] | None) -> tuple[list[tuple[str, Mutant]], int]:
    """Mutants with their rooms, and how many equivalent ones were drawn and left out."""
    modules = modules_by_room()
    every = [(room, m) for room in rooms or ROOMS for m in mutants_of(ROOT, modules[room])]
    drawn = draw(ROOT, every, count, seed)
    listed = load_equivalents()
    real = [(room, m) for room, m in drawn if equivalent_to(m, _source(m), listed) is None]
    return real, len(drawn) - len(real)


def _tested(
    drawn: Sequence[tuple[str, Mutant]], coverage: Coverage, work: Path, jobs: int, selection: Sequence[str]
) -> Iterator[Finding]:
    """Each mutant's finding. First every chosen test passes once without a mutant."""
    chosen: dict[bool, set[str]] = {True: set(), False: set()}
    for _, mutant in drawn:
        chosen[coverage.runs_on_import(mutant)].update(coverage.tests_for(mutant))
    checks = [(sorted(names)[at::jobs], is_imported) for is_imported, names in chosen.items() for at in range(jobs)]
    _show(f"{len(chosen[True] | chosen[False])} tests are chosen; they run without a mutant first")
    context = get_context("fork")
    numbers = context.Queue()
    for number in range(jobs):
        numbers.put(number)
    with context.Pool(jobs, _open_workshop, (work, numbers, selection)) as pool:
        if not all(pool.map(_passes, checks, chunksize=1)):
            raise SystemExit("chosen tests fail without a mutant; the log is in the folder of --work")
        tasks = [
            (room, mutant, coverage.tests_for(mutant), _timeout(coverage, mutant), coverage.runs_on_import(mutant))
            for room, mutant in drawn
        ]
        began = time.monotonic()
        for number, finding in enumerate(pool.imap_unordered(_test, tasks), 1):
            if not finding.is_detected or number % 50 == 0:
                _show(f"{number}/{len(tasks)} {time.monotonic() - began:.0f} s  {finding.result}: {finding.mutant}")
            yield finding


_WORKSHOPS: list[Workshop] = []
"""The workshop of this worker process."""


def _open_workshop(work: Path, numbers: Queue[int], selection: Sequence[str]) -> None:
    _WORKSHOPS.append(Workshop(ROOT, work, numbers.get(), selection))


def _passes(task: tuple[Sequence[str], bool]) -> bool:
    tests, is_imported = task
    return _WORKSHOPS[0].passes(tests, is_imported=is_imported)


def _test(task: tuple[str, Mutant, Sequence[str], float, bool]) -> Finding:
    room, mutant, tests, timeout, is_imported = task
    result = _WORKSHOPS[0].test(mutant, tests, timeout, is_imported=is_imported)
    return Finding(room, mutant, result, *change_of(_source(mutant), mutant))


def _timeout(coverage: Coverage, mutant: Mutant) -> float:
    least, factor = TIMEOUT
    return least + factor * sum(coverage.seconds.get(name, 0.0) for name in coverage.tests_for(mutant))


def _source(mutant: Mutant) -> str:
    return (ROOT / mutant.path).read_text(encoding="utf-8")


def _show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
