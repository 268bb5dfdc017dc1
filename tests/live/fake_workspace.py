"""A small workspace of plain objects behind a fake API, for tests of reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reconciler.gateway import Reader
from reconciler.model import Address, Resource
from reconciler.state import Desired, Workspace
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, page, reader_of

HOME = Workspace("w", "Acme Studio")
Object = dict[str, Any]


def client(key: str, name: str, *, archived: bool = False, **more: Any) -> Object:
    return {
        "id": key,
        "name": name,
        "archived": archived,
        "email": None,
        "address": None,
        "note": "",
        "ccEmails": None,
    } | more


def task(key: str, name: str, *, status: str = "ACTIVE", **more: Any) -> Object:
    plain = {"id": key, "name": name, "status": status, "billable": True, "estimate": "PT0S", "assigneeIds": []}
    return plain | {"duration": "PT0S"} | more


def project(key: str, name: str, client_id: str = "", *, archived: bool = False, **more: Any) -> Object:
    plain: Object = {"id": key, "name": name, "clientId": client_id, "archived": archived, "color": "#aabbcc"}
    plain |= {"public": True, "billable": False, "note": "", "hourlyRate": None, "duration": "PT0S", "tasks": []}
    automatic = {"estimate": "PT0S", "type": "AUTO"}
    return plain | {"estimate": automatic, "timeEstimate": automatic | {"active": False}} | more


def tag(key: str, name: str, *, archived: bool = True) -> Object:
    return {"id": key, "name": name, "archived": archived}


@dataclass
class FakeWorkspace:
    """The objects of the fake API. `finished` are tasks by project that hydrated responses omit; `errors` are replies by path.
    `role` is the caller's, as the filter `roles` names it.
    """

    clients: list[Object] = field(default_factory=lambda: [client("c0", "Gone", archived=True)])
    projects: list[Object] = field(default_factory=lambda: [project("p0", "Past", archived=True)])
    tags: list[Object] = field(default_factory=lambda: [tag("g0", "old")])
    users: list[Object] = field(default_factory=list)
    workspaces: list[Object] = field(default_factory=list)
    finished: dict[str, list[Object]] = field(default_factory=dict)
    entries: Callable[[str, dict[str, str]], list[Object]] = lambda *_: []
    errors: dict[str, Reply] = field(default_factory=dict)
    role: str = ""

    def __post_init__(self) -> None:
        self.service = Service(self.reply_to)

    @property
    def reader(self) -> Reader:
        return reader_of(self.service)

    @property
    def lines(self) -> list[str]:
        """The requests since the last call, without the prefix and the workspace."""
        lines = [line.replace("/workspaces/w/", "/") for line in self.service.lines]
        self.service.requests.clear()
        return lines

    def reply_to(self, request: ReceivedRequest) -> Reply:
        path = request.path.removeprefix("/clockify/api/v1").removeprefix("/workspaces/w")
        if path in self.errors:
            return self.errors[path]
        match path.strip("/").split("/"):
            case ["workspaces"]:
                wanted = request.params.get("roles", self.role)
                return Reply(self.workspaces if wanted == self.role else [])
            case ["clients" | "projects" | "tags" | "users" as name]:
                items: list[Object] = getattr(self, name)
                return page([i for i in items if "archived" not in request.params or i["archived"]])
            case ["projects", key, "tasks"]:
                own = next(p.get("tasks") or [] for p in self.projects if p["id"] == key)
                return page([*own, *self.finished.get(key, [])])
            case ["user"]:
                return Reply({"id": "u1"})
            case ["user-groups"]:
                return page([])
            case ["user", person, "time-entries"]:
                return page(self.entries(person, dict(request.params)))
        raise AssertionError(f"unknown path {path}")


def desired(*texts: str, sections: frozenset[tuple[str, Address | None]] = frozenset(), **values: Any) -> Desired:
    """The desired state with these addresses; `values` belong to the last one."""
    addresses = [Address.parse(text) for text in texts]
    owners = {"project": "client", "task": "project"}
    resources = {}
    for address in addresses:
        parent_path = address.path[:-1]
        parent = Address(owners[address.kind], parent_path) if parent_path and address.kind in owners else None
        resources[address] = Resource(address, values if address is addresses[-1] else {}, parent)
    return Desired(resources, sections)
