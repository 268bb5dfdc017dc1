"""The sandbox on a port."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx
import pytest
import uvicorn

from reconciler.sandbox import Store, Switches, create_app, seed
from reconciler.sandbox import serve as module
from reconciler.sandbox.serve import listen, serve
from tests.waiting import HANGING


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104 - refused, that is the point
def test_only_loopback_hosts_are_served(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        listen(host, 0)


def test_a_free_port_is_found_and_a_taken_one_is_an_error() -> None:
    with listen(port=0) as listening:
        port = listening.getsockname()[1]
        assert port > 0
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)  # else each response takes 40 ms
        with pytest.raises(OSError, match="in use"):
            listen(port=port)


def test_a_served_sandbox_responds_and_reports_its_start_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    servers: list[uvicorn.Server] = []

    class Recorded(module._Server):
        def run(self, sockets: list[socket.socket] | None = None) -> None:
            monkeypatch.setattr(self, "capture_signals", contextlib.nullcontext)  # a thread cannot take signals
            servers.append(self)
            super().run(sockets)

    monkeypatch.setattr(module, "_Server", Recorded)
    ready, ended = threading.Event(), threading.Event()
    with Store() as store, listen(port=0) as listening:
        seed(store)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(store, Switches(rate="off"))
        thread = threading.Thread(
            target=lambda: serve(app, listening, on_ready=ready.set, on_end=ended.set), daemon=True
        )
        thread.start()
        assert ready.wait(HANGING)
        assert not ended.is_set()
        with httpx.Client(trust_env=False, base_url=url, headers={"Authorization": "Bearer any-k3y-will-do"}) as client:
            response = client.get("/clockify/api/v1/user")
            control = [client.get("/_sandbox/"), client.get("/_sandbox/", headers={"X-Forwarded-For": "127.0.0.1"})]
        servers[0].should_exit = True
        thread.join(HANGING)
    assert ended.is_set()
    assert response.json()["email"] == "jo@acme.example"
    assert response.headers["content-type"] == "application/json"
    assert [answer.status_code for answer in control] == [200, 403]
