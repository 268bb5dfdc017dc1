"""A new project from a template, with its tasks, estimates, rates and members in one request (docs/clockify.md section 17).

That the template needs the flag, and what is copied, are choices of this sandbox, with a switch each: no answer is on record.
"""

from __future__ import annotations

import copy

from reconciler.sandbox import names
from reconciler.sandbox.access import require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain, no_route
from reconciler.sandbox.fields import color, flag, string
from reconciler.sandbox.memberships import membership
from reconciler.sandbox.project_view import fetch_project, render_project
from reconciler.sandbox.projects import ensure_client, new_project
from reconciler.sandbox.tables import Record
from reconciler.sandbox.tasks import new_task

_NOT_COPIED = ("id", "name", "clientId", "archived", "template", "public", "color", "memberships")


def create_from_template(call: Call) -> Response:
    """Create a project from `templateProjectId`. Its tasks are ACTIVE; it has the template's color unless the request names one.

    The status is 200 [openapi].
    """
    if call.switches.from_template == "missing":
        raise no_route("v1/workspaces/{workspace}/projects/from-template")
    require_write_role(call)
    body = call.body("project")
    name = names.required(call, body, "project")
    template_id = string(body, "templateProjectId")
    if not template_id:
        raise domain("not_valid", field="templateProjectId")
    given = {
        "clientId": string(body, "clientId") or "",
        "color": color(body, "color", spelling=call.switches.spelling),
        "public": bool(flag(body, "isPublic")),
    }
    template = fetch_project(call, template_id)
    if not template["template"] and call.switches.from_template != "any":
        raise domain("project.not_template")
    ensure_client(call, str(given["clientId"]))
    project = new_project(call, name)
    if call.switches.template_copies == "all":
        project |= {key: copy.deepcopy(value) for key, value in template.items() if key not in _NOT_COPIED}
    project |= given | {"color": given["color"] or template["color"]}
    members = {call.caller: membership(project["id"], call.caller)}
    if call.switches.template_copies == "all":
        members |= {m["userId"]: copy.deepcopy(m) | {"targetId": project["id"]} for m in template["memberships"]}
    project["memberships"] = list(members.values())
    names.ensure_free(call, "project", project)
    call.store.save("project", project)
    for task in call.store.records("task", call.workspace, [template["id"]]):
        _copy_task(call, task, project["id"])
    return Response(200, render_project(call, project))


def _copy_task(call: Call, task: Record, project_id: str) -> None:
    if call.switches.template_copies == "all":
        new = {"id": call.store.new_id(), "projectId": project_id, "status": "ACTIVE"}
        call.store.save("task", task | new)
    elif call.switches.template_copies == "tasks":
        new_task(call, project_id, {"name": task["name"], "estimate": task["estimate"]})


ROUTES: Routes = {
    ("POST", "workspaces/{workspace}/projects/from-template"): create_from_template,
}
