"""The HTTP transport, over loopback sockets."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from reconciler.errors import ApiError, ConfigurationError, NetworkError, ProtocolError
from reconciler.gateway import GatewayConfig, Rate, open_writer
from reconciler.gateway import deadline as deadline_module
from reconciler.gateway import transport as transport_module
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response
from reconciler.gateway.open_transport import open_transport
from tests.clock import Time

KEY = "k3y-that-must-stay-secret"
Respond = Callable[[BaseHTTPRequestHandler], None]


class QuietServer(ThreadingHTTPServer):
    """Does not log clients that disconnect."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Log nothing."""


class Host:
    """A server on a loopback port that responds with a function and records requests."""

    def __init__(self, respond: Respond) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connections: set[Any] = set()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                host.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                host.connections.add(self.client_address)
                respond(self)

            do_POST = do_GET  # noqa: N815 - the name is http.server's

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        self._server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Respond], Host]]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    hosts: list[Host] = []

    def start(respond: Respond) -> Host:
        hosts.append(Host(respond))
        return hosts[-1]

    yield start
    for host in hosts:
        host.close()


def reply(status: int, body: bytes = b"{}", **headers: str) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def close_connection(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def send(url: str, *requests: Request, timeout: float = 5.0) -> list[Response]:
    transport = open_transport(GatewayConfig("maton", url, KEY, rate=Rate.parse("50/s"), timeout=timeout))
    try:
        return [transport.send(request) for request in requests or (Request("GET", "/x"),)]
    finally:
        transport.close()


def failure(url: str, timeout: float = 5.0) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        send(url, timeout=timeout)
    error = caught.value
    assert error.request == "GET /x"
    assert KEY not in f"{error!r} {error.hint} {error.__cause__!r}"
    return error


def test_a_request_and_its_response_arrive_unchanged(serve: Callable[[Respond], Host]) -> None:
    host = serve(reply(201, b'{"id": "x"}', Last_Page="true"))
    body = {"name": "Café ✓", "n": 1}
    (response,) = send(host.url + "/root/", Request("POST", "/a%2Fb", (("page-size", "50"), ("name", "a&b c")), body))
    method, path, headers, content = host.requests[0]
    assert (method, path) == ("POST", "/root/a%2Fb?page-size=50&name=a%26b+c")
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("reconciler/")
    assert json.loads(content) == body
    assert (response.status, response.headers["last-page"], response.json()) == (201, "true", {"id": "x"})


def test_one_connection_serves_many_requests(serve: Callable[[Respond], Host]) -> None:
    host = serve(reply(200))
    send(host.url, *[Request("GET", "/x")] * 5)
    assert (len(host.requests), len(host.connections)) == (5, 1)


def test_a_compressed_response_is_decompressed(serve: Callable[[Respond], Host]) -> None:
    host = serve(reply(200, gzip.compress(b'{"id": "x"}'), Content_Encoding="gzip"))
    assert send(host.url)[0].json() == {"id": "x"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(serve: Callable[[Respond], Host], status: int) -> None:
    elsewhere = serve(reply(200))
    host = serve(reply(status, Location=f"{elsewhere.url}/x?session_token=s3cret"))
    config = GatewayConfig("maton", host.url, KEY)
    with open_writer(config) as writer:
        for call in (writer.user, lambda: writer.create_workspace("New")):
            with pytest.raises(ApiError, match="redirect") as caught:
                call()
            assert caught.value.status == status
            assert caught.value.unknown == caught.value.request.startswith("POST")
            assert "s3cret" not in caught.value.message
    assert elsewhere.requests == []


def test_netrc_is_ignored(serve: Callable[[Respond], Host], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password pa55word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    host = serve(reply(200))
    send(host.url)
    assert host.requests[0][2]["authorization"] == f"Bearer {KEY}"


def test_loopback_addresses_bypass_the_proxy(serve: Callable[[Respond], Host], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, host = serve(reply(200)), serve(reply(200))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    send(host.url)
    assert (len(proxy.requests), len(host.requests)) == (0, 1)


@pytest.mark.parametrize("proxy", ["nonsense://x", "http://[::1"])
def test_an_invalid_proxy_setting_is_a_configuration_error(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ConfigurationError) as caught:
        open_transport(GatewayConfig("maton", key=KEY))
    assert "PROXY" in caught.value.hint


def test_a_refused_connection_means_the_request_was_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = failure(url)
    assert "refused" in error.message
    assert url.removeprefix("http://") in error.message
    assert not error.sent


def test_a_host_that_cannot_be_resolved_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure("http://nowhere.localhost:9")
    assert "cannot resolve nowhere.localhost:9" in error.message
    assert not error.sent


def test_a_port_without_tls_fails_the_handshake(serve: Callable[[Respond], Host]) -> None:
    error = failure(serve(reply(200)).url.replace("http:", "https:"))
    assert "TLS handshake with" in error.message
    assert not error.sent


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8080", ssl.CERT_NONE),
        ("https://127.0.0.1:8080", ssl.CERT_REQUIRED),
        ("https://api.example", ssl.CERT_REQUIRED),
    ],
)
def test_certificates_are_checked_wherever_there_may_be_any(url: str, expected: ssl.VerifyMode) -> None:
    transport = open_transport(GatewayConfig("clockify", key=KEY, base_url=url, timeout=1))
    assert isinstance(transport, transport_module.HttpTransport)
    pool = transport._client._transport._pool  # type: ignore[attr-defined]
    assert pool._ssl_context.verify_mode is expected
    transport.close()


def test_a_certificate_that_is_not_trusted_is_named_as_the_cause() -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "self-signed certificate"
    outer = OSError("wrapped")
    outer.__cause__ = cause
    message, hint = transport_module._connect_error(outer, "api.example")
    assert message == "the certificate of api.example is not trusted: self-signed certificate"
    assert "SSL_CERT_FILE" in hint


@pytest.mark.parametrize(
    ("cause", "message", "hint"),
    [
        (
            ConnectionRefusedError(10061, "actively denied"),
            "connection to api.example refused",
            "no server may be listening",
        ),
        (socket.gaierror(-2, "unknown name"), "cannot resolve api.example", "the network"),
        (ssl.SSLError(1, "wrong version"), "TLS handshake with api.example failed", "may not serve https"),
        (OSError(113, "no route"), "cannot connect to api.example: all attempts failed", "check the network"),
    ],
)
def test_the_cause_of_a_failed_connection_decides_and_not_the_words_of_the_system(
    cause: Exception, message: str, hint: str
) -> None:
    error = httpx.ConnectError("all attempts failed")
    error.__context__ = cause
    made, way_out = transport_module._connect_error(error, "api.example")
    assert made == message
    assert hint in way_out


def test_a_long_cause_is_cut() -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "x" * 300
    cut = "x" * 119 + "…"
    assert transport_module._connect_error(cause, "h")[0] == f"the certificate of h is not trusted: {cut}"
    assert transport_module._connect_error(OSError("x" * 300), "h")[0] == f"cannot connect to h: {cut}"


NOT_SENT: list[tuple[Exception, str, str]] = [
    (httpx.ConnectTimeout(""), "api.example did not accept a connection within 30 s", "increase --timeout"),
    (httpx.PoolTimeout(""), "api.example did not accept a connection within 30 s", "increase --timeout"),
    (httpx.ProxyError(""), "the proxy rejected the connection to api.example", "HTTPS_PROXY"),
    (httpx.UnsupportedProtocol(""), "invalid URL for api.example", "check --base-url"),
    (httpx.InvalidURL(""), "invalid URL for api.example", "check --base-url"),
    (httpx.ConnectError("Connection refused"), "connection to api.example refused", "no server may be listening"),
    (httpx.ConnectError("no route"), "cannot connect to api.example: no route", "check the network"),
    (httpx.ConnectError(""), "cannot connect to api.example: ConnectError", "check the network"),
]
SENT: list[tuple[Exception, str, str]] = [
    (httpx.ReadTimeout(""), "api.example did not send a complete response within 30 s", "increase --timeout"),
    (httpx.RemoteProtocolError(""), "the connection to api.example was lost before the response was complete", ""),
]


@pytest.mark.parametrize(
    ("error", "message", "hint", "sent"), [(*c, False) for c in NOT_SENT] + [(*c, True) for c in SENT]
)
def test_an_error_of_the_network_says_whether_the_request_was_sent(
    error: Exception, message: str, hint: str, *, sent: bool
) -> None:
    transport = open_transport(GatewayConfig("clockify", key=KEY, base_url="https://api.example", timeout=30))
    assert isinstance(transport, transport_module.HttpTransport)
    made = transport._network_error(error, Request("GET", "/user"))
    transport.close()
    assert (made.message, made.sent) == (message, sent)
    assert hint in made.hint


def test_a_timeout_leaves_the_outcome_unknown(serve: Callable[[Respond], Host]) -> None:
    done = threading.Event()

    def stall(handler: BaseHTTPRequestHandler) -> None:
        done.wait(5)
        handler.close_connection = True

    error = failure(serve(stall).url, timeout=0.1)
    done.set()
    assert "within 0.1 s" in error.message
    assert error.sent


def test_a_lost_connection_leaves_the_outcome_unknown(serve: Callable[[Respond], Host]) -> None:
    error = failure(serve(close_connection).url)
    assert "lost" in error.message
    assert error.sent


def test_a_truncated_response_is_a_network_error(serve: Callable[[Respond], Host]) -> None:
    def truncate(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b'[{"id": "x"}')
        handler.close_connection = True

    assert failure(serve(truncate).url).sent


def test_a_response_that_cannot_be_decompressed_is_a_protocol_error(serve: Callable[[Respond], Host]) -> None:
    with pytest.raises(ProtocolError, match="decompressed") as caught:
        send(serve(reply(200, b"plain", Content_Encoding="gzip")).url)
    assert (caught.value.request, caught.value.unknown) == ("GET /x", True)


def test_a_response_over_the_size_limit_is_a_protocol_error(
    serve: Callable[[Respond], Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "MAX_RESPONSE_BYTES", 2 * 1024 * 1024)
    bomb = gzip.compress(b" " * 8 * 1024 * 1024)
    with pytest.raises(ProtocolError, match="2 MiB"):
        send(serve(reply(200, bomb, Content_Encoding="gzip")).url)


def test_threads_can_share_a_transport(serve: Callable[[Respond], Host]) -> None:
    host = serve(reply(200))
    transport = open_transport(GatewayConfig("maton", host.url, KEY))
    threads = [threading.Thread(target=transport.send, args=(Request("GET", f"/{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    transport.close()
    assert sorted(path for _, path, _, _ in host.requests) == [f"/{n}" for n in range(8)]


def drip(part: str) -> Respond:
    """Sends the response a byte at a time, from its head or from its body on."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"
        now, slow = (b"", head) if part == "head" else (head + b"\r\n", b" " * 100_000)
        handler.wfile.write(now)
        for byte in slow:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if done.wait(0.05):
                break
        handler.close_connection = True

    done = threading.Event()
    respond.done = done  # type: ignore[attr-defined]
    return respond


@pytest.mark.parametrize("part", ["head", "body"])
def test_the_timeout_counts_for_the_whole_response(serve: Callable[[Respond], Host], part: str) -> None:
    respond = drip(part)
    error = failure(serve(respond).url, timeout=0.5)
    respond.done.set()  # type: ignore[attr-defined]
    assert "complete response within 0.5 s" in error.message
    assert error.sent


def test_the_timeout_counts_for_each_request_of_a_connection(
    serve: Callable[[Respond], Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Time()
    monkeypatch.setattr(deadline_module, "time", SimpleNamespace(monotonic=time.clock))

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(20)
        reply(200)(handler)

    host = serve(slowly)
    assert [response.status for response in send(host.url, *[Request("GET", "/x")] * 4, timeout=60)] == [200] * 4
    assert time.naps == [20] * 4
    assert len(host.connections) == 1


@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("encodings", [("gzip",), ("deflate",), ("gzip", "gzip"), ("deflate", "gzip", "x-gzip")])
def test_a_bomb_stops_at_the_limit(
    serve: Callable[[Respond], Host], monkeypatch: pytest.MonkeyPatch, status: int, encodings: tuple[str, ...]
) -> None:
    monkeypatch.setattr(transport_module, "MAX_RESPONSE_BYTES", 2 * 1024 * 1024)
    body = b" " * 8 * 1024 * 1024
    for encoding in encodings:
        body = zlib.compress(body) if encoding == "deflate" else gzip.compress(body)
    with pytest.raises(ProtocolError, match="2 MiB"):
        send(serve(reply(status, body, Content_Encoding=", ".join(encodings))).url)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_content_length_over_the_limit_is_refused_before_the_body_is_read(
    serve: Callable[[Respond], Host], method: str
) -> None:
    def announce(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(MAX_RESPONSE_BYTES + 1))
        handler.end_headers()
        handler.close_connection = True

    with pytest.raises(ProtocolError, match="larger than 64 MiB") as caught:
        send(serve(announce).url, Request(method, "/x"))
    assert caught.value.unknown == (method == "POST")


def test_only_bounded_encodings_are_requested_and_accepted(serve: Callable[[Respond], Host]) -> None:
    host = serve(reply(200, b"{}", Content_Encoding="br"))
    with pytest.raises(ProtocolError, match="decompressed"):
        send(host.url)
    assert host.requests[0][2]["accept-encoding"] == "gzip, deflate"
