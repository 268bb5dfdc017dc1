"""Start-up CPU of `--version` and of a `plan`, as ratios to `import click`, in turn. Run: python benchmarks/startup.py [TURNS]

`plan` compares a manifest of one tag with the sandbox in the same process, so it includes planning and all imports. CPU is user
and system time of whole processes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASE = "import click"
MANIFEST = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: [urgent]\n"


def commands(folder: Path) -> dict[str, list[str]]:
    """What is measured, by its name."""
    (folder / "workspace.yaml").write_text(MANIFEST, encoding="utf-8")
    ours = [sys.executable, "-m", "reconciler"]
    plan = [*ours, "--sandbox", "--state-dir", str(folder / "state"), "plan", str(folder / "workspace.yaml")]
    return {BASE: [sys.executable, "-c", BASE], "reconciler --version": [*ours, "--version"], "reconciler plan": plan}


def cpu_and_wall(command: list[str]) -> tuple[float, float]:
    """Seconds of CPU (user and system) and wall clock of one finished process."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    cpu = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return cpu, time.perf_counter() - started


def main(turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured = commands(Path(folder))
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
        for _ in range(turns + 1):  # the first of each warms the file cache and is not counted
            for name, command in measured.items():
                runs[name].append(cpu_and_wall(command))
    medians = {
        name: [statistics.median(values) for values in zip(*times[1:], strict=True)] for name, times in runs.items()
    }
    base_cpu, base_wall = medians[BASE]
    for name, (cpu, wall) in medians.items():
        print(
            f"{name:22} cpu {cpu * 1000:6.0f} ms  {cpu / base_cpu:5.2f} x   "
            f"wall {wall * 1000:6.0f} ms  {wall / base_wall:5.2f} x"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
