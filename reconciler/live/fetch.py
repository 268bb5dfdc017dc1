"""Fetches the lists of all kinds, children, users and time entries, each at most once per read."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from reconciler.errors import ApiError, ForbiddenError, IncompleteReadError, ProtocolError
from reconciler.gateway import Reader
from reconciler.gateway.paging import Listing, items_of
from reconciler.kinds import BY_NAME, KINDS, PROJECT
from reconciler.kinds.managers import managers_of, with_managers
from reconciler.kinds.people import GROUP
from reconciler.live.build import Fetched, build
from reconciler.live.statuses import inactive_users
from reconciler.live.usage import UsageReads
from reconciler.model import Kind, Resource
from reconciler.planning.draft import Draft
from reconciler.planning.requirements import Requirements
from reconciler.state import ListProof, Live, Usage, Workspace
from reconciler.text import sanitize
from reconciler.value_types import Wire

INACTIVE_STATUSES = frozenset({"DELETED", "LIMITED", "LIMITED_DELETED"})
"""Account statuses that a list of users omits by default; these accounts still have time entries."""
ALL_STATUSES = ("ACTIVE", "PENDING_EMAIL_VERIFICATION", "NOT_REGISTERED", *sorted(INACTIVE_STATUSES))

FILTER_UNSUPPORTED = frozenset({400, 404})
"""Statuses of a service that does not support a filter."""
_NOT_ALLOWED = frozenset({402, 403})
"""Statuses for what the role or the plan of the workspace does not include."""


class Fetcher:
    """Fetches one workspace and keeps what was fetched."""

    def __init__(self, reader: Reader, workspace: Workspace) -> None:
        self._reader, self._workspace = reader, workspace
        self._start, self.started_at = reader.requests, reader.now()
        self._fetched = Fetched()
        self._people: tuple[Wire, ...] | None = None
        self._has_all_users = True
        self._emails: dict[str, str] = {}
        self._inactive: dict[str, str] = {}
        self._caller = ""
        self._with_roles, self._memberships = False, "NONE"
        self._managers: dict[str, set[str]] | None = None
        self._timekeepers: tuple[str, ...] = ()
        self._usage: UsageReads | None = None
        self.completed: set[str] = set()
        """Ids of the resources that were read by themselves."""
        self._unread: set[str] = set()

    def read_lists(self, *, defers_tasks: bool = False) -> None:
        """Fetch the list of every kind. Children embedded in their parents are used; others are listed, unless that is deferred."""
        alone = [kind for kind in KINDS if "{parent}" not in kind.collection]
        with closing(self._listings(alone)) as listings:
            for kind in KINDS:
                if kind in alone:
                    listing = next(listings)
                    self._fetched.objects[kind.name] = {"": listing.items}
                    self._fetched.proofs.append(listing.proof)
                else:
                    self._fetched.objects[kind.name] = {}
                    self._take_embedded(kind)
                    parents = {wire["id"] for group in self._fetched.objects[kind.parent].values() for wire in group}
                    if defers_tasks:
                        self._unread |= parents - self._fetched.embedded
                    else:
                        self.read_children(kind, parents - self._fetched.embedded)

    def _listings(self, kinds: Sequence[Kind]) -> Generator[Listing, None, None]:
        """The lists of kinds that are listed for the whole workspace, in their order."""
        return self._reader.in_order([partial(self._reader.list, kind, self._workspace.id) for kind in kinds])

    def settle(self, draft: Draft, required: Requirements) -> bool:  # noqa: ARG002 - for a fetcher that skipped something
        """Before the usage is read: read what `draft` must not do without; whether there was anything."""
        return False

    def read_children(self, kind: Kind, parent_ids: Iterable[str]) -> None:
        """Fetch the children of these parents; the lists replace embedded children."""
        parents = sorted(parent_ids)
        reads = [partial(self._reader.list, kind, self._workspace.id, parent_id) for parent_id in parents]
        for parent_id, listing in zip(parents, self._reader.in_order(reads), strict=True):
            self._fetched.objects[kind.name][parent_id] = listing.items
            self._fetched.embedded.discard(parent_id)
            self._fetched.listed.add(parent_id)
            self._unread.discard(parent_id)
            self._fetched.proofs.append(replace(listing.proof, what=f"{kind.plural} of {kind.parent} {parent_id}"))

    def complete(self, resources: Iterable[Resource]) -> None:
        """Read each of these resources by itself, and add the keys that its list item lacks. Raises IncompleteReadError."""
        added: dict[tuple[str, str], dict[str, Wire]] = {}
        wanted = list(resources)
        wires = self._reader.in_order([partial(self._get, resource) for resource in wanted])
        for resource, wire in zip(wanted, wires, strict=True):
            self.completed.add(resource.id)
            added.setdefault((resource.kind, _nested_in(resource)), {})[resource.id] = wire
        for (kind_name, parent_id), read in added.items():
            group = self._fetched.objects[kind_name][parent_id]
            self._fetched.objects[kind_name][parent_id] = tuple({**read.get(w["id"], {}), **w} for w in group)

    def _get(self, resource: Resource) -> Wire:
        try:
            return self._reader.get(BY_NAME[resource.kind], self._workspace.id, resource.id, _nested_in(resource))
        except ApiError as error:
            if error.status not in FILTER_UNSUPPORTED:
                raise
            raise IncompleteReadError(
                f"{resource.address} was listed and cannot be read: {error.message}",
                hint="the workspace changed during the read; run again",
            ) from error

    def expect_roles(self) -> None:
        """Ask for the roles of users whenever they are listed: who manages what may have to be known later."""
        self._with_roles = True

    def read_people(self, *, with_roles: bool = False) -> None:
        """Fetch the users, so that ids in fields of people become e-mail addresses; `with_roles`: also who manages which project.

        Raises ForbiddenError.
        A user without an address of their own keeps the id: one address for two people would turn one into the other.
        """
        self._with_roles, self._memberships = with_roles, "NONE" if self._workspace.shows_members else "WORKSPACE"
        active = (person for person in self._users() if person.get("status") not in INACTIVE_STATUSES)
        emails = {person["id"]: str(person.get("email") or "").lower() for person in active}
        holders = {email: user for user, email in sorted(emails.items()) if email}
        space = self._workspace
        self._inactive = dict(space.inactive if space.shows_members else inactive_users(self._users(), space.id))
        self._managers = managers_of(self._users()) if with_roles else None
        self._emails = {user: email if holders.get(email) == user else user for user, email in emails.items()}

    def read_members(self) -> None:
        """Fetch the caller, and the user groups if the account may list them, so that their ids become names.

        A group whose name another one has keeps the id.
        """
        self._caller = str(self._reader.user()["id"])
        try:
            listing = self._reader.user_groups(self._workspace.id)
        except ApiError as error:
            if error.status not in (*FILTER_UNSUPPORTED, *_NOT_ALLOWED):
                raise
            return
        self._fetched.proofs.append(listing.proof)
        names = {group["id"]: str(group.get("name") or group["id"]) for group in listing.items}
        holders = {name: group for group, name in sorted(names.items())}
        self._emails |= {
            f"{GROUP} {group}": f"{GROUP} {name if holders[name] == group else group}" for group, name in names.items()
        }

    def live(self) -> Live:
        """The Live state of what was fetched so far."""
        fetched = self._fetched
        if self._managers is not None:
            noted = {
                parent: tuple(with_managers(wire, self._managers.get(wire["id"], ())) for wire in wires)
                for parent, wires in fetched.objects[PROJECT.name].items()
            }
            fetched = replace(fetched, objects={**fetched.objects, PROJECT.name: noted})
        return self.stamped(build(self._workspace, fetched, self._emails))

    def stamped(self, live: Live) -> Live:
        """The same state with what was read so far: the proofs, the requests, the timekeepers, and what was read by itself."""
        return replace(
            live,
            proofs=tuple(self._fetched.proofs),
            requests=self.requests,
            timekeepers=self._timekeepers,
            completed=frozenset(self.completed),
            caller=self._caller,
            inactive=self._inactive,
            shows_roles=self._managers is not None if self._with_roles else None,
            unread=frozenset(self._unread),
        )

    @property
    def requests(self) -> int:
        """Number of requests of this read so far."""
        return self._reader.requests - self._start

    def usage(self, candidates: Iterable[Resource]) -> dict[str, Usage]:
        """The usage of each candidate, by id; unknown if the account may not list all users."""
        measurable = [resource for resource in candidates if BY_NAME[resource.kind].usage_param]
        if not measurable:
            return {}
        try:
            people = [person["id"] for person in self._users() if self._has_all_users]
        except ForbiddenError:
            people = []
        if not people:
            return {resource.id: Usage(known=False) for resource in measurable}
        self._timekeepers = tuple(people)
        if self._usage is None:
            self._usage = UsageReads(self._reader, self._workspace.id, self._timekeepers)
        return self._usage.of(measurable)

    def _users(self) -> tuple[Wire, ...]:
        """All users, inactive ones included: their time entries remain. A service without that filter may omit some."""
        if self._people is None:
            filters = {"include_roles": self._with_roles, "memberships": self._memberships}
            try:
                listing = all_users(self._reader, self._workspace.id, **filters)
            except ForbiddenError:
                raise
            except ApiError as error:
                if error.status not in FILTER_UNSUPPORTED:
                    raise
                self._has_all_users = False
                listing = self._reader.users(self._workspace.id, **filters)
            self._people = listing.items
            self._fetched.proofs.append(listing.proof)
        return self._people

    def _take_embedded(self, kind: Kind) -> None:
        """Take children from the list of their parents, where they are embedded."""
        if not kind.is_embedded:
            return
        count = 0
        for group in self._fetched.objects[kind.parent].values():
            for parent in group:
                if parent.get(kind.embedded) is not None:
                    children = children_in(kind, parent)
                    self._fetched.objects[kind.name][parent["id"]] = children
                    self._fetched.embedded.add(parent["id"])
                    count += len(children)
        if self._fetched.embedded:
            self._fetched.proofs.append(
                ListProof(kind.plural, count, 0, f"the end of the list of {BY_NAME[kind.parent].plural}")
            )


def all_users(reader: Reader, workspace_id: str, **filters: Any) -> Listing:
    """The users of a workspace, inactive ones included. Raises ApiError, for a service without the filter as well."""
    statuses = ",".join(ALL_STATUSES)
    return reader.users(workspace_id, status="ALL", account_statuses=statuses, **filters)


def timekeepers(reader: Reader, workspace_id: str) -> tuple[str, ...]:
    """The ids of all users whose time entries count."""
    return tuple(person["id"] for person in all_users(reader, workspace_id).items)


def _nested_in(resource: Resource) -> str:
    """The id of the parent in the path of a resource; empty where its path has none."""
    return "" if BY_NAME[resource.kind].parent_wire else resource.parent_id


def children_in(kind: Kind, parent: Wire) -> tuple[Wire, ...]:
    """The children that are embedded in a parent. Raises ProtocolError for a list that repeats an id."""
    what = f"{kind.plural} of {kind.parent} {sanitize(parent['id'], 60)}"
    children = tuple(items_of(what, parent[kind.embedded]))
    if len({child["id"] for child in children}) != len(children):
        raise ProtocolError(f"the list of {what} repeats an id")
    return children
