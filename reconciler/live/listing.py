"""The resources of one kind, page by page: each page is requested when it is asked for. For looking, not for planning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.gateway import Reader
from reconciler.kinds import CLIENT, PROJECT, TASK
from reconciler.model import Address, Kind
from reconciler.value_types import Wire

USER = "user"
"""The kind of the address of a user, whose name in it is the e-mail address. No manifest declares users."""
_EVERY_STATUS = "ACTIVE,PENDING_EMAIL_VERIFICATION,NOT_REGISTERED,DELETED,LIMITED,LIMITED_DELETED"


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource as it was listed, with its address; `project` is that of a task."""

    address: Address
    wire: Wire
    project: Wire | None = None


Page = Sequence[Listed]


def _every_project(_address: Address) -> bool:
    return True


@dataclass(slots=True)
class Lister:
    """Lists the resources of a workspace. Every method raises GatewayError, also after pages that were right."""

    reader: Reader
    workspace_id: str
    _clients: dict[str, str] = field(default_factory=dict)

    def pages(
        self, kind: Kind, *, archived: bool = False, is_wanted: Callable[[Address], bool] = _every_project
    ) -> Iterator[Page]:
        """The active resources of a kind; with `archived` the archived ones follow.

        `is_wanted` decides by the address of a project whether its tasks are looked at.
        """
        if kind is TASK:
            return self._tasks(archived=archived, is_wanted=is_wanted)
        return self._unnested(kind, archived=archived)

    def users(self, *, archived: bool = False) -> Iterator[Page]:
        """The users that can track time or are invited; with `archived` all others too. Raises ForbiddenError."""
        params = {"status": "ALL", "account_statuses": _EVERY_STATUS} if archived else {}
        for page in self.reader.user_pages(self.workspace_id, **params):
            yield [Listed(Address(USER, (str(user.get("email") or user["id"]),)), user) for user in page]

    def _unnested(self, kind: Kind, *, archived: bool) -> Iterator[Page]:
        # With the filter a list means the same under every reading of the API; without it it does not (section 12 #12).
        for is_archived in (False, True) if archived else (False,):
            for page in self.reader.pages(kind, self.workspace_id, archived=is_archived):
                yield [
                    Listed(self._address(kind, wire), wire)
                    for wire in page
                    if bool(wire.get("archived", is_archived)) is is_archived
                ]

    def _tasks(self, *, archived: bool, is_wanted: Callable[[Address], bool]) -> Iterator[Page]:
        for page in self._unnested(PROJECT, archived=archived):
            ready: list[Listed] = []
            for project in page:
                if not is_wanted(project.address):
                    continue
                embedded = project.wire.get(TASK.embedded)
                # Embedded tasks may lack the finished ones (section 8), so those are asked for by project.
                if isinstance(embedded, list) and not archived:
                    ready += _tasks_of(project, embedded, archived=False)
                    continue
                if ready:
                    yield ready
                    ready = []
                for tasks in self.reader.pages(TASK, self.workspace_id, project.wire["id"]):
                    yield _tasks_of(project, tasks, archived=archived)
            yield ready

    def _address(self, kind: Kind, wire: Wire) -> Address:
        name = str(wire.get("name") or wire["id"])
        client_id = wire.get("clientId") if kind is PROJECT else None
        if not client_id:
            return Address(kind.name, (name,))
        return Address(kind.name, (str(wire.get("clientName") or self._client_name(str(client_id))), name))

    def _client_name(self, client_id: str) -> str:
        """The name of a client, from the list of all clients where the project does not have it; its id where no list has it."""
        if not self._clients:
            listing = self.reader.list(CLIENT, self.workspace_id)
            self._clients = {client["id"]: str(client.get("name") or client["id"]) for client in listing.items}
        return self._clients.get(client_id, client_id)


def _tasks_of(project: Listed, tasks: Sequence[Wire], *, archived: bool) -> list[Listed]:
    return [
        Listed(project.address.child(TASK.name, str(task.get("name") or task["id"])), task, project.wire)
        for task in tasks
        if archived or task.get("status") != "DONE"
    ]


def hours_of(seconds: int | None) -> str | None:
    """Tracked time in hours with two decimals, as it is billed; None where it is not known."""
    return None if seconds is None else f"{seconds / 3600:.2f}"


def task_count(project: Mapping[str, object]) -> int | None:
    """The number of tasks that are embedded in a project; None where they are not."""
    tasks = project.get(TASK.embedded)
    return len(tasks) if isinstance(tasks, list) else None
