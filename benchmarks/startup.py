"""CPU of starting: `--version`, `validate` and a sandbox `plan` of one tag, as ratios to `pre-commit --version`, in turn.

Run: python benchmarks/startup.py [TURNS] [FOLDER]

pre-commit is a small program of the same kind in the same language. It is installed by pip from the configured index into an
environment of its own: in FOLDER (or the one that BENCHMARK_ENVIRONMENTS names), which is kept for the next time, or in a temporary one. `plan` includes planning and the
sandbox of the same process. CPU is user and system time of whole processes; each number is the median over the turns, in which
the commands alternate. The aims: `validate` at most 1.3 times, `plan` at most 2.2 times of the base.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from table import ENVIRONMENTS, record

BASE = "pre-commit --version"
AIMS = {"reconciler validate": 1.3, "reconciler plan": 2.2}
MANIFEST = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: [urgent]\n"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled modules are kept, as they are for everybody who installs a program."""


def installed(package: str, program: str, folder: Path) -> Path:
    """A program of a package in an environment of its own, which is made if it is not there. Exits if it cannot be installed.

    The environment is in `folder`, or where BENCHMARK_ENVIRONMENTS names.
    """
    place = Path(os.environ.get(ENVIRONMENTS) or folder, package)
    path = place / "bin" / program
    if not path.exists():
        venv.create(place, with_pip=True)
        pip = [str(path.with_name("python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        # What pip prints names the index and folders of this machine, and the lines of a script may get into a page.
        if subprocess.run(pip, check=False, env=ENVIRONMENT, capture_output=True).returncode:
            sys.exit(f"{package} is missing: pip could not install it; try `pip install {package}`")
    return path


def commands(folder: Path, base: Path) -> dict[str, list[str]]:
    """What is measured, by its name."""
    manifest = folder / "workspace.yaml"
    manifest.write_text(MANIFEST, encoding="utf-8")
    ours = [sys.executable, "-m", "reconciler"]
    return {
        BASE: [str(base), "--version"],
        "reconciler --version": [*ours, "--version"],
        "reconciler validate": [*ours, "validate", str(manifest)],
        "reconciler plan": [*ours, "--sandbox", "--state-dir", str(folder / "state"), "plan", str(manifest)],
        "import click": [sys.executable, "-c", "import click"],
    }


def python_path(modules: Path) -> str:
    """PYTHONPATH with another folder before what it has."""
    return os.pathsep.join(filter(None, (str(modules), ENVIRONMENT.get("PYTHONPATH", ""))))


def cpu_and_wall(command: list[str], modules: Path | None = None) -> tuple[float, float]:
    """Seconds of CPU (user and system) and wall clock of one finished process. `modules`: a folder that it may import from."""
    environment = {**ENVIRONMENT, "PYTHONPATH": python_path(modules)} if modules else ENVIRONMENT
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, ended - started


def main(turns: int, kept: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured = commands(Path(folder), installed("pre-commit", "pre-commit", Path(kept or folder)))
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
        for _ in range(turns + 1):  # the first of each warms the file cache and is not counted
            for name, command in measured.items():
                runs[name].append(cpu_and_wall(command))
    medians = {
        name: [statistics.median(values) for values in zip(*times[1:], strict=True)] for name, times in runs.items()
    }
    base_cpu, base_wall = medians[BASE]
    for name, (cpu, wall) in medians.items():
        aim = f"   aim {AIMS[name]:.1f} x" if name in AIMS else ""
        record(f"CPU of `{name}` ÷ `{BASE}`", cpu / base_cpu, "×", aim=AIMS.get(name))
        print(
            f"{name:22} cpu {cpu * 1000:6.0f} ms  {cpu / base_cpu:5.2f} x   "
            f"wall {wall * 1000:6.0f} ms  {wall / base_wall:5.2f} x{aim}"
        )
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {turns} turns")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15, sys.argv[2] if len(sys.argv) > 2 else None)
