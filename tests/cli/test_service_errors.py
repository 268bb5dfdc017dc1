"""What the command line says when the service refuses: which key it means, and never the key itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.main import root
from tests.cli.program import Desk

KEY = "Zk3yThatMustStaySecret42x"
Answer = tuple[int, bytes]
Service = Callable[[Callable[[str], Answer]], str]


@pytest.fixture
def serve() -> Iterator[Service]:
    """Starts a service on loopback that answers each path with a function."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(answer: Callable[[str], Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body = answer(f"{self.command} {self.path}")
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name is http.server's

            def log_message(self, *_: Any) -> None:
                """Log nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def call(*words: str, **environment: str) -> Result:
    steering: dict[str, str | None] = dict.fromkeys(
        ("MATON_API_KEY", "CLOCKIFY_API_KEY", "RECONCILER_BASE_URL", "RECONCILER_GATEWAY")
    )
    return CliRunner(env={**steering, **environment}).invoke(root, list(words))


def error_body(message: str, code: object = None) -> bytes:
    return json.dumps({"message": message, **({} if code is None else {"code": code})}).encode()


@pytest.mark.parametrize("code", [None, 0, 16, 401, "401", "4003", 40100])
def test_a_wrong_key_at_maton_names_its_variable(serve: Service, code: object) -> None:
    url = serve(lambda _: (401, error_body("invalid", code)))
    result = call("--base-url", url, "whoami", MATON_API_KEY=KEY)
    assert result.exit_code == 1
    assert "rejected the API key" in result.stderr
    assert "hint: set MATON_API_KEY to a valid key" in result.stderr


@pytest.mark.parametrize("code", [1000, 4003, 4017])
def test_clockifys_own_codes_at_maton_mean_the_authorisation(serve: Service, code: int) -> None:
    url = serve(lambda _: (401, error_body("invalid", code)))
    result = call("--base-url", url, "--connection", "c1", "whoami", MATON_API_KEY=KEY)
    assert result.exit_code == 1
    assert "the authorisation of the Clockify connection is invalid" in result.stderr
    assert "MATON_API_KEY" not in result.stderr


@pytest.mark.parametrize("code", [None, 401, 1000, 4003, 4017])
def test_a_wrong_key_at_clockify_names_its_variable(serve: Service, code: int | None) -> None:
    url = serve(lambda _: (401, error_body("invalid", code)))
    result = call("--gateway", "clockify", "--base-url", url, "whoami", CLOCKIFY_API_KEY=KEY)
    assert result.exit_code == 1
    assert "hint: set CLOCKIFY_API_KEY to a valid key" in result.stderr


@pytest.mark.parametrize(
    ("gateway", "environment", "hint"),
    [
        ("maton", {"CLOCKIFY_API_KEY": KEY}, "add --gateway clockify, or set the environment variable MATON_API_KEY"),
        ("clockify", {"MATON_API_KEY": KEY}, "add --gateway maton, or set the environment variable CLOCKIFY_API_KEY"),
        ("maton", {}, "set the environment variable MATON_API_KEY or MATON_ACCESS_TOKEN, or use --key-command"),
        (
            "clockify",
            {"CLOCKIFY_API_KEY": " "},
            "set the environment variable CLOCKIFY_API_KEY or CLOCKIFY_ADDON_TOKEN, or use --key-command",
        ),
    ],
)
def test_a_missing_key_says_what_to_do(gateway: str, environment: dict[str, str], hint: str) -> None:
    result = call("--gateway", gateway, "whoami", **environment)
    assert result.exit_code == 1
    assert f"hint: {hint}\n" in result.stderr
    assert KEY not in result.output


@pytest.mark.parametrize("offset", [0, 250, 262, 280, 290, 2970, 2990, 10_000])
@pytest.mark.parametrize("options", [[], ["--verbose"]])
def test_a_message_that_quotes_the_key_never_shows_it(serve: Service, offset: int, options: list[str]) -> None:
    message = "x" * offset + f" {KEY} https://user:{KEY}@host/ {KEY.lower()}"
    url = serve(lambda _: (400, error_body(message, 501)))
    result = call(*options, "--base-url", url, "whoami", MATON_API_KEY=KEY)
    assert result.exit_code == 1
    shown = result.output.lower()
    assert not any(KEY[at : at + 8].lower() in shown for at in range(len(KEY) - 7))


@pytest.mark.usefixtures("short_key")
def test_a_short_key_does_not_mask_words(serve: Service) -> None:
    url = serve(lambda _: (400, error_body("the project was moved", 501)))
    result = call("--base-url", url, "whoami", MATON_API_KEY="m")
    assert "the project was moved" in result.stderr


def test_a_connection_id_in_a_message_is_masked_and_one_to_choose_is_shown(serve: Service) -> None:
    url = serve(lambda _: (400, error_body("connection 5f2c9d1e-77 is broken", 501)))
    result = call("--base-url", url, "--connection", "5f2c9d1e-77", "whoami", MATON_API_KEY=KEY)
    assert "connection [connection] is broken" in result.stderr
    listed = {"connections": [{"connection_id": name, "status": "ACTIVE"} for name in ("5f2c9d1e-78", "5f2c9d1e-79")]}
    url = serve(lambda _: (200, json.dumps(listed).encode()))
    result = call("--base-url", url, "whoami", MATON_API_KEY=KEY)
    assert "5f2c9d1e-78, 5f2c9d1e-79" in result.stderr
    assert "--connection ID" in result.stderr


@pytest.mark.parametrize("status", [303, 409, 500])
def test_a_workspace_that_may_have_been_created_is_to_be_looked_up(serve: Service, status: int) -> None:
    url = serve(lambda request: (200, b"[]") if request.startswith("GET") else (status, error_body("?")))
    words = ("--base-url", url, "--connection", "conn-1", "workspaces", "create", "New", "--approve", "yes")
    result = call(*words, MATON_API_KEY=KEY)
    assert result.exit_code == 1
    assert "the workspace may have been created; look first: reconciler --base-url" in result.stderr
    assert "workspaces list" in result.stderr


def test_a_refused_workspace_has_no_such_hint(serve: Service) -> None:
    url = serve(lambda request: (200, b"[]") if request.startswith("GET") else (400, error_body("no", 501)))
    words = ("--base-url", url, "--connection", "conn-1", "workspaces", "create", "New", "--approve", "yes")
    assert "may have been created" not in call(*words, MATON_API_KEY=KEY).stderr


def test_a_key_is_not_in_the_log_of_requests_of_the_program(serve: Service, desk: Desk) -> None:
    url = serve(lambda _: (400, error_body(f"bad {KEY[:20]}", 501)))
    result = desk.call("--verbose", "--base-url", url, "whoami", MATON_API_KEY=KEY)
    assert result.exit_code == 1
    assert "GET /connections" in result.stderr
    assert "bad [key]" in result.stderr
    assert KEY[:8] not in result.stderr + result.stdout
