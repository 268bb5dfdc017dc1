"""The application: its log, its two gateways, and an empty store."""

from __future__ import annotations

import asyncio

import httpx

from reconciler.sandbox import Store, Switches, create_app
from tests.sandbox.driving import Driver


def test_the_log_has_requests_with_their_status(sandbox: Driver) -> None:
    sandbox("GET", "tags", page=2)
    sandbox("POST", "tags", {"name": ""})
    base = f"/clockify/api/v1/workspaces/{sandbox.workspace}/tags"
    log = [(item.method, item.path, item.query, item.status, item.body) for item in sandbox.app.state.log]
    assert log == [("GET", base, "page=2", 200, b""), ("POST", base, "", 400, b'{"name": ""}')]


def test_both_gateways_serve_the_same_workspace(sandbox: Driver) -> None:
    tag = sandbox.tag()
    direct = sandbox("GET", f"/api/v1/workspaces/{sandbox.workspace}/tags", headers={"X-Api-Key": "any-k3y-will-do"})
    assert direct.json() == [tag]
    assert direct.headers["last-page"] == "true"


def test_an_empty_store_has_an_account_and_no_workspaces() -> None:
    async def go() -> list[object]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://x", headers={"Authorization": "Bearer any-k3y-will-do"}
        ) as client:
            user = await client.get("/clockify/api/v1/user")
            workspaces = await client.get("/clockify/api/v1/workspaces")
            new = await client.post("/clockify/api/v1/workspaces", json={"name": "First"})
            return [user.status_code, workspaces.json(), new.status_code]

    with Store() as store:
        app = create_app(store, Switches(rate="off"))
        assert asyncio.run(go()) == [200, [], 201]


def test_a_path_outside_the_api_is_404(sandbox: Driver) -> None:
    assert sandbox.refused("GET", "/clockify/api/v1/nowhere") == (404, 3000, "No static resource v1/nowhere.")
    assert sandbox.refused("GET", "/clockify/api/v2/user")[:2] == (404, 3000)
    assert sandbox("GET", "/").status_code == 404


def test_a_path_with_a_line_break_is_404_like_any_other(sandbox: Driver) -> None:
    assert sandbox.refused("GET", "/clockify/api/v1/no%0Awhere")[:2] == (404, 3000)
    assert (
        sandbox.refused("PATCH", f"/clockify/api/v1/workspaces/{sandbox.workspace}/projects/a%0Ab/memberships", {})[0]
        == 400
    )
