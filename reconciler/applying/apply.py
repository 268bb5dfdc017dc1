"""Apply: an ApprovedPlan carried out step by step, without a journal or as a recorded run that a later session can resume."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.applying.approve import ApprovedPlan
from reconciler.applying.executor.executor import Executor
from reconciler.applying.journal.events import ChangeEnded, SessionEnded, SessionStarted
from reconciler.applying.journal.history import EMPTY_HISTORY, History
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.runs import Runs
from reconciler.applying.journal.writer import Journal, JournalSink, NullJournal
from reconciler.applying.options import DEFAULT_OPTIONS, NO_HOOKS, ApplyHooks, ApplyOptions
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus, evaluate_preconditions
from reconciler.applying.recovery import history_for, resolutions
from reconciler.applying.report import COMPLETED, ChangeFinished, Outcome, Result, RunReport
from reconciler.applying.verify import verify
from reconciler.applying.writes.steps import StepRunner
from reconciler.errors import JournalError, ReconcilerError, StalePlanError
from reconciler.gateway import Writer
from reconciler.live import Reading
from reconciler.planning.plan import Change, Plan
from reconciler.version import __version__


def apply(
    approved: ApprovedPlan,
    writer: Writer,
    reading: Reading,
    *,
    journal: JournalSink | None = None,
    options: ApplyOptions = DEFAULT_OPTIONS,
    hooks: ApplyHooks = NO_HOOKS,
) -> RunReport:
    """Carry out an approved plan on the workspace as `reading` has it.

    Raises StalePlanError, before anything is written, where `reading` does not fit the precondition of a change. What already
    has the values of the plan is not written. After a failed change those that require it are skipped; the others go on.
    Every write is recorded in `journal` before it leaves; one that cannot be recorded is not sent.
    """
    prepared = _prepare(approved.plan, reading, EMPTY_HISTORY)
    return _execute(prepared, writer, journal or NullJournal(), options, hooks)


def apply_recorded(
    approved: ApprovedPlan,
    writer: Writer,
    reading: Reading,
    runs: Runs,
    hooks: ApplyHooks,
    *,
    connection: str = "",
    options: ApplyOptions = DEFAULT_OPTIONS,
    reading_again: Callable[[], Reading] | None = None,
) -> RunReport:
    """Carry out an approved plan, with its journal in a folder of `runs`. Raises JournalError, and the errors of `apply`.

    An incomplete run of the same plan is resumed: then a stale change is only left out, and everything else is finished.
    A run is only begun if there is something to do. `reading_again` reads the workspace afterwards, to verify what was done.
    """
    plan = approved.plan
    run = runs.of(plan, complete=False)
    prepared = _prepare(plan, reading, history_for(plan, run))
    if run is None and (prepared.is_idle or prepared.stale):
        before = runs.of(plan, complete=True)
        report = _execute(prepared, writer, NullJournal(), options, hooks)
        return replace(report, run=before.id if before else "")
    user = writer.user()  # also where an earlier session left nothing to write: the record names who looked
    sequence = runs.next_sequence()
    run = run or runs.begin(plan, hooks.now(), [resource.id for resource in reading.live.everything])
    with run.journal(hooks.now) as journal:
        journal.record(session_started(run, approved, user, connection, sequence, reading.live.workspace.id))
        for resolved in resolutions(prepared.history, plan.changes, prepared.preconditions, reading.live):
            journal.record(resolved)
        report = replace(_execute(prepared, writer, journal, options, hooks), run=run.id)
        if reading_again is not None:
            report = _verify(report, reading_again, journal, hooks)
        return _end_session(report, journal)


def record_policy(
    plan: Plan, runs: Runs, now: Callable[[], float], *, user: Callable[[], Mapping[str, Any]], connection: str = ""
) -> None:
    """Record the policy of a plan without changes, where it protects more than what is protected so far.

    A later plan can withdraw that protection only as a change of its own. `user` asks whose API key it is. Raises
    JournalError, and the errors of `user`.
    """
    before = runs.protections(plan.target.workspace_id)
    if not set(plan.policy.protect) - set(before):
        return
    who, sequence = user(), runs.next_sequence()
    run = runs.begin(plan, now())
    with run.journal(now) as journal:
        journal.record(session_started(run, plan, who, connection, sequence, plan.target.workspace_id))
        journal.record(SessionEnded.of(RunReport(plan.digest, ())))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A plan with the state of each of its changes in the workspace."""

    plan: Plan
    reading: Reading
    history: History
    preconditions: list[PreconditionResult]

    @property
    def has_writes(self) -> bool:
        return any(result.status is PreconditionStatus.READY for result in self.preconditions)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do. Withdrawing a protection is something: it only counts once it is recorded."""
        return not self.has_writes and not self.plan.withdrawn

    @property
    def stale(self) -> list[tuple[Change, str]]:
        """The changes whose precondition does not hold any more, and why."""
        results = zip(self.plan.changes, self.preconditions, strict=True)
        return [(change, result.why) for change, result in results if result.status is PreconditionStatus.MOVED]


def _prepare(plan: Plan, reading: Reading, history: History) -> _Prepared:
    preconditions = evaluate_preconditions(plan.changes, reading.live, reading.usage, history)
    return _Prepared(plan, reading, history, preconditions)


def _execute(
    prepared: _Prepared, writer: Writer, journal: JournalSink, options: ApplyOptions, hooks: ApplyHooks
) -> RunReport:
    plan, reading, is_resumed = prepared.plan, prepared.reading, prepared.history.wrote
    if prepared.stale and not is_resumed:
        raise StalePlanError(
            f"the plan is stale: {len(prepared.stale)} of {len(plan.changes)} changes no longer match the workspace",
            moved=[f"{change.address}: {why}" for change, why in prepared.stale],
            hint="make a new plan and approve it; nothing was written",
        )
    started, sent = hooks.clock(), writer.requests
    unread_copies = prepared.history.unread_copies
    step_runner = StepRunner(
        writer, reading, plan.changes, journal, max_age=options.max_age, unread_copies=unread_copies
    )
    executor = Executor(plan.changes, prepared.preconditions, step_runner, writer, journal, options, hooks)
    executor.run()
    outcomes = tuple(executor.outcomes[position] for position in range(len(plan.changes)))
    return RunReport(
        plan.digest,
        outcomes,
        requests=reading.live.requests + writer.requests - sent,
        seconds=hooks.clock() - started,
        stopped=executor.stop_reason.why,
        interrupted=executor.stop_reason.interrupted,
        continued=is_resumed,
        is_quota=executor.stop_reason.is_quota,
        left=_steps_left(outcomes),
    )


def _steps_left(outcomes: tuple[Outcome, ...]) -> int:
    return sum(len(outcome.change.steps) for outcome in outcomes if outcome.result not in COMPLETED)


def _verify(report: RunReport, reading_again: Callable[[], Reading], journal: Journal, hooks: ApplyHooks) -> RunReport:
    """The report after reading the workspace again; where that fails, the report of what was done with the reason."""
    if report.interrupted or not any(outcome.result is Result.DONE for outcome in report.outcomes):
        return report
    try:
        verified = verify(report, reading_again())
        for before, after in zip(report.outcomes, verified.outcomes, strict=True):
            if after != before:
                journal.record(ChangeEnded.of(after))
                hooks.on_event(ChangeFinished(after, len(verified.outcomes), len(verified.outcomes)))
    except ReconcilerError as error:
        return replace(report, unverified=error.message)
    return verified


def session_started(
    run: Run,
    subject: ApprovedPlan | Plan,
    user: Mapping[str, Any],
    connection: str,
    sequence: int,
    workspace_id: str,
) -> SessionStarted:
    """The first line of a session of a run; `workspace_id` is "" before the workspace exists. A plan that only records needs no approval."""
    plan = subject if isinstance(subject, Plan) else subject.plan
    token, approvals = ("", ()) if isinstance(subject, Plan) else (subject.token, subject.approvals)
    target = plan.target
    return SessionStarted(
        run=run.id,
        digest=plan.digest,
        approved_as=token or None,
        user={"id": user.get("id"), "email": user.get("email")},
        gateway=target.gateway,
        base_url=target.base_url,
        connection=connection or None,
        workspace={"id": workspace_id or None, "name": target.workspace_name},
        tool_version=__version__,
        pid=os.getpid(),
        host=socket.gethostname(),
        sequence=sequence,
        ids=run.ids_sum,
        targets=plan.targeting.patterns if plan.targeting else (),
        approvals=tuple(approval.to_json() for approval in approvals),
    )


def _end_session(report: RunReport, journal: Journal) -> RunReport:
    """The report, also where the end of the session cannot be recorded: what was done stays reported."""
    try:
        journal.record(SessionEnded.of(report))
    except JournalError as error:
        return replace(report, stopped=report.stopped or error.message)
    return report
