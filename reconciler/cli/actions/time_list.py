"""`time list` and `time running`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from reconciler.cli.actions.time_desk import TimeDesk, open_desk, parse
from reconciler.cli.actions.time_output import print_entries, print_totals, show_note
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_json, print_message
from reconciler.timekeeping.entries import iso_utc
from reconciler.timekeeping.listing import EntryFilter, ListedEntry, Totals, listed_entries, running_entries
from reconciler.timekeeping.times import parse_bound
from reconciler.timekeeping.zones import show_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """The options of `time list`, as given."""

    user: str | None = None
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    zone: str | None = None


def list_entries(request: ListRequest, form: str, settings: Settings) -> None:
    """Print entries, newest first; a table ends with the totals, JSON has them beside the entries."""
    with open_desk(settings, request.zone) as desk:
        wanted = _filter(request, desk)
        totals = Totals(desk.moment)
        found = _counted(listed_entries(desk.reader, desk.workspace.id, wanted), totals)
        if form == "json":
            entries = [one.to_json(desk.moment) for one in found]
            bounds = {"since": wanted.since and iso_utc(wanted.since), "until": wanted.until and iso_utc(wanted.until)}
            head = {"zone": desk.moment.zone.key, **bounds, "user_id": wanted.user_id}
            print_json({**head, "entries": entries, "totals": totals.to_json()})
            return
        show_note(_range_text(wanted, desk), settings)
        print_entries(found, form, desk.moment, settings)
        if form == "table":
            if totals.count:
                print_totals(totals, settings)
            else:
                print_message("No time entries.")


def show_running(user: str | None, zone: str | None, form: str, settings: Settings, *, is_all: bool) -> None:
    """Print the running timers of a user, or of everybody."""
    with open_desk(settings, zone) as desk:
        user_id = "" if is_all else desk.person(user).id
        found = running_entries(desk.reader, desk.workspace.id, user_id)
        if form == "json":
            print_json([one.to_json(desk.moment) for one in found])
            return
        print_entries(found, form, desk.moment, settings, with_user=is_all, with_end=False)
        if form == "table" and not found:
            print_message("No running timer.")


def _filter(request: ListRequest, desk: TimeDesk) -> EntryFilter:
    moment = desk.moment
    since_text, until_text = request.since, request.until
    since = None if since_text is None else parse("--since", lambda: parse_bound(since_text, moment))
    until = None if until_text is None else parse("--until", lambda: parse_bound(until_text, moment, is_end=True))
    if since is not None and until is not None and since >= until:
        raise click.UsageError(
            f"--since is not before --until: {show_instant(since, moment.zone)}, {show_instant(until, moment.zone)}",
            click.get_current_context(),
        )
    resolver = desk.resolver
    project = resolver.project(request.project) if request.project is not None else None
    task = None
    if request.task is not None:
        project, task = resolver.task(request.task, project)
    return EntryFilter(
        user_id=desk.person(request.user).id,
        since=since,
        until=until,
        project_id=project.id if project else "",
        task_id=task.id if task else "",
        tag_ids=tuple(tag.id for tag in resolver.tags(request.tags)),
    )


def _counted(found: Iterator[ListedEntry], totals: Totals) -> Iterator[ListedEntry]:
    for listed in found:
        totals.add(listed)
        yield listed


def _range_text(wanted: EntryFilter, desk: TimeDesk) -> str:
    """The zone and the range that are listed, as exact instants."""
    zone = desk.moment.zone
    since = f" from {iso_utc(wanted.since)} = {show_instant(wanted.since, zone)}" if wanted.since else ""
    until = f" until {iso_utc(wanted.until)} = {show_instant(wanted.until, zone)}" if wanted.until else ""
    return f"times in {zone.key}{since}{until}"
