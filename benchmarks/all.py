"""Runs all benchmarks, one after the other, and writes their results as a Markdown table.

Run: python benchmarks/all.py [--quick] [--only NAME]… [--environments FOLDER] [--into FILE]

A benchmark is every other module here that can be run. Each runs in a process of its own; what it
prints is shown as it comes. The table goes to stdout, or between the two marks of FILE (docs/performance.md).
`--environments`: a folder for the virtual environments of peers, kept for the next run. Exits with 1 if a script failed or an aim was missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from table import ENVIRONMENTS, ROWS_FILE, Outcome, commit, machine, markdown, read_rows, with_table

HERE = Path(__file__).resolve().parent
TIMEOUT = 900.0
"""Seconds for one script."""
FULL: Mapping[str, Sequence[str]] = {
    "apply": ("1000",),
    "growth": ("10000", "1"),
    "planning": ("3",),
    "validating": ("3",),
}
"""Arguments of a full run, where they are not the script's own defaults: all of them together should take about twenty minutes."""
QUICK: Mapping[str, Sequence[str]] = {
    "apply": ("50",),
    "export": ("50", "20"),
    "growth": ("500", "1"),
    "large": ("1000", "1000"),
    "peers": ("1", "200"),
    "planning": ("1",),
    "pull": ("1000",),
    "reading": ("40",),
    "startup": ("2",),
    "validating": ("1",),
    "versions": ("1", "100"),
}
"""Arguments of a small run."""


def discover(folder: Path = HERE) -> Iterator[str]:
    """The names of the benchmarks of a folder, sorted: the modules that can be run, without this one."""
    for path in sorted(folder.glob("*.py")):
        if path.stem != Path(__file__).stem and 'if __name__ == "__main__":' in path.read_text("utf-8"):
            yield path.stem


def run_script(path: Path, arguments: Sequence[str], *, environments: str = "", timeout: float = TIMEOUT) -> Outcome:
    """Run one script, show what it prints, and collect its rows. After `timeout` seconds it is ended, with exit code 124."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows")
        environment = {**os.environ, ROWS_FILE: str(rows), "PYTHONUNBUFFERED": "1"}
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(path.parent.parent), os.environ.get("PYTHONPATH")))
        )
        if environments:
            environment[ENVIRONMENTS] = environments
        started = time.perf_counter()
        command = [sys.executable, str(path), *arguments]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            timer = threading.Timer(timeout, process.kill)
            timer.start()
            lines = list(_echoed(process))
            code = process.wait()
            is_late = timer.finished.is_set()
            timer.cancel()
        return Outcome(path.stem, 124 if is_late else code, time.perf_counter() - started, read_rows(rows), lines)


def _echoed(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines that a process prints, which are also printed on stderr."""
    for line in process.stdout or ():
        print(f"  {line}", end="", file=sys.stderr, flush=True)
        yield line.rstrip()


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that everything runs")
    parser.add_argument(
        "--only", action="append", metavar="NAME", choices=[*discover()], help="this benchmark; repeatable"
    )
    parser.add_argument("--environments", default="", metavar="FOLDER", help="keep the environments of peers here")
    parser.add_argument("--into", type=Path, metavar="FILE", help="write the table between the marks of this file")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks. Returns 1 if a script failed or an aim was missed, else 0."""
    options = parse(arguments)
    sizes = QUICK if options.quick else FULL
    # The state before the run: it writes files and makes load itself.
    checked_out, load, date = commit(HERE.parent), os.getloadavg()[0], datetime.now(UTC).date().isoformat()
    outcomes = []
    for name in options.only or discover():
        print(f"{name}:", file=sys.stderr, flush=True)
        outcome = run_script(HERE / f"{name}.py", sizes.get(name, ()), environments=options.environments)
        print(f"  {outcome.seconds:.0f} s, exit code {outcome.code}", file=sys.stderr, flush=True)
        outcomes.append(outcome)
    table = markdown(outcomes, date=date, commit=checked_out, machine=machine(), load=load, is_quick=options.quick)
    if options.into:
        options.into.write_text(with_table(options.into.read_text("utf-8"), table), "utf-8")
    else:
        print(table)
    is_met = all(row.is_met is not False for outcome in outcomes for row in outcome.rows)
    return 0 if is_met and not any(outcome.code for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
