"""Roles that a user has besides membership: administrator, manager of a project, of a person or of a group [openapi]."""

from __future__ import annotations

from reconciler.sandbox import names
from reconciler.sandbox.access import ensure_member, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, choice, string
from reconciler.sandbox.tables import Record

_TITLES = {
    "WORKSPACE_ADMIN": "Workspace admin",
    "TEAM_MANAGER": "Team manager",
    "PROJECT_MANAGER": "Project manager",
}


def give_role(call: Call) -> Response:
    """Give a user a role; one that the user has stays. The response is all roles of the user."""
    require_write_role(call)
    wanted = _wanted(call, call.body("role"))
    if wanted not in _held(call):
        call.store.save("role", wanted | {"id": call.store.new_id(), "workspaceId": call.workspace})
    return Response(201, [_view(role) for role in _roles_of(call, call.params["user"])])


def take_role(call: Call) -> Response:
    """Take a role from a user, named in the request's body: 204 with an empty body."""
    require_write_role(call)
    wanted = _wanted(call, call.body("role"))
    found = [role for role in _roles_of(call, call.params["user"]) if _key(role) == wanted]
    if not found:
        raise domain("role.missing")
    call.store.remove(found[0]["id"])
    return Response(204)


def detailed_roles(call: Call, user: str) -> list[Record]:
    """The roles of a user with what each is for, as `include-roles=true` adds them to a user. The shape is a choice: the contract has none."""
    found: dict[str, Record] = {}
    for role in _roles_of(call, user):
        title = _TITLES[role["role"]]
        entry = found.setdefault(role["role"], {"role": role["role"], "formatterRoleName": title, "entities": []})
        entry["entities"].append({"id": role["entityId"], "name": _entity_name(call, role)} | _source(role))
    return list(found.values())


def team_managers(call: Call, group: str) -> list[Record]:
    """The managers of a group, id and name."""
    roles = (role for role in call.store.records("role", call.workspace) if role["entityId"] == group)
    people = (call.store.load("user", role["userId"]) for role in roles)
    return [{"id": user["id"], "name": user["name"] or ""} for user in people if user]


def managers_of(call: Call, user: str) -> set[str]:
    """The ids of the people who manage a user, or a group that the user is in."""
    groups = {group["id"] for group in call.store.records("group", call.workspace) if user in group["userIds"]}
    managing = (role for role in call.store.records("role", call.workspace) if role["role"] == "TEAM_MANAGER")
    return {role["userId"] for role in managing if role["entityId"] in groups | {user}}


def drop_roles(call: Call, entity: str) -> None:
    """Remove the roles for something that is deleted."""
    for role in call.store.records("role", call.workspace):
        if role["entityId"] == entity:
            call.store.remove(role["id"])


def _wanted(call: Call, body: Body) -> Record:
    """The validated role of a request; each is for a workspace, a project, a person or a group [openapi]."""
    role = choice(body, "role", tuple(_TITLES))
    source = choice(body, "sourceType", ("USER_GROUP",)) or ""
    entity = string(body, "entityId")
    for key, value in (("role", role), ("entityId", entity)):
        if not value:
            raise domain("not_valid", field=key)
    ensure_member(call, call.params["user"])
    if source and role != "TEAM_MANAGER":
        raise domain("role.source")
    if role == "WORKSPACE_ADMIN" and entity != call.workspace:
        raise domain("role.source")
    if role == "PROJECT_MANAGER":
        names.fetch(call, "project", entity or "")
    if role == "TEAM_MANAGER" and source:
        names.fetch(call, "group", entity or "")
    elif role == "TEAM_MANAGER":
        ensure_member(call, entity or "")
    return {"userId": call.params["user"], "role": role, "entityId": entity, "sourceType": source}


def _held(call: Call) -> list[Record]:
    """The roles of the user in the path, as in `_wanted`."""
    return [_key(role) for role in _roles_of(call, call.params["user"])]


def _key(role: Record) -> Record:
    """A stored role as in `_wanted`."""
    return {key: role[key] for key in ("userId", "role", "entityId", "sourceType")}


def _roles_of(call: Call, user: str) -> list[Record]:
    """The stored roles of a user."""
    return [role for role in call.store.records("role", call.workspace) if role["userId"] == user]


def _view(role: Record) -> Record:
    """A role as in responses."""
    details = {"id": role["id"], "name": _TITLES[role["role"]]} | _source(role)
    return {"role": details, "userId": role["userId"], "workspaceId": role["workspaceId"]}


def _source(role: Record) -> Record:
    """Where a role comes from: only that for a group says so."""
    return {"source": {"id": role["entityId"], "type": "USER_GROUP"}} if role["sourceType"] else {}


def _entity_name(call: Call, role: Record) -> str:
    """The name of what a role is for."""
    for kind in ("workspace", "project", "group", "user"):
        record = call.store.load(kind, role["entityId"])
        if record:
            return str(record["name"] or "")
    return ""


_ROLES = "workspaces/{workspace}/users/{user}/roles"
ROUTES: Routes = {
    ("POST", _ROLES): give_role,
    ("DELETE", _ROLES): take_role,
}
