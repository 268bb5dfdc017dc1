"""Lists of time entries: a person's own with its filters, and the timers that run (docs/clockify.md section 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.sandbox.access import ensure_member
from reconciler.sandbox.call import Answer, Call, Routes
from reconciler.sandbox.errors import not_convertible, wrong_method
from reconciler.sandbox.fields import iso_instant
from reconciler.sandbox.paging import paged
from reconciler.sandbox.tables import EntryFilter, Record

_IN_PROGRESS_PAGE = 10


def list_entries(call: Call) -> Answer:
    """A person's entries, newest first."""
    user = call.params["user"]
    ensure_member(call, user)
    running = call.flag("in-progress")
    zone = _zone(call, user)
    wanted = EntryFilter(
        user=user,
        project=call.text("project"),
        task=call.text("task"),
        tags=call.texts("tags"),
        since=_moment(call, "start", zone),
        until=_moment(call, "end", zone),
        running=True if running else None,
    )
    found: Iterable[Record] = call.store.entries(call.workspace, wanted)
    words = call.text("description").casefold()
    if words:
        found = (entry for entry in found if words in entry["description"].casefold())
    if call.flag("project-required"):
        found = (entry for entry in found if entry["projectId"])
    if call.flag("task-required"):
        found = (entry for entry in found if entry["taskId"])
    page, headers = paged(call, found)
    return Answer(200, list(entry_answers(call, page, hydrated=bool(call.flag("hydrated")))), headers)


def list_running(call: Call) -> Answer:
    """The workspace's running timers."""
    found = call.store.entries(call.workspace, EntryFilter(running=True))
    page, headers = paged(call, found, default=_IN_PROGRESS_PAGE)
    return Answer(200, page, headers)


def list_at_collection(call: Call) -> Answer:
    """The requirement document's path for running timers; the live service answers 405 [live QA], and so does this by default."""
    if not call.switches.in_progress_list:
        raise wrong_method("GET", "POST")
    return list_running(call)


def entry_answers(call: Call, entries: Iterable[Record], *, hydrated: bool) -> Iterable[Record]:
    """Entries as they are stored; `hydrated` adds project, task, tags and user whole."""
    load = call.store.load
    for entry in entries:
        if not hydrated:
            yield entry
            continue
        yield entry | {
            "project": load("project", entry["projectId"]) if entry["projectId"] else None,
            "task": load("task", entry["taskId"]) if entry["taskId"] else None,
            "tags": [tag for tag in (load("tag", tag_id) for tag_id in entry["tagIds"] or ()) if tag],
            "user": load("user", entry["userId"]),
        }


def _zone(call: Call, user_id: str) -> tzinfo:
    """The time zone of a person's account, UTC where it (or this machine) knows none."""
    user = call.store.load("user", user_id)
    try:
        return ZoneInfo(user["settings"]["timeZone"]) if user and user["settings"] else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _moment(call: Call, name: str, zone: tzinfo) -> str:
    """A time of the query as stored: its digits are read in the account's time zone whatever zone they claim [live]."""
    value = call.text(name)
    if not value:
        return ""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise not_convertible(value, name) from None
    return iso_instant(moment.replace(tzinfo=zone).astimezone(UTC))


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/time-entries"): list_at_collection,
    ("GET", "workspaces/{workspace}/time-entries/status/in-progress"): list_running,
    ("GET", "workspaces/{workspace}/user/{user}/time-entries"): list_entries,
}
