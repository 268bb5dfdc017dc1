"""Clients, statement by statement of docs/clockify.md section 6."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driving import Driver

KEYS = {"id", "name", "email", "workspaceId", "archived", "address", "note", "ccEmails", "currencyId"}
FULL: dict[str, Any] = {"email": "a@x.example", "address": "1 Lane", "note": "n", "ccEmails": ["b@x.example"]}


def test_a_new_client_has_the_documented_keys_and_null_for_what_is_unset(sandbox: Driver) -> None:
    response = sandbox("POST", "clients", {"name": "Acme"})
    assert response.status_code == 201
    client = response.json()
    assert set(client) == KEYS | {"currencyCode"}
    assert [client[key] for key in ("email", "address", "note", "ccEmails")] == [None] * 4
    assert client["archived"] is False
    assert client["currencyCode"] == "USD"


def test_create_silently_drops_cc_addresses_and_currency(sandbox: Driver) -> None:
    currencies = sandbox.ok("GET", f"/clockify/api/v1/workspaces/{sandbox.workspace}")["currencies"]
    other = next(currency for currency in currencies if not currency["isDefault"])
    client = sandbox.client(ccEmails=["b@x.example"], currencyId=other["id"])
    assert client["ccEmails"] is None
    assert client["currencyCode"] == "USD"
    client = sandbox.ok(
        "PUT", f"clients/{client['id']}", {"name": "Acme", "ccEmails": ["b@x.example"], "currencyId": other["id"]}
    )
    assert client["ccEmails"] == ["b@x.example"]
    assert client["currencyId"] == other["id"]
    assert "currencyCode" not in client


@pytest.mark.parametrize(
    ("reading", "kept"),
    [("", False), ("put_clients=merge", True)],
)
def test_an_update_resets_what_it_omits_or_keeps_it(reading: str, *, kept: bool) -> None:
    with Driver(reading) as sandbox:
        path = f"clients/{sandbox.client()['id']}"
        before = sandbox.ok("PUT", path, {"name": "Acme", "archived": True, **FULL})
        after = sandbox.ok("PUT", path, {"name": "Acme"})
        expected = FULL | {"archived": True} if kept else dict.fromkeys(FULL) | {"archived": False}
        assert {key: after[key] for key in expected} == expected
        assert after["currencyId"] == before["currencyId"]


def test_empty_text_clears_a_field_under_both_readings() -> None:
    for reading in ("", "put_clients=merge"):
        with Driver(reading) as sandbox:
            path = f"clients/{sandbox.client(**FULL)['id']}"
            after = sandbox.ok("PUT", path, {"name": "Acme", "email": "", "address": "", "note": "", "ccEmails": []})
            assert [after[key] for key in ("email", "address", "note")] == [None] * 3
            assert after["ccEmails"] == []


def test_an_update_requires_the_name_unless_the_switch_is_on() -> None:
    for reading, status in (("", 400), ("put_client_nameless", 200)):
        with Driver(reading) as sandbox:
            response = sandbox("PUT", f"clients/{sandbox.client()['id']}", {"archived": True})
            assert response.status_code == status
            assert status == 200 or response.json() == {"message": "Client name is required", "code": 501}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "Client name is required"),
    ({"name": None}, "Client name is required"),
    ({"name": ""}, "Client name is required"),
    ({"name": "x" * 101}, "Client name has to be between 1 and 100 characters long"),
    ({"name": "a<b"}, 'You entered wrong value. Don\'t use "<" and ">" characters'),
    ({"name": "n", "note": "a>b"}, 'You entered wrong value. Don\'t use "<" and ">" characters'),
    ({"name": "n", "note": "x" * 3001}, "note is too long"),
    ({"name": "n", "email": "unknown"}, "email is not valid"),
    ({"name": "Taken"}, "Client with name 'Taken' already exists"),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_an_invalid_create_is_rejected(sandbox: Driver, body: dict[str, Any], message: str) -> None:
    sandbox.client("Taken")
    assert sandbox.refused("POST", "clients", body) == (400, 501, message)
    assert [client["name"] for client in sandbox.ok("GET", "clients")] == ["Taken"]


def test_an_archived_client_keeps_its_name_reserved(sandbox: Driver) -> None:
    sandbox.ok("PUT", f"clients/{sandbox.client()['id']}", {"name": "Acme", "archived": True})
    assert sandbox.refused("POST", "clients", {"name": "Acme"})[2] == "Client with name 'Acme' already exists"


def test_a_client_is_archived_before_it_is_deleted_and_then_its_name_is_free(sandbox: Driver) -> None:
    client = sandbox.client()
    path = f"clients/{client['id']}"
    assert sandbox.refused("DELETE", path) == (400, 501, "Cannot delete an active client")
    sandbox.ok("PUT", path, {"name": "Acme", "archived": True})
    response = sandbox("DELETE", path)
    assert (response.status_code, response.json()["id"]) == (200, client["id"])
    assert sandbox.refused("GET", path) == (400, 501, "Client doesn't belong to Workspace")
    assert sandbox.client()["id"] != client["id"]


def test_deleting_a_client_leaves_its_projects_without_one(sandbox: Driver) -> None:
    client = sandbox.client()
    project = sandbox.project(clientId=client["id"])
    sandbox.ok("PUT", f"clients/{client['id']}", {"name": "Acme", "archived": True})
    sandbox.ok("DELETE", f"clients/{client['id']}")
    after = sandbox.ok("GET", f"projects/{project['id']}")
    assert (after["clientId"], after["clientName"]) == ("", "")


@pytest.mark.parametrize(
    ("params", "archived", "status"),
    [
        ({}, False, "ACTIVE"),
        ({"archive_projects": "true"}, True, "ACTIVE"),
        ({"archive_projects": "true", "mark_tasks_as_done": "true"}, True, "DONE"),
    ],
)
def test_archiving_a_client_archives_its_projects_only_on_request(
    sandbox: Driver, params: dict[str, str], status: str, *, archived: bool
) -> None:
    client = sandbox.client()
    project = sandbox.project(clientId=client["id"])
    task = sandbox.task(project)
    sandbox.ok("PUT", f"clients/{client['id']}", {"name": "Acme", "archived": True}, **params)
    path = f"projects/{project['id']}"
    assert sandbox.ok("GET", path)["archived"] is archived
    assert sandbox.ok("GET", f"{path}/tasks/{task['id']}")["status"] == status


def test_there_is_no_archive_path(sandbox: Driver) -> None:
    status, code, message = sandbox.refused("PUT", f"clients/{sandbox.client()['id']}/archive", {})
    assert (status, code) == (404, 3000)
    assert message.startswith("No static resource v1/workspaces/")
    assert message.endswith(".")


def test_an_active_client_can_be_deleted_with_the_switch() -> None:
    with Driver("delete_active_clients") as sandbox:
        assert sandbox("DELETE", f"clients/{sandbox.client()['id']}").status_code == 200


def test_a_currency_must_belong_to_the_workspace(sandbox: Driver) -> None:
    path = f"clients/{sandbox.client()['id']}"
    expected = (400, 501, "Currency doesn't belong to Workspace")
    assert sandbox.refused("PUT", path, {"name": "Acme", "currencyId": "gold"}) == expected


def test_keys_that_a_create_does_not_have_are_ignored_whatever_they_hold(sandbox: Driver) -> None:
    for number, odd in enumerate((5, ["no address"], ["a@x.example"] * 9, {"a": 1})):
        client = sandbox.client(f"Client {number}", ccEmails=odd, currencyId=odd, archived=odd, id=odd)
        assert (client["ccEmails"], client["archived"]) == (None, False)
        project = sandbox.project(f"Project {number}", archived=odd, public=odd, template=odd)
        assert sandbox.task(project, billable=odd, id=odd, hourlyRate=odd)["billable"] is True
        assert sandbox.ok("POST", "tags", {"name": f"tag {number}", "archived": odd})["archived"] is False
        sandbox.entry(userId=odd, isLocked=odd)
    path = f"clients/{sandbox.client()['id']}"
    cc = {"name": "Acme", "ccEmails": ["a@x.example"] * 4}
    assert sandbox.refused("PUT", path, cc)[2] == "Number of additional emails must be less than 3"
    assert sandbox.refused("PUT", path, cc | {"ccEmails": ["none"]})[:2] == (400, 501)


def test_a_whole_name_is_no_filter_of_clients(sandbox: Driver) -> None:
    sandbox.client("Acme")
    sandbox.client("Acme Corp")
    found = sandbox.ok("GET", "clients", name="acme", strict_name_search="true")
    assert [client["name"] for client in found] == ["Acme", "Acme Corp"]
    assert len(sandbox.ok("GET", "clients", strict_name_search="whatever")) == 2
