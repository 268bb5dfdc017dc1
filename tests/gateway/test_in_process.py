"""The transport to an application in this process that answers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reconciler.errors import NetworkError, ProtocolError
from reconciler.gateway import GatewayConfig
from reconciler.gateway import in_process as in_process_module
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.in_process import InProcessTransport
from reconciler.gateway.messages import Request
from reconciler.gateway.open_transport import open_transport

Answer = tuple[int, Mapping[str, str], bytes]


class App:
    """Answers every request with `make`, and keeps the requests."""

    def __init__(self, make: Callable[[], Answer] = lambda: (200, {}, b"{}")) -> None:
        self.received: list[tuple[Any, ...]] = []
        self.make = make

    def handle(self, *request: Any) -> Answer:
        self.received.append(request)
        return self.make()


def test_a_request_arrives_unchanged() -> None:
    app = App(lambda: (201, {"x-a": "b"}, b'{"ok":true}'))
    transport = InProcessTransport(app, {"Authorization": "Bearer x"})
    response = transport.send(Request("PUT", "/a%20b/c", (("name", "a&b ✓"),), {"k": "é"}))
    assert (response.status, response.headers, response.json()) == (201, {"x-a": "b"}, {"ok": True})
    headers = {"authorization": "Bearer x", "host": "sandbox.localhost"}
    typed = headers | {"content-type": "application/json"}
    transport.send(Request("GET", "/d"))
    transport.close()
    assert app.received == [
        ("PUT", "/a b/c", "name=a%26b+%E2%9C%93", typed, '{"k":"é"}'.encode()),
        ("GET", "/d", "", headers, b""),
    ]


def test_an_application_that_fails_is_a_lost_connection() -> None:
    def fail() -> Answer:
        raise KeyError("secret detail")

    with pytest.raises(NetworkError, match="KeyError") as caught:
        InProcessTransport(App(fail), {}).send(Request("POST", "/x"))
    assert caught.value.sent
    assert "secret detail" not in caught.value.message


def test_a_response_over_the_size_limit_is_a_protocol_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_process_module, "MAX_RESPONSE_BYTES", 6)
    assert InProcessTransport(App(lambda: (200, {}, b"[1,23]")), {}).send(Request("GET", "/x")).json() == [1, 23]
    with pytest.raises(ProtocolError, match="larger than"):
        InProcessTransport(App(lambda: (200, {}, b"[1,234]")), {}).send(Request("GET", "/x"))


def test_threads_call_the_application_one_at_a_time() -> None:
    inside = threading.Lock()

    def once() -> Answer:
        assert inside.acquire(blocking=False)
        inside.release()
        return 200, {}, b"{}"

    app = App(once)
    transport = InProcessTransport(app, {})
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(transport.send(Request("GET", "/x")).status)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8


def test_the_transport_of_a_configuration_fits_its_application() -> None:
    async def asgi(*_: Any) -> None:
        """Never called."""

    direct = open_transport(GatewayConfig("sandbox", app=App()))
    served = open_transport(GatewayConfig("sandbox", app=asgi))
    assert (type(direct), type(served)) == (InProcessTransport, AsgiTransport)
    direct.close()
    served.close()
