"""Which tests may notice a mutant: those that run its lines, by the coverage of each test, the cheapest first."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from coverage import CoverageData

from tests.mutation.mutants import Mutant

BUDGET = 40.0
"""Seconds of tests for one mutant. Those of the mirrored test module come first, then the cheapest."""


@dataclass(frozen=True)
class Coverage:
    """What each test runs. `lines`: path → line → names of tests. `seconds`: name of a test → how long it takes.
    `on_import`: path → the lines that run when modules, those of the tests too, are imported. `definitions`: path → the lines outside of
    functions; of a module that is imported late, within a function, they run for one test and count for all.
    """

    lines: Mapping[str, Mapping[int, Sequence[str]]]
    seconds: Mapping[str, float]
    on_import: Mapping[str, Collection[int]] = field(default_factory=dict)
    definitions: Mapping[str, Collection[int]] = field(default_factory=dict)

    def runs_on_import(self, mutant: Mutant) -> bool:
        """Whether an import runs one of the mutant's lines: what it made is there before any test begins."""
        return not {*range(mutant.line, mutant.last_line + 1)}.isdisjoint(self.on_import.get(mutant.path, ()))

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests to run against a mutant, in this order; without a limit on the first."""
        module = self.lines.get(mutant.path, {})
        names = {name for line in range(mutant.line, mutant.last_line + 1) for name in module.get(line, ())}
        if not names or mutant.line in self.definitions.get(mutant.path, ()):  # a constant, a field of a class
            names = {name for tests in module.values() for name in tests}
        mirror = mirrored(mutant.path)
        # A line behind a cache runs for the first test alone, so the mirrored module always counts.
        names = {*names, *(name for name in self.seconds if name.startswith(mirror))}
        chosen: list[str] = []
        total = 0.0
        for name in sorted(names, key=lambda name: (not name.startswith(mirror), self.seconds.get(name, 0.0), name)):
            total += self.seconds.get(name, 0.0)
            if chosen and total > BUDGET:
                break
            chosen.append(name)
        return chosen


def mirrored(path: str) -> str:
    """The test module that mirrors a module: `reconciler/live/read.py` → `tests/live/test_read.py`."""
    folder, _, name = path.removeprefix("reconciler/").rpartition("/")
    return f"tests/{folder}/test_{name}" if folder else f"tests/test_{name}"


def measure(root: Path, work: Path, jobs: int, selection: Sequence[str]) -> Coverage:
    """Run the tests once with the coverage of each; raises ChildProcessError where one of them fails.

    A run in which tests fail for another reason would read as a perfect score.
    """
    data, report = work / "coverage", work / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(jobs), "-p", "no:cacheprovider", f"--junitxml={report}"]
    command += ["--cov=reconciler", "--cov-context=test", "--cov-report=", *selection]
    configuration = work / "coveragerc"
    configuration.write_text(f"[run]\ndata_file = {data}\nbranch = false\n", encoding="utf-8")
    done = subprocess.run([*command, f"--cov-config={configuration}"], cwd=root, check=False)
    if done.returncode != 0:
        raise ChildProcessError("the tests fail without any mutant; nothing can be measured")
    return _coverage(root, data, report)


def save(coverage: Coverage, path: Path) -> None:
    """Keep a measurement for the next run."""
    names = list(coverage.seconds)
    at = {name: number for number, name in enumerate(names)}
    lines = {
        module: {line: [at[name] for name in tests if name in at] for line, tests in by_line.items()}
        for module, by_line in coverage.lines.items()
    }
    on_import = {module: [*numbers] for module, numbers in coverage.on_import.items()}
    definitions = {module: [*numbers] for module, numbers in coverage.definitions.items()}
    kept = {"seconds": coverage.seconds, "lines": lines, "on_import": on_import, "definitions": definitions}
    path.write_text(json.dumps(kept), encoding="utf-8")


def load(path: Path) -> Coverage:
    """A kept measurement."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    names = list(kept["seconds"])
    lines = {
        module: {int(line): [names[number] for number in tests] for line, tests in by_line.items()}
        for module, by_line in kept["lines"].items()
    }
    return Coverage(lines, kept["seconds"], kept["on_import"], kept["definitions"])


def name_of(context: str) -> str:
    """The name of a test, in which a `|` may stand, from a context such as `tests/test_names.py::test_fold[a|b]|run`."""
    return context.rpartition("|")[0]


def _coverage(root: Path, data_file: Path, report: Path) -> Coverage:
    data = CoverageData(str(data_file))
    data.read()
    lines: dict[str, dict[int, list[str]]] = {}
    on_import: dict[str, list[int]] = {}
    for path in data.measured_files():
        by_line: dict[int, list[str]] = defaultdict(list)
        contexts_by_line = data.contexts_by_lineno(path)
        for line, contexts in contexts_by_line.items():
            by_line[line] = sorted({name_of(context) for context in contexts if context})
        module = Path(path).resolve().relative_to(root.resolve()).as_posix()
        lines[module] = by_line
        on_import[module] = sorted(line for line, contexts in contexts_by_line.items() if "" in contexts)
    names = {name for each in lines.values() for tests in each.values() for name in tests}
    definitions = {module: outside_functions((root / module).read_text(encoding="utf-8")) for module in lines}
    return Coverage(lines, _seconds(report, names), on_import, definitions)


def outside_functions(source: str) -> list[int]:
    """The numbers of the lines of a module that are in no body of a function."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside.update(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
    return sorted({*range(1, source.count("\n") + 1)} - inside)


def _seconds(report: Path, names: set[str]) -> dict[str, float]:
    """Seconds of each test, from the report of the run, which names classes with dots."""
    taken: dict[tuple[str, str], float] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written by the run above
        taken[case.get("classname", ""), case.get("name", "")] = float(case.get("time", 0))
    result = {}
    for name in names:
        path, _, rest = name.partition("::")
        parts = rest.partition("[")[0].split("::")
        own = rest.removeprefix("::".join(parts[:-1])).removeprefix("::")
        module = ".".join((path.removesuffix(".py").replace("/", "."), *parts[:-1]))
        result[name] = taken.get((module, own), 0.0)
    return result
