"""Carries out one approved write of a time entry: recorded before it is sent, looked up where the answer is lost, never doubled."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    Resolution,
    Resolved,
    SessionEnded,
    SessionStarted,
    WriteResult,
)
from reconciler.applying.journal.runs import Runs
from reconciler.applying.journal.time_run import TimeRun, sealed_head
from reconciler.applying.journal.writer import Journal
from reconciler.applying.lock import exclusive_lock
from reconciler.applying.report import Result
from reconciler.errors import GatewayError, ProtocolError, TimeEntryError
from reconciler.gateway import Writer
from reconciler.model import Address
from reconciler.planning import Target
from reconciler.timekeeping.entries import TimeEntry, entry_of, iso_utc
from reconciler.timekeeping.look import LOOKS, Step, TimeWrite, look
from reconciler.timekeeping.preconditions import require_no_other_timer, require_unmoved
from reconciler.timekeeping.recorder import EntryRecorder
from reconciler.timekeeping.resolve import Person
from reconciler.value_types import Wire
from reconciler.version import __version__

_ACTIONS = {Step.CREATE: "create", Step.DELETE: "delete"}


@dataclass(frozen=True, slots=True)
class TimeContext:
    """Who writes where: the target, the connection, the caller, the zone's name, the state folder's runs, and Unix time."""

    target: Target
    connection: str
    user: Person
    zone: str
    runs: Runs
    now: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write came to. `entry` is None after a delete. `not_accepted`: fields without the value that was sent.

    `was_lost`: the answer was lost, and the write was found in the workspace.
    """

    run: str
    entry: TimeEntry | None
    not_accepted: tuple[str, ...] = ()
    was_lost: bool = False


def write_entry(write: TimeWrite, writer: Writer, context: TimeContext, token: str) -> Written:
    """Send one approved write, under the lock of the state folder, with its run in `context.runs`.

    Raises MovedError where the entry is no longer as it was read or another timer runs, TimeEntryError where the write was not carried out or may have
    been, GatewayError where it was refused, LockedError, and JournalError where it cannot be recorded: then nothing was sent.
    """
    with exclusive_lock(context.runs.path.parent, f"time {write.action}", now=context.now):
        require_unmoved(write, writer, context.target.workspace_id)
        require_no_other_timer(write, writer, context.target.workspace_id)
        sequence = context.runs.next_sequence()
        run = context.runs.begin_time(_head(write, context), context.now())
        with run.journal(context.now) as journal:
            journal.record(_started(run, context, token, sequence))
            return _Sender(write, writer, context, run, journal).send()


