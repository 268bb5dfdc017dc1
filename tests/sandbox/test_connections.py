"""Connections of the gateway: docs/clockify.md section 2."""

from __future__ import annotations

from tests.sandbox.driving import Driver


def test_a_new_store_has_one_active_connection(sandbox: Driver) -> None:
    found = sandbox.ok("GET", "/connections", app="clockify", status="ACTIVE")["connections"]
    assert len(found) == 1
    assert set(found[0]) == {
        "connection_id",
        "status",
        "creation_time",
        "last_updated_time",
        "url",
        "app",
        "method",
        "metadata",
    }
    assert sandbox.ok("GET", "/connections", app="other") == {"connections": []}


def test_a_connection_is_created_listed_and_deleted(sandbox: Driver) -> None:
    new = sandbox.ok("POST", "/connections", {"app": "clockify"})["connection"]
    assert new["status"] == "PENDING"
    assert new["creation_time"] == "2026-02-13T09:18:02.000000Z"
    path = f"/connections/{new['connection_id']}"
    assert sandbox.ok("GET", path) == {"connection": new}
    assert sandbox.ok("DELETE", path) == {}
    response = sandbox("GET", path)
    assert (response.status_code, response.json()) == (404, {"error": "Connection not found"})


def test_an_unknown_app_is_rejected(sandbox: Driver) -> None:
    assert sandbox("POST", "/connections", {"app": "other"}).status_code == 400
    response = sandbox("GET", "/other/api/v1/user")
    assert (response.status_code, response.json()) == (404, {"error": "Invalid app name"})


def test_the_connection_of_the_header_must_be_active(sandbox: Driver) -> None:
    pending = sandbox.ok("POST", "/connections", {"app": "clockify"})["connection"]["connection_id"]
    active = sandbox.ok("GET", "/connections", status="ACTIVE")["connections"][0]["connection_id"]
    for wanted, status in ((active, 200), (pending, 400), ("unknown", 400)):
        headers = {"Authorization": "Bearer any-k3y-will-do", "Maton-Connection": wanted}
        response = sandbox("GET", "/clockify/api/v1/user", headers=headers)
        assert response.status_code == status
        assert status == 200 or set(response.json()) == {"error"}


def test_requests_fail_without_an_active_connection(sandbox: Driver) -> None:
    for item in sandbox.ok("GET", "/connections")["connections"]:
        sandbox.ok("DELETE", f"/connections/{item['connection_id']}")
    response = sandbox("GET", "/clockify/api/v1/user")
    assert (response.status_code, response.json()) == (400, {"error": "Missing Clockify connection"})


def test_an_expired_authorisation_is_a_500_of_the_gateway() -> None:
    with Driver("authorisation_expired") as sandbox:
        response = sandbox("GET", "/clockify/api/v1/user")
        assert (response.status_code, set(response.json())) == (500, {"error"})
        sandbox.ok("GET", "/connections")
