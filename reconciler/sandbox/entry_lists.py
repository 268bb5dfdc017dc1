"""Lists of time entries: those of a user, with filters, and running timers (docs/clockify.md section 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.sandbox.access import ensure_member
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import not_convertible, wrong_method
from reconciler.sandbox.fields import iso_instant
from reconciler.sandbox.paging import page_of
from reconciler.sandbox.tables import EntryFilter, Record

_IN_PROGRESS_PAGE = 10


def list_entries(call: Call) -> Response:
    """List the entries of a user, newest first."""
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
    page, headers = page_of(call, found)
    return Response(200, list(render_entries(call, page, hydrated=bool(call.flag("hydrated")))), headers)


def list_running(call: Call) -> Response:
    """List the running timers of the workspace."""
    found = call.store.entries(call.workspace, EntryFilter(running=True))
    page, headers = page_of(call, found, default=_IN_PROGRESS_PAGE)
    return Response(200, page, headers)


def list_at_collection(call: Call) -> Response:
    """The requirement document's path for running timers; the live service returns 405 [live QA], the default here."""
    if not call.switches.in_progress_list:
        raise wrong_method("GET", "POST")
    return list_running(call)


def render_entries(call: Call, entries: Iterable[Record], *, hydrated: bool) -> Iterable[Record]:
    """Entries as in responses; `hydrated` adds the complete project, task, tags and user."""
    load = call.store.load
    for entry in entries:
        if not hydrated:
            yield entry
            continue
        yield entry | {
            "project": _project(call, entry["projectId"]) if entry["projectId"] else None,
            "task": load("task", entry["taskId"]) if entry["taskId"] else None,
            "tags": [tag for tag in (load("tag", tag_id) for tag_id in entry["tagIds"] or ()) if tag],
            "user": load("user", entry["userId"]),
        }


def _project(call: Call, project_id: str) -> Record | None:
    """A project as in responses, with the name of its client; None for a deleted one."""
    project = call.store.load("project", project_id)
    client = call.store.load("client", project["clientId"]) if project and project["clientId"] else None
    return project and project | {"clientName": client["name"] if client else ""}


def _zone(call: Call, user_id: str) -> tzinfo:
    """The time zone of a user's account; UTC if it is not set or unknown to this machine."""
    user = call.store.load("user", user_id)
    try:
        return ZoneInfo(user["settings"]["timeZone"]) if user and user["settings"] else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _moment(call: Call, name: str, zone: tzinfo) -> str:
    """A time of the query as stored. Its digits are read in the account's time zone; a zone in the text is ignored [live]."""
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
