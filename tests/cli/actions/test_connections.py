"""`connections`: with and without a terminal; the authorisation link reaches neither a file nor a log."""

from __future__ import annotations

import json
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from reconciler.cli import connect
from reconciler.cli.actions import connections
from reconciler.cli.terminal import link, prompt
from reconciler.cli.terminal.streams import Output
from reconciler.errors import NetworkError, ProtocolError
from reconciler.gateway import Reader
from reconciler.gateway.connections import request_for
from reconciler.gateway.writer import Writer
from reconciler.sandbox import Store, Switches, create_app
from tests.cli.program import Desk, served
from tests.clock import Time

KEY = "Zk3yThatMustStaySecret42x"


def call(desk: Desk, *words: str, stdin: str | None = None) -> Result:
    return desk.call("--sandbox", "connections", *words, stdin=stdin)


def ids(desk: Desk, *words: str) -> list[str]:
    return [item["connection_id"] for item in json.loads(call(desk, "list", "--json", *words).stdout)]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of this process believe to be at a terminal."""
    monkeypatch.setattr(prompt, "is_terminal", lambda: True)
    monkeypatch.setattr(Output, "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links that a browser was asked to open."""
    links: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not links.append(url))  # type: ignore[func-returns-value]
    return links


def switch(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    def create(store: Store) -> Any:
        return create_app(store, Switches.parse(f"rate=off,{text}"))

    monkeypatch.setattr(connect, "create_app", create)


def test_they_are_listed_by_status_and_app_without_their_links(desk: Desk) -> None:
    result = call(desk, "list")
    assert (result.exit_code, result.stdout.count("ACTIVE")) == (0, 1)
    assert "session_token" not in call(desk, "list", "--json").stdout
    assert ids(desk, "--status", "pending") == []
    assert ids(desk, "--app", "other") == []
    assert len(ids(desk, "--app", "all")) == 1


def test_without_a_terminal_nothing_is_created_unless_a_browser_opens(desk: Desk) -> None:
    result = call(desk, "create", "--approve", "yes")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "connections create --open" in result.stderr
    assert len(ids(desk)) == 1


@pytest.mark.parametrize("words", [["--open"], ["--open", "--approve", "no"]])
def test_without_approval_nothing_is_created(desk: Desk, words: list[str]) -> None:
    result = call(desk, "create", *words)
    assert result.exit_code == 3
    assert "connections create --open --approve yes" in result.stderr
    assert len(ids(desk)) == 1


@pytest.mark.usefixtures("terminal", "link_on_terminal")
def test_on_a_terminal_the_link_is_printed_once_and_on_stderr(desk: Desk) -> None:
    result = call(desk, "create", "-v", "--wait", "--json", stdin="yes\n")
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("session_token=") == 1
    assert "session_token" not in result.stdout
    assert json.loads(result.stdout)["status"] == "ACTIVE"
    secret = result.stderr.partition("session_token=")[2].split()[0]
    assert secret not in result.stderr.replace(f"session_token={secret}", "", 1)


@pytest.mark.usefixtures("terminal")
def test_another_answer_creates_nothing(desk: Desk) -> None:
    assert call(desk, "create", stdin="no\n").exit_code == 3
    assert len(ids(desk)) == 1


def test_a_refused_authorisation_is_an_error_with_the_next_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    switch(monkeypatch, "authorisation=refused")
    result = call(desk, "create", "--open", "--wait", "--approve", "yes")
    assert result.exit_code == 1
    assert "it is FAILED" in result.stderr
    assert "FAILED" in result.stdout


def test_the_wait_has_a_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    switch(monkeypatch, "authorised_after=0")
    real = connections.wait_for

    def wait(read: Any, limit: float, **_: Any) -> Any:
        return real(read, limit, clock=time.clock, sleep=time.sleep)

    monkeypatch.setattr(connections, "wait_for", wait)
    result = call(desk, "create", "--open", "--wait", "--wait-limit", "5", "--approve", "yes")
    assert result.exit_code == 1
    assert "still PENDING after 5 s" in result.stderr
    assert "--wait" in result.stderr.partition("hint:")[2]


def test_it_is_polled_until_it_is_active() -> None:
    time = Time()
    states = iter(["PENDING", "PENDING", "ACTIVE"])
    found = connections.wait_for(
        lambda: {"connection_id": "c", "status": next(states)}, 60, clock=time.clock, sleep=time.sleep
    )
    assert found["status"] == "ACTIVE"
    assert time.clock() >= 2 * connections.POLL_SECONDS


@pytest.mark.parametrize(("words", "answer", "code"), [
    (["--approve", "yes"], None, 0), ([], None, 3), (["--approve", "no"], None, 3),
])  # fmt: skip
def test_a_delete_is_approved_by_yes_elsewhere(desk: Desk, words: list[str], answer: str | None, code: int) -> None:
    (name,) = ids(desk)
    result = call(desk, "delete", name, *words, stdin=answer)
    assert result.exit_code == code
    assert ids(desk) == ([] if code == 0 else [name])


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("right", "code"), [(True, 0), (False, 3)])
def test_a_delete_wants_the_id_on_a_terminal(desk: Desk, *, right: bool, code: int) -> None:
    (name,) = ids(desk)
    assert call(desk, "delete", name, stdin=f"{name if right else 'yes'}\n").exit_code == code
    assert ids(desk) == ([name] if code else [])


