"""Applies a plan that creates its workspace: first the workspace, in the journal of the run, then everything in it.

The create is a session of its own. A stop right after it, or an answer that is lost, leaves a run that a later session takes up:
it looks for the workspace by its id or name, and never creates a second one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from reconciler.applying.apply import apply_recorded, session_started
from reconciler.applying.approve import ApprovedPlan
from reconciler.applying.journal.events import SessionEnded, WorkspaceEnded, WorkspaceIntent
from reconciler.applying.journal.runs import Runs
from reconciler.applying.journal.writer import Journal
from reconciler.applying.options import DEFAULT_OPTIONS, ApplyHooks, ApplyOptions
from reconciler.applying.report import ChangeFinished, ChangeStarted, Event, Outcome, Result, RunReport
from reconciler.errors import GatewayError, ProtocolError, StalePlanError
from reconciler.gateway import Reader, Writer
from reconciler.gateway.messages import Request
from reconciler.live import Reading, created_workspace, workspace_of
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Plan, Step
from reconciler.state import Workspace

WORKSPACE = "workspace"
"""The word of the kind in the address of a workspace, which no manifest declares as a resource."""
AGAIN = "run the same command again: it looks for the workspace by its name first, and never creates a second one"


def workspace_of_plan(plan: Plan, reader: Reader, runs: Runs) -> Workspace:
    """The workspace that a run of this plan has created; without an id where it is still to be created. One request.

    Raises StalePlanError where a workspace of its name exists that is not of such a run, or where the one that a run created is
    gone.
    """
    recorded = _recorded(plan, runs)
    found = created_workspace(reader, plan.target.workspace_name, recorded or "")
    if found is not None and recorded is None:
        raise StalePlanError(
            f"the plan is stale: it creates the workspace {plan.target.workspace_name!r}, which exists now ({found.id})",
            hint="make a new plan and approve it; nothing was written",
        )
    if found is None and recorded:
        raise StalePlanError(
            f"the workspace {plan.target.workspace_name!r} ({recorded}), which a run of this plan created, is gone",
            hint="make a new plan and approve it; nothing was written",
        )
    return found or Workspace(id="", name=plan.target.workspace_name)


def _recorded(plan: Plan, runs: Runs) -> str | None:
    """The id of the workspace that a run of this plan created, "" where its outcome is unknown; None without such a run."""
    run = next(runs.of_digest(plan.digest.removeprefix("sha256:")), None)
    return run.history.workspace if run else None


def apply_in_new_workspace(
    approved: ApprovedPlan,
    writer: Writer,
    read_workspace: Callable[[Workspace], Reading],
    runs: Runs,
    hooks: ApplyHooks,
    *,
    connection: str = "",
    reading: Reading,
    options: ApplyOptions = DEFAULT_OPTIONS,
    verifies: bool = False,
    on_created: Callable[[Workspace], None] = lambda _: None,
) -> RunReport:
    """Create the workspace of a plan, read it, and carry out the plan in it. The create is the first change of the report.

    `reading`: that of the workspace, where an earlier session has created it. One without an id is looked for first, in case
    another hand or an earlier session has created it since. Raises StalePlanError, JournalError, and the errors of `apply_recorded`; GatewayError
    where the create is refused, or its outcome stays unknown.
    """
    is_read = bool(reading.live.workspace.id)
    workspace = reading.live.workspace if is_read else workspace_of_plan(approved.plan, writer, runs)
    change, total = _change(approved.plan), len(approved.plan.changes) + 1
    created = Outcome(change, Result.ALREADY, id=workspace.id)
    if not workspace.id:
        hooks.on_event(ChangeStarted(change, 0, total))
        try:
            workspace = _create(approved, writer, runs, hooks, connection)
        except GatewayError as error:
            result = Result.IN_DOUBT if error.unknown or isinstance(error, ProtocolError) else Result.FAILED
            hooks.on_event(ChangeFinished(Outcome(change, result, message=error.message), 1, total))
            raise
        created = Outcome(change, Result.DONE, id=workspace.id, written=1)
        on_created(workspace)
    hooks.on_event(ChangeFinished(created, 1, total))
    report = apply_recorded(
        approved,
        writer,
        reading if is_read else read_workspace(workspace),
        runs,
        _counting_one_more(hooks),
        connection=connection,
        options=options,
        reading_again=(lambda: read_workspace(workspace)) if verifies else None,
    )
    return replace(report, outcomes=(created, *report.outcomes))


def _change(plan: Plan) -> Change:
    """The create of the workspace, as reports and events have it. It is not among the changes of the plan."""
    return Change(Address(WORKSPACE, (plan.target.workspace_name,)), Action.CREATE, (Step.CREATE,))


def _counting_one_more(hooks: ApplyHooks) -> ApplyHooks:
    """The hooks for the changes after the workspace, which has ended before them."""

    def on_event(event: Event) -> None:
        hooks.on_event(replace(event, done=event.done + 1, total=event.total + 1))

    return replace(hooks, on_event=on_event)


def _create(approved: ApprovedPlan, writer: Writer, runs: Runs, hooks: ApplyHooks, connection: str) -> Workspace:
    plan, sent, started = approved.plan, writer.requests, hooks.clock()
    user, sequence = writer.user(), runs.next_sequence()
    run = runs.of(plan, complete=False) or runs.begin(plan, hooks.now())

    def ended(stopped: str = "") -> SessionEnded:
        return SessionEnded(
            summary=RunReport(plan.digest, () if stopped else (Outcome(_change(plan), Result.DONE),)).summary,
            requests=writer.requests - sent,
            seconds=round(hooks.clock() - started, 3),
            stopped=stopped or None,
            interrupted=False,
            exit_code=1 if stopped else 0,
            complete=False,
        )

    with run.journal(hooks.now) as journal:
        journal.record(session_started(run, approved, user, connection, sequence, ""))
        try:
            workspace = _send(plan.target.workspace_name, writer, journal)
        except GatewayError as error:
            journal.record(ended(error.message))
            raise
        journal.record(ended())
        return workspace


def _send(name: str, writer: Writer, journal: Journal) -> Workspace:
    """Send the create. After an unknown outcome the workspace is looked for by its name, once."""
    found: Workspace | None = None
    try:
        found = workspace_of(writer.create_workspace(name, observer=_Announced(name, journal)))
    except GatewayError as error:
        if not (error.unknown or isinstance(error, ProtocolError)):
            journal.record(WorkspaceEnded(name=name, id=None))
            raise
        error.hint = f"the workspace may have been created; {AGAIN}"
        with suppress(GatewayError):
            found = created_workspace(writer, name)
        if found is None:
            raise
    journal.record(WorkspaceEnded(name=name, id=found.id))
    return found


@dataclass(frozen=True, slots=True)
class _Announced:
    """Records the create before it leaves; one that cannot be recorded is not sent."""

    name: str
    journal: Journal

    def on_send(self, _request: Request) -> None:
        self.journal.record(WorkspaceIntent(name=self.name))

    def on_response(self, status: int, attempts: int) -> None:
        """Nothing is known from a status alone."""
