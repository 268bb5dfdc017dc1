"""The run: an ApprovedPlan carried out step by step, and the truth about what came of it."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.applying.approve import ApprovedPlan
from reconciler.applying.executor.executor import DEFAULT_OPTIONS, ApplyOptions, Executor, ignored
from reconciler.applying.journal.history import EMPTY_HISTORY, History
from reconciler.applying.journal.writer import JournalSink, NullJournal
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus, evaluate_preconditions
from reconciler.applying.report import COMPLETED, Event, RunReport
from reconciler.applying.writes.steps import StepRunner
from reconciler.errors import StalePlanError
from reconciler.gateway import Writer
from reconciler.live import Reading


def apply(
    approved: ApprovedPlan,
    writer: Writer,
    reading: Reading,
    *,
    journal: JournalSink | None = None,
    history: History = EMPTY_HISTORY,
    preconditions: list[PreconditionResult] | None = None,
    options: ApplyOptions = DEFAULT_OPTIONS,
    on_event: Callable[[Event], None] = ignored,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = lambda: 0.0,
) -> RunReport:
    """Carry out an approved plan on the workspace as `reading` has it.

    First every precondition is checked against `reading`: where any moved, StalePlanError names them and nothing is written.
    Where an earlier session of this run (`ledger`) has written already, only what moved is left out, and all else is finished.
    What is already as meant is not written again. A change that fails takes along those that need it; the others go on.
    `should_stop` is asked all the time: once it says yes, nothing more is sent. `clock` gives seconds for the report.
    `verdicts` are those of `check` for this very reading and ledger, where the caller has asked already.
    Every write is told to the `recorder` before it leaves; one that cannot be recorded is not sent.
    """
    changes = approved.plan.changes
    preconditions = (
        evaluate_preconditions(changes, reading.live, reading.usage, history)
        if preconditions is None
        else preconditions
    )
    moved = [
        f"{c.address}: {v.why}"
        for c, v in zip(changes, preconditions, strict=True)
        if v.status is PreconditionStatus.MOVED
    ]
    if moved and not history.wrote:
        raise StalePlanError(
            f"the workspace moved since the plan was made: {len(moved)} of {len(changes)} changes no longer fit",
            moved=moved,
            hint="nothing was written. Plan again and approve the new plan",
        )
    journal = journal or NullJournal()
    started, sent = clock(), writer.requests
    step_runner = StepRunner(writer, reading, changes, journal)
    run = Executor(changes, preconditions, step_runner, writer, journal, options, on_event, should_stop)
    run.run()
    outcomes = tuple(run.outcomes[position] for position in range(len(changes)))
    return RunReport(
        approved.plan.digest,
        outcomes,
        requests=reading.live.requests + writer.requests - sent,
        seconds=clock() - started,
        stopped=run.stop_reason.why,
        interrupted=run.stop_reason.interrupted,
        continued=history.wrote,
        is_quota=run.stop_reason.is_quota,
        left=sum(len(outcome.change.steps) for outcome in outcomes if outcome.result not in COMPLETED),
    )
