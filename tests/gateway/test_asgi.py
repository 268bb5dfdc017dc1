"""The transport to an in-process application."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from reconciler.errors import NetworkError, ProtocolError
from reconciler.gateway import asgi as asgi_module
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from tests.gateway.fake_service import ReceivedRequest, Reply, Service


def test_a_request_arrives_unchanged() -> None:
    service = Service([Reply({"ok": True}, 201, {"X-A": "b"})])
    transport = AsgiTransport(service, {"Authorization": "Bearer x"})
    response = transport.send(Request("PUT", "/a%20b/c", (("name", "a&b ✓"),), {"k": "é"}))
    assert (response.status, response.headers["x-a"], response.json()) == (201, "b", {"ok": True})
    request = service.requests[0]
    assert (request.method, request.path, request.params, request.body) == (
        "PUT",
        "/a b/c",
        {"name": "a&b ✓"},
        {"k": "é"},
    )
    assert request.headers["authorization"] == "Bearer x"
    transport.close()


def test_an_application_without_a_response_is_a_lost_connection() -> None:
    transport = AsgiTransport(Service([Reply(lost=True)]), {})
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("POST", "/x"))
    assert caught.value.sent


def test_a_truncated_response_is_a_lost_connection() -> None:
    with pytest.raises(NetworkError, match="incomplete") as caught:
        AsgiTransport(Service([Reply(b"[1,", headers={"Content-Length": "100"})]), {}).send(Request("GET", "/x"))
    assert caught.value.sent


def test_an_application_that_fails_is_a_lost_connection() -> None:
    def broken(_: ReceivedRequest) -> Reply:
        raise KeyError("secret detail")

    with pytest.raises(NetworkError, match="KeyError") as caught:
        AsgiTransport(Service(broken), {}).send(Request("GET", "/x"))
    assert "secret detail" not in caught.value.message


def test_a_chunked_response_is_assembled() -> None:
    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"a"', "more_body": True})
        await send({"type": "http.response.body", "body": b": 1}"})

    assert AsgiTransport(app, {}).send(Request("GET", "/x")).json() == {"a": 1}


def test_threads_call_the_application_one_at_a_time() -> None:
    active, peak = 0, 0

    def handler(_: ReceivedRequest) -> Reply:
        nonlocal active, peak
        active += 1
        peak = max(peak, active)
        active -= 1
        return Reply({})

    service = Service(handler)
    transport = AsgiTransport(service, {})
    threads = [threading.Thread(target=transport.send, args=(Request("GET", "/x"),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(service.requests), peak) == (8, 1)


def test_close_is_idempotent() -> None:
    transport = AsgiTransport(Service([Reply({})]), {})
    transport.send(Request("GET", "/x"))
    transport.close()
    transport.close()


@pytest.mark.parametrize("chunks", [1, 4])
def test_a_response_over_the_size_limit_is_a_protocol_error(monkeypatch: pytest.MonkeyPatch, chunks: int) -> None:
    monkeypatch.setattr(asgi_module, "MAX_RESPONSE_BYTES", 1 << 20)

    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 500, "headers": []})
        for number in range(chunks):
            part = b" " * (4 << 20)
            await send({"type": "http.response.body", "body": part, "more_body": number < chunks - 1})

    with pytest.raises(ProtocolError, match="larger than 1 MiB"):
        AsgiTransport(app, {}).send(Request("GET", "/x"))


def _answering(*bodies: bytes, start: bool = True) -> Any:
    """An application that answers with these pieces of a body."""

    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        if start:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        for number, body in enumerate(bodies, 1):
            await send({"type": "http.response.body", "body": body, "more_body": number < len(bodies)})

    return app


def test_a_response_of_exactly_the_size_limit_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi_module, "MAX_RESPONSE_BYTES", 6)
    assert AsgiTransport(_answering(b"[1,", b"23]"), {}).send(Request("GET", "/x")).json() == [1, 23]
    with pytest.raises(ProtocolError, match="larger than"):
        AsgiTransport(_answering(b"[1,", b"234]"), {}).send(Request("GET", "/x"))


@pytest.mark.parametrize("app", [_answering(b"{}", start=False), _answering()])
def test_a_body_without_a_status_and_a_status_without_a_body_are_incomplete_responses(app: Any) -> None:
    with pytest.raises(NetworkError, match="incomplete") as caught:
        AsgiTransport(app, {}).send(Request("GET", "/x"))
    assert caught.value.sent


def test_a_closed_transport_opens_again_for_the_next_request() -> None:
    transport = AsgiTransport(Service([Reply({"n": 1}), Reply({"n": 2})]), {})
    for number in (1, 2):
        assert transport.send(Request("GET", "/x")).json() == {"n": number}
        transport.close()
