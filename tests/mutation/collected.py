"""The other end of `server`: a process that has collected all tests, asked to run some of them against a mutant."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

Change = tuple[Path, str, str]
"""A module of the copy, its source, and the changed source."""


class Collected:
    """A process in a copy of the checkout. `arguments` are pytest's: what it collects. `path`: where else it imports from."""

    def __init__(self, folder: Path, log: Path, arguments: Sequence[str], path: Sequence[Path] = ()) -> None:
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.mutation.server", str(requests), str(answers), *arguments],
                cwd=folder,
                env={**environment, "PYTHONPATH": os.pathsep.join(map(str, (folder, *path)))},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(requests, answers),
            )
        os.close(requests)
        os.close(answers)
        self._log = log
        self._unread = b""

    def ask(self, tests: Sequence[str], change: Change | None) -> int | None:
        """Begin the tests. The process id of the child that runs them; None where the change cannot be put into a program that runs.

        Raises ChildProcessError where the process has ended.
        """
        sent = json.dumps([list(tests), [str(change[0]), *change[1:]] if change else None])
        os.write(self._requests, f"{sent}\n".encode())
        line = self._line(None)
        return None if line == "missing" else int(line or 0)

    def exit_code(self, timeout: float | None) -> int | None:
        """The exit code of the child that was begun last; None if it has not ended after `timeout` seconds."""
        line = self._line(timeout)
        return None if line is None else int(line)

    def close(self) -> None:
        """End the process, which ends with its requests, and wait for it."""
        os.close(self._requests)
        self._process.wait()
        os.close(self._answers)

    def _line(self, timeout: float | None) -> str | None:
        while b"\n" not in self._unread:
            if not select.select([self._answers], [], [], timeout)[0]:
                return None
            read = os.read(self._answers, 4096)
            if not read:
                raise ChildProcessError(f"the tests could not be collected; see {self._log}")
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()
