"""Projects and tasks as in responses: stored values, and values computed from clients and time entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from reconciler.sandbox import names
from reconciler.sandbox.access import can_see
from reconciler.sandbox.call import Call, Response
from reconciler.sandbox.errors import domain
from reconciler.sandbox.instants import iso_duration
from reconciler.sandbox.rates import at_present
from reconciler.sandbox.tables import Record


def fetch_project(call: Call, project_id: str = "") -> Record:
    """The project with this id, or that of the path; a project that the caller cannot see is missing."""
    project = names.fetch(call, "project", project_id or call.params["project"])
    if not can_see(call, project):
        raise domain("project.missing")
    return project


def render_project(call: Call, project: Record, *, hydrated: bool = False) -> Record:
    """A project as in responses."""
    return next(iter(render_projects(call, [project], hydrated=hydrated)))


def render_projects(call: Call, projects: list[Record], *, hydrated: bool = False) -> Iterable[Record]:
    """Projects with duration and client name; `hydrated` adds tasks, client and custom fields, depending on the switches."""
    only = projects[0]["id"] if len(projects) == 1 else ""
    tracked = call.store.tracked(call.workspace, "project", only) if projects else {}
    wanted = sorted({project["clientId"] for project in projects} - {""})
    clients = {client_id: call.store.load("client", client_id) for client_id in wanted}
    adds_tasks = hydrated and call.switches.hydrated != "unsupported"
    tasks = _tasks_by_project(call, projects) if adds_tasks else {}
    for project in projects:
        client = clients.get(project["clientId"])
        response = at_present(call, project) | {
            "duration": iso_duration(tracked.get(project["id"], 0)),
            "clientName": client["name"] if client else "",
        }
        if adds_tasks:
            response |= {"tasks": tasks.get(project["id"], []), "client": client, "customFields": []}
        yield response


def save_and_render(call: Call, project: Record) -> Response:
    """Store a project; the response is the complete project."""
    call.store.save("project", project)
    return call.updated(render_project(call, project))


def render_tasks(call: Call, tasks: list[Record]) -> Iterable[Record]:
    """Tasks as in responses, with their tracked time."""
    only = tasks[0]["id"] if len(tasks) == 1 else ""
    tracked = call.store.tracked(call.workspace, "task", only) if tasks else {}
    for task in tasks:
        yield {key: value for key, value in at_present(call, task).items() if key != "workspaceId"} | {
            "duration": iso_duration(tracked.get(task["id"], 0))
        }


def _tasks_by_project(call: Call, projects: list[Record]) -> Mapping[str, list[Record]]:
    """The tasks of each project, without DONE tasks if the switch `hydrated` omits them."""
    stored = call.store.records("task", call.workspace, [project["id"] for project in projects])
    if call.switches.hydrated == "without-done":
        stored = [task for task in stored if task["status"] != "DONE"]
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for task in render_tasks(call, stored):
        found[task["projectId"]].append(task)
    return found
