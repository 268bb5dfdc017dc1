"""Clients: docs/clockify.md section 6."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, email, emails, flag, string, text
from reconciler.sandbox.paging import COLUMNS, filter_archived, filter_by_name, page_response, sort_records
from reconciler.sandbox.tables import Record

_TEXT = 3000
_MOST_CC = 3


def list_clients(call: Call) -> Response:
    """List clients by name, active and archived unless filtered."""
    records = filter_by_name(call, call.store.records("client", call.workspace), strict=False)
    found = filter_archived(call, records)
    ordered = sort_records(call, found, "NAME", {"NAME": COLUMNS["NAME"]})
    codes = _currency_codes(call)
    return page_response(call, (_with_code(client, codes) for client in ordered), counted=True)


def get_client(call: Call) -> Response:
    """Get a client."""
    return Response(200, _with_code(names.fetch(call, "client", call.params["client"]), _currency_codes(call)))


def create_client(call: Call) -> Response:
    """Create a client. `ccEmails` and `currencyId` are no keys of this request: whatever they hold is ignored [live]."""
    require_write_role(call)
    body = call.body("client")
    name = names.required(call, body, "client")
    details = _details(body)
    client: Record = {
        "id": call.store.new_id(),
        "name": name,
        "email": None,
        "workspaceId": call.workspace,
        "archived": False,
        "address": None,
        "note": None,
        "ccEmails": None,
        "currencyId": next(c["id"] for c in _currencies(call) if c["isDefault"]),
    } | {key: value or None for key, value in details.items()}
    names.ensure_free(call, "client", client)
    call.store.save("client", client)
    return Response(201, _with_code(client, _currency_codes(call)))


def update_client(call: Call) -> Response:
    """Update a client. Omitted fields except the currency are reset, `archived` to false; with the switch they are kept."""
    require_write_role(call)
    body = call.body("client")
    merging = call.switches.put_clients == "merge"
    nameless = merging or call.switches.put_client_nameless
    name = (names.optional if nameless else names.required)(call, body, "client")
    details = _details(body) | {"ccEmails": emails(body, "ccEmails", _MOST_CC)}
    client = names.fetch(call, "client", call.params["client"])
    for key, value in details.items():
        if value is not None or not merging:
            client[key] = value if key == "ccEmails" else value or None
    archived = flag(body, "archived")
    client["archived"] = (client["archived"] if merging else False) if archived is None else archived
    client["name"] = name or client["name"]
    currency = string(body, "currencyId")
    if currency:
        if currency not in _currency_codes(call):
            raise domain("currency.missing")
        client["currencyId"] = currency
    names.ensure_free(call, "client", client)
    call.store.save("client", client)
    if client["archived"] and call.flag("archive-projects"):
        _archive_projects(call, client["id"])
    return call.updated(client)


def delete_client(call: Call) -> Response:
    """Delete an archived client. Its projects stay, without a client ([help]; not verified)."""
    require_write_role(call)
    client = names.fetch(call, "client", call.params["client"])
    if not client["archived"] and not call.switches.delete_active_clients:
        raise domain("client.active")
    for project in call.store.records("project", call.workspace, [client["id"]]):
        call.store.save("project", project | {"clientId": ""})
    call.store.remove(client["id"])
    names.release(call, "client", client)
    return call.deleted(client)


def _details(body: Body) -> dict[str, Any]:
    """The validated fields of every request except name and lifecycle; None for omitted ones."""
    return {
        "email": email(body, "email"),
        "address": text(body, "address", _TEXT),
        "note": text(body, "note", _TEXT),
    }


def _archive_projects(call: Call, client_id: str) -> None:
    """The cascade of `archive-projects=true`, and of `mark-tasks-as-done=true` with it."""
    projects = call.store.records("project", call.workspace, [client_id])
    for project in projects:
        call.store.save("project", project | {"archived": True})
    if call.flag("mark-tasks-as-done"):
        for task in call.store.records("task", call.workspace, [project["id"] for project in projects]):
            call.store.save("task", task | {"status": "DONE"})


def _currencies(call: Call) -> list[dict[str, Any]]:
    """The workspace's currencies."""
    workspace = call.store.load("workspace", call.workspace)
    return list(workspace["currencies"]) if workspace else []


def _currency_codes(call: Call) -> dict[str, str]:
    """Currency id → code."""
    return {currency["id"]: currency["code"] for currency in _currencies(call)}


def _with_code(client: Record, codes: dict[str, str]) -> Record:
    """A client with its currency code, as in responses to POST and GET; PUT and DELETE omit the code."""
    return client | {"currencyCode": codes.get(client["currencyId"])}


ROUTES: Routes = {
    ("GET", "workspaces/{workspace}/clients"): list_clients,
    ("POST", "workspaces/{workspace}/clients"): create_client,
    ("GET", "workspaces/{workspace}/clients/{client}"): get_client,
    ("PUT", "workspaces/{workspace}/clients/{client}"): update_client,
    ("DELETE", "workspaces/{workspace}/clients/{client}"): delete_client,
}
