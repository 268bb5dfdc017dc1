"""Runs the program in subprocesses, against a sandbox that this process serves."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.planning import plan_to_json
from tests.cli.program import PROGRAM, clean_environment, restore_sigint
from tests.faults.http_server import RequestGate, serve
from tests.faults.scenario_server import ScenarioServer
from tests.faults.state_folder import Session, StateFolder
from tests.waiting import HANGING


@dataclass
class CommandRunner:
    """A served scenario, and the command that applies its plan."""

    state_folder: StateFolder
    gate: RequestGate
    base_url: str
    folder: Path

    def start(
        self, state: str = "state", *, rate: str = "100000/s", preexec: Callable[[], None] = restore_sigint
    ) -> subprocess.Popen[str]:
        """Start the program. `preexec` is called in the new process before it executes the program."""
        template = self.state_folder.server.plan
        plan = replace(template, target=replace(template.target, base_url=self.base_url))
        path = self.folder / "plan.json"
        path.write_text(json.dumps(plan_to_json(plan)), encoding="utf-8")
        options = ["--sandbox", "--base-url", self.base_url, "--state-dir", state, "--rate", rate]
        return subprocess.Popen(
            [*PROGRAM, *options, "apply", "plan.json", "--approve", plan.digest, "--quiet"],
            cwd=self.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=preexec,  # noqa: PLW1509 - it affects only the child, before any thread of it exists
        )

    def wait_for(self, process: subprocess.Popen[str]) -> Session:
        """Wait for the program to exit. Returns its session, as far as it is visible from outside the process."""
        state_folder = self.state_folder
        lines_before = sum(len(session.lines) for session in state_folder.sessions)
        log_before = sum(len(session.log) for session in state_folder.sessions)
        output, error = process.communicate(timeout=HANGING)
        code = None if process.returncode == -signal.SIGKILL else process.returncode
        lines, log = tuple(state_folder.lines()[lines_before:]), tuple(state_folder.app.state.log)[log_before:]
        session = Session(code, None, error, lines, log, (), len(log), output)
        state_folder.sessions.append(session)
        return session

    def apply(self, state: str = "state") -> Session:
        """Run the program and wait for it."""
        return self.wait_for(self.start(state))


@contextmanager
def command_runner(server: ScenarioServer) -> Iterator[CommandRunner]:
    """A runner before its first apply."""
    with TemporaryDirectory() as folder:
        state_folder = StateFolder(server, Path(folder, "state"))
        gate = RequestGate(state_folder.app)
        with serve(gate) as base_url:
            try:
                yield CommandRunner(state_folder, gate, base_url, Path(folder))
            finally:
                state_folder.close()
