"""The sandbox on a port."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx
import pytest
import uvicorn

from reconciler.sandbox import Store, Switches, create_app, seed
from reconciler.sandbox.serve import serve
from tests.waiting import HANGING, wait_until


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104 - refused, that is the point
def test_only_loopback_hosts_are_served(host: str) -> None:
    with Store() as store, pytest.raises(ValueError, match="loopback"):
        serve(create_app(store), host)


def test_a_served_sandbox_responds(monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[uvicorn.Server] = []

    def run(app: object, **options: object) -> None:
        server = uvicorn.Server(uvicorn.Config(app, **options))  # type: ignore[arg-type]  # the options are serve's own
        monkeypatch.setattr(server, "capture_signals", contextlib.nullcontext)  # a thread cannot take signals
        servers.append(server)
        server.run()

    monkeypatch.setattr(uvicorn, "run", run)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Store() as store:
        seed(store)
        app = create_app(store, Switches(rate="off"))
        thread = threading.Thread(target=serve, args=(app, "127.0.0.1", port), daemon=True)
        thread.start()
        wait_until(lambda: servers and servers[0].started, "the server's start")
        response = httpx.get(
            f"http://127.0.0.1:{port}/clockify/api/v1/user", headers={"Authorization": "Bearer any"}, trust_env=False
        )
        servers[0].should_exit = True
        thread.join(HANGING)
    assert response.json()["email"] == "jo@acme.example"
    assert response.headers["content-type"] == "application/json"
