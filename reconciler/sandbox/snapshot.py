"""A whole sandbox as one JSON document: what `sandbox dump` writes, and what a sandbox is seeded from (docs/sandbox.md).

A document for seeding may leave out keys: an id is made, other keys have the values of a new object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from reconciler.errors import ConfigurationError
from reconciler.sandbox.connections import new_connection
from reconciler.sandbox.entry_records import seconds_of
from reconciler.sandbox.errors import ErrorResponse
from reconciler.sandbox.instants import iso_duration, iso_instant, parse_instant
from reconciler.sandbox.snapshot_shapes import COLLECTIONS, FORMAT, filled, problems_in
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record
from reconciler.sandbox.users import new_user
from reconciler.sandbox.workspaces import new_workspace

_HIDDEN = ("url", "id")
"""Keys of a connection that are not written: its link is a bearer secret in the real service."""
_SHOWN_PROBLEMS = 10


def dump(store: Store) -> dict[str, Any]:
    """The document of a store: its accounts, connections and workspaces with everything in them."""
    with store.reading():
        connections = store.records("connection")
        return {
            "format": FORMAT,
            "ids": int(store.meta("ids", "0")),
            "caller": store.meta("caller"),
            "users": store.records("user"),
            "connections": [{k: v for k, v in item.items() if k not in _HIDDEN} for item in connections],
            "workspaces": [
                workspace | {name: _stored(store, kind, workspace["id"]) for name, kind in COLLECTIONS.items()}
                for workspace in store.records("workspace")
            ],
        }


def load(store: Store, document: Any, *, now: float = 0.0) -> None:
    """Replace everything in a store by a document. Raises ConfigurationError with the problems; then nothing is changed."""
    problems = list(problems_in(document, "document", ""))
    if not problems and document["format"] != FORMAT:
        problems = [f"format must be {FORMAT}"]
    _refuse(problems)
    document = filled(document, "document")
    with store.transaction():
        store.clear()
        store.set_meta("ids", str(max(0, document["ids"])))
        _give_ids(store, document)
        people = _load_accounts(store, document, now)
        for given in document["workspaces"]:
            _refuse(_dangling(given, people))
            _load_workspace(store, given)
        store.set_meta("ids", str(max(0, document["ids"])))  # ids that were made for defaults are free again


def _refuse(problems: Iterable[str]) -> None:
    """Raise ConfigurationError if there are problems."""
    found = list(problems)
    if found:
        more = f"; and {len(found) - _SHOWN_PROBLEMS} more" if len(found) > _SHOWN_PROBLEMS else ""
        raise ConfigurationError(
            f"invalid sandbox document: {'; '.join(found[:_SHOWN_PROBLEMS])}{more}",
            hint="start from the output of: reconciler sandbox dump",
        )


def _stored(store: Store, kind: str, workspace: str) -> list[Record]:
    """The records of a collection, in the order of creation."""
    if kind == "reserved":
        return store.reserved_names(workspace)
    if kind == "entry":
        return sorted(store.entries(workspace), key=lambda entry: str(entry["id"]))
    return store.records(kind, workspace)


def _holders(document: Mapping[str, Any]) -> Iterator[Record]:
    """Every object of a document that has an id."""
    yield from document["users"]
    for workspace in document["workspaces"]:
        yield workspace
        for name, kind in COLLECTIONS.items():
            if kind != "reserved":
                yield from workspace[name]


def _give_ids(store: Store, document: Mapping[str, Any]) -> None:
    """Make the ids that a document leaves out. Refuses one that is used twice."""
    taken: set[str] = set()
    for record in _holders(document):
        if record.get("id") in taken:
            _refuse([f"id {record['id']} is used twice"])
        taken.update([record["id"]] if "id" in record else ())
    for record in _holders(document):
        while "id" not in record:
            made = store.new_id()
            if made not in taken:
                record["id"] = made


def _load_accounts(store: Store, document: Mapping[str, Any], now: float) -> set[str]:
    """Store accounts and connections. The caller is the user whom the document names by id or address, else the first."""
    people = []
    for given in document["users"]:
        made = new_user(store, given["email"], given["name"])
        store.remove(made["id"])
        people.append(made | given)
        store.save("user", people[-1])
    wanted = document["caller"]
    caller = next((user["id"] for user in people if wanted in ("", user["id"], user["email"])), "")
    _refuse([] if caller else ["caller must be the id or email of one of users"])
    store.set_meta("caller", caller)
    for given in document.get("connections", [{}]):
        made = new_connection(store, given.get("status", "ACTIVE"), now)
        store.remove(made["id"])
        kept = made | given
        store.save("connection", kept | {"id": kept["connection_id"]})
    return {user["id"] for user in people}


def _dangling(given: Mapping[str, Any], people: set[str]) -> Iterator[str]:
    """The ids of a workspace's objects that lead nowhere."""
    known = {kind: {record["id"] for record in given[name]} for name, kind in COLLECTIONS.items() if kind != "reserved"}
    place = f"workspace {given['name']!r}"
    members = known["group"] | people
    for name, key, targets in (
        ("projects", "clientId", known["client"]),
        ("tasks", "projectId", known["project"]),
        ("time_entries", "projectId", known["project"]),
        ("time_entries", "taskId", known["task"]),
        ("time_entries", "userId", people),
        ("roles", "userId", people),
    ):
        for record in given[name]:
            if record[key] and record[key] not in targets:
                yield f"{place}: {key} {record[key]!r} in {name} does not exist"
    for holder in (given, *given["projects"]):
        for member in holder.get("memberships", ()):
            if member["userId"] not in members:
                yield f"{place}: userId {member['userId']!r} in memberships does not exist"
    for entry in given["time_entries"]:
        if _interval(entry) is None:
            yield f"{place}: timeInterval {entry['timeInterval']['start']!r} in time_entries is not valid"


