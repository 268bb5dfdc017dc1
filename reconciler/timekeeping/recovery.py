"""Time runs whose outcome is unknown, as after a crash: a look at the workspace tells, before another entry is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.applying.journal.events import ChangeEnded, Resolution, Resolved, SessionEnded
from reconciler.applying.journal.history import IN_DOUBT
from reconciler.applying.journal.time_run import TimeRun
from reconciler.applying.lock import exclusive_lock
from reconciler.applying.report import Result
from reconciler.gateway import Reader
from reconciler.timekeeping.entries import TimeEntry
from reconciler.timekeeping.look import Step, TimeWrite, look
from reconciler.timekeeping.undo import recorded_write
from reconciler.timekeeping.write import TimeContext

_RESULTS = {Resolution.FOUND: Result.DONE, Resolution.GONE: Result.DONE, Resolution.ABSENT: Result.FAILED}


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a look showed of an earlier run: its write, the result, and the entry where it is there."""

    run: TimeRun
    write: TimeWrite
    result: Resolution
    entry: TimeEntry | None

    def is_repeated_by(self, write: TimeWrite) -> bool:
        """Whether another write would create the entry again that this run created."""
        both = self.write.wanted, write.wanted
        return (
            self.result is Resolution.FOUND
            and self.write.step is write.step is Step.CREATE
            and both[0] is not None
            and both[1] is not None
            and both[0].user_id == both[1].user_id
            and not both[0].differences(both[1])
        )


def recover(reader: Reader, context: TimeContext) -> tuple[Recovered, ...]:
    """Look for what became of the unfinished time runs on this target, and record it in them.

    Sends nothing without such runs. Raises LockedError while another run uses the state folder, GatewayError and JournalError.
    """
    if not any(_unfinished(context)):
        return ()
    with exclusive_lock(context.runs.path.parent, "time", now=context.now):
        return tuple(_recover_run(run, reader, context) for run in _unfinished(context))


def _unfinished(context: TimeContext) -> Iterator[TimeRun]:
    for run in context.runs.every():
        if not isinstance(run, TimeRun) or run.problem or run.is_complete:
            continue
        # The journal comes first: a record that cannot be read, of a run that sent nothing, is no reason to refuse a write.
        if any(write.result == IN_DOUBT for write in run.history.writes) and run.target == context.target:
            yield run


def _recover_run(run: TimeRun, reader: Reader, context: TimeContext) -> Recovered:
    write, intent = recorded_write(run), run.history.in_doubt[-1]
    result, entry = look(reader, context.target.workspace_id, write)
    if result in _RESULTS:
        outcome = _RESULTS[result]
        entry_id = (entry.id if entry is not None else None) or intent.id
        with run.journal(context.now) as journal:
            journal.record(Resolved(n=intent.n, address=intent.address, result=result, id=entry_id))
            journal.record(ChangeEnded(address=intent.address, action=intent.action, result=outcome, id=entry_id or ""))
            journal.record(_ended(outcome))
    return Recovered(run, write, result, entry)


def _ended(outcome: Result) -> SessionEnded:
    is_done = outcome is Result.DONE
    return SessionEnded(
        summary={str(outcome): 1},
        requests=0,
        seconds=0.0,
        stopped=None if is_done else "not carried out",
        interrupted=True,
        exit_code=0 if is_done else 1,
        complete=is_done,
    )
