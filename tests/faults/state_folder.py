"""One state folder before one server: applies the approved plan as the command line does, with a transport that may fail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from reconciler.applying import ApplyHooks, ApplyOptions, RunReport, Runs, apply_recorded, approve, guard_plan
from reconciler.errors import ReconcilerError, StoppedError
from reconciler.gateway import Clock, GatewayConfig, Limiter, Reader, RetryPolicy, Writer
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import ReadOnly, Request
from reconciler.gateway.requests import RequestPipeline
from reconciler.gateway.transport import open_transport
from reconciler.live import choose_workspace, reread, with_access_role
from reconciler.sandbox import Faults, Logged
from reconciler.state import Allowances
from tests.clock import Time
from tests.faults.fault import Chooser, Fault, FaultyTransport, Killed, Signals
from tests.faults.scenario_server import HEADERS, World, config_of

Line = Mapping[str, Any]
FLUSHED = (b'{"event":"intent"', b'{"event":"session')
"""How the lines begin that are on the disk before anything follows them."""


@dataclass(frozen=True)
class Session:
    """What one apply came to. `exit_code` is None where the process was killed."""

    exit_code: int | None
    report: RunReport | None
    error: str
    lines: tuple[Line, ...]
    """The journal's lines of this session alone."""
    log: tuple[Logged, ...]
    """The server's log of this session alone."""
    hit: tuple[tuple[Request, Fault], ...]
    requests: int
    shown: str = ""

    @property
    def writes(self) -> tuple[Logged, ...]:
        """The writes that reached the server."""
        return tuple(logged for logged in self.log if logged.method != "GET")

    @property
    def carried_out(self) -> tuple[Logged, ...]:
        """Those that it carried out."""
        return tuple(logged for logged in self.writes if logged.status < 300)


@dataclass
class Office:
    """Applies a world's plan, again and again."""

    world: World
    folder: Path
    base_url: str = ""
    max_concurrency: int = 1
    rate: str = "50/s"
    timeout: float = 30.0
    faults: Faults | None = None
    time: Time = field(default_factory=Time)
    sessions: list[Session] = field(default_factory=list)
    unannounced: list[str] = field(default_factory=list)
    """Writes that left although no intent of theirs was in the journal's file."""
    hit_elsewhere: list[tuple[Request, Fault]] = field(default_factory=list)
    """What was made to go wrong by the server itself."""

    def __post_init__(self) -> None:
        self.store, self.app = self.world.copy(self.faults)
        self.runs = Runs(self.folder)
        self._frozen: list[bytes] = []
        self._left: list[tuple[str, str, str]] = []
        self._killed_at = ("", "", "")

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    @property
    def journal(self) -> Path | None:
        """The file of the one run, once there is one."""
        found = list(self.runs)
        assert len(found) <= 1, [run.id for run in found]
        return found[0].path / "journal.jsonl" if found else None

    def apply(self, choose: Chooser = lambda _number, _request: None, *, cut: Random | None = None) -> Session:
        """One session of the run; after a kill `cut` says where the disk lost the thread."""
        signals = Signals()
        inner = open_transport(self._config()) if self.base_url else AsgiTransport(self.app, HEADERS)
        transport = FaultyTransport(inner, choose, signals, self.time, self._leaving)
        transport.on_death = self._freeze
        lines_before, log_before, self._frozen = len(self.lines()), len(self.app.state.log), []
        code, report, error = self._outcome(transport, signals)
        if self._frozen:
            code, report, error = None, None, "killed"  # whatever its threads still came to
        transport.close()
        if self._frozen:
            self._thaw(cut)
        session = Session(
            code,
            report,
            error,
            tuple(self.lines()[lines_before:]),
            tuple(self.app.state.log)[log_before:],
            (*transport.hit, *self.hit_elsewhere),
            transport.count,
        )
        self.sessions.append(session)
        return session

    def lines(self) -> list[Line]:
        """Everything in the journal that can be read."""
        return list(run.lines) if (run := next(iter(self.runs), None)) else []

    def _outcome(self, transport: FaultyTransport, signals: Signals) -> tuple[int | None, RunReport | None, str]:
        try:
            report = self._carried_out(transport, signals)
        except Killed:
            return None, None, "killed"
        except KeyboardInterrupt:
            return 130, None, "interrupted"
        except ReconcilerError as error:
            return error.exit_code, None, error.message
        return report.exit_code, report, report.stopped

    def _carried_out(self, transport: FaultyTransport, signals: Signals) -> RunReport:
        """As `apply plan.json --approve DIGEST` does: read again, evaluate the guards again, carry out."""
        plan, config = self.world.plan, self._config()

        def sleep(seconds: float) -> None:
            if signals.stop:
                raise StoppedError("the run was asked to stop")
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
        return replace(config, timeout=self.timeout, connection=self.world.plan.proof.connection)

    def _leaving(self, request: Request) -> None:
        """A write is about to leave: its intent must be in the file by now."""
        path = self.journal
        text = path.read_bytes()[-200_000:].split(b"\n") if path else []
        wanted = _key(request)
        self._left.append(wanted)
        for line in reversed(text):
            with suppress(ValueError):  # an earlier power cut may have torn the line
                if line.startswith(FLUSHED[0]) and _key_of(json.loads(line)) == wanted:
                    return
        self.unannounced.append(request.name)

    def _freeze(self, unsent: Request | None) -> None:
        """The process dies: what its threads still write never happened."""
        self._killed_at = _key(unsent) if unsent else ("", "", "")
        path = self.journal
        self._frozen = [path.read_bytes() if path and path.exists() else b""]

    def _thaw(self, cut: Random | None) -> None:
        path, data = self.journal, self._frozen[0]
        if path is None or not path.exists():
            return
        if cut is not None:
            data = data[: cut.randint(self._durable(data), len(data))]
        path.write_bytes(data)

    def _durable(self, data: bytes) -> int:
        """How many bytes of a journal a power cut leaves for certain: up to the last line that was flushed to the disk.

        That line may itself be cut where the power went while it was being flushed: then its request never left.
        """
        end, ends = 0, [0]
        for line in data.splitlines(keepends=True):
            end += len(line)
            if line.startswith(FLUSHED):
                ends.append(end)
        last = data.splitlines()[-1] if data else b""
        if last.startswith(FLUSHED[0]) and _key_of(json.loads(last)) == self._killed_at:
            return ends[-2] if self._left.count(self._killed_at) == 1 else ends[-1]
        return ends[-1]


def _key(request: Request) -> tuple[str, str, str]:
    return request.method, request.path, json.dumps(request.body, sort_keys=True)


def _key_of(intent: Line) -> tuple[str, str, str]:
    return intent["method"], intent["path"], json.dumps(intent.get("body"), sort_keys=True)
