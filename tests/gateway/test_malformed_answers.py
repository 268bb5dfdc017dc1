"""Whatever a server answers, a method of the client returns what its callers can use, or raises an error of ours in clear words.

The methods are found by introspection: a new one is tested as soon as it exists, and a new parameter wants a value here.
"""

from __future__ import annotations

import copy
import inspect
import json
import threading
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from reconciler.errors import GatewayError, ProtocolError, ReconcilerError
from reconciler.gateway import GatewayConfig, Rate, Reader, RetryPolicy, Writer, open_writer
from reconciler.gateway import asgi as asgi_module
from reconciler.gateway.connections import NewConnection
from reconciler.gateway.messages import MAX_RESPONSE_BYTES
from reconciler.gateway.paging import Listing
from reconciler.kinds import BY_NAME
from tests.clock import Time
from tests.gateway.fake_service import KEY, Reply, Service, config_for, error_reply

SENDS_NOTHING = {"close", "in_order", "now", "path_of_workspace", "pause", "use_kept"}
ARGUMENTS = {
    "body": {"name": "Website"},
    "connection_id": "con1",
    "end": "2026-02-13T10:00:00Z",
    "endpoint": "estimate",
    "entry_id": "ent1",
    "feed": "created",
    "kind": BY_NAME["project"],
    "name": "Website",
    "resource_id": "pro1",
    "start": "2026-02-13T10:00:00Z",
    "types": ("PROJECT",),
    "user_id": "use1",
    "project_id": "use1",
    "workspace_id": "wor1",
}
TOKEN = "t0ken-of-a-link-that-authorises"
OBJECT = {
    "id": "698eebcb7228621cc6f40139",
    "connection_id": "698eeba0927081d72f171fbd",
    "url": f"https://connect.maton.ai/?session_token={TOKEN}",
    "app": "clockify",
    "status": "ACTIVE",
    "name": "Website",
    "archived": False,
    "timeInterval": {"start": "2026-02-13T09:00:00Z", "end": None, "duration": None},
    "memberships": [{"userId": "use1", "hourlyRate": {"amount": 1}}],
    "tasks": [{"id": "tas1", "name": "Design"}],
    "userIds": ["use1"],
}
RIGHT: dict[str, Any] = {
    "object": OBJECT,
    "list": [OBJECT],
    "connections": {"connections": [OBJECT]},
    "connection": {"connection": OBJECT},
    "no items": {"response": []},  # a feed ends with an empty page
}
NOT_JSON = {
    "a page": b"<html><body>Sign in</body></html>",
    "text": b"upstream timed out",
    "half an answer": b'[{"id": "698eebcb72',
    "no UTF-8": b'[{"id": "\xff\xfe"}]',
    "a lone surrogate": b'[{"id": "\\ud800"}]',
    "NaN": b"[NaN]",
    "a number beyond every range": b"[1e999]",
    "an integer of 5,000 digits": b"[" + b"9" * 5000 + b"]",
    "100,000 levels of arrays": b"[" * 100_000 + b"]" * 100_000,
    "50,000 levels of objects": b'{"id":' * 50_000 + b"1" + b"}" * 50_000,
    "NUL bytes": b"\0" * 100,
}
NEVER_RIGHT: tuple[Any, ...] = (
    5,
    -1.5,
    True,
    "text",
    [5],
    [None],
    [[]],
    [{}],
    [{"id": 5}],
    [{"id": None}],
    [{"id": ""}],
    [{"id": {}}],
)
"""Answers in JSON that no method takes for its own."""
WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**63 - 1,
    1.5,
    "",
    "x",
    "a\x1b[2J\nb",
    "é" * 5000,
    [],
    [None],
    [[[]]],
    {},
    {"id": None},
)
HEADERS = (
    {"Total-Count": "9" * 5000},
    {"Total-Count": "-1"},
    {"Total-Count": "many", "Last-Page": "perhaps"},
    {"Last-Page": "true" * 1000},
    {"Content-Type": "text/html"},
    {"Content-Length": "9" * 5000},
)
WAITS = ("9" * 5000, "-5", "nan", "1e999", "soon", "Mon, 01 Jan 0001 00:00:00 GMT", f"Mon, 01 Jan {'9' * 30} 00:00:00 GMT",
         "Mon, 99 Jan 2026 99:99:99 +999999", ",")  # fmt: skip
