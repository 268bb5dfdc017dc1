"""`get`: print live resources, selected by address or pattern, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from reconciler.cli.actions.records import print_records
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ReconcilerError
from reconciler.kinds import BY_NAME, BY_PLURAL
from reconciler.live import Listed, Lister, hours_of, task_count, tracked_seconds
from reconciler.live.listing import USER
from reconciler.manifest.compose.protect import pattern_problem
from reconciler.model import Address
from reconciler.names import join_path
from reconciler.planning.guards.protect import folded, may_match_below
from reconciler.planning.renames.similarity import nearest_address
from reconciler.planning.spelling import folded_address
from reconciler.policy import matches
from reconciler.render.tables import ADDRESS, STRUCTURED, Record
from reconciler.value_types import Wire

TABLE = {
    "client": ("name", "email"),
    "project": ("name", "client", "tasks", "tracked_hours", "billable"),
    "task": ("name", "client", "project", "tracked_hours"),
    "tag": ("name",),
    USER: ("email", "name", "status"),
}
"""The columns of a table, by kind; `--archived` adds whether it is. CSV has the id and the address as well."""
RESOURCE_ADDRESS = "resource_address"
"""The one key that JSON and YAML have besides those of the API: a client has an `address` of its own."""


def show_resources(subject: str, addresses: Sequence[str], form: str, settings: Settings, *, archived: bool) -> None:
    """Print the resources of a kind that the addresses select. Raises ReconcilerError for an address that matches nothing."""
    kind = USER if subject == "users" else BY_PLURAL[subject].name
    selection = Selection(kind, _patterns(kind, addresses))
    columns = TABLE[kind] if not archived or kind == USER else (*TABLE[kind], "archived")
    if form == "csv":
        columns = ("id", ADDRESS, *TABLE[kind], *(("archived",) if kind != USER else ()))
    with open_session(settings) as session:
        workspace = session.workspace()
        lister = Lister(session.reader, workspace.id)
        if kind == USER:
            pages = lister.users(archived=archived)
        else:
            pages = lister.pages(BY_NAME[kind], archived=archived, is_wanted=selection.may_hold_tasks)
        selected = selection.of(pages)
        print_records(([_record(listed, form) for listed in page] for page in selected), form, columns, settings)
    if selection.is_complete:
        _report(selection, subject, form, settings, archived=archived)


@dataclass
class Selection:
    """The patterns of a command line, as they were completed, and what they have selected so far."""

    kind: str
    patterns: Sequence[str]
    is_complete: bool = False
    count: int = 0
    _seen: list[Address] = field(default_factory=list)
    _matched: set[str] = field(default_factory=set)

    def of(self, pages: Iterator[Sequence[Listed]]) -> Iterator[list[Listed]]:
        """The resources that a pattern matches, of each page; all of them without patterns."""
        wanted = folded(self.patterns)
        for page in pages:
            found = [listed for listed in page if self._is_match(wanted, listed.address)]
            self.count += len(found)
            yield found
        self.is_complete = True

    def _is_match(self, wanted: Mapping[str, str], address: Address) -> bool:
        if not wanted:
            return True
        self._seen.append(address)
        text = str(folded_address(address))
        found = [pattern for pattern in wanted if matches(pattern, text)]
        self._matched.update(found)
        return bool(found)

    def may_hold_tasks(self, project: Address) -> bool:
        """Whether a pattern may match a task of this project."""
        if not self.patterns:
            return True
        place = f"task:{join_path(folded_address(project).path)}/"
        return any(may_match_below(pattern, place) for pattern in folded(self.patterns))

    @property
    def unknown(self) -> Mapping[str, str]:
        """The addresses that match nothing, each with the nearest one that was seen, or "". A pattern with `*` may match nothing."""
        left = [text for pattern, text in folded(self.patterns).items() if pattern not in self._matched]
        return {text: nearest_address(Address.parse(text), self._seen) for text in left if "*" not in text}


def _patterns(kind: str, addresses: Sequence[str]) -> list[str]:
    """The patterns with their kind. Raises click.BadParameter for one that no address of the kind can match."""
    return [_pattern(kind, text) for text in addresses]


def _pattern(kind: str, text: str) -> str:
    other = text.partition(":")[0]
    if other != kind and other in (*BY_NAME, USER) and ":" in text:
        hint = f"to name a {kind} that begins so: {kind}:{text}"
        raise click.BadParameter(f"{text!r} is not the address of a {kind}; {hint}", param_hint="ADDRESS")
    pattern = text if other == kind and ":" in text else f"{kind}:{text}"
    problem = pattern_problem(pattern) if kind in BY_NAME else None
    if problem is not None:
        raise click.BadParameter("; ".join(problem), param_hint="ADDRESS")
    return pattern


def _record(listed: Listed, form: str) -> Record:
    if form in STRUCTURED:
        return {RESOURCE_ADDRESS: str(listed.address), **listed.wire}
    return {"id": listed.wire["id"], ADDRESS: str(listed.address), **_CELLS[listed.address.kind](listed)}


def _client_cells(listed: Listed) -> dict[str, Any]:
    wire = listed.wire
    return {"name": wire.get("name"), "email": wire.get("email"), "archived": wire.get("archived")}


def _project_cells(listed: Listed) -> dict[str, Any]:
    wire = listed.wire
    return {
        "name": wire.get("name"),
        "client": _parent_names(listed.address)[0],
        "tasks": task_count(wire),
        "tracked_hours": _hours("project", wire),
        "billable": wire.get("billable"),
        "archived": wire.get("archived"),
    }


def _task_cells(listed: Listed) -> dict[str, Any]:
    client, project = _parent_names(listed.address)
    return {
        "name": listed.wire.get("name"),
        "client": client,
        "project": project,
        "tracked_hours": _hours("task", listed.wire),
        "archived": listed.wire.get("status") == "DONE",
    }


def _parent_names(address: Address) -> tuple[str, str]:
    """The client, or "", and for a task the project."""
    *client, project = address.path[:-1] if address.kind == "task" else (*address.path[:-1], "")
    return (client[0] if client else ""), project


def _tag_cells(listed: Listed) -> dict[str, Any]:
    return {"name": listed.wire.get("name"), "archived": listed.wire.get("archived")}


def _user_cells(listed: Listed) -> dict[str, Any]:
    return {key: listed.wire.get(key) for key in ("email", "name", "status")}


def _hours(kind: str, wire: Wire) -> str | None:
    return hours_of(tracked_seconds(BY_NAME[kind], wire))


_CELLS: Mapping[str, Callable[[Listed], dict[str, Any]]] = {
    "client": _client_cells,
    "project": _project_cells,
    "task": _task_cells,
    "tag": _tag_cells,
    USER: _user_cells,
}


def _report(selection: Selection, subject: str, form: str, settings: Settings, *, archived: bool) -> None:
    """Raise ReconcilerError for addresses that match nothing; a table that stays empty says so."""
    unknown = selection.unknown
    if unknown:
        listed = ", ".join(f"{text} (did you mean {near}?)" if near else text for text, near in unknown.items())
        nearest = next(filter(None, unknown.values()), "")
        words = (nearest,) if archived and nearest else ("--archived", *(() if archived else selection.patterns))
        hint = settings.command("get", subject, *words)
        what = f"no such {selection.kind}" if len(unknown) == 1 else f"no such {subject}"
        raise ReconcilerError(f"{what}: {listed}", hint=hint)
    if not selection.count and form == "table":
        print_message(f"No {subject}." if not selection.patterns else f"No {subject} match.")
