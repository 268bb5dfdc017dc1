"""One command's access to a workspace: from settings to gateway, from manifests to plan, from approval to apply."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reconciler import applying, planning
from reconciler.applying import Runs, unfinished_deletes
from reconciler.cli.clients import Clients
from reconciler.cli.connect import configure_gateway
from reconciler.cli.prepared import PreparedPlan
from reconciler.cli.run_notes import policy_for_undo, report_changed_runs, report_override, today
from reconciler.cli.run_store import hold_for
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.cli.terminal.waiting import show_waits
from reconciler.errors import PlanFileError, SimulationError, WorkspaceError
from reconciler.gateway import GatewayConfig, RetryPolicy, Writer, pin_connection
from reconciler.live import Reading, choose_workspace, empty_reading, read, read_new, reread, with_access_role
from reconciler.planning import Plan, PlanOptions, Target, make_plan
from reconciler.planning.forecast import MAX_AGE
from reconciler.state import Allowances, Desired, Workspace
from reconciler.stores import FolderStore, RunStore
from reconciler.version import __version__

if TYPE_CHECKING:
    from reconciler.applying import ApplyOptions, ApprovedPlan, Event, Run, RunReport
    from reconciler.render.report import Protections

FRESH_SECONDS = 60.0
"""An older reading is repeated before the first write: an approval takes time."""


class Session:
    """A gateway with its connection pinned; opens a writer only for an approved write."""

    def __init__(
        self,
        settings: Settings,
        config: GatewayConfig,
        stack: ExitStack,
        *,
        wait_for_quota: bool = False,
        max_age: float = MAX_AGE,
        verifies: bool = False,
        store: RunStore | None = None,
        quiet: bool = False,
        since_last: bool = False,
        resumes: bool = False,
    ) -> None:
        self.store, self.unstored = store or FolderStore(), ""
        self.settings, self._max_age, self._verifies = settings, max_age, verifies
        self.interrupt, self._resumes = Interrupt(), resumes
        retry_policy = RetryPolicy(wait_for_quota=wait_for_quota)
        self._clients = Clients(settings, config, stack, self.interrupt, retry_policy)
        self._sent, self.waits = self._clients.count, self._clients.waits
        stack.enter_context(show_waits(self.waits, settings, quiet=quiet or settings.quiet))
        self._runs = Runs(settings.state_dir)
        self._made_after = (0, 0)
        first = self._clients.reader(config)
        self.config = pin_connection(config, first)
        self.reader = first if self.config is config else self._clients.reader(self.config)
        self._sent.pinned()
        self._read = self._reads_since_last() if since_last else read

    def _reads_since_last(self) -> Callable[..., Reading]:
        from reconciler.cli.last_reading import LastReading  # noqa: PLC0415 - start-up: only with --since-last

        return LastReading(self.settings, self.config, self._clients).read

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._sent.total

    def workspace(self, wanted: str | None = None, *, create: bool = False) -> Workspace:
        """The workspace of the option or its variable, else `wanted`, else the only one. `create`: if there is none, a new one."""
        given = self.settings.workspace
        chosen = self._choose(given or wanted, create=create and given in (None, wanted))
        report_override(wanted, chosen)
        return chosen

    def _choose(self, wanted: str | None, *, create: bool = False) -> Workspace:
        with self._sent.choosing():
            return choose_workspace(self.reader, wanted, create=create)

    def writer(self) -> Writer:
        """A client that can write; only for approved writes."""
        return self._clients.writer(self.config)

    def prepare(self, desired: Desired, allowed: Allowances) -> PreparedPlan:
        """Read the workspace and plan; `allowed` are the allowances of the command line."""
        workspace = self.workspace(desired.workspace, create=desired.creates_workspace)
        self._look_at_runs()
        if not workspace.id:
            reading = read_new(self.reader, desired, workspace, allowed.targets)
            return self._plan(desired, reading, workspace, allowed)
        unfinished = unfinished_deletes(self._runs, workspace.id)
        desired = self.as_recorded(desired, workspace)

        def prepare() -> PreparedPlan:
            reading = self._read(self.reader, desired, workspace, unfinished, allowed.targets)
            return self._plan(desired, reading, workspace, allowed)

        return self._resuming(workspace, prepare)

    def _resuming(self, workspace: Workspace, prepare: Callable[[], PreparedPlan]) -> PreparedPlan:
        """A plan for which a reading that a rate limit ended is resumed, if this command does that."""
        if not self._resumes:
            return prepare()
        from reconciler.cli.kept_reading import KeptReading, prepare_resuming  # noqa: PLC0415 - start-up: only some commands resume a reading

        file = KeptReading(self.settings.state_dir, self.config)
        return prepare_resuming(file, self.reader, workspace.id, prepare, lambda: self.waits.is_rate_limited)

    def as_recorded(self, desired: Desired, workspace: Workspace) -> Desired:
        """The desired state with what the runs of the state folder know of exchanged names."""
        return replace(desired, renamed=self._runs.renames(workspace.id))

    def prepare_undo(self, run: Run, allowed: Allowances) -> PreparedPlan:
        """Read the workspace and plan the reverse of a run. Raises PlanFileError for a run of another workspace or account."""
        workspace = self._workspace_of(run.plan)
        if not workspace.id:
            raise PlanFileError(f"run {run.id} created nothing, not even its workspace: there is nothing to undo")
        self._look_at_runs()
        policy = policy_for_undo(self._runs, run, workspace)
        ids_before = self._runs.ids_before(run)

        def prepare() -> PreparedPlan:
            undo, reading = applying.inverse_of(run, self.reader, workspace, policy, ids_before=ids_before)
            prepared = self._plan(undo.desired, reading, workspace, allowed)
            return replace(prepared, plan=applying.annotate(prepared.plan, undo))

        return self._resuming(workspace, prepare)

    def _plan(self, desired: Desired, reading: Reading, workspace: Workspace, allowed: Allowances) -> PreparedPlan:
        read_at = time.monotonic()
        target = Target(self.config.name, self.config.base_url, workspace.id, workspace.name)
        options = self.options(allowed, workspace)
        try:
            plan = make_plan(desired, reading.live, reading.usage, target=target, options=options, draft=reading.draft)
        except SimulationError as error:
            from reconciler.cli.bug_report import save_states  # noqa: PLC0415 - start-up: only a defect needs it

            raise save_states(error, desired, reading.live, self.settings.state_dir) from error
        if allowed.except_blocked:
            plan = planning.exclude_blocked(plan, allowed.max_requests)
        return PreparedPlan(plan, workspace, reading, read_at, allowed.max_requests)

    def options(self, allowed: Allowances, workspace: Workspace) -> PlanOptions:
        """The options of a plan that is made now."""
        return PlanOptions(
            targets=allowed.targets,
            allowed=allowed.numbers,
            allowed_removals=allowed.addresses,
            today=today(),
            protected_before=self._protected_before(workspace),
            max_requests=allowed.max_requests,
            connection=self.config.connection,
            **self._costs(),
            tool_version=__version__,
            created_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            made_after=self._made_after,
            is_first=not self._runs.include(workspace.id),
        )

    def _costs(self) -> dict[str, Any]:
        """What the forecast of an apply depends on, besides the changes and what was read."""
        costs = {"max_age": self._max_age, "opening": self._sent.opening, "verifies": self._verifies}
        return {"requests_per_second": self.config.rate.per_second, **costs}

    def _look_at_runs(self) -> None:
        """Before the workspace is read: note what is recorded last, and report the runs that were changed."""
        self._made_after = self._runs.position
        report_changed_runs(self._runs)

    def resume(self, plan: Plan, allowed: Allowances) -> PreparedPlan:
        """Read the inputs of a saved plan and evaluate the guards again: an edited file cannot bypass them.

        Raises PlanFileError if this account does not have the plan's workspace.
        """
        workspace = self._workspace_of(plan)
        self._look_at_runs()
        reading = reread(self.reader, plan, workspace) if workspace.id else empty_reading(plan, workspace)
        reading = with_access_role(reading, self.reader, plan)
        plan = applying.guard_plan(
            plan,
            reading,
            allowed,
            connection=self.config.connection,
            protected_before=self._protected_before(workspace),
            today=today(),
            run=self._runs.of(plan, complete=False),
            **self._costs(),
        )
        limit = applying.request_limit(plan, allowed)
        if allowed.except_blocked:
            plan = planning.exclude_blocked(plan, limit)
        return PreparedPlan(plan, workspace, reading, time.monotonic(), limit)

    def _workspace_of(self, plan: Plan) -> Workspace:
        try:
            if plan.target.is_new:
                with self._sent.choosing():
                    return applying.workspace_of_plan(plan, self.reader, self._runs)
            return self._choose(plan.target.workspace_id)
        except WorkspaceError as error:
            raise PlanFileError(f"the plan is for another workspace: {error.message}") from error

    def protections(self, plan: Plan, workspace: Workspace) -> Protections:
        """What applying this plan records and removes of `policy.protect`."""
        from reconciler.render.report import Protections  # noqa: PLC0415 - start-up: only an apply reports

        before, now = set(self._protected_before(workspace)), set(plan.policy.protect)
        return Protections(recorded=len(now - before), removed=len(before & set(plan.withdrawn)))

    def _protected_before(self, workspace: Workspace) -> tuple[str, ...]:
        """The protect patterns in force for the workspace, by the run records of this state folder."""
        return self._runs.protections(workspace.id)

    def apply(
        self,
        approved: ApprovedPlan,
        prepared: PreparedPlan,
        on_event: Callable[[Event], None],
        *,
        options: ApplyOptions,
    ) -> RunReport:
        """Apply with a journal, under a claim. Raises StalePlanError, BlockedError, LockedError and StoreError before the first write."""
        reading, workspace, started = prepared.reading, prepared.workspace, time.monotonic()
        if workspace.id and started - prepared.read_at > FRESH_SECONDS:
            applying.require_requests_left(prepared.plan, prepared.limit, self.requests, reading.live.requests)
            reading = reread(self.reader, approved.plan, workspace)
        from reconciler.cli.recorded_apply import RecordedApply  # noqa: PLC0415 - start-up: a plan carries out nothing

        hooks = applying.ApplyHooks(time.time, time.monotonic, on_event, self.interrupt.is_asked)

        def read_again(of: Workspace) -> Reading:
            with self.waits.of("verifying" if workspace.id else "reading"):
                return reread(self.reader, approved.plan, of)

        with self.interrupt.held(), self.waits.of(""), hold_for(self.store, approved.plan, workspace) as hold:
            apply = RecordedApply(self._runs, hooks, hold, self.config.connection, options, self._verifies)
            report = apply.run(approved, self.writer(), reading, workspace, read_again)
        self.unstored = hold.problem
        return replace(report, requests=self.requests, seconds=time.monotonic() - started)


@contextmanager
def open_session(settings: Settings, **options: Any) -> Iterator[Session]:
    """Connect to the gateway, then disconnect; `options` of Session. Raises ConfigurationError, WorkspaceError, GatewayError."""
    with ExitStack() as stack:
        config = configure_gateway(settings, stack)
        yield Session(settings, config, stack, **options)
