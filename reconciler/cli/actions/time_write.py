"""`time add`, `time start` and `time stop`: what will be written is shown with exact instants, approved, written and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import click

from reconciler.applying.journal.events import Resolution
from reconciler.cli.actions.time_desk import TimeDesk, open_desk
from reconciler.cli.actions.time_output import report_written, show_write
from reconciler.cli.actions.time_request import (
    EntryRequest,
    Parts,
    read_end,
    read_start,
    require_description,
    require_one_end,
    resolve_parts,
)
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import RefusedError, TimeEntryError
from reconciler.timekeeping.entries import TimeEntry, entry_of, iso_utc
from reconciler.timekeeping.labels import Labeller, Labels
from reconciler.timekeeping.listing import ListedEntry
from reconciler.timekeeping.look import Step, TimeWrite, is_alike, nearby_entries
from reconciler.timekeeping.recovery import recover
from reconciler.timekeeping.resolve import Person
from reconciler.timekeeping.warnings import Surroundings, entry_warnings
from reconciler.timekeeping.write import Written, write_entry
from reconciler.timekeeping.zones import show_instant


def add_entry(request: EntryRequest, token: str | None, form: str, settings: Settings) -> None:
    """Add an entry after approval. Raises NotApprovedError, TimeEntryError and GatewayError."""
    require_one_end(request)
    if request.start is None or (request.end is None and request.duration is None):
        raise click.UsageError("an entry needs --start, and --end or --for", click.get_current_context())
    with open_desk(settings, request.zone) as desk:
        start = read_start(request.start, desk)
        end = read_end(request, start, desk)
        _create("add", request, (start, end), desk, token, form)


def start_timer(request: EntryRequest, token: str | None, form: str, settings: Settings) -> None:
    """Start a timer after approval. Raises TimeEntryError where one is running, NotApprovedError and GatewayError."""
    with open_desk(settings, request.zone) as desk:
        person = desk.person(request.user)
        running = desk.reader.running_entries_of(desk.workspace.id, person.id)
        if running:
            entry = entry_of(running[0])
            raise TimeEntryError(
                f"a timer of {person.label} is running since {show_instant(entry.start, desk.moment.zone)}, id {entry.id}",
                hint=f"stop it first: {settings.command('time', 'stop', *_user_words(person, desk))}",
            )
        _create("start", request, (desk.moment.now, None), desk, token, form)


def stop_timer(request: EntryRequest, token: str | None, form: str, settings: Settings) -> None:
    """Stop the running timer after approval. Raises TimeEntryError without one, NotApprovedError and GatewayError."""
    with open_desk(settings, request.zone) as desk:
        person = desk.person(request.user)
        running = desk.reader.running_entries_of(desk.workspace.id, person.id, hydrated=True)
        if len(running) != 1:
            raise _not_one(person, [entry_of(wire) for wire in running], settings)
        before = entry_of(running[0])
        labels = Labeller(desk.reader, desk.workspace.id).labels_of(running[0])
        end = read_end(request, before.start, desk) if request.end is not None else max(desk.moment.now, before.start)
        wanted = replace(before, end=end)
        write = TimeWrite("stop", Step.STOP, wanted, before, is_own=person == desk.user)
        words = ["stop", "--end", iso_utc(end), *_user_words(person, desk)]
        approve_and_write(write, labels, desk, ("Stop this timer?", words), token, form)


def approve_and_write(
    write: TimeWrite,
    labels: Labels,
    desk: TimeDesk,
    approval: tuple[str, Sequence[str]],
    token: str | None,
    form: str,
    *,
    warnings: Sequence[str] = (),
) -> None:
    """Show a write, ask, write and report. `approval`: the question, and the words of the command that approves it."""
    question, words = approval
    entry = write.subject
    _recover(write, desk)
    found = [*warnings, *(entry_warnings(entry, surroundings_of(desk, entry)) if write.step is not Step.DELETE else ())]
    if not write.is_own:
        found.insert(0, f"it is an entry of {labels.user}, not yours")
    show_write(question, entry, labels, desk, found)
    confirm(question, token, desk.settings, desk.settings.command("time", *words, "--approve", "yes"))
    written = carry_out(write, desk, token)
    report_written(written, ListedEntry(written.entry or entry, labels), desk, form, found)


def _recover(write: TimeWrite, desk: TimeDesk) -> None:
    """Report what became of earlier writes without a known outcome. Raises RefusedError where one of them did this already."""
    for found in recover(desk.reader, desk.context()):
        shown = {
            Resolution.FOUND: "was carried out",
            Resolution.GONE: "was carried out",
            Resolution.ABSENT: "was not carried out",
        }.get(found.result, "is still in doubt: the entry was changed meanwhile")
        print_message(f"run {found.run.id}, whose outcome was unknown, {shown}")
        if found.is_repeated_by(write) and found.entry is not None:
            raise RefusedError(
                f"run {found.run.id} created this entry: {found.entry.id}; nothing was written",
                hint=f"it is in the list: {desk.settings.command('time', 'list')}",
            )


def carry_out(write: TimeWrite, desk: TimeDesk, token: str | None) -> Written:
    """Send an approved write; a first interrupt lets it finish, after a second one its outcome is unknown."""
    with desk.session.interrupt.held():
        try:
            return write_entry(write, desk.session.writer(), desk.context(), token or "yes")
        except KeyboardInterrupt:
            print_message(
                "the write may have been carried out; look before you repeat it: "
                f"{desk.settings.local_command('runs', 'show', 'latest')}"
            )
            raise


def surroundings_of(desk: TimeDesk, entry: TimeEntry) -> Surroundings:
    """What the warnings on an entry depend on: one request for the workspace, two or more for the entries nearby."""
    found = desk.reader.workspace(desk.workspace.id).get("workspaceSettings")
    nearby = nearby_entries(desk.reader, desk.workspace.id, entry, desk.moment.now)
    return Surroundings(desk.moment, found if isinstance(found, dict) else {}, nearby)


def _create(
    action: str,
    request: EntryRequest,
    interval: tuple[datetime, datetime | None],
    desk: TimeDesk,
    token: str | None,
    form: str,
) -> None:
    person, parts = desk.person(request.user), resolve_parts(request, desk)
    is_billable = parts.project.is_billable if request.billable is None and parts.project else bool(request.billable)
    entry = TimeEntry(
        id="",
        user_id=person.id,
        start=interval[0],
        end=interval[1],
        description=require_description(request.description or ""),
        project_id=parts.project.id if parts.project else "",
        task_id=parts.task.id if parts.task else "",
        tag_ids=tuple(sorted(tag.id for tag in parts.tags)),
        billable=is_billable,
    )
    near = nearby_entries(desk.reader, desk.workspace.id, entry, desk.moment.now)
    existed = tuple(other.id for other in near if is_alike(other, entry))
    write = TimeWrite(action, Step.CREATE, wanted=entry, existed=existed, is_own=person == desk.user)
    labels = Labels(
        project=parts.project.path if parts.project else "",
        task=parts.task.address.name if parts.task else "",
        tags=tuple(sorted(tag.path for tag in parts.tags)),
        user=person.label,
    )
    question = "Add this time entry?" if action == "add" else "Start this timer?"
    words = [action, *_words(entry, parts, action), *_user_words(person, desk)]
    approve_and_write(write, labels, desk, (question, words), token, form, warnings=parts.warnings)


def _words(entry: TimeEntry, parts: Parts, action: str) -> list[str]:
    """The options that write exactly this entry: instants in UTC, names as addresses."""
    words = ["--start", iso_utc(entry.start), "--end", iso_utc(entry.end)] if action == "add" and entry.end else []
    words += ["--project", str(parts.project.address)] if parts.project and not parts.task else []
    words += ["--task", str(parts.task.address)] if parts.task else []
    words += [word for tag in parts.tags for word in ("--tag", str(tag.address))]
    words += [f"--description={entry.description}"] if entry.description else []
    return [*words, "--billable" if entry.billable else "--no-billable"]


def _user_words(person: Person, desk: TimeDesk) -> list[str]:
    return [] if person == desk.user else ["--user", person.email or person.id]


def _not_one(person: Person, running: Sequence[TimeEntry], settings: Settings) -> TimeEntryError:
    if not running:
        return TimeEntryError(f"no timer of {person.label} is running")
    listed = ", ".join(entry.id for entry in running)
    return TimeEntryError(
        f"{len(running)} timers of {person.label} are running: {listed}; it is unknown which one the service would stop",
        hint=f"end one by its id: {settings.command('time', 'edit', running[0].id, '--end', 'now')}",
    )
