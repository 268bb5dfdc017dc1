"""Time entries: docs/clockify.md section 10. What lists and filters them is in entry_lists."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.sandbox import names
from reconciler.sandbox.access import ensure_member, enter
from reconciler.sandbox.call import Answer, Call, Routes
from reconciler.sandbox.entry_lists import entry_answers
from reconciler.sandbox.entry_records import blank_entry, finish, seconds_of
from reconciler.sandbox.errors import Refusal, domain
from reconciler.sandbox.fields import (
    Body,
    flag,
    instant,
    plain,
    strings,
    text,
    word,
)
from reconciler.sandbox.tables import EntryFilter, Record

_DESCRIPTION = 3000
_TYPES = ("REGULAR", "BREAK")


def create_entry(call: Call) -> Answer:
    """The caller's own; a `userId` in the body is ignored. Without `end` it is a running timer."""
    return Answer(201, _create(call, call.caller))


def create_entry_for(call: Call) -> Answer:
    """Somebody else's."""
    ensure_member(call, call.params["user"])
    return Answer(201, _create(call, call.params["user"]))


def get_entry(call: Call) -> Answer:
    """One time entry."""
    entry = _fetch(call, call.params["entry"])
    return Answer(200, next(iter(entry_answers(call, [entry], hydrated=bool(call.flag("hydrated"))))))


def update_entry(call: Call) -> Answer:
    """Replaces everything; `start` is required [openapi]."""
    body = call.body("entry")
    _check(body)
    if body.get("start") is None:
        raise domain("entry.forced", field="start")
    stored = _fetch(call, call.params["entry"])
    return call.updated(_write(call, stored["id"], stored["userId"], body))


def delete_entry(call: Call) -> Answer:
    """204 and an empty body."""
    call.store.remove_entry(_fetch(call, call.params["entry"])["id"])
    return Answer(204)


def stop_timer(call: Call) -> Answer:
    """`{end}` ends the person's running timer; without one it is the only 404 that is a domain answer (section 1.2)."""
    end = instant(call.body("entry"), "end")
    if end is None:
        raise domain("entry.forced", field="end")
    ensure_member(call, call.params["user"])
    running = next(call.store.entries(call.workspace, EntryFilter(user=call.params["user"], running=True)), None)
    if running is None:
        raise Refusal(404, 404, "currently running time entry doesn't exist")
    return call.updated(finish(call.store, running, end))


def update_many(call: Call) -> Answer:
    """Replaces several entries of one person, each with its `id`."""
    bodies = call.array()
    ensure_member(call, call.params["user"])
    answers = []
    for body in bodies:
        _check(body)
        stored = _own(call, plain(body, "id") or "")
        start = {"start": stored["timeInterval"]["start"]} if body.get("start") is None else {}
        answers.append(_write(call, stored["id"], stored["userId"], body | start))
    return Answer(200, answers)


def delete_many(call: Call) -> Answer:
    """Deletes the entries of `time-entry-ids` and answers them."""
    wanted = call.texts("time-entry-ids")
    if not wanted:
        raise Refusal(
            400, 3001, "Required request parameter 'time-entry-ids' for method parameter type List is not present"
        )
    ensure_member(call, call.params["user"])
    gone = [_own(call, entry_id) for entry_id in wanted]
    for entry in gone:
        call.store.remove_entry(entry["id"])
    return Answer(200, gone)


def duplicate_entry(call: Call) -> Answer:
    """The same once more, under a new id."""
    ensure_member(call, call.params["user"])
    copy = _own(call, call.params["entry"]) | {"id": call.store.new_id()}
    call.store.save_entry(copy, seconds_of(copy))
    return Answer(201, copy)


def _create(call: Call, user: str) -> Record:
    """A new entry from the request."""
    body = call.body("entry")
    _check(body)
    if body.get("end") is not None and body.get("start") is None:
        raise domain("entry.end_only")
    return _write(call, call.store.new_id(), user, body)


def _write(call: Call, entry_id: str, user: str, body: Body) -> Record:
    """Store an entry as a request has it: nothing of an earlier one stays."""
    start, end = instant(body, "start"), instant(body, "end")
    start = start or datetime.fromtimestamp(int(call.now), UTC)
    if end is not None and end < start:
        raise domain("entry.order")
    project, task, tags = _references(call, body)
    _ensure_forced(call, body, bool(project), bool(task), bool(tags))
    entry: Record = blank_entry(entry_id, call.workspace, user, start, end) | {
        "description": text(body, "description", _DESCRIPTION) or "",
        "tagIds": tags,
        "billable": bool(flag(body, "billable")),
        "taskId": task,
        "projectId": project,
        "type": word(body, "type", _TYPES) or "REGULAR",
    }
    call.store.save_entry(entry, seconds_of(entry))
    return entry


def _check(body: Body) -> None:
    """Shapes and limits, before anything is looked up."""
    text(body, "description", _DESCRIPTION)
    flag(body, "billable")
    word(body, "type", _TYPES)
    strings(body, "tagIds")
    instant(body, "start")
    instant(body, "end")


def _references(call: Call, body: Body) -> tuple[str | None, str | None, list[str] | None]:
    """Project, task and tags of a request, each refused where it is dead; archived ones are taken [live]."""
    project, task, tags = plain(body, "projectId") or None, plain(body, "taskId") or None, strings(body, "tagIds")
    if project:
        names.fetch(call, "project", project)
    if task and names.fetch(call, "task", task)["projectId"] != project:
        raise domain("task.missing")
    for tag in tags or ():
        names.fetch(call, "tag", tag)
    return project, task, tags


def _ensure_forced(call: Call, body: Body, *present: bool) -> None:
    """What the workspace forces on every entry: project, task, tags, description."""
    settings = enter(call)["workspaceSettings"]
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


def _own(call: Call, entry_id: str) -> Record:
    """As `_fetch`, and it is of the person in the path."""
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
