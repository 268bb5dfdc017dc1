"""Tasks: docs/clockify.md section 8."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import members, writing
from reconciler.sandbox.call import Answer, Call, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, duration, flag, strings, whole, word
from reconciler.sandbox.paging import in_order, paged, with_name
from reconciler.sandbox.project_parts import money
from reconciler.sandbox.project_view import fetch_project, task_answers
from reconciler.sandbox.tables import EntryFilter, Record

_STATES = ("ACTIVE", "DONE")
_FRESH: Record = {
    "assigneeIds": [],
    "estimate": "PT0S",
    "status": "ACTIVE",
    "billable": True,
    "userGroupIds": [],
    "budgetEstimate": 0,
}
"""A new task where the request says nothing, or where what it says is ignored."""

_WIRE = {"assignees": "assigneeIds", "estimate": "estimate", "billable": "billable"}


def list_tasks(call: Call) -> Answer:
    """In the order of creation, ACTIVE and DONE unless filtered by `is-active`."""
    project = fetch_project(call)
    found = with_name(call, call.store.records("task", call.workspace, [project["id"]]))
    active = call.flag("is-active")
    if active is not None:
        found = [task for task in found if (task["status"] == "ACTIVE") == active]
    page, headers = paged(call, in_order(call, found, "ID"))
    return Answer(200, list(task_answers(call, page)), headers)


def get_task(call: Call) -> Answer:
    """One task."""
    return Answer(200, _view(call, _fetch(call)))


def create_task(call: Call) -> Answer:
    """`billable` is taken and ignored [live 2026-05]; so are assignees or the estimate where the switches say so."""
    writing(call)
    body = call.body("task")
    names.needed(call, body, "task")
    project = fetch_project(call)
    return Answer(201, _view(call, new_task(call, project["id"], body)))


def update_task(call: Call) -> Answer:
    """Replaces: what is omitted is lost, `billable` becomes false; merges where the switches say so."""
    writing(call)
    body = call.body("task")
    name = names.needed(call, body, "task")
    given = _given(call, body)
    task = _fetch(call)
    if call.switches.put_tasks == "replace":
        task |= _FRESH | {"billable": False}
    task |= given
    task["name"] = name
    task["assigneeId"] = next(iter(task["assigneeIds"]), None)
    names.ensure_free(call, "task", task)
    call.store.save("task", task)
    return call.updated(_view(call, task))


def delete_task(call: Call) -> Answer:
    """Only a DONE one; its time entries keep the project and lose the task [code]."""
    writing(call)
    task = _fetch(call)
    if task["status"] == "ACTIVE" and not call.switches.delete_active_tasks:
        raise domain("task.active")
    answer = _view(call, task)
    for entry in list(call.store.entries(call.workspace, EntryFilter(task=task["id"]))):
        call.store.resave_entry(entry | {"taskId": None})
    call.store.remove(task["id"])
    names.release(call, "task", task)
    return call.deleted(answer)


def put_hourly_rate(call: Call) -> Answer:
    """The task's hourly rate."""
    return _task_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Answer:
    """The task's cost rate."""
    return _task_rate(call, "costRate")


def new_task(call: Call, project_id: str, body: Body) -> Record:
    """Store a new task of a project from a request's object, also one that came inline with its project."""
    name = names.needed(call, body, "task")
    ignored = {_WIRE[word] for word in call.switches.task_post_ignores}
    given = {key: value for key, value in _given(call, body).items() if key not in ignored}
    task: Record = {
        "id": call.store.new_id(),
        "name": name,
        "projectId": project_id,
        "workspaceId": call.workspace,
        **_FRESH,
        "hourlyRate": None,
        "costRate": None,
        **given,
    }
    task["assigneeId"] = next(iter(task["assigneeIds"]), None)
    names.ensure_free(call, "task", task)
    call.store.save("task", task)
    return task


def _given(call: Call, body: Body) -> dict[str, Any]:
    """The fields that a request gives, checked; assignees who are nobody in the workspace are dropped without a word."""
    assignees = strings(body, "assigneeIds")
    known = members(call) if assignees else {}
    given = {
        "assigneeIds": None if assignees is None else [user for user in dict.fromkeys(assignees) if user in known],
        "estimate": duration(body, "estimate"),
        "status": word(body, "status", _STATES),
        "billable": flag(body, "billable"),
        "userGroupIds": strings(body, "userGroupIds"),
        "budgetEstimate": whole(body, "budgetEstimate"),
    }
    return {key: value for key, value in given.items() if value is not None}


def _task_rate(call: Call, key: str) -> Answer:
    """Set a rate on the task."""
    writing(call)
    value = money(call, call.body("task"))
    task = _fetch(call) | {key: value}
    call.store.save("task", task)
    return call.updated(_view(call, task))


def _fetch(call: Call) -> Record:
    """The task of the path, of the project of the path."""
    project = fetch_project(call)
    task = names.fetch(call, "task", call.params["task"])
    if task["projectId"] != project["id"]:
        raise domain("task.missing")
    return task


def _view(call: Call, task: Record) -> Record:
    """One task as it is answered."""
    return next(iter(task_answers(call, [task])))


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
