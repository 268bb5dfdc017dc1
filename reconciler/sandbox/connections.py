"""The gateway's connections: docs/clockify.md section 2. Error bodies are invented; the real ones were never recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import gateway
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record


def new_connection(store: Store, status: str, now: float) -> Record:
    """Store a connection of a status (ACTIVE, PENDING, FAILED). Its URL is a bearer secret in the real service, and a placeholder here."""
    connection_id = store.new_id()
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    connection: Record = {
        "id": connection_id,
        "connection_id": connection_id,
        "status": status,
        "creation_time": moment,
        "last_updated_time": moment,
        "url": f"https://connect.maton.ai/?session_token=sandbox-{connection_id}",
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
    """List connections, filtered by `app` and `status`."""
    found = call.store.records("connection")
    for key in ("app", "status"):
        wanted = call.text(key)
        if wanted:
            found = [item for item in found if item[key] == wanted]
    return Response(200, {"connections": [_view(item) for item in found]})


def create_connection(call: Call) -> Response:
    """Create a connection to `{app}`. It stays PENDING: its URL cannot be opened in the sandbox."""
    if call.body("connection").get("app") != "clockify":
        raise gateway(400, "Invalid app name")
    return Response(200, {"connection": _view(new_connection(call.store, "PENDING", call.now))})


def get_connection(call: Call) -> Response:
    """Get a connection."""
    return Response(200, {"connection": _view(_fetch(call))})


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


def _view(connection: Record) -> Record:
    """A connection as in responses."""
    return {key: value for key, value in connection.items() if key != "id"}


ROUTES: Routes = {
    ("GET", "connections"): list_connections,
    ("POST", "connections"): create_connection,
    ("GET", "connections/{connection}"): get_connection,
    ("DELETE", "connections/{connection}"): delete_connection,
}
