"""`time edit` and `time delete`: the entry as it is now is read, shown with what changes, and read again before the write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.cli.actions.time_desk import TimeDesk, open_desk
from reconciler.cli.actions.time_output import show_changes
from reconciler.cli.actions.time_request import (
    EntryRequest,
    Parts,
    read_end,
    read_start,
    require_description,
    require_one_end,
    resolve_parts,
)
from reconciler.cli.actions.time_write import approve_and_write
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ApiError, RefusedError, TimeEntryError
from reconciler.text import sanitize
from reconciler.timekeeping.entries import WRITABLE_TYPES, TimeEntry, entry_of, iso_utc
from reconciler.timekeeping.labels import Labeller
from reconciler.timekeeping.listing import ListedEntry
from reconciler.timekeeping.look import Step, TimeWrite
from reconciler.timekeeping.warnings import Surroundings, lock_warnings


def edit_entry(entry_id: str, request: EntryRequest, token: str | None, form: str, settings: Settings) -> None:
    """Change what is named of an entry, after approval: the whole entry is sent, as the service replaces it."""
    require_one_end(request)
    with open_desk(settings, request.zone) as desk:
        listed = fetch_listed(entry_id, desk)
        before = listed.entry
        if request.user is not None and desk.person(request.user).id != before.user_id:
            raise RefusedError(f"the time entry {before.id} is one of {listed.labels.user}; nothing was written")
        if before.type not in WRITABLE_TYPES:
            raise TimeEntryError(f"the time entry {before.id} is of type {before.type}, which the API cannot edit")
        after, warnings = _edited(listed, request, desk)
        if not before.differences(after.entry):
            print_message("No changes.")
            return
        show_changes(listed, after, desk)
        write = TimeWrite("edit", Step.UPDATE, after.entry, before, is_own=before.user_id == desk.user.id)
        words = ["edit", before.id, *_words(request, listed, after)]
        approve_and_write(
            write, after.labels, desk, ("Change this time entry to this?", words), token, form, warnings=warnings
        )


def delete_entry(entry_id: str, zone: str | None, token: str | None, form: str, settings: Settings) -> None:
    """Delete an entry after approval."""
    with open_desk(settings, zone) as desk:
        listed = fetch_listed(entry_id, desk)
        entry = listed.entry
        found = desk.reader.workspace(desk.workspace.id).get("workspaceSettings")
        around = Surroundings(desk.moment, found if isinstance(found, dict) else {})
        write = TimeWrite("delete", Step.DELETE, before=entry, is_own=entry.user_id == desk.user.id)
        approval = ("Delete this time entry?", ["delete", entry.id])
        approve_and_write(write, listed.labels, desk, approval, token, form, warnings=lock_warnings(entry, around))


def fetch_listed(entry_id: str, desk: TimeDesk) -> ListedEntry:
    """An entry with its names. Raises TimeEntryError for an unknown one."""
    try:
        wire = desk.reader.time_entry(desk.workspace.id, entry_id, hydrated=True)
    except ApiError as error:
        if error.status in (400, 404):
            raise TimeEntryError(
                f"no time entry {sanitize(entry_id, 60)!r} in the workspace",
                hint="to find its id: reconciler time list",
            ) from error
        raise
    return ListedEntry(entry_of(wire), Labeller(desk.reader, desk.workspace.id).labels_of(wire))


def _edited(listed: ListedEntry, request: EntryRequest, desk: TimeDesk) -> tuple[ListedEntry, list[str]]:
    """The entry with what is named changed, its names, and warnings."""
    entry, labels = _with_times(listed.entry, request, desk), listed.labels
    warnings: list[str] = []
    parts = _parts(listed.entry, request, desk)
    if request.project is not None or request.task:
        moved = parts.project.id if parts.project else ""
        if moved != entry.project_id and entry.task_id and not request.task:
            warnings.append("the task is removed: it belongs to the former project")
        is_same = moved == entry.project_id
        entry = replace(entry, project_id=moved, task_id=entry.task_id if is_same else "")
        labels = replace(
            labels, project=parts.project.path if parts.project else "", task=labels.task if is_same else ""
        )
    if request.task is not None:
        entry = replace(entry, task_id=parts.task.id if parts.task else "")
        labels = replace(labels, task=parts.task.address.name if parts.task else "")
    if request.tags:
        entry = replace(entry, tag_ids=tuple(sorted(tag.id for tag in parts.tags)))
        labels = replace(labels, tags=tuple(sorted(tag.path for tag in parts.tags)))
    if request.description is not None:
        entry = replace(entry, description=require_description(request.description))
    if request.billable is not None:
        entry = replace(entry, billable=request.billable)
    return ListedEntry(entry, labels), [*warnings, *parts.warnings]


def _parts(entry: TimeEntry, request: EntryRequest, desk: TimeDesk) -> Parts:
    """The names of the request; a task without a project is one of the entry's project."""
    is_local = request.task and not request.task.startswith("task:") and request.project is None and entry.project_id
    return resolve_parts(replace(request, project=entry.project_id) if is_local else request, desk)


def _with_times(entry: TimeEntry, request: EntryRequest, desk: TimeDesk) -> TimeEntry:
    if request.start is not None:
        entry = replace(entry, start=read_start(request.start, desk))
    if request.end is not None or request.duration is not None:
        entry = replace(entry, end=read_end(request, entry.start, desk))
    if entry.end is not None and entry.end < entry.start:
        raise TimeEntryError(
            f"the entry would end at {iso_utc(entry.end)}, before its start", hint="name --end or --for as well"
        )
    return entry


def _words(request: EntryRequest, before: ListedEntry, after: ListedEntry) -> list[str]:
    """The options that make exactly this change."""
    old, new = before.entry, after.entry
    words: list[Any] = []
    words += ["--start", iso_utc(new.start)] if new.start != old.start else []
    words += ["--end", iso_utc(new.end)] if new.end is not None and new.end != old.end else []
    words += ["--project", new.project_id] if request.project is not None or request.task else []
    words += ["--task", new.task_id] if request.task is not None else []
    words += [word for tag in new.tag_ids or ("",) for word in ("--tag", tag)] if request.tags else []
    words += [f"--description={new.description}"] if request.description is not None else []
    if request.billable is not None:
        words.append("--billable" if new.billable else "--no-billable")
    return words
