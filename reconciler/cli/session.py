"""One way to a workspace for one command: from settings to gateway, from manifests to a plan, from approval to a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from reconciler.applying import ApprovedPlan, Event, Result, RunReport, apply, reguarded, verified
from reconciler.cli.defects import with_states_saved
from reconciler.cli.interrupt import Interrupt
from reconciler.cli.output import note
from reconciler.cli.settings import Settings
from reconciler.cli.way import gateway_config
from reconciler.errors import PlanFileError, RehearsalError, WorkspaceError
from reconciler.gateway import (
    Clockwork,
    GatewayConfig,
    Reader,
    Sent,
    Writer,
    open_limiter,
    open_reader,
    open_writer,
    pin_connection,
)
from reconciler.live import Reading, choose_workspace, read, reread, with_seer
from reconciler.planning import Circumstances, Plan, Target, make_plan, without_blocked
from reconciler.state import Desired, Workspace
from reconciler.version import __version__

FRESH_SECONDS = 60.0
"""A reading older than this is repeated before the first write: an approval took its time."""


_Client = TypeVar("_Client", bound=Reader)


@dataclass(frozen=True, slots=True)
class Prospect:
    """A plan with what it was made from, ready to be approved; `read_at` is in the seconds of a monotonic clock."""

    plan: Plan
    workspace: Workspace
    reading: Reading
    read_at: float


class Session:
    """A gateway with the connection settled; opens nothing that can write before it is given an ApprovedPlan."""

    def __init__(self, settings: Settings, config: GatewayConfig, stack: ExitStack) -> None:
        self.settings = settings
        self.interrupt = Interrupt()
        self._stack = stack
        self._clients: list[Reader] = []
        self._clockwork = Clockwork(sleep=self.interrupt.pause)
        self._limiter = open_limiter(config, self._clockwork)
        first = self._reader(config)
        self.config = pin_connection(config, first)
        self.reader = first if self.config is config else self._reader(self.config)

    @property
    def requests(self) -> int:
        """Everything that was sent so far."""
        return sum(client.requests for client in self._clients)

    def workspace(self, wanted: str | None = None) -> Workspace:
        """The workspace that is meant: by option or variable, else `wanted`, else the only one."""
        return choose_workspace(self.reader, self.settings.workspace or wanted)

    def writer(self) -> Writer:
        """A client that can write; only for what a person has just approved."""
        return self._noted(self._stack.enter_context(open_writer(self.config, **self._options())))

    def prepare(
        self,
        desired: Desired,
        allowed: Mapping[str, int],
        *,
        max_requests: int | None = None,
        except_blocked: bool = False,
    ) -> Prospect:
        """Read the workspace and plan; `allowed` is the exact number of removals by kind.

        With `except_blocked` the plan is what is left without that which a guard blocks.
        """
        workspace = self.workspace(desired.workspace)
        reading = read(self.reader, desired, workspace)
        read_at = time.monotonic()
        target = Target(self.config.name, self.config.base_url, workspace.id, workspace.name)
        about = Circumstances(
            allowed=allowed,
            protected_before=self._protected_before(workspace),
            max_requests=max_requests,
            connection=self.config.connection,
            requests_per_second=self.config.rate.per_second,
            tool_version=__version__,
            created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        try:
            plan = make_plan(desired, reading.live, reading.usage, target=target, circumstances=about)
        except RehearsalError as error:
            raise with_states_saved(error, desired, reading.live, self.settings.state_dir) from error
        if except_blocked:
            plan = without_blocked(plan, max_requests)
        return Prospect(plan, workspace, reading, read_at)

    def resume(
        self,
        plan: Plan,
        allowed: Mapping[str, int],
        *,
        max_requests: int | None = None,
        except_blocked: bool = False,
    ) -> Prospect:
        """Read what a saved plan was made from, and ask the guards again: a file cannot talk them away.

        Raises PlanFileError where this account does not have the plan's workspace.
        """
        try:
            workspace = choose_workspace(self.reader, plan.target.workspace_id)
        except WorkspaceError as error:
            raise PlanFileError(f"the plan is for another workspace: {error.message}") from error
        reading = with_seer(reread(self.reader, plan, workspace), self.reader, plan)
        plan = reguarded(
            plan,
            reading,
            allowed,
            connection=self.config.connection,
            protected_before=self._protected_before(workspace),
            max_requests=max_requests,
        )
        if except_blocked:
            plan = without_blocked(plan, max_requests)
        return Prospect(plan, workspace, reading, time.monotonic())

    def _protected_before(self, workspace: Workspace) -> tuple[str, ...]:  # noqa: ARG002 - the journals are kept by workspace
        """The protect patterns of the policy that was last applied to the workspace: the one place that knows.

        Nothing is kept yet: the journals of runs will say.
        """
        return ()

    def carry_out(
        self, approved: ApprovedPlan, prospect: Prospect, on_event: Callable[[Event], None], *, verify: bool
    ) -> RunReport:
        """Apply; `verify` reads the workspace again afterwards. Raises StalePlanError before anything is written."""
        reading, started = prospect.reading, time.monotonic()
        if started - prospect.read_at > FRESH_SECONDS:
            reading = reread(self.reader, approved.plan, prospect.workspace)
        with self.interrupt.held():
            report = apply(
                approved,
                self.writer(),
                reading,
                on_event=on_event,
                should_stop=self.interrupt.is_asked,
                clock=time.monotonic,
            )
        if verify and not report.interrupted and any(outcome.result is Result.DONE for outcome in report.outcomes):
            report = verified(report, reread(self.reader, approved.plan, prospect.workspace))
        return replace(report, requests=self.requests, seconds=time.monotonic() - started)

    def _options(self) -> dict[str, Any]:
        watch = _tell_request if self.settings.verbose else None
        return {"limiter": self._limiter, "clockwork": self._clockwork, "watch": watch}

    def _reader(self, config: GatewayConfig) -> Reader:
        return self._noted(self._stack.enter_context(open_reader(config, **self._options())))

    def _noted(self, client: _Client) -> _Client:
        self._clients.append(client)
        return client


@contextmanager
def open_session(settings: Settings) -> Iterator[Session]:
    """Open the way to the gateway, and close it again. Raises ConfigurationError, WorkspaceError, GatewayError."""
    with ExitStack() as stack:
        yield Session(settings, gateway_config(settings, stack), stack)


def _tell_request(sent: Sent) -> None:
    again = f", attempt {sent.attempt}" if sent.attempt > 1 else ""
    note(f"{sent.request.name}  {sent.status or 'no answer'}, {sent.seconds:.3f} s{again}")
