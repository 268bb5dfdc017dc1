"""The feeds of changes, `GET /entities/created|updated|deleted`: docs/clockify.md section 17. Switches select what is not known of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reconciler.sandbox.access import require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.change_log import Changed, Window
from reconciler.sandbox.errors import ErrorResponse, access_denied, domain, no_route, not_convertible
from reconciler.sandbox.fields import INT32
from reconciler.sandbox.instants import earlier, iso_of, parse_instant
from reconciler.sandbox.tables import Record

_KINDS = {
    "CLIENTS": "client",
    "PROJECTS": "project",
    "TAGS": "tag",
    "TASKS": "task",
    "USER_GROUPS": "group",
    "TIME_ENTRY": "entry",
}
_TIME = ("TIME_ENTRY", "TIME_ENTRY_RATE", "TIME_ENTRY_CUSTOM_FIELD_VALUE")
"""The types of an earlier edition of the contract."""
_EMPTY = (*_TIME[1:], "SCHEDULED_ASSIGNMENT", "CUSTOM_FIELDS")
"""Types that the contract names and this sandbox has no objects of."""
_TYPES = {kind: name for name, kind in _KINDS.items()}
_RANGE = timedelta(days=30)
_LIMIT = 50


def list_created(call: Call) -> Response:
    """What was created in the window and is still there, oldest first."""

    def find(kinds: Sequence[str], window: Window) -> list[Changed]:
        return call.store.changes.created(call.workspace, kinds, window)

    return _answer(call, "createdAt", find)


def list_updated(call: Call) -> Response:
    """What was updated in the window and not created in it. By a switch only what a request to the object itself updated."""

    def find(kinds: Sequence[str], window: Window) -> list[Changed]:
        log, own = call.store.changes, call.switches.feed_updates == "own"
        found = log.updated(call.workspace, kinds, window, own=own)
        if call.switches.feed_tasks == "own" or "project" not in kinds:
            return found
        last = {item.id: item for item in found}
        for project, at in log.projects_by_tasks(call.workspace, window).items():
            last[project] = Changed(project, "project", max(at, last[project].at if project in last else 0.0))
        return sorted(last.values(), key=lambda item: (item.at, item.id))

    return _answer(call, "updatedAt", find)


def list_deleted(call: Call) -> Response:
    """What was deleted in the window and not created in it, as far as it is old enough to show."""

    def find(kinds: Sequence[str], window: Window) -> list[Changed]:
        until = min(window.end, call.now - call.switches.feed_deletion_lag)
        return call.store.changes.deleted(call.workspace, kinds, Window(window.start, until))

    return _answer(call, "deletedAt", find)


def _answer(call: Call, key: str, find: Callable[[Sequence[str], Window], list[Changed]]) -> Response:
    """A page of the changes of the wanted types."""
    _require_feature(call)
    kinds = _wanted_kinds(call)
    window = _window(call)
    limit = min(_whole(call, "limit", _LIMIT), call.switches.feed_limit)
    first = 0 if call.switches.feed_pages == "from-0" else 1
    number = _whole(call, "page", first)
    if limit < 1 or number < first:
        raise domain("page")
    if call.switches.feed_tasks == "project":
        kinds = [kind for kind in kinds if kind != "task"]
    start = (number - first) * limit
    items = [_item(call, key, changed) for changed in find(kinds, window)[start : start + limit]]
    return Response(200, _shaped(items, call.switches.feed_answers))


def _require_feature(call: Call) -> None:
    """Refuse the feed as the switch says; a limited role never has it, since it would show what that role does not see."""
    if call.switches.feeds == "missing":
        raise no_route("v1/workspaces/{workspace}/entities")
    if call.switches.feeds == "forbidden":
        raise access_denied()
    if call.switches.feeds == "paid":
        raise ErrorResponse(400, 4033, "Feature is not available in your plan")
    require_write_role(call)


def _wanted_kinds(call: Call) -> list[str]:
    """The kinds of `type`, which is required; an unknown type cannot be converted."""
    wanted = call.texts("type")
    if not wanted:
        raise ErrorResponse(
            400, 3001, "Required request parameter 'type' for method parameter type List is not present"
        )
    known = _TIME if call.switches.feed_types == "time" else (*_KINDS, *_EMPTY)
    for name in wanted:
        if name not in known:
            raise not_convertible(name, "type")
    return [_KINDS[name] for name in dict.fromkeys(wanted) if name in _KINDS]


def _window(call: Call) -> Window:
    """The window of `start` and `end`: without one of them 30 days, without both those up to now."""
    start, end = _instant(call, "start"), _instant(call, "end")
    if end is None:
        end = start + _RANGE if start else datetime.fromtimestamp(call.now, UTC)
    if start is None:
        start = earlier(end, _RANGE, "start")
    return Window(start.timestamp(), end.timestamp())


def _instant(call: Call, name: str) -> datetime | None:
    value = call.text(name)
    moment = parse_instant(value, name) if value else None
    if value and moment is None:
        raise not_convertible(value, name)
    return moment


def _whole(call: Call, name: str, default: int) -> int:
    """A whole number of the query, which the contract declares as text."""
    value = call.text(name)
    if value and not (value.isascii() and value.isdecimal() and len(value) <= len(str(INT32))):
        raise not_convertible(value, name)
    return int(value) if value else default


def _item(call: Call, key: str, changed: Changed) -> Record:
    """An item as the contract documents it for deletions: id, type, time and document."""
    entry_id = changed.id if call.switches.feed_ids == "entity" else changed.id[::-1]
    document: Any = json.loads(changed.body) if changed.body else None
    if document is None and changed.kind == "entry":
        document = call.store.load_entry(changed.id)
    elif document is None:
        document = call.store.load(changed.kind, changed.id)
    return {"id": entry_id, "documentCode": _TYPES[changed.kind], key: iso_of(changed.at), "document": document}


def _shaped(items: list[Record], shape: str) -> Any:
    """The items as the switch says: in `response` as documented, the empty list bare as seen live; or always one of both; or as text."""
    if shape == "text":
        return json.dumps({"response": items})
    if shape == "wrapped" or (shape == "live" and items):
        return {"response": items}
    return items


_ALL = "workspaces/{workspace}/entities"
ROUTES: Routes = {
    ("GET", f"{_ALL}/created"): list_created,
    ("GET", f"{_ALL}/updated"): list_updated,
    ("GET", f"{_ALL}/deleted"): list_deleted,
}
