"""A state directory and a server: applies the approved plan as the command line does, over a transport with faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.applying import ApplyHooks, ApplyOptions, RunReport, Runs, apply_recorded, approve, guard_plan
from reconciler.errors import ReconcilerError, StoppedError
from reconciler.gateway import Clock, GatewayConfig, Limiter, Reader, RetryPolicy, Writer
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import ReadOnly, Request
from reconciler.gateway.open_transport import open_transport
from reconciler.gateway.requests import RequestPipeline
from reconciler.live import choose_workspace, reread, with_access_role
from reconciler.sandbox import Faults, LoggedRequest
from reconciler.state import Allowances
from tests.clock import Time
from tests.faults.fault import AnyFault, Chooser, FaultyTransport, Killed, Signals
from tests.faults.scenario_server import HEADERS, ScenarioServer, config_of, scenario_server
from tests.recorded_runs import lines_of

Line = Mapping[str, Any]
FLUSHED = (b'{"event":"intent"', b'{"event":"session')
"""Prefixes of the journal lines that are flushed to the disk before the run continues."""


@dataclass(frozen=True)
class Session:
    """The result of one apply. `exit_code` is None if the process was killed."""

    exit_code: int | None
    report: RunReport | None
    error: str
    lines: tuple[Line, ...]
    """The journal lines of this session."""
    log: tuple[LoggedRequest, ...]
    """The server log of this session."""
    injected: tuple[tuple[Request, AnyFault], ...]
    requests: int
    output: str = ""

    @property
    def writes(self) -> tuple[LoggedRequest, ...]:
        """The writes that reached the server."""
        return tuple(logged for logged in self.log if logged.method != "GET")

    @property
    def carried_out(self) -> tuple[LoggedRequest, ...]:
        """The writes that the server carried out."""
        return tuple(logged for logged in self.writes if logged.status < 300)


@dataclass
class StateFolder:
    """Applies the plan of a scenario, any number of times."""

    server: ScenarioServer
    folder: Path
    base_url: str = ""
    max_concurrency: int = 1
    rate: str = "50/s"
    timeout: float = 30.0
    faults: Faults | None = None
    time: Time = field(default_factory=Time)
    sessions: list[Session] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    """Writes that were sent without an intent in the journal file."""
    injected_by_server: list[tuple[Request, AnyFault]] = field(default_factory=list)
    """Faults that the server injected."""

    def __post_init__(self) -> None:
        self.store, self.app = self.server.copy(self.faults)
        self.runs = Runs(self.folder)
        self._saved: list[bytes] = []
        self._sent: list[tuple[str, str, str]] = []
        self._killed_at = ("", "", "")

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def journal(self) -> Path | None:
        """The journal file of the only run, None before the first."""
        runs = list(self.runs)
        assert len(runs) <= 1, [run.id for run in runs]
        return runs[0].path / "journal.jsonl" if runs else None

    def apply(self, choose: Chooser = lambda _number, _request: None, *, cut: Random | None = None) -> Session:
        """One session of the run. After a kill `cut` draws the byte at which unflushed data is truncated."""
        signals = Signals()
        inner = open_transport(self._config()) if self.base_url else AsgiTransport(self.app, HEADERS)
        transport = FaultyTransport(inner, choose, signals, self.time, self._on_write)
        transport.on_death = self._save_journal
        lines_before, log_before, self._saved = len(self.lines()), len(self.app.state.log), []
        code, report, error = self._outcome(transport, signals)
        if self._saved:
            code, report, error = None, None, "killed"  # whatever its threads did afterwards
        transport.close()
        if self._saved:
            self._restore_journal(cut)
        session = Session(
            code,
            report,
            error,
            tuple(self.lines()[lines_before:]),
            tuple(self.app.state.log)[log_before:],
            (*transport.injected, *self.injected_by_server),
            transport.count,
        )
        self.sessions.append(session)
        return session

    def lines(self) -> list[Line]:
        """The valid lines of the journal."""
        return lines_of(run.path) if (run := next(iter(self.runs), None)) else []

    def _outcome(self, transport: FaultyTransport, signals: Signals) -> tuple[int | None, RunReport | None, str]:
        try:
            report = self._run_apply(transport, signals)
        except Killed:
            return None, None, "killed"
        except KeyboardInterrupt:
            return 130, None, "interrupted"
        except ReconcilerError as error:
            return error.exit_code, None, error.message
        return report.exit_code, report, report.stopped

    def _run_apply(self, transport: FaultyTransport, signals: Signals) -> RunReport:
        """As `apply plan.json --approve DIGEST`: read again, reapply the guards, apply."""
        plan, config = self.server.plan, self._config()

        def sleep(seconds: float) -> None:
            if signals.stop:
                raise StoppedError("the run is stopping")
            self.time.sleep(seconds)

        def should_stop() -> bool:
            if signals.at_once:
                raise KeyboardInterrupt
            return signals.stop

        seconds = self.time.clock
        clock = Clock(seconds, sleep, seconds, lambda: 1.0, lambda: signals.stop)
        limiter = Limiter(config.rate, seconds, sleep)
        options: dict[str, Any] = {"clock": clock, "retry_policy": RetryPolicy()}
        reader = Reader(config, RequestPipeline(config, ReadOnly(transport), limiter, **options))
        reading = reread(reader, plan, choose_workspace(reader, plan.target.workspace_id))
        reading = with_access_role(reading, reader, plan)
        guarded = guard_plan(plan, reading, Allowances(), connection=config.connection)
        approved = approve(guarded, plan.digest)
        writer = Writer(config, RequestPipeline(config, transport, limiter, **options))
        hooks = ApplyHooks(seconds, seconds, lambda _: None, should_stop)
        return apply_recorded(
            approved, writer, reading, self.runs, hooks, options=ApplyOptions(max_concurrency=self.max_concurrency)
        )

    def _config(self) -> GatewayConfig:
        config = config_of(None if self.base_url else self.app, self.base_url, self.rate)
        return replace(config, timeout=self.timeout, connection=self.server.plan.proof.connection)

    def _on_write(self, request: Request) -> None:
        """Before a write is sent, its intent must be in the journal file."""
        path = self.journal
        text = path.read_bytes()[-200_000:].split(b"\n") if path else []
        key = _key(request)
        self._sent.append(key)
        for line in reversed(text):
            with suppress(ValueError):  # a power cut may have truncated the line
                if line.startswith(FLUSHED[0]) and _key_of(json.loads(line)) == key:
                    return
        self.unrecorded.append(request.name)

    def _save_journal(self, unsent: Request | None) -> None:
        """The process is killed: later writes of its threads to the journal are discarded."""
        self._killed_at = _key(unsent) if unsent else ("", "", "")
        path = self.journal
        self._saved = [path.read_bytes() if path and path.exists() else b""]

    def _restore_journal(self, cut: Random | None) -> None:
        path, data = self.journal, self._saved[0]
        if path is None or not path.exists():
            return
        if cut is not None:
            data = data[: cut.randint(self._durable_length(data), len(data))]
        path.write_bytes(data)

    def _durable_length(self, data: bytes) -> int:
        """Length of the part of a journal that survives a power cut: up to the last flushed line.

        If the power failed during that flush, the line may be truncated too, and its request was not sent.
        """
        end, ends = 0, [0]
        for line in data.splitlines(keepends=True):
            end += len(line)
            if line.startswith(FLUSHED):
                ends.append(end)
        last = data.splitlines()[-1] if data else b""
        if last.startswith(FLUSHED[0]) and _key_of(json.loads(last)) == self._killed_at:
            return ends[-2] if self._sent.count(self._killed_at) == 1 else ends[-1]
        return ends[-1]


def _key(request: Request) -> tuple[str, str, str]:
    return request.method, request.path, json.dumps(request.body, sort_keys=True)


def _key_of(intent: Line) -> tuple[str, str, str]:
    return intent["method"], intent["path"], json.dumps(intent.get("body"), sort_keys=True)


def in_state_folder(scenario: str, problems: Callable[[StateFolder], Iterable[str]]) -> list[str]:
    """What `problems` finds with a new state directory and a server of the scenario."""
    with TemporaryDirectory() as folder:
        state_folder = StateFolder(scenario_server(scenario), Path(folder))
        try:
            return list(problems(state_folder))
        finally:
            state_folder.close()
