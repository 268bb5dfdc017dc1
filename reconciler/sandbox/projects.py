"""Projects: docs/clockify.md section 7. Estimates, memberships and templates are in project_parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import can_see, members, require_membership, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, color, flag, part, parts, rate, string, text
from reconciler.sandbox.paging import filter_archived, filter_by_name, page_of, sort_records
from reconciler.sandbox.project_parts import estimate_of, membership
from reconciler.sandbox.project_view import fetch_project, render_project, render_projects
from reconciler.sandbox.tables import EntryFilter, Record
from reconciler.sandbox.tasks import new_task

_NOTE = 16384
_PALETTE = ("#1976D2", "#AB47BC", "#FF5722", "#03A9F4", "#8BC34A", "#F44336", "#607D8B", "#FFC107")
_COLUMNS = ("ID", "NAME", "CLIENT_NAME", "DURATION", "BUDGET", "PROGRESS")

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


def list_projects(call: Call) -> Response:
    """List projects by name, active and archived unless filtered."""
    found = filter_archived(call, filter_by_name(call, call.store.records("project", call.workspace)))
    ordered = sort_records(call, _filtered(call, found), "NAME", _COLUMNS)
    page, headers = page_of(call, ordered)
    return Response(200, list(render_projects(call, page, hydrated=bool(call.flag("hydrated")))), headers)


def get_project(call: Call) -> Response:
    """Get a project."""
    return Response(200, render_project(call, fetch_project(call), hydrated=bool(call.flag("hydrated"))))


def create_project(call: Call) -> Response:
    """Create a project. Omitted flags come from the workspace settings, the color from a palette; the creator is a member."""
    require_write_role(call)
    body = call.body("project")
    name = names.required(call, body, "project")
    given = _validated_fields(call, body)
    tasks = parts(body, "tasks") or []
    project = _new_project(call, name) | given
    _ensure_client(call, project["clientId"])
    for member in parts(body, "memberships") or ():
        user = string(member, "userId") or ""
        if user in members(call) and user != call.caller:
            project["memberships"].append(membership(project["id"], user))
    estimate = part(body, "estimate")
    if estimate is not None:
        project |= estimate_of(estimate | {"active": True}, spelling=call.switches.spelling)
    names.ensure_free(call, "project", project)
    call.store.save("project", project)
    if call.switches.inline_tasks == "kept":
        for task in tasks:
            new_task(call, project["id"], task)
    return Response(201, render_project(call, project))


def update_project(call: Call) -> Response:
    """Update a project. Omitted fields are kept, except `isPublic` and `billable`: false (live matrix). Estimates are ignored."""
    require_write_role(call)
    body = call.body("project")
    reading = call.switches.put_projects
    name = (names.required if reading == "replace" else names.optional)(call, body, "project")
    given = _validated_fields(call, body)
    archived = flag(body, "archived")
    project = fetch_project(call) | dict(_RESET[reading])
    if call.switches.clear_client == "ignored" and given.get("clientId") == "":
        del given["clientId"]
    project |= given
    if name is not None:
        project["name"] = name
    if archived is not None:
        project["archived"] = archived
    _ensure_client(call, project["clientId"])
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
    call.store.remove(project["id"])
    names.release(call, "project", project)
    return call.deleted(response)


def _validated_fields(call: Call, body: Body) -> dict[str, Any]:
    """The validated fields of a request, under the keys of responses. `public` is ignored: the write key is `isPublic`."""
    currency = require_membership(call)["hourlyRate"]["currency"]
    rates = {key: rate(body, key) for key in ("hourlyRate", "costRate")}
    given = {
        "clientId": string(body, "clientId"),
        "color": color(body, "color", spelling=call.switches.spelling),
        "note": text(body, "note", _NOTE),
        "billable": flag(body, "billable"),
        "public": flag(body, "isPublic"),
        **{key: amount and {"amount": amount, "currency": currency} for key, amount in rates.items()},
    }
    zero = {key: {"amount": 0, "currency": currency} for key, amount in rates.items() if amount == 0}
    return {key: value for key, value in given.items() if value is not None} | zero


def _new_project(call: Call, name: str) -> Record:
    """A new project with the defaults of the server."""
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
        "memberships": [membership(project_id, call.caller)],
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


def _ensure_client(call: Call, client_id: str) -> None:
    """Reject a client of another workspace; an empty id means no client."""
    if client_id:
        names.fetch(call, "client", client_id)


def _filtered(call: Call, projects: list[Record]) -> list[Record]:
    """The records after the filters of projects, without those that the caller cannot see."""
    kept = [project for project in projects if can_see(call, project)]
    for parameter, key in (("billable", "billable"), ("is-template", "template")):
        wanted = call.flag(parameter)
        if wanted is not None:
            kept = [project for project in kept if project[key] == wanted]
    access = call.text("access")
    if access:
        kept = [project for project in kept if project["public"] == (access == "PUBLIC")]
    clients = call.texts("clients")
    if clients:
        inside = call.flag("contains-client") is not False
        kept = [project for project in kept if (project["clientId"] in clients) == inside]
    users = set(call.texts("users"))
    if users:
        inside = call.flag("contains-user") is not False
        kept = [p for p in kept if any(m["userId"] in users for m in p["memberships"]) == inside]
    status = call.text("client-status")
    if status in {"ACTIVE", "ARCHIVED"}:
        archived = {c["id"]: c["archived"] for c in call.store.records("client", call.workspace)}
        kept = [project for project in kept if archived.get(project["clientId"]) == (status == "ARCHIVED")]
    return kept


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/projects"): list_projects,
    ("POST", "workspaces/{workspace}/projects"): create_project,
    ("GET", "workspaces/{workspace}/projects/{project}"): get_project,
    ("PUT", "workspaces/{workspace}/projects/{project}"): update_project,
    ("DELETE", "workspaces/{workspace}/projects/{project}"): delete_project,
}
