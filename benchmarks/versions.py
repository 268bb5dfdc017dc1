"""This version and an earlier one: CPU of loading and planning 100,000 tasks, in processes of their own, in turn.

Run: python benchmarks/versions.py [TURNS [PROJECTS [COMMIT]]]        (3 turns of 5,000 projects with 20 tasks by default)

The earlier version is taken out of the history of this repository; without it (a shallow clone) nothing is measured. Each process makes
the same workspace, and measures from the text of the manifest to the digest of the plan, with the cycle collector as a command of that
version has it. Both styles of tasks, with no change and with every tenth resource changed. Each number is the median over the turns.
Aims: at most 0.60 of the earlier time with no change, 0.65 with 10 % changed.
"""

from __future__ import annotations

import gc
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from table import record

HERE = Path(__file__).resolve().parent
EARLIER = "72d88fe8"
"""The last commit before planning matched the states once."""
TASKS = 20
AIMS = {"no change": (0, 0.60), "10 % changed": (10, 0.65)}
"""Which resources are changed (every n-th), and the aim."""


def check_out(commit: str, folder: Path) -> bool:
    """Write the package of a commit to a folder; whether the history has that commit."""
    done = subprocess.run(["git", "archive", commit, "reconciler"], cwd=HERE.parent, capture_output=True, check=False)
    if done.returncode:
        return False
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return True


def measured(root: Path, projects: int, every: int, *, bare: bool) -> float:
    """CPU seconds of planning in a process with the package in `root`."""
    words = [str(projects), str(every), str(int(bare))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(HERE)))}
    command = [sys.executable, __file__, "plan", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=root)
    return float(done.stdout)


def plan(projects: int, every: int, bare: int) -> None:
    """Print the CPU seconds of this process."""
    from planning import TARGET, live_of, manifest  # noqa: PLC0415 - they import the package of this process

    from reconciler.manifest import load  # noqa: PLC0415
    from reconciler.planning import PlanOptions, make_plan  # noqa: PLC0415

    text = manifest(projects, TASKS, bare=bool(bare)).encode()
    live = live_of(load(["-"], stdin=lambda: text), every)
    if find_spec("reconciler.collector"):
        gc.disable()  # as every command does since that module is there
    gc.collect()
    started = time.process_time()
    made = make_plan(load(["-"], stdin=lambda: text), live, target=TARGET, options=PlanOptions())
    assert made.digest  # noqa: S101 - the digest is part of the work
    print(time.process_time() - started)


def main(turns: int, projects: int, commit: str) -> None:
    """Print and record the table."""
    with tempfile.TemporaryDirectory() as name:
        earlier = Path(name)
        if not check_out(commit, earlier):
            print(f"{commit} is not in this clone: nothing is measured")
            return
        for bare in (False, True):
            for case, (every, aim) in AIMS.items():
                times: dict[Path, list[float]] = {earlier: [], HERE.parent: []}
                for _ in range(turns):
                    for root, seconds in times.items():
                        seconds.append(measured(root, projects, every, bare=bare))
                before, now = (statistics.median(each) for each in times.values())
                what = f"{projects * TASKS:,} {'bare' if bare else 'described'} tasks, {case}"
                print(
                    f"{what}: {commit} {before:.2f} s, now {now:.2f} s   ratio {now / before:.2f}, aim {aim}",
                    flush=True,
                )
                record(f"CPU of load + plan ÷ {commit}, {what}", now / before, "×", aim=aim)


if __name__ == "__main__":
    if sys.argv[1:2] == ["plan"]:
        plan(*map(int, sys.argv[2:]))
    else:
        given = sys.argv[1:]
        numbers = [int(word) for word in given[:2]]
        main(*(*numbers, *(3, 5000)[len(numbers) :]), *(given[2:] or [EARLIER]))
