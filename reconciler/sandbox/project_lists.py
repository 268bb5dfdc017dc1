"""Lists of projects, with their filters and columns to sort by (docs/clockify.md section 7)."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.sandbox.access import can_see, members
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.instants import seconds_in
from reconciler.sandbox.paging import COLUMNS, Column, filter_archived, filter_by_name, page_of, sort_records
from reconciler.sandbox.project_view import render_projects
from reconciler.sandbox.tables import Record

_STATES = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")


def list_projects(call: Call) -> Response:
    """List projects by name, active and archived unless filtered."""
    found = filter_archived(call, filter_by_name(call, call.store.records("project", call.workspace)))
    call.integer("expense-limit", 20)  # expenses are no part of this sandbox
    kept = [project for project in found if can_see(call, project)]
    kept = _of_people(call, _of_clients(call, _with_flags(call, kept)))
    page, headers = page_of(call, sort_records(call, kept, "NAME", _columns(call)))
    return Response(200, list(render_projects(call, page, hydrated=bool(call.flag("hydrated")))), headers)


def _with_flags(call: Call, kept: list[Record]) -> list[Record]:
    """The projects after the filters of their own flags."""
    for parameter, key in (("billable", "billable"), ("is-template", "template")):
        wanted = call.flag(parameter)
        if wanted is not None:
            kept = [project for project in kept if project[key] == wanted]
    access = call.choice("access", ("PUBLIC", "PRIVATE"))
    return [project for project in kept if not access or project["public"] == (access == "PUBLIC")]


def _of_clients(call: Call, kept: list[Record]) -> list[Record]:
    """The projects after the filters of their client."""
    clients, inside = call.texts("clients"), call.flag("contains-client") is not False
    if clients:
        kept = [project for project in kept if (project["clientId"] in clients) == inside]
    status = call.choice("client-status", ("ACTIVE", "ARCHIVED", "ALL"))
    if status in {"ACTIVE", "ARCHIVED"}:
        archived = {c["id"]: c["archived"] for c in call.store.records("client", call.workspace)}
        kept = [project for project in kept if archived.get(project["clientId"]) == (status == "ARCHIVED")]
    return kept


def _of_people(call: Call, kept: list[Record]) -> list[Record]:
    """The projects after the filters of their members and groups."""
    for parameter, contains in (("users", "contains-user"), ("userGroups", "contains-group")):
        wanted, inside = set(call.texts(parameter)), call.flag(contains) is not False
        if wanted:
            kept = [p for p in kept if any(m["userId"] in wanted for m in p["memberships"]) == inside]
    status = call.choice("user-status", _STATES)
    if status and status != "ALL":
        people, wanted = members(call), set(call.texts("users"))
        having = {user for user, state in people.items() if state == status and (not wanted or user in wanted)}
        kept = [p for p in kept if any(m["userId"] in having for m in p["memberships"])]
    return kept


def _columns(call: Call) -> Mapping[str, Column]:
    """The columns of a list of projects; names of clients and tracked time are read only for the one that is asked for."""
    column = call.text("sort-column")
    clients = {c["id"]: c for c in call.store.records("client", call.workspace)} if column == "CLIENT_NAME" else {}
    tracked = call.store.tracked(call.workspace, "project") if column in {"DURATION", "PROGRESS"} else {}

    def client_name(project: Record) -> tuple[str, str, str]:
        client = clients.get(project["clientId"])
        return ((client["name"] if client else "").casefold(), project["name"].casefold(), project["id"])

    def duration(project: Record) -> tuple[int, str]:
        return tracked.get(project["id"], 0), project["id"]

    def budget(project: Record) -> tuple[int, str]:
        return (project["budgetEstimate"] or {"estimate": 0})["estimate"], project["id"]

    def progress(project: Record) -> tuple[float, str]:
        estimate = seconds_in(project["timeEstimate"]["estimate"])
        return tracked.get(project["id"], 0) / estimate if estimate else 0.0, project["id"]

    return {**COLUMNS, "CLIENT_NAME": client_name, "DURATION": duration, "BUDGET": budget, "PROGRESS": progress}


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/projects"): list_projects,
}
