"""A copy of the checkout in which one mutant after the other is tested.

A mutant inside functions is put into a fork of a process that has collected all tests. For another, one that changes what an
import runs, the child is forked with the libraries imported, and imports the program and the tests itself. The mutant is
written to the copy as well, so that tests which start the program as a process meet it too.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from tests.mutation.collected import Change, Collected
from tests.mutation.memory import limit_memory
from tests.mutation.mutants import Mutant, mutated

LIBRARIES = (
    "pytest",
    "hypothesis",
    "pexpect",
    "starlette.applications",
    "uvicorn",
    "jinja2",
    "httpx",
    "yaml",
    "jsonschema",
    "deepdiff",
    "click",
    "rich",
)
_OPTIONS = ("-x", "-q", "--tb=line", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_NO_TESTS = 5
"""pytest's exit code for a selection that holds no test."""
_HOUR = 3600.0


class Result(StrEnum):
    """What became of a mutant."""

    NOTICED = "noticed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"
    UNTESTED = "untested"


def result_of(code: int) -> Result:
    """What pytest's exit code says of a mutant."""
    return {0: Result.SURVIVED, _NO_TESTS: Result.UNTESTED}.get(code, Result.NOTICED)


def end(child: int) -> None:
    """End a child with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


class Workshop:
    """One copy of the checkout; `number` tells the copies apart."""

    def __init__(self, root: Path, work: Path, number: int, selection: Sequence[str] = ()) -> None:
        self._folder = work / f"copy-{number}"
        self._log = work / f"tests-{number}.log"
        self._time = int(time.time())
        files = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for name in files.decode().split("\0"):
            if name and (root / name).exists():
                (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, self._folder / name)
        for library in LIBRARIES:
            importlib.import_module(library)
        self._collected = Collected(self._folder, work / f"collected-{number}.log", [*_OPTIONS, *selection])

    def test(self, mutant: Mutant, tests: Sequence[str], timeout: float, *, is_imported: bool = True) -> Result:
        """Run the tests against a mutant, up to the first failure. `is_imported`: an import runs its lines."""
        path = self._folder / mutant.path
        source = path.read_text(encoding="utf-8")
        change = mutated(source, mutant)
        try:
            self._write(path, change)
            result = None if is_imported else self._in_place(tests, timeout, (path, source, change))
            return result or self.run(tests, timeout)
        finally:
            self._write(path, source)

    def passes(self, tests: Sequence[str], *, is_imported: bool = True) -> bool:
        """Whether the tests pass without a mutant, when they are run in the same way."""
        result = self.run(tests, _HOUR) if is_imported else self._in_place(tests, _HOUR, None)
        return not tests or result is Result.SURVIVED

    def _in_place(self, tests: Sequence[str], timeout: float, change: Change | None) -> Result | None:
        """Run the tests in a program that runs already; None where the change cannot be put into it."""
        child = self._collected.ask(tests, change) if tests else 0
        if not child:
            return None
        code = self._collected.exit_code(timeout)
        if code is None:
            end(child)
            self._collected.exit_code(None)
            return Result.TIMED_OUT
        return result_of(code)

    def run(self, tests: Sequence[str], timeout: float) -> Result:
        """Run the tests, up to the first failure. SURVIVED: all passed."""
        if not tests:
            return Result.UNTESTED
        child = os.fork()
        if child == 0:
            self._run_in_child(tests)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return result_of(os.waitstatus_to_exitcode(status))
            time.sleep(0.02)
        end(child)
        os.waitpid(child, 0)
        return Result.TIMED_OUT

    def _run_in_child(self, tests: Sequence[str]) -> None:
        code = 1
        try:
            os.setpgid(0, 0)
            limit_memory()
            os.chdir(self._folder)
            log = os.open(self._log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            for name in [name for name in sys.modules if name.partition(".")[0] in ("reconciler", "tests")]:
                del sys.modules[name]
            sys.path[:] = [str(self._folder), *sys.path]
            os.environ["PYTHONPATH"] = str(self._folder)
            sys.dont_write_bytecode = False  # else each child compiles the program and the tests again
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            import pytest  # noqa: PLC0415 - imported by the parent already

            code = int(pytest.main([*_OPTIONS, *tests]))
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _write(self, path: Path, text: str) -> None:
        """Write a module with a time of its own: compiled files are told apart by whole seconds and size."""
        path.write_text(text, encoding="utf-8")
        self._time += 1
        os.utime(path, (self._time, self._time))
