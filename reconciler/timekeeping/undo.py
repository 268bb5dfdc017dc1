"""The reverse of a time run: a delete of what it created, the former entry where it changed one, a new one where it deleted one."""

from __future__ import annotations

from reconciler.applying.journal.events import Resolution
from reconciler.applying.journal.history import DONE, IN_DOUBT, Write
from reconciler.applying.journal.time_run import TimeRun
from reconciler.errors import JournalError, ProtocolError, RefusedError, TimeEntryError
from reconciler.gateway import Reader
from reconciler.timekeeping.entries import TimeEntry, entry_of
from reconciler.timekeeping.look import Step, TimeWrite, fetch_entry, is_alike, look, nearby_entries


def recorded_write(run: TimeRun) -> TimeWrite:
    """The write of a time run, from its `time.json`. Raises JournalError where that cannot be read."""
    content = run.content
    try:
        before, wanted = content["before"], content["wanted"]
        return TimeWrite(
            action=content["action"],
            step=Step(content["step"]),
            wanted=_without_id(content["step"], wanted) if wanted else None,
            before=entry_of(before) if before else None,
            existed=tuple(content["existed"]),
            is_own=content["is_own"] is True,
        )
    except (KeyError, TypeError, ValueError, ProtocolError) as error:
        raise JournalError(f"cannot read the entry of run {run.id}: {error}") from error


def undo_write(run: TimeRun, reader: Reader) -> TimeWrite:
    """The write that reverses a run, from its record and the entry as it is now.

    Raises TimeEntryError where there is nothing to undo, RefusedError where the entry is no longer as the run wrote it.
    """
    recorded, workspace = recorded_write(run), run.target.workspace_id
    written = _written(run, recorded, reader)
    if recorded.step is Step.DELETE:
        return _create_again(run, recorded, reader, workspace)
    current = fetch_entry(reader, workspace, written.id)
    if current is None:
        raise TimeEntryError(
            f"the time entry {written.id} of run {run.id} is no longer there; there is nothing to undo"
        )
    if changed := written.differences(current):
        raise RefusedError(
            f"the time entry {current.id} was changed after run {run.id} ({', '.join(changed)}); nothing was written",
            hint=f"to change it as it is now: reconciler time edit {current.id}",
        )
    if recorded.step is Step.CREATE:
        return TimeWrite("undo", Step.DELETE, before=current, is_own=recorded.is_own, undoes=run.id)
    return TimeWrite("undo", Step.UPDATE, wanted=recorded.before, before=current, is_own=recorded.is_own, undoes=run.id)


def _written(run: TimeRun, recorded: TimeWrite, reader: Reader) -> TimeEntry:
    """The entry as the run left it. Raises TimeEntryError where the run wrote nothing, or that is unknown."""
    writes = run.history.writes
    if not writes or writes[-1].result not in (DONE, IN_DOUBT):
        raise TimeEntryError(f"run {run.id} wrote nothing; there is nothing to undo")
    last: Write = writes[-1]
    if last.result == IN_DOUBT:
        found, entry = look(reader, run.target.workspace_id, recorded)
        if found is Resolution.ABSENT:
            raise TimeEntryError(f"run {run.id} wrote nothing, as the workspace shows; there is nothing to undo")
        if found is Resolution.MOVED:
            raise RefusedError(
                f"it is unknown whether run {run.id} was carried out; nothing was written",
                hint="look for the entry: reconciler time list",
            )
        return entry or recorded.subject
    if last.outcome is not None and last.outcome.after is not None:
        return entry_of(last.outcome.after)
    return recorded.subject.with_id(last.id or recorded.subject.id)


def _create_again(run: TimeRun, recorded: TimeWrite, reader: Reader, workspace: str) -> TimeWrite:
    """The create of a deleted entry, with a new id. Raises RefusedError where an equal one is there."""
    entry = recorded.subject
    near = nearby_entries(reader, workspace, entry, entry.start)
    alike = [other for other in near if is_alike(other, entry)]
    if twin := next((other for other in alike if not entry.differences(other)), None):
        raise RefusedError(
            f"the workspace has an entry with the same values: {twin.id}; nothing was written",
            hint="the deletion may have been undone before: reconciler runs list",
        )
    return TimeWrite(
        "undo",
        Step.CREATE,
        wanted=entry.with_id(""),
        existed=tuple(other.id for other in alike),
        is_own=recorded.is_own,
        undoes=run.id,
    )


def _without_id(step: str, wire: dict[str, object]) -> TimeEntry:
    """The wanted entry; that of a create has no id yet."""
    entry = entry_of({**wire, "id": wire["id"] or "new"})
    return entry.with_id("") if step == Step.CREATE else entry
