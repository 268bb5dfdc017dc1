"""How time entries are shown: tables, JSON and CSV on stdout, and on stderr what a write will do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reconciler.cli.actions.time_desk import TimeDesk
from reconciler.cli.settings import Settings, note_write
from reconciler.cli.terminal.output import print_json, print_message, print_pieces, screen_of, styled
from reconciler.render.lines import Line, Span, flow
from reconciler.render.tables import Record, pieces
from reconciler.timekeeping.durations import show_duration
from reconciler.timekeeping.entries import TimeEntry, iso_utc
from reconciler.timekeeping.labels import Labels
from reconciler.timekeeping.listing import ListedEntry, Totals
from reconciler.timekeeping.times import Moment
from reconciler.timekeeping.write import Written
from reconciler.timekeeping.zones import local_time, show_instant

TABLE = ("id", "start", "end", "duration", "project", "description")
CSV = (
    "id", "user", "user_id", "start", "end", "start_local", "end_local", "zone", "seconds", "running", "project", "project_id",
    "task", "task_id", "tags", "description", "billable", "type", "locked",
)  # fmt: skip
BATCH = 50
"""Entries that are written at once: what is known is shown before more is read."""
_LABEL = 13


def print_entries(
    listed: Iterable[ListedEntry],
    form: str,
    moment: Moment,
    settings: Settings,
    *,
    with_user: bool = False,
    with_end: bool = True,
) -> None:
    """Print entries as a table or CSV, or as a JSON array, batch by batch; a table with the users, without the ends of timers."""
    table = tuple(column for column in TABLE if with_end or column != "end")
    columns = CSV if form == "csv" else ("user", *table) if with_user else table
    row = _table_row if form == "table" else ListedEntry.to_json
    pages = _batches(row(one, moment) for one in listed)
    print_pieces(pieces(pages, form, columns, screen_of(sys.stdout, settings)))


def print_totals(totals: Totals, settings: Settings) -> None:
    """Print the totals of a table: by day, by project, and in all."""
    content = totals.to_json()
    screen = screen_of(sys.stdout, settings)
    days = [{"day": one["day"], "total": show_duration(one["seconds"])} for one in content["by_day"]]
    projects = [
        {"project": one["project"] or "(none)", "total": show_duration(one["seconds"])} for one in content["by_project"]
    ]
    every = [{"entries": content["entries"], "total": show_duration(content["seconds"])}]
    for rows in (days, projects, every):
        print_pieces(["\n", *pieces([rows], "table", tuple(rows[0]), screen)])


def show_write(question: str, entry: TimeEntry, labels: Labels, desk: TimeDesk, warnings: Sequence[str]) -> None:
    """Show on stderr what a write will do to an entry, with each instant in UTC and in the zone."""
    zone = desk.moment.zone
    rows = [
        ("workspace", desk.workspace.name),
        ("user", labels.user),
        ("start", f"{iso_utc(entry.start)} = {show_instant(entry.start, zone)}, {zone.key}"),
        (
            "end",
            f"{iso_utc(entry.end)} = {show_instant(entry.end, zone)}, {zone.key}" if entry.end else "none: it runs",
        ),
        ("duration", show_duration((entry.end - entry.start).total_seconds()) if entry.end else ""),
        ("project", labels.project),
        ("task", labels.task),
        ("tags", ", ".join(labels.tags)),
        ("description", entry.description),
        ("billable", "yes" if entry.billable else "no"),
        ("type", entry.type if entry.type != "REGULAR" else ""),
    ]
    lines: list[Line] = [(Span(question, "bold"),)]
    lines += [(Span(f"  {label:<{_LABEL}}", "dim"), Span(value)) for label, value in rows if value]
    _print(lines, desk.settings)
    show_warnings(warnings, desk.settings)


def show_changes(before: ListedEntry, after: ListedEntry, desk: TimeDesk) -> None:
    """Show on stderr the values that an edit changes, before and after."""
    old, new = _values(before, desk.moment), _values(after, desk.moment)
    lines: list[Line] = [
        (
            Span(f"  {name:<{_LABEL}}", "dim"),
            Span(old[name] or "(none)", "delete"),
            Span(" → "),
            Span(new[name] or "(none)", "create"),
        )
        for name in old
        if old[name] != new[name]
    ]
    _print([(Span("Changes:", "bold"),), *lines], desk.settings)


def show_note(text: str, settings: Settings) -> None:
    """Print a sentence on stderr."""
    _print([(Span(text),)], settings)


def show_warnings(warnings: Iterable[str], settings: Settings) -> None:
    """Print warnings on stderr."""
    _print([(Span("warning:", "update"), Span(f" {warning}")) for warning in warnings], settings)


def report_written(written: Written, listed: ListedEntry, desk: TimeDesk, form: str, warnings: Sequence[str]) -> None:
    """Print the result of a write on stdout, and what the service did not accept and how to undo it on stderr."""
    note_write()
    settings = desk.settings
    undo = settings.command("undo", written.run)
    if written.was_lost:
        print_message("the answer of the service was lost; the workspace shows that the write was carried out")
    if form == "json":
        print_json(
            {
                "run": written.run,
                "entry": listed.to_json(desk.moment),
                "deleted": written.entry is None,
                "not_accepted": list(written.not_accepted),
                "was_lost": written.was_lost,
                "warnings": list(warnings),
                "undo": undo,
            }
        )
    else:
        print_entries([listed], form, desk.moment, settings)
    if written.not_accepted:
        show_warnings([f"the service kept other values than were sent: {', '.join(written.not_accepted)}"], settings)
    print_message(f"to undo it: {undo}")


def _values(listed: ListedEntry, moment: Moment) -> dict[str, str]:
    entry, labels = listed.entry, listed.labels
    return {
        "start": f"{iso_utc(entry.start)} ({show_instant(entry.start, moment.zone)})",
        "end": f"{iso_utc(entry.end)} ({show_instant(entry.end, moment.zone)})" if entry.end else "",
        "project": labels.project,
        "task": labels.task,
        "tags": ", ".join(labels.tags),
        "description": entry.description,
        "billable": "yes" if entry.billable else "no",
    }


def _table_row(listed: ListedEntry, moment: Moment) -> Record:
    entry, labels = listed.entry, listed.labels
    start = local_time(entry.start, moment.zone)
    end = local_time(entry.end, moment.zone) if entry.end else None
    shown = "running" if end is None else f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return {
        "user": labels.user,
        "id": entry.id,
        "start": f"{start:%Y-%m-%d %H:%M}",
        "end": shown,
        "duration": show_duration(entry.duration(moment.now).total_seconds()),
        "project": f"{labels.project}: {labels.task}" if labels.task else labels.project,
        "description": entry.description,
    }


def _batches(records: Iterator[Any]) -> Iterator[Sequence[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _print(lines: Sequence[Line], settings: Settings) -> None:
    """Print lines on stderr. On a terminal they break at blanks, the further lines below the values."""
    screen = screen_of(sys.stderr, settings)
    if screen.cuts:
        lines = [broken for line in lines for broken in flow(line, screen, hanging=_hanging(line))]
    if lines:
        print_message(styled(lines, screen))


def _hanging(line: Line) -> int:
    """Blanks before the further lines of a line: as many as its label takes, which has blanks around it."""
    label = line[0].text if line else ""
    return len(label) if label.startswith(" ") else 2
