"""The command: `python -m tests.search --cases 5000 --jobs 2`, or one case with `--seed N`. Exit code 1 if an oracle is violated."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence

import yaml

from tests.search.case import Case, Played
from tests.search.oracles import Problem
from tests.search.shrinking import shrunk

ALLOWED_SHARE = 1.05
"""How much more than what is sent the forecast may be in the mean."""


def play(seed: int) -> tuple[int, Played, float]:
    """Play the case of a number; an exception of the search itself is a problem of the case."""
    started = time.monotonic()
    try:
        played = Case.drawn(seed).run()
    except Exception:  # noqa: BLE001 - any exception is the result of the case
        played = Played([Problem("search", traceback.format_exc())])
    return seed, played, time.monotonic() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the cases and print the failures, each with the number that brings it back."""
    parser = argparse.ArgumentParser(prog="python -m tests.search", description=__doc__)
    parser.add_argument("--cases", type=int, default=5000, help="number of cases (default: 5000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first case (default: 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="number of processes")
    parser.add_argument("--seed", type=int, help="play this case alone, and make it smaller if it fails")
    parser.add_argument("--ignore", default="", help="codes of problems that do not count, separated by commas")
    options = parser.parse_args(arguments)
    ignored = set(options.ignore.split(","))
    if options.seed is not None:
        return _play_one(options.seed, ignored)
    return _play_all(range(options.first, options.first + options.cases), options.jobs, ignored)


def _play_one(seed: int, ignored: set[str]) -> int:
    case = Case.drawn(seed)
    played = case.run()
    problems = [problem for problem in played.problems if problem.code not in ignored]
    for problem in problems:
        print(problem)
    print(f"seed {seed}: {', '.join(played.endings)}")
    if problems:
        case = shrunk(case, {problem.code for problem in problems})
        print("--- the smallest story that still fails\n" + as_text(case))
        played = case.run()
        print("\n".join(f"$ reconciler {command}" for command in played.commands))
        print("\n".join(map(str, played.problems)))
    return 1 if problems else 0


def as_text(case: Case) -> str:
    """A case as text."""
    parts = {"switches": case.switches, "gateway": case.gateway, "live": case.world, "steps": case.story}
    return yaml.safe_dump(parts, allow_unicode=True, sort_keys=False, width=160)


def _play_all(seeds: range, jobs: int, ignored: set[str]) -> int:
    started, failed, codes, endings = time.monotonic(), 0, Counter[str](), Counter[str]()
    forecast = sent = steps = 0
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for seed, played, _ in pool.imap_unordered(play, seeds, chunksize=8):
            problems = [problem for problem in played.problems if problem.code not in ignored]
            failed += bool(problems)
            codes.update({problem.code for problem in problems})
            endings.update(played.endings)
            forecast, sent, steps = forecast + played.forecast, sent + played.sent, steps + len(played.endings)
            for problem in problems:
                print(f"seed {seed}, step {played.step}: {str(problem)[:1200]}", flush=True)
    for title, counter in (("endings", endings), ("problems", codes)):
        print(f"{title}:")
        for name, count in counter.most_common():
            print(f"  {count:6}  {name}")
    share = forecast / sent if sent else 1.0
    print(f"forecast of {forecast} requests, {sent} sent: {100 * (share - 1):+.1f} %")
    print(f"{len(seeds)} cases, {steps} steps, {failed} failed, {time.monotonic() - started:.0f} s")
    print(f"play one again: {sys.executable} -m tests.search --seed N")
    return 1 if failed or not seeds else 0