def test_an_unknown_one_is_an_error_that_says_how_to_list_them(desk: Desk) -> None:
    for words in (["get", "nope"], ["delete", "nope", "--approve", "yes"]):
        result = call(desk, *words)
        assert result.exit_code == 1
        assert "HTTP 404" in result.stderr
        assert "reconciler --sandbox connections list" in result.stderr


@pytest.mark.parametrize("words", [["get", ""], ["delete", "", "--approve", "yes"]])
def test_an_empty_id_is_refused_before_anything_is_sent(desk: Desk, words: list[str]) -> None:
    result = call(desk, *words, "-v")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "invalid id ''" in result.stderr
    assert "/connections" not in result.stderr


def test_no_request_of_the_client_deletes_without_an_id() -> None:
    with pytest.raises(ProtocolError, match="invalid id ''"):
        request_for("DELETE", "")


def test_they_work_without_an_active_connection_and_other_commands_say_what_to_do(desk: Desk) -> None:
    (name,) = ids(desk)
    assert call(desk, "delete", name, "--approve", "yes").exit_code == 0
    assert ids(desk) == []
    assert "reconciler --sandbox connections create" in desk.call("--sandbox", "whoami").stderr
    assert call(desk, "create", "--open", "--wait", "--approve", "yes").exit_code == 0
    assert desk.call("--sandbox", "whoami").exit_code == 0


def test_with_several_active_ones_a_command_refuses_to_guess(desk: Desk) -> None:
    assert call(desk, "create", "--open", "--wait", "--approve", "yes").exit_code == 0
    names = ids(desk)
    for words in (["whoami"], ["workspaces", "list"], ["plan"], ["users", "list"]):
        desk.write("version: 1\ntags: [x]\n")
        result = desk.call("--sandbox", *words)
        assert result.exit_code == 1
        assert all(name in result.stderr for name in names)
        assert "--connection ID" in result.stderr
    assert desk.call("--sandbox", "--connection", names[0], "whoami").exit_code == 0


def test_a_gateway_without_connections_is_a_usage_error(desk: Desk) -> None:
    result = desk.call("--gateway", "clockify", "connections", "list", CLOCKIFY_API_KEY=KEY)
    assert result.exit_code == 64
    assert "--gateway maton" in result.stderr


def test_a_create_that_is_refused_is_not_looked_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Writer, __: str = "clockify") -> Any:
        raise ProtocolError("the create was refused", request="POST /connections")

    monkeypatch.setattr(Writer, "create_connection", refuse)
    result = call(desk, "create", "--open", "--approve", "yes")
    assert result.exit_code == 1
    assert "the create was refused" in result.stderr
    assert "it may have been created" not in result.stderr


def test_a_create_whose_answer_was_lost_is_found_and_not_doubled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Writer.create_connection

    def lose(writer: Writer, app: str = "clockify") -> Any:
        real(writer, app)
        raise NetworkError("lost", request="POST /connections")

    monkeypatch.setattr(Writer, "create_connection", lose)
    assert call(desk, "create", "--open", "--approve", "yes").exit_code == 0
    assert len(ids(desk)) == 2


@pytest.mark.parametrize("is_read", [True, False])
def test_a_create_that_was_lost_and_not_found_says_that_it_may_exist(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, is_read: bool
) -> None:
    def lose(_: Writer, __: str = "clockify") -> Any:
        if not is_read:
            monkeypatch.setattr(Reader, "connections", fail)
        raise NetworkError("the create was lost", request="POST /connections")

    def fail(*_: Any) -> Any:
        raise NetworkError("no network", request="GET /connections")

    monkeypatch.setattr(Writer, "create_connection", lose)
    result = call(desk, "create", "--open", "--approve", "yes")
    assert result.exit_code == 1
    assert "the create was lost" in result.stderr
    assert "it may have been created; look first: reconciler --sandbox connections list" in result.stderr


