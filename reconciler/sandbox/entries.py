"""Time entries: docs/clockify.md section 10. entry_lists lists and filters them."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.sandbox import names
from reconciler.sandbox.access import ensure_member, require_membership
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.entry_lists import render_entries
from reconciler.sandbox.entry_records import blank_entry, finish, seconds_of
from reconciler.sandbox.errors import ErrorResponse, domain
from reconciler.sandbox.fields import Body, choice, flag, string, strings, text
from reconciler.sandbox.instants import instant
from reconciler.sandbox.tables import EntryFilter, Record

_DESCRIPTION = 3000
_TYPES = ("REGULAR", "BREAK")


def create_entry(call: Call) -> Response:
    """Create an entry of the caller; a `userId` in the body is ignored. Without `end` it is a running timer."""
    return Response(201, _create(call, call.caller))


def create_entry_for(call: Call) -> Response:
    """Create an entry of another user."""
    ensure_member(call, call.params["user"])
    return Response(201, _create(call, call.params["user"]))


def get_entry(call: Call) -> Response:
    """Get a time entry."""
    entry = _fetch(call, call.params["entry"])
    return Response(200, next(iter(render_entries(call, [entry], hydrated=bool(call.flag("hydrated"))))))


def update_entry(call: Call) -> Response:
    """Replace a time entry; `start` is required [openapi]."""
    body = call.body("entry")
    _validate(body)
    if body.get("start") is None:
        raise domain("entry.forced", field="start")
    stored = _fetch(call, call.params["entry"])
    return call.updated(_write(call, stored["id"], stored["userId"], body))


def delete_entry(call: Call) -> Response:
    """Delete a time entry: 204 with an empty body."""
    call.store.remove_entry(_fetch(call, call.params["entry"])["id"])
    return Response(204)


def stop_timer(call: Call) -> Response:
    """Stop the running timer of a user at `{end}`. Without a timer: the only 404 that is a domain error (section 1.2)."""
    end = instant(call.body("entry"), "end")
    if end is None:
        raise domain("entry.forced", field="end")
    ensure_member(call, call.params["user"])
    running = next(call.store.entries(call.workspace, EntryFilter(user=call.params["user"], running=True)), None)
    if running is None:
        raise ErrorResponse(404, 404, "currently running time entry doesn't exist")
    return call.updated(finish(call.store, running, end))


def update_many(call: Call) -> Response:
    """Replace several entries of one user, each with its `id`."""
    bodies = call.array()
    ensure_member(call, call.params["user"])
    answers = []
    for body in bodies:
        _validate(body)
        stored = _fetch_own(call, string(body, "id") or "")
        start = {"start": stored["timeInterval"]["start"]} if body.get("start") is None else {}
        answers.append(_write(call, stored["id"], stored["userId"], body | start))
    return Response(200, list(render_entries(call, answers, hydrated=bool(call.flag("hydrated")))))


def delete_many(call: Call) -> Response:
    """Delete the entries of `time-entry-ids`; the response contains them."""
    wanted = call.texts("time-entry-ids")
    if not wanted:
        raise ErrorResponse(
            400, 3001, "Required request parameter 'time-entry-ids' for method parameter type List is not present"
        )
    ensure_member(call, call.params["user"])
    gone = [_fetch_own(call, entry_id) for entry_id in wanted]
    for entry in gone:
        call.store.remove_entry(entry["id"])
    return Response(200, gone)


def duplicate_entry(call: Call) -> Response:
    """Copy an entry, with a new id."""
    ensure_member(call, call.params["user"])
    copy = _fetch_own(call, call.params["entry"]) | {"id": call.store.new_id()}
    call.store.save_entry(copy, seconds_of(copy))
    return Response(201, copy)


def _create(call: Call, user: str) -> Record:
    """Create an entry from the request."""
    body = call.body("entry")
    _validate(body)
    if body.get("end") is not None and body.get("start") is None:
        raise domain("entry.end_only")
    return _write(call, call.store.new_id(), user, body)


def _write(call: Call, entry_id: str, user: str, body: Body) -> Record:
    """Store an entry from a request; it replaces an earlier one completely."""
    start, end = instant(body, "start"), instant(body, "end")
    start = start or datetime.fromtimestamp(int(call.now), UTC)
    if end is not None and end < start:
        raise domain("entry.order")
    project, task, tags = _references(call, body)
    _ensure_required(call, body, bool(project), bool(task), bool(tags))
    entry: Record = blank_entry(entry_id, call.workspace, user, start, end) | {
        "description": text(body, "description", _DESCRIPTION) or "",
        "tagIds": tags,
        "billable": bool(flag(body, "billable")),
        "taskId": task,
        "projectId": project,
        "type": choice(body, "type", _TYPES) or "REGULAR",
    }
    call.store.save_entry(entry, seconds_of(entry))
    return entry


def _validate(body: Body) -> None:
    """Validate types and limits, before any lookup."""
    text(body, "description", _DESCRIPTION)
    flag(body, "billable")
    choice(body, "type", _TYPES)
    strings(body, "tagIds")
    instant(body, "start")
    instant(body, "end")


def _references(call: Call, body: Body) -> tuple[str | None, str | None, list[str] | None]:
    """Project, task and tags of a request. Deleted ones are rejected, archived ones accepted [live]."""
    project, task, tags = string(body, "projectId") or None, string(body, "taskId") or None, strings(body, "tagIds")
    if project:
        names.fetch(call, "project", project)
    if task and names.fetch(call, "task", task)["projectId"] != project:
        raise domain("task.missing")
    for tag in tags or ():
        names.fetch(call, "tag", tag)
    return project, task, tags


def _ensure_required(call: Call, body: Body, *present: bool) -> None:
    """Reject an entry without a field that the workspace requires: project, task, tags or description."""
    settings = require_membership(call)["workspaceSettings"]
    checks = zip(
        ("forceProjects", "forceTasks", "forceTags", "forceDescription"),
        ("project", "task", "tags", "description"),
        (*present, bool(body.get("description"))),
        strict=True,
    )
    for setting, field, given in checks:
        if settings[setting] and not given:
            raise domain("entry.forced", field=field)


def _fetch(call: Call, entry_id: str) -> Record:
    """The time entry with this id in the call's workspace."""
    entry = call.store.load_entry(entry_id)
    if entry is None or entry["workspaceId"] != call.workspace:
        raise domain("entry.missing")
    return entry


def _fetch_own(call: Call, entry_id: str) -> Record:
    """As `_fetch`, for an entry of the user in the path."""
    entry = _fetch(call, entry_id)
    if entry["userId"] != call.params["user"]:
        raise domain("entry.missing")
    return entry


_ALL = "workspaces/{workspace}/time-entries"
_OF_USER = "workspaces/{workspace}/user/{user}/time-entries"
ROUTES: Routes = {
    ("POST", _ALL): create_entry,
    ("GET", f"{_ALL}/{{entry}}"): get_entry,
    ("PUT", f"{_ALL}/{{entry}}"): update_entry,
    ("DELETE", f"{_ALL}/{{entry}}"): delete_entry,
    ("POST", _OF_USER): create_entry_for,
    ("PATCH", _OF_USER): stop_timer,
    ("PUT", _OF_USER): update_many,
    ("DELETE", _OF_USER): delete_many,
    ("POST", f"{_OF_USER}/{{entry}}/duplicate"): duplicate_entry,
}
