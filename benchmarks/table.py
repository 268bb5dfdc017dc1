"""Results of benchmarks: rows that a script records, the machine, and the Markdown table of a run of all of them.

A script calls `record` beside its `print`. Run alone it only prints; `all.py` gives it a file for the rows. A script that
records nothing is shown with its last lines and its exit code.
"""

from __future__ import annotations

import json
import os
import platform
import resource as process
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROWS_FILE = "BENCHMARK_ROWS"
"""The environment variable with the file that rows are appended to."""
ENVIRONMENTS = "BENCHMARK_ENVIRONMENTS"
"""The environment variable with the folder in which virtual environments of peers are kept."""
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
_SHOWN_LINES = 12


class Row(NamedTuple):
    """A measured value. `aim`: its limit, None for a value that is only reported. `better`: `lower` or `higher`."""

    name: str
    value: float
    unit: str = ""
    aim: float | None = None
    better: str = "lower"

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.better == "higher" else self.value <= self.aim


class Outcome(NamedTuple):
    """A script that was run. `seconds`: its wall clock, `code`: its exit code, `lines`: what it printed."""

    script: str
    code: int
    seconds: float
    rows: Sequence[Row] = ()
    lines: Sequence[str] = ()


def record(name: str, value: float, unit: str = "", *, aim: float | None = None, better: str = "lower") -> None:
    """Append a row to the file that the runner named; without one this does nothing."""
    place = os.environ.get(ROWS_FILE)
    if place:
        with Path(place).open("a", encoding="utf-8") as rows:
            rows.write(json.dumps(Row(name, round(value, 4), unit, aim, better)) + "\n")


def read_rows(path: Path) -> list[Row]:
    """The rows that a script recorded; none if there is no file."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [Row(*json.loads(line)) for line in lines]


def machine() -> str:
    """Cores, CPU model, memory and Python; neither names of hosts nor paths."""
    model = _first_value("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    kibibytes = (_first_value("/proc/meminfo", "MemTotal") or "0").split()[0]
    memory = f", {int(kibibytes) / (1 << 20):.0f} GiB of memory" if int(kibibytes) else ""
    return f"{os.cpu_count()} cores, {model}{memory}, Python {platform.python_version()}, {platform.system()}"


def peak() -> float:
    """MiB of this process at most. The usual count of Linux begins with that of the process that started this one."""
    resident = _first_value("/proc/self/status", "VmHWM").split()
    used = process.getrusage(process.RUSAGE_SELF).ru_maxrss
    return int(resident[0]) / 1024 if resident else used / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _first_value(path: str, key: str) -> str:
    """The value of the first line `key: value` of a file, or ""."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == key), "")


def commit(folder: Path) -> str:
    """The commit that is checked out, and whether files differ from it; "unknown" outside of a repository."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else "unknown"

    try:
        short, changed = git("rev-parse", "--short=12", "HEAD"), git("status", "--porcelain", "--untracked-files=no")
    except OSError:
        return "unknown"
    return f"{short} with changes" if changed and short != "unknown" else short


def markdown(outcomes: Iterable[Outcome], *, date: str, commit: str, machine: str, load: float, is_quick: bool) -> str:
    """The tables of a run: one row for each value, and one for each script with its time."""
    outcomes = list(outcomes)
    with_aim = [row for outcome in outcomes for row in outcome.rows if row.aim is not None]
    met = sum(row.is_met is True for row in with_aim)
    size = "small (`--quick`: its numbers mean little)" if is_quick else "full"
    lines = [
        f"Measured on {date} at commit {commit}: {machine}. Load before the run: {load:.1f}. Size: {size}.",
        f"{met} of {len(with_aim)} aims are met.",
        "",
        "| Benchmark | Measure | Aim | Result | Met |",
        "|---|---|--:|--:|---|",
        *(_line(outcome.script, row) for outcome in outcomes for row in outcome.rows),
        "",
        "| Script | Time | Ended |",
        "|---|--:|---|",
        *(f"| `{each.script}` | {each.seconds:,.0f} s | {_ending(each)} |" for each in outcomes),
        f"| all | {sum(each.seconds for each in outcomes):,.0f} s | |",
    ]
    for each in outcomes:
        if not each.rows or each.code:
            lines += ["", f"Printed by `{each.script}`:", "", "```text", *each.lines[-_SHOWN_LINES:], "```"]
    return "\n".join(lines) + "\n"


def _line(script: str, row: Row) -> str:
    sign = "≥" if row.better == "higher" else "≤"
    aim = f"{sign} {_number(row.aim, row.unit)}" if row.aim is not None else ""
    met = {True: "yes", False: "**no**", None: ""}[row.is_met]
    name = row.name.replace("|", r"\|")
    return f"| `{script}` | {name} | {aim} | {_number(row.value, row.unit)} | {met} |"


def _number(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 10 else f"{value:,.3g}"
    text = f"{value:,.0f}" if abs(value) >= 1000 else text
    return f"{text} {unit}".strip()


def _ending(outcome: Outcome) -> str:
    return "ok" if not outcome.code else f"exit code {outcome.code}"


def with_table(text: str, table: str) -> str:
    """A Markdown text with another table between its two marks. Raises ValueError if it has no marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text has no marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"
