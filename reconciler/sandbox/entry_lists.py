"""Lists of time entries: those of a user, with filters, and running timers (docs/clockify.md section 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta, tzinfo

from reconciler.sandbox.access import ensure_member
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import wrong_method
from reconciler.sandbox.instants import earlier, iso_instant, query_instant
from reconciler.sandbox.paging import page_of
from reconciler.sandbox.rates import at_present
from reconciler.sandbox.tables import EntryFilter, Record

_IN_PROGRESS_PAGE = 10
_IN_PROGRESS_CAP = 1000  # the only list with a maximum in the contract


def list_entries(call: Call) -> Response:
    """List the entries of a user, newest first."""
    user = call.params["user"]
    ensure_member(call, user)
    running = call.flag("in-progress")
    since, until = _interval(call, _zone(call, user))
    wanted = EntryFilter(
        user=user,
        project=call.text("project"),
        task=call.text("task"),
        tags=call.texts("tags"),
        since=since,
        until=until,
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
    if call.text("get-week-before"):
        found = (entry for entry in found if entry["projectId"] or entry["taskId"])
    page, headers = page_of(call, found)
    return Response(200, list(render_entries(call, page, hydrated=bool(call.flag("hydrated")))), headers)


def _interval(call: Call, zone: tzinfo) -> tuple[str, str]:
    """The earliest start of an entry and the end of the interval, as stored; empty without the filters.

    `get-week-before` is the week before a time, only with entries of a project or task [openapi].
    """
    given = {name: call.text(name) for name in ("start", "end", "get-week-before")}
    moments = {name: query_instant(value, name, zone) for name, value in given.items() if value}
    since, until = moments.get("start"), moments.get("end")
    week_end = moments.get("get-week-before")
    if week_end:
        week_start = earlier(week_end, timedelta(days=7), "get-week-before")
        since = max(since or week_start, week_start)
        until = min(until or week_end, week_end)
    return iso_instant(since) if since else "", iso_instant(until) if until else ""


def list_running(call: Call) -> Response:
    """List the running timers of the workspace."""
    found = call.store.entries(call.workspace, EntryFilter(running=True))
    page, headers = page_of(call, found, default=_IN_PROGRESS_PAGE, most=_IN_PROGRESS_CAP)
    return Response(200, page, headers)


def list_at_collection(call: Call) -> Response:
    """The requirement document's path for running timers; the live service returns 405 [live QA], the default here."""
    if not call.switches.in_progress_list:
        raise wrong_method("GET", "POST")
    return list_running(call)


def render_entries(call: Call, entries: Iterable[Record], *, hydrated: bool) -> Iterable[Record]:
    """Entries as in responses; `hydrated` adds the complete project, task, tags and user."""
    for entry in entries:
        if not hydrated:
            yield entry
            continue
        yield entry | {
            "project": _project(call, entry["projectId"]),
            "task": _embedded(call, "task", entry["taskId"]),
            "tags": [tag for tag in (_embedded(call, "tag", tag_id) for tag_id in entry["tagIds"] or ()) if tag],
            "user": _embedded(call, "user", entry["userId"]),
        }


def _embedded(call: Call, kind: str, object_id: str | None) -> Record | None:
    """A record within a hydrated entry; None for no id or one that is gone."""
    record = call.store.load(kind, object_id) if object_id else None
    return at_present(call, record) if record else None


def _project(call: Call, project_id: str | None) -> Record | None:
    """A project as in responses, with the name of its client; None for no id or one that is gone."""
    project = _embedded(call, "project", project_id)
    client = call.store.load("client", project["clientId"]) if project and project["clientId"] else None
    return project and {**project, "clientName": client["name"] if client else ""}


def _zone(call: Call, user_id: str) -> tzinfo:
    """The time zone of a user's account; UTC if it is not set or unknown to this machine."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - start-up: few requests are about days

    user = call.store.load("user", user_id)
    try:
        return ZoneInfo(user["settings"]["timeZone"]) if user and user["settings"] else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/time-entries"): list_at_collection,
    ("GET", "workspaces/{workspace}/time-entries/status/in-progress"): list_running,
    ("GET", "workspaces/{workspace}/user/{user}/time-entries"): list_entries,
}