class _Sender:
    """One write with its journal."""

    def __init__(self, write: TimeWrite, writer: Writer, context: TimeContext, run: TimeRun, journal: Journal) -> None:
        self._write, self._writer, self._context = write, writer, context
        self._run, self._journal = run, journal
        self._sent, self._began = writer.requests, context.now()
        self._workspace = context.target.workspace_id
        self._address = address_of(write)
        self._action = _ACTIONS.get(write.step, "update")

    def send(self) -> Written:
        """Send, record what came of it, and end the session."""
        recorder = EntryRecorder(self._journal, self._intent())
        try:
            answer = self._request(recorder)
            if answer is None and self._write.step is not Step.DELETE:
                raise _empty_answer(self._address)
            entry = entry_of(answer) if answer is not None else None
        except GatewayError as error:
            is_lost = error.unknown or (isinstance(error, ProtocolError) and recorder.status > 0)
            result = WriteResult.UNKNOWN if is_lost else recorder.refusal
            recorder.close(result, error.message)
            if not is_lost:
                self._end(Result.FAILED, "", error.message)
                raise
            return self._look(recorder, error)
        recorder.close(WriteResult.DONE, entry=entry)
        return self._done(entry, was_lost=False)

    def _request(self, recorder: EntryRecorder) -> Wire | None:
        write, writer, workspace, entry = self._write, self._writer, self._workspace, self._write.subject
        if write.step is Step.CREATE:
            owner = "" if write.is_own else entry.user_id
            return writer.create_time_entry(workspace, entry.body(), owner, observer=recorder)
        if write.step is Step.UPDATE:
            return writer.update_time_entry(workspace, entry.id, entry.body(), observer=recorder)
        if write.step is Step.STOP and entry.end is not None:
            return writer.stop_timer(workspace, entry.user_id, iso_utc(entry.end), observer=recorder)
        writer.delete_time_entry(workspace, entry.id, observer=recorder)
        return None

    def _look(self, recorder: EntryRecorder, error: GatewayError) -> Written:
        """Find out what became of a write whose answer is lost."""
        found, entry = Resolution.MOVED, None
        try:
            for attempt in range(1, LOOKS + 1):
                found, entry = look(self._writer, self._workspace, self._write)
                if found is not Resolution.ABSENT or attempt == LOOKS:
                    break
                self._writer.pause(attempt)  # the service may still be at work on it
        except GatewayError as failure:
            self._end(Result.IN_DOUBT, "", failure.message)
            raise self._in_doubt(error) from failure
        entry_id = entry.id if entry is not None else None
        self._journal.record(Resolved(n=recorder.number, address=self._address, result=found, id=entry_id))
        if found in (Resolution.FOUND, Resolution.GONE):
            return self._done(entry if found is Resolution.FOUND else None, was_lost=True)
        if found is Resolution.ABSENT:
            self._end(Result.FAILED, "", error.message)
            raise TimeEntryError(
                f"{error.message}; the workspace shows that it was not carried out", hint="run the command again"
            ) from error
        self._end(Result.IN_DOUBT, "", error.message)
        raise self._in_doubt(error)

    def _in_doubt(self, error: GatewayError) -> TimeEntryError:
        return TimeEntryError(
            f"{error.message}; it may have been carried out (run {self._run.id})",
            hint="look before you repeat it: reconciler time list",
        )

    def _done(self, entry: TimeEntry | None, *, was_lost: bool) -> Written:
        self._end(Result.DONE, entry.id if entry is not None else self._write.subject.id, "")
        wanted = self._write.wanted
        differing: tuple[str, ...] = ()
        if wanted is not None and entry is not None:
            differing = tuple(
                name for name in wanted.differences(entry) if name != "custom_fields" or wanted.custom_fields
            )
        return Written(self._run.id, entry, differing, was_lost)

    def _end(self, result: Result, entry_id: str, message: str) -> None:
        self._journal.record(
            ChangeEnded(address=self._address, action=self._action, result=result, id=entry_id, message=message)
        )
        is_done = result is Result.DONE
        self._journal.record(
            SessionEnded(
                summary={str(result): 1},
                requests=self._writer.requests - self._sent,
                seconds=round(self._context.now() - self._began, 3),
                stopped=message or None,
                interrupted=False,
                exit_code=0 if is_done else 1,
                complete=is_done,
            )
        )

    def _intent(self) -> Intent:
        before = self._write.before
        return Intent(
            address=self._address,
            action=self._action,
            step=str(self._write.step),
            id=self._write.subject.id or None,
            before=before.wire() if before is not None else None,
        )


def address_of(write: TimeWrite) -> Address:
    """What the journal calls the entry: its id, or for a create its start."""
    return Address("time-entry", (write.subject.id or iso_utc(write.subject.start),))


def _empty_answer(address: Address) -> ProtocolError:
    return ProtocolError(f"the service answered the write of {address} without the entry", unknown=True)


def _head(write: TimeWrite, context: TimeContext) -> dict[str, Any]:
    target, user = context.target, context.user
    return sealed_head(
        {
            "action": write.action,
            "step": str(write.step),
            "zone": context.zone,
            "gateway": target.gateway,
            "base_url": target.base_url,
            "workspace": {"id": target.workspace_id, "name": target.workspace_name},
            "user": _user(user),
            "is_own": write.is_own,
            "before": write.before.wire() if write.before is not None else None,
            "wanted": write.wanted.wire() if write.wanted is not None else None,
            "existed": sorted(write.existed),
            "undoes": write.undoes or None,
            "tool_version": __version__,
        }
    )


def _started(run: TimeRun, context: TimeContext, token: str, sequence: int) -> SessionStarted:
    target = context.target
    return SessionStarted(
        run=run.id,
        digest=run.content["digest"],
        approved_as=token or None,
        user=_user(context.user),
        gateway=target.gateway,
        base_url=target.base_url,
        connection=context.connection or None,
        workspace={"id": target.workspace_id, "name": target.workspace_name},
        tool_version=__version__,
        pid=os.getpid(),
        host=socket.gethostname(),
        sequence=sequence,
        ids=run.ids_sum,
    )


def _user(user: Person) -> Mapping[str, Any]:
    return {"id": user.id, "email": user.email or None}
