"""The gateway's connections: docs/clockify.md section 2. Error bodies are invented; the real ones were never recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import gateway
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record

DEFAULT_LIMIT = 30
VISIT = "connect"
"""The path of the links."""


def new_connection(store: Store, status: str, now: float) -> Record:
    """Store a connection of a status (ACTIVE, PENDING, FAILED)."""
    connection_id = store.new_id()
    moment = _moment(now)
    connection: Record = {
        "id": connection_id,
        "connection_id": connection_id,
        "status": status,
        "creation_time": moment,
        "last_updated_time": moment,
        "url": "",
        "app": "clockify",
        "method": "OAUTH2",
        "metadata": {},
    }
    store.save("connection", connection)
    return connection


def choose(store: Store, headers: Mapping[str, str]) -> Record:
    """The connection of a proxied request: the one in the header, else the oldest ACTIVE one; 400 if there is none."""
    wanted = headers.get("maton-connection", "")
    active = [item for item in store.records("connection") if item["status"] == "ACTIVE"]
    if wanted:
        active = [item for item in active if item["connection_id"] == wanted]
    if not active:
        raise gateway(400, "Connection not found or not active" if wanted else "Missing Clockify connection")
    return active[0]


def list_connections(call: Call) -> Response:
    """List connections, filtered by `app` and `status`: at most `limit`, without a sign that there are more (section 17)."""
    found = call.store.records("connection")
    for key in ("app", "status"):
        wanted = call.text(key)
        if wanted:
            found = [item for item in found if item[key] == wanted]
    limit = call.text("limit") or str(DEFAULT_LIMIT)
    if not (limit.isdecimal() and len(limit) < 10 and int(limit)):
        raise gateway(400, "Invalid limit")
    return Response(200, {"connections": [_view(item, call) for item in found[: int(limit)]]})


def create_connection(call: Call) -> Response:
    """Create a connection to `{app}`. It is PENDING until its link is visited, or after some reads of it."""
    if call.body("connection").get("app") != "clockify":
        raise gateway(400, "Invalid app name")
    return Response(200, {"connection": _view(new_connection(call.store, "PENDING", call.now), call)})


def get_connection(call: Call) -> Response:
    """Get a connection. A PENDING one is authorised, or refused, after the reads of `authorised_after`."""
    connection = _fetch(call)
    if connection["status"] == "PENDING" and call.switches.authorised_after:
        reads = connection.get("reads", 0)
        if reads >= call.switches.authorised_after:
            connection = _authorise(connection, call)
        else:
            call.store.save("connection", connection | {"reads": reads + 1})
    return Response(200, {"connection": _view(connection, call)})


def visit(call: Call) -> Response:
    """The page behind a connection's link, which needs no key: the visit authorises the connection."""
    token = call.text("session_token")
    for connection in call.store.records("connection"):
        if _token(connection) == token:
            authorised = _authorise(connection, call) if connection["status"] == "PENDING" else connection
            return Response(200, {"status": authorised["status"]})
    raise gateway(404, "Unknown session")


def _authorise(connection: Record, call: Call) -> Record:
    """The connection with the status that the switch `authorisation` chooses."""
    status = "ACTIVE" if call.switches.authorisation == "granted" else "FAILED"
    changed = connection | {"status": status, "last_updated_time": _moment(call.now)}
    with call.store.transaction():
        call.store.save("connection", changed)
    return changed


def delete_connection(call: Call) -> Response:
    """Delete a connection."""
    call.store.remove(_fetch(call)["connection_id"])
    return Response(200, {})


def _fetch(call: Call) -> Record:
    """The connection of the path."""
    found = call.store.load("connection", call.params["connection"])
    if found is None:
        raise gateway(404, "Connection not found")
    return found


def _view(connection: Record, call: Call) -> Record:
    """A connection as in responses. Its link leads to this server."""
    shown = {key: value for key, value in connection.items() if key not in ("id", "reads")}
    return shown | {"url": f"http://{call.params['host']}/{VISIT}?session_token={_token(connection)}"}


def _token(connection: Record) -> str:
    """The secret of a connection's link."""
    return hashlib.sha256(f"session {connection['connection_id']}".encode()).hexdigest()[:32]


def _moment(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


ROUTES: Routes = {
    ("GET", "connections"): list_connections,
    ("POST", "connections"): create_connection,
    ("GET", "connections/{connection}"): get_connection,
    ("DELETE", "connections/{connection}"): delete_connection,
    ("GET", VISIT): visit,
}
