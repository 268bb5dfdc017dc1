"""`reconciler --version` against `python -c "import click"`, as whole processes, alternating. Run: python benchmarks/startup.py"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

OURS = [sys.executable, "-m", "reconciler", "--version"]
CLICK = [sys.executable, "-c", "import click"]


def cpu_and_wall(command: list[str]) -> tuple[float, float]:
    """Seconds of CPU (user and system) and wall clock of one finished process."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    cpu = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return cpu, time.perf_counter() - started


def main(turns: int) -> None:
    runs: dict[str, list[tuple[float, float]]] = {"reconciler --version": [], "import click": []}
    for _ in range(turns + 1):  # the first round warms the file cache and is not counted
        runs["reconciler --version"].append(cpu_and_wall(OURS))
        runs["import click"].append(cpu_and_wall(CLICK))
    medians = {
        name: [statistics.median(values) for values in zip(*times[1:], strict=True)] for name, times in runs.items()
    }
    for name, (cpu, wall) in medians.items():
        print(f"{name:22} cpu {cpu * 1000:6.0f} ms  wall {wall * 1000:6.0f} ms")
    ours, click = medians["reconciler --version"], medians["import click"]
    print(f"ratio                  cpu {ours[0] / click[0]:6.2f}     wall {ours[1] / click[1]:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
