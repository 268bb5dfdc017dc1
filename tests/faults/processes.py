"""Signals to the real program at each request, and a disk that is full after so many bytes."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.faults.commands import PATIENCE, Counterdesk, counterdesk
from tests.faults.http_server import welcome
from tests.faults.invariants import after_session, at_the_end
from tests.faults.scenario_server import world
from tests.faults.state_folder import Office


@dataclass(frozen=True)
class ProcessCase:
    """A signal to the program at request `index` (from 0), before the service acts on it or after."""

    signal: str
    when: str
    index: int

    def __str__(self) -> str:
        return f"process/{self.signal}-{self.when}/{self.index}"

    @property
    def group(self) -> str:
        """What is counted together."""
        return f"process: {self.signal} {self.when}"

    def run(self) -> list[str]:
        """Apply, and at the request the signal; apply again: everything that is not as it must be."""
        with counterdesk(world("inline")) as desk:
            return list(self._breaches(desk))

    def _breaches(self, desk: Counterdesk) -> Iterator[str]:
        process = desk.start()
        number = signal.Signals[self.signal]

        def visit(request: int, _name: str) -> bool:
            if request != self.index:
                return True
            process.send_signal(number)
            if number is signal.SIGKILL:
                process.wait(PATIENCE)
            return number is not signal.SIGKILL

        setattr(desk.gate, self.when, visit)
        first = desk.ended(process)
        # Before the first write nothing listens for SIGTERM: it ends the program as it ends any other.
        quietly = number is signal.SIGTERM and not first.lines and first.exit_code == -signal.SIGTERM
        if first.exit_code != {signal.SIGKILL: None}.get(number, 130) and not quietly:
            yield f"first apply: exit {first.exit_code}: {first.error}"
        yield from (f"first apply: {text}" for text in _told(desk.office))
        desk.gate.before = desk.gate.after = welcome
        has_written = any('"intent"' in path.read_text() for path in desk.folder.glob("state/runs/*/journal.jsonl"))
        second = desk.apply()
        yield from (f"second apply: {text}" for text in _told(desk.office))
        is_mentioned = "the previous run did not exit cleanly; resuming it" in second.error
        if number is signal.SIGKILL and is_mentioned is not has_written:
            yield f"second apply: a resumed run is mentioned if and only if it had written: {second.error}"
        yield from at_the_end(desk.office)


def _told(office: Office) -> Iterator[str]:
    session = office.sessions[-1]
    if "Traceback" in session.error or "internal error" in session.error:
        yield session.error
    if session.exit_code in (None, 0):
        yield from after_session(office)


def process_cases(indexes: Sequence[int]) -> Iterator[ProcessCase]:
    """Every signal at these requests."""
    for index in indexes:
        yield ProcessCase("SIGKILL", "before", index)
        yield ProcessCase("SIGKILL", "after", index)
        yield ProcessCase("SIGINT", "before", index)
        yield ProcessCase("SIGTERM", "after", index)


@dataclass(frozen=True)
class DiskCase:
    """No file may grow beyond so many bytes, as on a full disk: the plan of a run is written first, then its journal."""

    room: int

    def __str__(self) -> str:
        return f"disk/{self.room}"

    @property
    def group(self) -> str:
        """What is counted together."""
        return "disk full"

    def run(self) -> list[str]:
        """Apply on the full disk, apply again with room: everything that is not as it must be."""
        with counterdesk(world("inline")) as desk:
            return list(self._breaches(desk))

    def _breaches(self, desk: Counterdesk) -> Iterator[str]:
        first = desk.ended(desk.start(limit=self._limited))
        said = " ".join((first.error + first.shown).split())
        if first.exit_code != (4 if first.carried_out else 1):
            yield f"first apply: exit {first.exit_code} after {len(first.carried_out)} writes: {said}"
        if "choose another --state-dir" not in said:
            yield f"first apply: it does not say what to do: {said[-900:]}"
        yield from (f"first apply: {text}" for text in _told(desk.office))
        desk.apply()
        yield from (f"second apply: {text}" for text in _told(desk.office))
        yield from at_the_end(desk.office)

    def _limited(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then the write fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.room, self.room))


def disk_cases(rooms: Sequence[int]) -> Iterator[DiskCase]:
    """A disk with each of these rooms."""
    yield from map(DiskCase, rooms)
