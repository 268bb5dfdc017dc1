"""The way to an application in this process."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from reconciler.errors import NetworkError
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from tests.gateway.support import Asked, Reply, Service


def test_a_request_arrives_as_it_was_meant() -> None:
    service = Service([Reply({"ok": True}, 201, {"X-A": "b"})])
    transport = AsgiTransport(service, {"Authorization": "Bearer x"})
    answer = transport.send(Request("PUT", "/a%20b/c", (("name", "a&b ✓"),), {"k": "é"}))
    assert (answer.status, answer.headers["x-a"], answer.json()) == (201, "b", {"ok": True})
    asked = service.asked[0]
    assert (asked.method, asked.path, asked.params, asked.body) == ("PUT", "/a b/c", {"name": "a&b ✓"}, {"k": "é"})
    assert asked.headers["authorization"] == "Bearer x"
    transport.close()


def test_an_application_that_gives_no_answer_is_a_lost_connection() -> None:
    transport = AsgiTransport(Service([Reply(lost=True)]), {})
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("POST", "/x"))
    assert caught.value.sent


def test_an_answer_that_breaks_off_is_a_lost_connection() -> None:
    with pytest.raises(NetworkError, match="whole") as caught:
        AsgiTransport(Service([Reply(b"[1,", headers={"Content-Length": "100"})]), {}).send(Request("GET", "/x"))
    assert caught.value.sent


def test_an_application_that_fails_is_a_lost_connection() -> None:
    def broken(_: Asked) -> Reply:
        raise KeyError("secret detail")

    with pytest.raises(NetworkError, match="KeyError") as caught:
        AsgiTransport(Service(broken), {}).send(Request("GET", "/x"))
    assert "secret detail" not in caught.value.message


def test_an_answer_in_pieces_is_put_together() -> None:
    async def app(_: Any, receive: Any, send: Any) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"a"', "more_body": True})
        await send({"type": "http.response.body", "body": b": 1}"})

    assert AsgiTransport(app, {}).send(Request("GET", "/x")).json() == {"a": 1}


def test_threads_take_turns() -> None:
    inside, most = 0, 0

    def handler(_: Asked) -> Reply:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        inside -= 1
        return Reply({})

    service = Service(handler)
    transport = AsgiTransport(service, {})
    threads = [threading.Thread(target=transport.send, args=(Request("GET", "/x"),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(service.asked), most) == (8, 1)


def test_closing_twice_does_no_harm() -> None:
    transport = AsgiTransport(Service([Reply({})]), {})
    transport.send(Request("GET", "/x"))
    transport.close()
    transport.close()
