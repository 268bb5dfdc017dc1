"""Tasks: docs/clockify.md section 8."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import members, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, choice, flag, long, string, strings
from reconciler.sandbox.instants import duration
from reconciler.sandbox.paging import filter_by_name, page_of, sort_records
from reconciler.sandbox.project_view import fetch_project, render_tasks
from reconciler.sandbox.rates import given_rates, rate_of, set_rates
from reconciler.sandbox.tables import EntryFilter, Record

_STATES = ("ACTIVE", "DONE")
_MEMBERSHIPS = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")
_FRESH: Record = {
    "assigneeIds": [],
    "estimate": "PT0S",
    "status": "ACTIVE",
    "billable": True,
    "userGroupIds": [],
    "budgetEstimate": 0,
}
"""Defaults of a new task, for fields that are omitted or ignored."""

_INLINE = {"hourlyRate", "costRate"}
"""Keys of a task within a project's request that its own request does not have [openapi]: whatever they hold is ignored there."""

_WIRE = {"assignees": "assigneeIds", "estimate": "estimate", "billable": "billable"}


def list_tasks(call: Call) -> Response:
    """List tasks in the order of creation, ACTIVE and DONE unless filtered by `is-active`."""
    project = fetch_project(call)
    found = filter_by_name(call, call.store.records("task", call.workspace, [project["id"]]))
    active = call.flag("is-active")
    if active is not None:
        found = [task for task in found if (task["status"] == "ACTIVE") == active]
    page, headers = page_of(call, sort_records(call, found, "ID"))
    return Response(200, list(render_tasks(call, page)), headers)


def get_task(call: Call) -> Response:
    """Get a task."""
    return Response(200, _view(call, _fetch(call)))


def create_task(call: Call) -> Response:
    """Create a task. `billable` is ignored [live 2026-05]; with the switch, so are assignees or the estimate."""
    require_write_role(call)
    body = call.body("task")
    names.required(call, body, "task")
    project = fetch_project(call)
    ignored = {_WIRE[word] for word in call.switches.task_post_ignores}
    kept = {key: value for key, value in body.items() if key not in ignored | _INLINE}
    return Response(201, _view(call, new_task(call, project["id"], kept | _without_assignee(call))))


def update_task(call: Call) -> Response:
    """Replace a task: omitted fields are reset, `billable` to false; with the switch they are kept."""
    require_write_role(call)
    call.choice("membership-status", _MEMBERSHIPS)
    body = call.body("task")
    name = names.required(call, body, "task")
    given = _validated_fields(call, body | _without_assignee(call))
    task = _fetch(call)
    if call.switches.put_tasks == "replace":
        task |= _FRESH | {"billable": False}
    task |= given
    task["name"] = name
    task["assigneeId"] = next(iter(task["assigneeIds"]), None)
    names.ensure_free(call, "task", task)
    call.store.save("task", task)
    return call.updated(_view(call, task))


def delete_task(call: Call) -> Response:
    """Delete a DONE task; its time entries keep the project and lose the task [code]."""
    require_write_role(call)
    task = _fetch(call)
    if task["status"] == "ACTIVE" and not call.switches.delete_active_tasks:
        raise domain("task.active")
    response = _view(call, task)
    for entry in list(call.store.entries(call.workspace, EntryFilter(task=task["id"]))):
        call.store.resave_entry(entry | {"taskId": None})
    call.store.remove(task["id"])
    names.release(call, "task", task)
    return call.deleted(response)


def put_hourly_rate(call: Call) -> Response:
    """Set the hourly rate of a task."""
    return _set_task_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Response:
    """Set the cost rate of a task."""
    return _set_task_rate(call, "costRate")


def new_task(call: Call, project_id: str, body: Body) -> Record:
    """Store a new task of a project, from its own request or inline from the project's."""
    name = names.required(call, body, "task")
    task: Record = {
        "id": call.store.new_id(),
        "name": name,
        "projectId": project_id,
        "workspaceId": call.workspace,
        **_FRESH,
        "hourlyRate": None,
        "costRate": None,
        **_validated_fields(call, body),
    }
    set_rates(call, task, given_rates(body))
    task["assigneeId"] = next(iter(task["assigneeIds"]), None)
    names.ensure_free(call, "task", task)
    call.store.save("task", task)
    return task


def new_inline_task(call: Call, project_id: str, body: Body) -> Record:
    """As `new_task`, for a task within a project's request, which takes `billable` and rates too [openapi]."""
    ignored = {_WIRE[word] for word in call.switches.task_post_ignores}
    return new_task(call, project_id, {key: value for key, value in body.items() if key not in ignored})


def _without_assignee(call: Call) -> Record:
    """The effect of `contains-assignee=false` on a request: the task has no assignee [openapi]."""
    return {"assigneeIds": []} if call.flag("contains-assignee") is False else {}


def _validated_fields(call: Call, body: Body) -> dict[str, Any]:
    """The validated fields of a request; assignees and groups outside the workspace are silently dropped.

    The deprecated `assigneeId` counts where `assigneeIds` is absent.
    """
    assignees, one = strings(body, "assigneeIds"), string(body, "assigneeId")
    if assignees is None and one is not None:
        assignees = [one] if one else []
    known = members(call) if assignees else {}
    groups = strings(body, "userGroupIds")
    known_groups = {group["id"] for group in call.store.records("group", call.workspace)} if groups else set()
    given = {
        "assigneeIds": None if assignees is None else [user for user in dict.fromkeys(assignees) if user in known],
        "estimate": duration(body, "estimate", spelling=call.switches.spelling),
        "status": choice(body, "status", _STATES),
        "billable": flag(body, "billable"),
        "userGroupIds": None if groups is None else [item for item in dict.fromkeys(groups) if item in known_groups],
        "budgetEstimate": long(body, "budgetEstimate"),
    }
    return {key: value for key, value in given.items() if value is not None}


def _set_task_rate(call: Call, key: str) -> Response:
    """Set a rate on the task."""
    require_write_role(call)
    value = rate_of(call.body("task"))
    task = _fetch(call)
    set_rates(call, task, {key: value})
    call.store.save("task", task)
    return call.updated(_view(call, task))


def _fetch(call: Call) -> Record:
    """The task of the path, in the project of the path."""
    project = fetch_project(call)
    task = names.fetch(call, "task", call.params["task"])
    if task["projectId"] != project["id"]:
        raise domain("task.missing")
    return task


def _view(call: Call, task: Record) -> Record:
    """A task as in responses."""
    return next(iter(render_tasks(call, [task])))


_ALL = "workspaces/{workspace}/projects/{project}/tasks"
ROUTES: Routes = {
    ("GET", _ALL): list_tasks,
    ("POST", _ALL): create_task,
    ("GET", f"{_ALL}/{{task}}"): get_task,
    ("PUT", f"{_ALL}/{{task}}"): update_task,
    ("DELETE", f"{_ALL}/{{task}}"): delete_task,
    ("PUT", f"{_ALL}/{{task}}/hourly-rate"): put_hourly_rate,
    ("PUT", f"{_ALL}/{{task}}/cost-rate"): put_cost_rate,
}
