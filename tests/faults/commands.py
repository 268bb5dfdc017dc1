"""The real program, as processes of their own, before a sandbox that this process serves."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.planning import plan_to_json
from tests.cli.program import PROGRAM, clean_environment
from tests.faults.http_server import Gate, served
from tests.faults.scenario_server import World
from tests.faults.state_folder import Office, Session

PATIENCE = 60.0


def _listening() -> None:
    """A shell has what it starts in the background ignore SIGINT, and so would whatever that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Counterdesk:
    """A served office, and the command that applies its plan."""

    office: Office
    gate: Gate
    base_url: str
    folder: Path

    def start(
        self, state: str = "state", *, rate: str = "100000/s", limit: Callable[[], None] = _listening
    ) -> subprocess.Popen[str]:
        """The program, begun. `limit` is called in its process before it is the program."""
        plan = self.office.world.plan
        path = self.folder / "plan.json"
        target = replace(plan.target, base_url=self.base_url)
        path.write_text(json.dumps(plan_to_json(replace(plan, target=target))), encoding="utf-8")
        words = ["--sandbox", "--base-url", self.base_url, "--state-dir", state, "--rate", rate]
        return subprocess.Popen(
            [*PROGRAM, *words, "apply", "plan.json", "--approve", plan.digest, "--quiet"],
            cwd=self.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,  # noqa: PLW1509 - a limit of the child alone; it is set before any thread of it exists
        )

    def ended(self, process: subprocess.Popen[str]) -> Session:
        """Wait for the program: its session, from the state folder `state`, as far as it can be told from outside."""
        office = self.office
        lines_before = sum(len(session.lines) for session in office.sessions)
        log_before = sum(len(session.log) for session in office.sessions)
        shown, error = process.communicate(timeout=PATIENCE)
        code = None if process.returncode == -signal.SIGKILL else process.returncode
        lines, log = tuple(office.lines()[lines_before:]), tuple(office.app.state.log)[log_before:]
        session = Session(code, None, error, lines, log, (), len(log), shown)
        office.sessions.append(session)
        return session

    def apply(self, state: str = "state") -> Session:
        """The program, from beginning to end."""
        return self.ended(self.start(state))


@contextmanager
def counterdesk(of: World) -> Iterator[Counterdesk]:
    """A desk with nothing applied yet."""
    with TemporaryDirectory() as folder:
        office = Office(of, Path(folder, "state"))
        gate = Gate(office.app)
        with served(gate) as base_url:
            try:
                yield Counterdesk(office, gate, base_url, Path(folder))
            finally:
                office.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return once it is so; an assertion fails where it never becomes so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it never came to this"
        time.sleep(0.01)
