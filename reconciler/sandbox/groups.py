"""User groups and their members [openapi]. A group has no GET by id (docs/clockify.md section 17)."""

from __future__ import annotations

from reconciler.sandbox import names
from reconciler.sandbox.access import ensure_member, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import string
from reconciler.sandbox.paging import filter_by_name, page_response, sort_records
from reconciler.sandbox.project_view import fetch_project
from reconciler.sandbox.roles import drop_roles, team_managers
from reconciler.sandbox.tables import Record


def list_groups(call: Call) -> Response:
    """List groups by name; `project-id` selects those with access to a project."""
    found = filter_by_name(call, call.store.records("group", call.workspace), strict=False)
    if call.text("project-id"):
        project = fetch_project(call, call.text("project-id"))
        inside = {m["userId"] for m in project["memberships"] if m["membershipType"] == "USERGROUP"}
        found = [group for group in found if group["id"] in inside]
    with_managers = bool(call.flag("includeTeamManagers"))
    ordered = sort_records(call, found, "NAME")
    return page_response(
        call,
        (group | {"teamManagers": team_managers(call, group["id"])} if with_managers else group for group in ordered),
    )


def create_group(call: Call) -> Response:
    """Create a group from its name, without members."""
    require_write_role(call)
    name = names.required(call, call.body("group"), "group")
    group: Record = {"id": call.store.new_id(), "name": name, "workspaceId": call.workspace, "userIds": []}
    names.ensure_free(call, "group", group)
    call.store.save("group", group)
    return Response(201, group)


def update_group(call: Call) -> Response:
    """Rename a group."""
    require_write_role(call)
    name = names.required(call, call.body("group"), "group")
    group = names.fetch(call, "group", call.params["group"]) | {"name": name}
    names.ensure_free(call, "group", group)
    call.store.save("group", group)
    return call.updated(group)


def delete_group(call: Call) -> Response:
    """Delete a group; it disappears from projects, tasks and roles."""
    require_write_role(call)
    group = names.fetch(call, "group", call.params["group"])
    for project in call.store.records("project", call.workspace):
        kept = [m for m in project["memberships"] if m["userId"] != group["id"]]
        if len(kept) < len(project["memberships"]):
            call.store.save("project", project | {"memberships": kept})
    for task in call.store.records("task", call.workspace):
        if group["id"] in task["userGroupIds"]:
            call.store.save("task", task | {"userGroupIds": [i for i in task["userGroupIds"] if i != group["id"]]})
    drop_roles(call, group["id"])
    call.store.remove(group["id"])
    return call.deleted(group)


def add_member(call: Call) -> Response:
    """Add `{userId}` to a group; one who is in it stays."""
    require_write_role(call)
    user = string(call.body("group"), "userId")
    if not user:
        raise domain("not_valid", field="userId")
    group = names.fetch(call, "group", call.params["group"])
    ensure_member(call, user)
    return _save(call, group | {"userIds": list(dict.fromkeys([*group["userIds"], user]))})


def remove_member(call: Call) -> Response:
    """Remove a user from a group. The response is the group."""
    require_write_role(call)
    group = names.fetch(call, "group", call.params["group"])
    if call.params["user"] not in group["userIds"]:
        raise domain("group_member.missing")
    return _save(call, group | {"userIds": [user for user in group["userIds"] if user != call.params["user"]]})


def _save(call: Call, group: Record) -> Response:
    """Store a group and respond with it."""
    call.store.save("group", group)
    return call.updated(group)


_ALL = "workspaces/{workspace}/user-groups"
ROUTES: Routes = {
    ("GET", _ALL): list_groups,
    ("POST", _ALL): create_group,
    ("PUT", f"{_ALL}/{{group}}"): update_group,
    ("DELETE", f"{_ALL}/{{group}}"): delete_group,
    ("POST", f"{_ALL}/{{group}}/users"): add_member,
    ("DELETE", f"{_ALL}/{{group}}/users/{{user}}"): remove_member,
}