def _interval(entry: Record) -> tuple[datetime, datetime | None] | None:
    """Start and end of an entry; None if they are no instants, or the end is before the start."""
    start, end = entry["timeInterval"]["start"], entry["timeInterval"]["end"]
    try:
        first, last = parse_instant(start), parse_instant(end) if end else None
    except ErrorResponse:
        return None
    if first is None or (end and (last is None or last < first)):
        return None
    return first, last


def _load_workspace(store: Store, given: Mapping[str, Any]) -> None:
    """Store a workspace and everything in it; settings that it leaves out are those of a new one."""
    own = {key: value for key, value in given.items() if key not in COLLECTIONS}
    settings = own.pop("workspaceSettings", {})
    made = new_workspace(store, own["name"], store.meta("caller"), workspace_id=own["id"])
    made["workspaceSettings"] |= settings
    workspace = made | own
    workspace["memberships"] = _members(workspace, "WORKSPACE")
    store.save("workspace", workspace)
    currency = next((item["id"] for item in workspace["currencies"] if item["isDefault"]), "")
    for name, kind in COLLECTIONS.items():
        for record in given[name]:
            if kind == "reserved":
                store.reserve(record["kind"], workspace["id"], record["parent"], record["name"])
                continue
            record["workspaceId"] = workspace["id"]
            if kind == "entry":
                _save_entry(store, record)
                continue
            if kind == "client":
                record.setdefault("currencyId", currency)
            if kind == "project":
                record["memberships"] = _members(record, "PROJECT")
            if kind == "task":
                record["assigneeId"] = next(iter(record["assigneeIds"]), None)
            store.save(kind, record)


def _members(holder: Record, kind: str) -> list[Record]:
    """The memberships of a workspace or project, with what they leave out."""
    usual = {"targetId": holder["id"], "membershipType": kind}
    return [member | {k: v for k, v in usual.items() if k not in member} for member in holder["memberships"]]


def _save_entry(store: Store, entry: Record) -> None:
    """Store a time entry; its duration is that of its interval."""
    start, end = _interval(entry) or (None, None)
    if start:
        lasting = iso_duration(int((end - start).total_seconds())) if end else None
        interval = {"start": iso_instant(start), "end": iso_instant(end) if end else None, "duration": lasting}
        entry = entry | {"timeInterval": interval}
        store.save_entry(entry, seconds_of(entry))
