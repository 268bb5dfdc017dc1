"""`users`: list the users of a workspace, with their roles and user groups where the service shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.cli.actions.records import print_records
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ApiError, ReconcilerError
from reconciler.gateway import Reader
from reconciler.render.tables import Record
from reconciler.text import suggest
from reconciler.value_types import Wire

COLUMNS = ("id", "name", "email", "status")
_NOT_SHOWN = frozenset({400, 403, 404, 405})
"""Statuses of a service, a plan or a role without user groups."""


@dataclass(frozen=True, slots=True)
class UserFilter:
    """Which users to list; None is all. `email` is a part of the address, in any letter case."""

    status: str | None = None
    role: str | None = None
    email: str | None = None


def list_users(wanted: UserFilter, form: str, settings: Settings) -> None:
    """Print the users of the workspace, each page as soon as it is there.

    Raises ReconcilerError where a role is asked for that no user has, or where the service shows no roles.
    """
    with open_session(settings) as session:
        workspace = session.workspace()
        groups = _groups(session.reader, workspace.id)
        pages = session.reader.user_pages(
            workspace.id,
            status=wanted.status.upper() if wanted.status else None,
            email=wanted.email or None,
            include_roles=True,
        )
        users = _Users(wanted, groups or {})
        columns = (*COLUMNS, "roles") if wanted.role else COLUMNS
        if groups:
            columns = (*columns, "groups")
        print_records(users.of(pages), form, columns, settings)
    if groups is None:
        print_message("note: user groups are not shown: the service lists none for this key")
    if users.is_complete and wanted.role and not users.count:
        raise _unknown_role(wanted.role, users.roles, are_shown=users.are_roles_shown)
    if users.is_complete and not users.count and form == "table":
        print_message("No users match." if wanted != UserFilter() else "No users.")


@dataclass
class _Users:
    wanted: UserFilter
    groups: Mapping[str, Sequence[str]]
    roles: set[str] = field(default_factory=set)
    are_roles_shown: bool = False
    count: int = 0
    is_complete: bool = False

    def of(self, pages: Iterator[Sequence[Wire]]) -> Iterator[list[Record]]:
        for page in pages:
            records = [self._record(user) for user in page]
            found = [record for record in records if self._is_wanted(record)]
            self.count += len(found)
            yield found
        self.is_complete = True

    def _record(self, user: Wire) -> Record:
        record = {**{key: user.get(key) for key in COLUMNS}, "roles": _roles_of(user)}
        self.are_roles_shown |= record["roles"] is not None
        self.roles.update(record["roles"] or ())
        return {**record, "groups": list(self.groups.get(user["id"], ()))}

    def _is_wanted(self, record: Record) -> bool:
        # A service may ignore the filter of addresses: then it is applied here.
        email, role = (self.wanted.email or "").casefold(), (self.wanted.role or "").casefold()
        roles = {name.casefold() for name in record["roles"] or ()}
        return email in str(record["email"] or "").casefold() and (not role or role in roles)


def _roles_of(user: Wire) -> list[str] | None:
    """The names of a user's roles; None where the service does not show them. No contract fixes their shape."""
    roles = user.get("roles")
    if not isinstance(roles, list):
        return None
    names = []
    for entry in roles:
        role = entry.get("role", entry) if isinstance(entry, dict) else entry
        name = role.get("name") if isinstance(role, dict) else role
        if isinstance(name, str) and name not in names:
            names.append(name)
    return names


def _groups(reader: Reader, workspace_id: str) -> dict[str, list[str]] | None:
    """The names of the user groups of each user, by the user's id; None where the service lists no groups."""
    try:
        listing = reader.user_groups(workspace_id)
    except ApiError as error:
        if error.status not in _NOT_SHOWN:
            raise
        return None
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for group in sorted(listing.items, key=lambda item: str(item.get("name"))):
        members: Any = group.get("userIds")
        for user_id in members if isinstance(members, list) else ():
            groups[str(user_id)].append(str(group.get("name")))
    return dict(groups)


def _unknown_role(role: str, known: set[str], *, are_shown: bool) -> ReconcilerError:
    if not are_shown:
        return ReconcilerError("the service does not show the roles of users", hint="leave out --role")
    near = suggest(role, known)
    there_are = f"the roles here are: {', '.join(sorted(known))}" if known else "the service shows no role of any user"
    return ReconcilerError(
        f"no user has the role {role!r}", hint=f"did you mean {near}? {there_are}" if near else there_are
    )