def test_key_and_link_are_in_no_output_and_no_file(desk: Desk, opened: list[str]) -> None:
    with served(desk.folder, key=KEY) as url:
        shown = ""
        for words in (
            ["create", "--open", "--wait", "--approve", "yes", "-v"], ["list", "--json", "-v"], ["list", "--status", "FAILED", "-v"],
        ):  # fmt: skip
            result = desk.call("--sandbox", "--base-url", url, "connections", *words, RECONCILER_SANDBOX_KEY=KEY)
            assert result.exit_code == 0, result.stderr
            shown += result.output + str(result.exception)
    (opened_link,) = opened
    token = opened_link.partition("session_token=")[2]
    stored = b"".join(path.read_bytes() for path in Path(desk.folder).rglob("*") if path.is_file())
    for secret in (KEY, token, opened_link):
        assert secret not in shown
        assert secret.encode() not in stored


def test_a_link_is_not_printed_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert not sys.stderr.isatty()
    link.print_link("https://connect.example/?session_token=x")
    assert capsys.readouterr().err == ""


def test_one_is_shown_and_an_active_one_needs_no_browser(desk: Desk, opened: list[str]) -> None:
    (name,) = ids(desk)
    for words in ((), ("--open",), ("--wait",), ("--open", "--wait")):
        result = call(desk, "get", name, *words)
        assert (result.exit_code, name in result.stdout) == (0, True)
    assert opened == []
    unknown = call(desk, "get", "no-such-connection")
    assert unknown.exit_code == 1
    assert "connections list" in unknown.stderr
    assert call(desk, "delete", "no-such-connection", "--approve", "yes").exit_code == 1


@pytest.fixture
def pending(desk: Desk) -> Iterator[tuple[str, str]]:
    """The base URL of a served sandbox, and a connection of it whose link was not visited."""
    with served(desk.folder, "authorised_after=0") as url:
        yield (
            url,
            json.loads(desk.call(*at(url), "create", "--open", "--approve", "yes", "--json").stdout)["connection_id"],
        )


def at(url: str) -> tuple[str, ...]:
    return ("--sandbox", "--base-url", url, "connections")


def test_the_link_of_a_pending_one_is_opened_on_request(
    desk: Desk, opened: list[str], pending: tuple[str, str]
) -> None:
    url, name = pending
    opened.clear()
    assert desk.call(*at(url), "get", name).exit_code == 0
    assert opened == []
    result = desk.call(*at(url), "get", name, "--open")
    assert (result.exit_code, len(opened)) == (0, 1)
    assert "session_token=" in opened[0]
    assert "session_token" not in result.output


@pytest.mark.parametrize("error", [None, OSError(2, "No such file"), webbrowser.Error("no browser")], ids=str)
def test_a_browser_that_does_not_open_is_an_error_without_a_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, opened: list[str], pending: tuple[str, str], error: Exception | None
) -> None:
    url, name = pending
    assert len(opened) == 1
    monkeypatch.setattr(webbrowser, "open", lambda _: fail(error))
    result = desk.call(*at(url), "get", name, "--open")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"no browser to open; connection {name} is PENDING" in result.stderr
    assert "connections create" in result.stderr.partition("hint: ")[2]


def fail(error: Exception | None) -> bool:
    if error is not None:
        raise error
    return False


@pytest.mark.usefixtures("link_on_terminal")
def test_a_browser_that_does_not_open_leaves_the_link_on_the_terminal(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[str],
    pending: tuple[str, str],
    request: pytest.FixtureRequest,
) -> None:
    url, name = pending
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    request.getfixturevalue("terminal")
    result = desk.call(*at(url), "get", name, "--open", "--no-color", "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (0, "PENDING")
    assert result.stderr == f"{opened[0]}\n"


def test_a_lost_answer_to_a_delete_is_looked_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (name,) = ids(desk)
    real = Writer.delete_connection

    def lose(writer: Writer, connection_id: str, *, does: bool) -> None:
        if does:
            real(writer, connection_id)
        raise NetworkError("the answer was lost", sent=True)

    monkeypatch.setattr(Writer, "delete_connection", lambda writer, one: lose(writer, one, does=False))
    kept = call(desk, "delete", name, "--approve", "yes")
    assert (kept.exit_code, ids(desk)) == (1, [name])
    monkeypatch.setattr(Writer, "delete_connection", lambda writer, one: lose(writer, one, does=True))
    assert call(desk, "delete", name, "--approve", "yes").exit_code == 0
