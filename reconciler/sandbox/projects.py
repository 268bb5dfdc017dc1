"""Single projects: docs/clockify.md section 7. project_lists lists them; project_parts and memberships have what PUT does not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import require_membership, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, color, flag, part, parts, string, text
from reconciler.sandbox.memberships import first_members
from reconciler.sandbox.project_parts import estimate_of
from reconciler.sandbox.project_view import fetch_project, render_project
from reconciler.sandbox.rates import forget_rates, given_rates, set_rates
from reconciler.sandbox.roles import drop_roles
from reconciler.sandbox.tables import EntryFilter, Record
from reconciler.sandbox.tasks import new_inline_task

_NOTE = 16384
_PALETTE = ("#1976D2", "#AB47BC", "#FF5722", "#03A9F4", "#8BC34A", "#F44336", "#607D8B", "#FFC107")

_RESET: Mapping[str, Mapping[str, Any]] = {
    "merge": {},
    "matrix": {"public": False, "billable": False},
    "replace": {
        "public": False,
        "billable": False,
        "archived": False,
        "note": "",
        "clientId": "",
        "hourlyRate": None,
        "costRate": None,
    },
}
"""The values of fields that a PUT omits, by the switch `put_projects`."""


def get_project(call: Call) -> Response:
    """Get a project."""
    call.integer("expense-limit", 20)  # expenses are no part of this sandbox
    return Response(200, render_project(call, fetch_project(call), hydrated=bool(call.flag("hydrated"))))


def create_project(call: Call) -> Response:
    """Create a project. Omitted flags come from the workspace settings, the color from a palette; the creator is a member."""
    require_write_role(call)
    body = call.body("project")
    name = names.required(call, body, "project")
    given, rates = _validated_fields(call, body), given_rates(body)
    tasks, estimate = parts(body, "tasks") or [], part(body, "estimate")
    if tasks and call.switches.inline_tasks == "refused":
        raise domain("not_valid", field="tasks")
    project = new_project(call, name) | given
    ensure_client(call, project["clientId"])
    project["memberships"] = first_members(call, project["id"], body)
    set_rates(call, project, rates)
    if estimate is not None:
        project |= estimate_of(estimate | {"active": True}, spelling=call.switches.spelling)
    names.ensure_free(call, "project", project)
    call.store.save("project", project)
    if call.switches.inline_tasks == "kept":
        for task in tasks:
            new_inline_task(call, project["id"], task)
    return Response(201, render_project(call, project))


def update_project(call: Call) -> Response:
    """Update a project. Omitted fields are kept, except `isPublic` and `billable`: false (live matrix). Estimates are ignored."""
    require_write_role(call)
    body = call.body("project")
    reading = call.switches.put_projects
    name = (names.required if reading == "replace" else names.optional)(call, body, "project")
    given, rates = _validated_fields(call, body), given_rates(body)
    archived = flag(body, "archived")
    project = fetch_project(call) | dict(_RESET[reading])
    if reading == "replace":
        forget_rates(project)
    if call.switches.clear_client == "ignored" and given.get("clientId") == "":
        del given["clientId"]
    project |= given
    set_rates(call, project, rates)
    if name is not None:
        project["name"] = name
    if archived is not None:
        project["archived"] = archived
    ensure_client(call, project["clientId"])
    names.ensure_free(call, "project", project)
    call.store.save("project", project)
    return call.updated(render_project(call, project))


def delete_project(call: Call) -> Response:
    """Delete an archived project and its tasks. Its time entries stay without project and task ([help])."""
    require_write_role(call)
    project = fetch_project(call)
    if not project["archived"]:
        raise domain("project.active")
    response = render_project(call, project)
    for task in call.store.records("task", call.workspace, [project["id"]]):
        call.store.remove(task["id"])
    for entry in list(call.store.entries(call.workspace, EntryFilter(project=project["id"]))):
        call.store.resave_entry(entry | {"projectId": None, "taskId": None})
    drop_roles(call, project["id"])
    call.store.remove(project["id"])
    names.release(call, "project", project)
    return call.deleted(response)


def _validated_fields(call: Call, body: Body) -> dict[str, Any]:
    """The validated fields of a request except rates, under the keys of responses. `public` is ignored: the write key is `isPublic`."""
    given = {
        "clientId": string(body, "clientId"),
        "color": color(body, "color", spelling=call.switches.spelling),
        "note": text(body, "note", _NOTE),
        "billable": flag(body, "billable"),
        "public": flag(body, "isPublic"),
    }
    return {key: value for key, value in given.items() if value is not None}


def new_project(call: Call, name: str) -> Record:
    """A new project with the defaults of the server, without members."""
    project_id = call.store.new_id()
    settings = require_membership(call)["workspaceSettings"]
    from_settings = call.switches.project_defaults == "settings"
    return {
        "id": project_id,
        "name": name,
        "hourlyRate": None,
        "clientId": "",
        "workspaceId": call.workspace,
        "billable": from_settings and settings["defaultBillableProjects"],
        "memberships": [],
        "color": _PALETTE[int(project_id[-6:], 16) % len(_PALETTE)],
        "archived": False,
        "note": "",
        "costRate": None,
        **estimate_of({}),
        "budgetEstimate": None,
        "estimateReset": None,
        "template": False,
        "public": from_settings and settings["isProjectPublicByDefault"],
    }


def ensure_client(call: Call, client_id: str) -> None:
    """Reject a client of another workspace; an empty id means no client."""
    if client_id:
        names.fetch(call, "client", client_id)


ROUTES: Routes = {
    ("POST", "workspaces/{workspace}/projects"): create_project,
    ("GET", "workspaces/{workspace}/projects/{project}"): get_project,
    ("PUT", "workspaces/{workspace}/projects/{project}"): update_project,
    ("DELETE", "workspaces/{workspace}/projects/{project}"): delete_project,
}
