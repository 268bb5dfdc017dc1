"""Signals to the real program at each request, and a disk that is full after a number of bytes."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.commands import CommandRunner, command_runner
from tests.faults.http_server import allow
from tests.faults.invariants import final_problems, session_problems
from tests.faults.scenario_server import scenario_server
from tests.faults.state_folder import StateFolder
from tests.waiting import HANGING


@dataclass(frozen=True)
class ProcessCase:
    """A signal to the program at request `index` (from 0), before or after the service carries it out."""

    signal: str
    when: str
    index: int

    def __str__(self) -> str:
        return f"process/{self.signal}-{self.when}/{self.index}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return f"process: {self.signal} {self.when}"

    def run(self) -> list[str]:
        """Apply, send the signal at the request, and apply again; returns every violated invariant."""
        with command_runner(scenario_server("inline")) as runner:
            return list(self._problems(runner))

    def _problems(self, runner: CommandRunner) -> Iterator[str]:
        process = runner.start()
        number = signal.Signals[self.signal]

        def send_signal(request: int, _name: str) -> bool:
            if request != self.index:
                return True
            process.send_signal(number)
            if number is signal.SIGKILL:
                process.wait(HANGING)
            return number is not signal.SIGKILL

        setattr(runner.gate, self.when, send_signal)
        first = runner.wait_for(process)
        # Before the first write the program has no SIGTERM handler, so the signal terminates it.
        is_terminated = number is signal.SIGTERM and not first.lines and first.exit_code == -signal.SIGTERM
        if first.exit_code != {signal.SIGKILL: None}.get(number, 130) and not is_terminated:
            yield f"first apply: exit {first.exit_code}: {first.error}"
        yield from (f"first apply: {text}" for text in _program_problems(runner.state_folder))
        runner.gate.before = runner.gate.after = allow
        second = runner.apply()
        yield from (f"second apply: {text}" for text in _program_problems(runner.state_folder))
        if number is signal.SIGKILL and f"process {process.pid} on " not in second.error:
            yield f"second apply: the lock of the killed process is not mentioned: {second.error}"
        yield from final_problems(runner.state_folder)


def _program_problems(state_folder: StateFolder) -> Iterator[str]:
    session = state_folder.sessions[-1]
    if "Traceback" in session.error or "defect" in session.error:
        yield session.error
    if session.exit_code in (None, 0):
        yield from session_problems(state_folder)


def process_cases(indexes: Sequence[int]) -> Iterator[ProcessCase]:
    """Every signal at these requests."""
    for index in indexes:
        yield ProcessCase("SIGKILL", "before", index)
        yield ProcessCase("SIGKILL", "after", index)
        yield ProcessCase("SIGINT", "before", index)
        yield ProcessCase("SIGTERM", "after", index)


@dataclass(frozen=True)
class DiskCase:
    """A limit on file sizes, `room` in bytes, as on a full disk: a run writes its plan first, then its journal."""

    room: int

    def __str__(self) -> str:
        return f"disk/{self.room}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return "disk full"

    def run(self) -> list[str]:
        """Apply on the full disk, then without the limit; returns every violated invariant."""
        with command_runner(scenario_server("inline")) as runner:
            return list(self._problems(runner))

    def _problems(self, runner: CommandRunner) -> Iterator[str]:
        first = runner.wait_for(runner.start(preexec=self._limit_file_size))
        output = " ".join((first.error + first.output).split())
        if first.exit_code != (4 if first.carried_out else 1):
            yield f"first apply: exit {first.exit_code} after {len(first.carried_out)} writes: {output}"
        if "choose another --state-dir" not in output:
            yield f"first apply: the hint is missing: {output[-900:]}"
        yield from (f"first apply: {text}" for text in _program_problems(runner.state_folder))
        runner.apply()
        yield from (f"second apply: {text}" for text in _program_problems(runner.state_folder))
        yield from final_problems(runner.state_folder)

    def _limit_file_size(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the write fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.room, self.room))


def disk_cases(rooms: Sequence[int]) -> Iterator[DiskCase]:
    """A case for each of these file size limits."""
    yield from map(DiskCase, rooms)
