"""A user at the command line, in this process: plans, approves, applies, undoes. Nothing sleeps, and nothing is shared.

The commands are the real ones. Replaced are only the connection (the sandbox of the case instead of the one in the state folder),
waiting, and the number of threads: one, so that a seed gives one story.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner

from reconciler.applying import ApplyOptions
from reconciler.cli.main import root
from reconciler.cli.terminal.errors import report_error
from reconciler.errors import ReconcilerError, SimulationError
from reconciler.gateway import GatewayConfig, Rate
from reconciler.sandbox import LoggedRequest, Store, blank, create_app
from tests.killed_process import KilledError
from tests.search.settings import switches_of
from tests.search.troubles import Line

WORKSPACE = "Search"
RATE = "1000/s"
Json = dict[str, Any]


@dataclass(frozen=True)
class Ran:
    """How one command ended. `code` is None where the process was killed; `crash` is a traceback of a defect, or ""."""

    code: int | None
    output: str
    errors: str
    log: tuple[LoggedRequest, ...]
    crash: str = ""
    error: str = ""

    @property
    def writes(self) -> tuple[LoggedRequest, ...]:
        """The writes that reached the service."""
        return tuple(logged for logged in self.log if logged.method != "GET")

    @property
    def message(self) -> str:
        """The end of what it printed on stderr, in one line."""
        return " ".join(self.errors.split())[-500:]


@dataclass
class User:
    """A folder, a workspace on a sandbox with these switches, and a person at the keyboard."""

    folder: Path
    switches: list[str]
    gateway: str = "sandbox"
    store: Store = field(default_factory=Store)

    def __post_init__(self) -> None:
        self.workspace = blank(self.store, WORKSPACE)
        self.app = create_app(self.store, switches_of(self.switches))
        self.line = Line(self.app)
        self.config = GatewayConfig(self.gateway, key="any-k3y-will-do", rate=Rate.parse(RATE), app=self.line)
        self.commands: list[str] = []

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def snapshot(self) -> dict[str, list[Json]]:
        """Everything that the service holds of the workspace."""
        return self.store.snapshot(self.workspace)

    def run(self, *words: str) -> Ran:
        """One command."""
        log = self.app.state.log
        log.clear()
        place = ["--gateway", self.gateway, "--state-dir", str(self.folder / "state"), "--workspace", WORKSPACE]
        self.commands.append(" ".join(words))
        crash: list[BaseException] = []

        def watch(error: Exception, settings: Any) -> int:
            crash.append(error)
            return report_error(error, settings)

        with _replaced(self.config), patch("reconciler.cli.terminal.errors.report_error", watch):
            try:
                result = CliRunner().invoke(root, [*place, *words])
            except KilledError:
                return Ran(None, "", "killed", tuple(log))
        error = crash[0] if crash else None
        text = ""
        if error is not None and (not isinstance(error, ReconcilerError) or isinstance(error, SimulationError)):
            text = "".join(traceback.format_exception(error))
        elif result.exception and not isinstance(result.exception, SystemExit):
            text = "".join(traceback.format_exception(result.exception))
        name = type(error).__name__ if error else ""
        return Ran(result.exit_code, result.stdout, result.stderr, tuple(log), text, name)

    def plan(self, paths: Sequence[str], *words: str) -> tuple[Ran, Json | None]:
        """A plan as JSON; None where there is none."""
        return _with_json(self.run("plan", *paths, "--format", "json", *words))

    def undo(self, *words: str) -> tuple[Ran, Json | None]:
        """The undo of the last run as a plan."""
        return _with_json(self.run("undo", "latest", "--format", "json", *words))

    def write(self, name: str, text: str) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def allowances(plan: Json) -> list[str]:
    """The options that allow what a plan removes, as somebody gives them who has read it."""
    removals = [change for change in plan["changes"] if is_removal(change)]
    numbers = {change["kind"]: sum(c["kind"] == change["kind"] for c in removals) for change in removals}
    words = [word for kind, n in numbers.items() for word in ("--allow-removals", f"{kind}s={n}")]
    pairs = {pair["remove"] for pair in plan["look_alikes"]}
    pairs |= {c["address"] for c in removals if (c["blocked"] or {}).get("guard") == "look_alike"}
    return [*words, *(word for address in sorted(pairs) for word in ("--allow-removal", address))]


def is_removal(change: Mapping[str, Any]) -> bool:
    """Whether a change of a plan's JSON removes something that the manifests do not declare."""
    return bool(change.get("removal")) or "delete" in change["steps"]


def _with_json(ran: Ran) -> tuple[Ran, Json | None]:
    try:
        return ran, json.loads(ran.output)
    except ValueError:
        return ran, None


@contextmanager
def _replaced(config: GatewayConfig) -> Iterator[None]:
    """The command line on this configuration: no waiting, one thread, no flushing to a disk."""
    with ExitStack() as stack:
        for name, value in {
            "reconciler.cli.session.configure_gateway": lambda _settings, _stack: config,
            "reconciler.cli.terminal.interrupt.Interrupt.pause": lambda _self, _seconds: None,
            "reconciler.cli.actions.apply.ApplyOptions": partial(ApplyOptions, max_concurrency=1),
            "os.fsync": lambda _number: None,
        }.items():
            stack.enter_context(patch(name, value))
        yield