STATUSES = (100, 204, 301, 400, 401, 404, 429, 500, 999)


def names_of(client: type) -> list[str]:
    """The methods of a client that send requests."""
    return [
        name
        for name, _ in inspect.getmembers(client, inspect.isfunction)
        if name[0] != "_" and name not in SENDS_NOTHING
    ]


METHODS = names_of(Writer)
WRITES = sorted({*METHODS} - {*names_of(Reader)})


def call(client: Writer, name: str) -> Any:
    """The result of a method, to the last page. Only what has no default is given."""
    method = getattr(client, name)
    wanted = [
        p.name
        for p in inspect.signature(method).parameters.values()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    ]
    result = method(*(copy.deepcopy(ARGUMENTS[parameter]) for parameter in wanted))
    return list(result) if isinstance(result, Iterator) else result


def objects_in(result: Any) -> Iterator[Any]:
    """Every object of a result."""
    if isinstance(result, Listing):
        yield from result.items
    elif isinstance(result, NewConnection):
        yield result.record
    elif isinstance(result, list | tuple):
        for item in result:
            yield from objects_in(item)
    elif result is not None:
        yield result


def require_usable(name: str, result: Any) -> None:
    """What callers rely on: objects, with the id that everything else is found by. A write may be answered with less."""
    for item in objects_in(result):
        assert isinstance(item, Mapping), (name, item)
        if name not in WRITES:
            key = "connection_id" if "connection" in name else "id"
            assert isinstance(item[key], str), (name, item)
            assert item[key], (name, item)


def require_clear(error: ReconcilerError) -> None:
    """One line for a person, with the request or the list that it is about and without secrets."""
    text = f"{error} {error.hint}"
    assert error.message
    assert error.message.isprintable()
    assert len(text) < 1200
    assert KEY not in text
    assert TOKEN not in text
    assert not any(word in text for word in ("Traceback", "KeyError", "TypeError", "NoneType", "object has no"))


def require_one_write(service: Service, name: str, status: int) -> None:
    """A read sent only GET. A write sent its one request: again only if it was not carried out, or does the same twice."""
    methods = [request.method for request in service.requests]
    if name not in WRITES:
        assert set(methods) <= {"GET"}
        return
    assert len({(request.method, request.path, json.dumps(request.body)) for request in service.requests}) == 1
    assert methods[0] in {"POST", "PUT", "PATCH", "DELETE"}
    assert len(methods) == 1 or methods[0] in {"PUT", "DELETE"} or status == 429


def outcome(name: str, reply: Reply) -> Any:
    """The result of a method that is always answered so, or its error; both have been looked at."""
    service = Service(lambda _: reply)
    client = open_writer(config_for(service), clock=Time().gateway_clock, retry_policy=RetryPolicy(attempts=2))
    try:
        result = call(client, name)
    except ReconcilerError as error:
        require_clear(error)
        result = error
    else:
        require_usable(name, result)
    finally:
        client.close()
    require_one_write(service, name, reply.status)
    return result


def right_for(name: str) -> Any:
    """The answer that a method takes for right."""
    last = {"Last-Page": "true"}
    return next(
        body for body in RIGHT.values() if not isinstance(outcome(name, Reply(body, headers=last)), ReconcilerError)
    )


def altered(value: Any, wrong: Any) -> Iterator[Any]:
    """The value with one part replaced, and with one key left out; at every depth."""
    if isinstance(value, dict):
        for key, part in value.items():
            rest = {name: other for name, other in value.items() if name != key}
            yield rest
            for other in (wrong, *altered(part, wrong)):
                yield {**value, key: other}
    elif isinstance(value, list) and value:
        for other in (wrong, *altered(value[0], wrong)):
            yield [other, *value[1:]]


def test_every_method_has_a_right_answer() -> None:
    assert {"user", "list", "pages", "running_entries", "connections"} <= {*METHODS} - {*WRITES}
    assert {"create", "update", "patch", "delete", "stop_timer", "create_connection"} <= {*WRITES}
    assert all(right_for(name) is not None for name in METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_what_is_no_json_is_an_error(name: str) -> None:
    for body in NOT_JSON.values():
        error = outcome(name, Reply(body, headers={"Content-Type": "application/json"}))
        assert isinstance(error, ProtocolError)
        assert name not in WRITES or error.unknown


@pytest.mark.parametrize("name", METHODS)
def test_json_of_another_shape_is_an_error(name: str) -> None:
    for body in NEVER_RIGHT:
        result = outcome(name, Reply(body, headers={"Last-Page": "true"}))
        # Any 2xx of a delete is a success, and of a role, which is read again.
        if not name.startswith("delete") and name != "set_manager":
            assert isinstance(result, ProtocolError), (name, body)


@pytest.mark.parametrize("name", METHODS)
def test_more_than_is_known_changes_nothing(name: str) -> None:
    more: Any = {"surprise": {"nested": [[1], None]}, "a\x1b[2J": 2**63 - 1}
    right = right_for(name)
    added = [{**right[0], **more}] if isinstance(right, list) else {**right, **more}
    assert not isinstance(outcome(name, Reply(added, headers={"Last-Page": "true"})), ReconcilerError)


@pytest.mark.parametrize("name", METHODS)
def test_headers_out_of_the_ordinary(name: str) -> None:
    for headers in HEADERS:
        outcome(name, Reply(right_for(name), headers=headers))


@pytest.mark.parametrize("value", WAITS)
def test_a_wait_that_is_none(value: str) -> None:
    for name in ("user", "create", "update"):
        assert isinstance(outcome(name, error_reply(429, retry_after=value)), GatewayError)


@pytest.mark.parametrize("name", METHODS)
def test_an_answer_beyond_the_limit_is_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi_module, "MAX_RESPONSE_BYTES", 1 << 10)
    body = json.dumps([{**OBJECT, "name": "x" * (1 << 11)}]).encode()
    assert isinstance(outcome(name, Reply(body)), ProtocolError)


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_every_part_of_an_answer_may_be_wrong(name: str) -> None:
    right = right_for(name)
    for wrong in WRONG_VALUES:
        for body in (wrong, *altered(right, wrong)):
            outcome(name, Reply(body, headers={"Last-Page": "true"}))


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_every_answer_under_every_status(name: str) -> None:
    shapes: list[Any] = [*WRONG_VALUES, *NOT_JSON.values(), *NEVER_RIGHT, *RIGHT.values(), b""]
    shapes += [{"message": wrong, "code": wrong} for wrong in WRONG_VALUES]
    for status in STATUSES:
        for body in shapes:
            result = outcome(name, Reply(body, status, {"Location": "http://[", "Retry-After": "0"}))
            is_absent = name == "running_entries" and status == 404  # a service without the path has no list of timers
            assert 200 <= status < 300 or is_absent or isinstance(result, ReconcilerError)


def _answering(send: Callable[[BaseHTTPRequestHandler], None]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.close_connection = True
            with suppress(OSError):  # the client has read enough
                send(self)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names are http.server's

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


@pytest.mark.slow
@pytest.mark.parametrize("name", list(METHODS)[::4])  # one place reads every body
def test_a_body_of_100_mb_is_refused_within_the_limit_of_memory(name: str) -> None:
    chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(chunk)
        handler.wfile.write(b"0\r\n\r\n")

    server = _answering(send)
    config = GatewayConfig("maton", f"http://127.0.0.1:{server.server_address[1]}", KEY, rate=Rate.parse("100000/s"))
    tracemalloc.start()
    try:
        with open_writer(config, clock=Time().gateway_clock) as client, pytest.raises(ProtocolError) as caught:
            call(client, name)
        assert tracemalloc.get_traced_memory()[1] < MAX_RESPONSE_BYTES * 1.25
    finally:
        tracemalloc.stop()
        server.shutdown()
        server.server_close()
    require_clear(caught.value)
    assert "larger than 64 MiB" in caught.value.message
