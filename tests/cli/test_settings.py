"""Global options: before or after the command, from the environment, and again in the commands that are printed."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import click
import pytest
from click.testing import CliRunner

from reconciler.cli.global_options import Command, Group
from reconciler.cli.main import root as program
from reconciler.cli.settings import Settings, current_settings
from tests.cli.program import ADDITIVE, Desk, served
from tests.waiting import HANGING


class _Outermost(Group):
    outermost = True


def seen(*words: str, **environment: str) -> Settings:
    """The settings that a command two groups deep would see."""
    found: list[Settings] = []
    root = _Outermost("root")
    group = Group("group")
    group.add_command(Command("leaf", callback=lambda: found.append(current_settings())))
    root.add_command(group)
    result = CliRunner(env=dict(environment)).invoke(root, list(words), standalone_mode=False)
    if isinstance(result.exception, click.UsageError):
        raise result.exception
    assert result.exception is None
    return found[0]


GIVEN = {
    "--gateway=clockify": ("gateway", "clockify"),
    "--sandbox": ("gateway", "sandbox"),
    "--base-url=https://eu.example": ("base_url", "https://eu.example"),
    "--workspace=Acme Studio": ("workspace", "Acme Studio"),
    "--connection=c1": ("connection", "c1"),
    "--rate=30/h": ("rate", "30/h"),
    "--timeout=2.5": ("timeout", 2.5),
    "--state-dir=elsewhere": ("state_dir", "elsewhere"),
    "--store=git:origin": ("store", "git:origin"),
    "--verbose": ("verbose", True),
    "-v": ("verbose", True),
    "--no-color": ("color", False),
}


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize(("word", "expected"), GIVEN.items())
def test_a_global_option_may_stand_anywhere(word: str, expected: tuple[str, object], position: int) -> None:
    words = ["group", "leaf"]
    words.insert(position, word)
    found = seen(*words)
    assert getattr(found, expected[0]) == expected[1]
    assert dict(found.given) == {expected[0]: expected[1]}


def test_the_help_of_a_command_without_examples_has_no_heading_for_them() -> None:
    for examples, heading in (((), ""), (("leaf 1",), "Example:"), (("leaf 1", "leaf 2"), "Examples:")):
        shown = CliRunner().invoke(Command("leaf", examples=examples), ["--help"]).stdout
        assert [line for line in shown.splitlines() if line.startswith("Example")] == [heading] * bool(heading)
        assert all(f"  {example}\n" in shown for example in examples)


def test_without_options_everything_has_its_default() -> None:
    assert seen("group", "leaf") == Settings()


@pytest.mark.parametrize(
    ("words", "gateway"),
    [
        (["--gateway", "clockify", "group", "leaf", "--gateway", "maton"], "maton"),
        (["--gateway", "maton", "group", "--gateway", "sandbox", "leaf", "--sandbox"], "sandbox"),
    ],
)
def test_the_later_one_wins(words: list[str], gateway: str) -> None:
    assert seen(*words).gateway == gateway


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GATEWAY", "clockify", ("gateway", "clockify")),
        ("SANDBOX", "1", ("gateway", "sandbox")),
        ("BASE_URL", "https://eu.example", ("base_url", "https://eu.example")),
        ("WORKSPACE", "Acme", ("workspace", "Acme")),
        ("CONNECTION", "c1", ("connection", "c1")),
        ("RATE", "10/s", ("rate", "10/s")),
        ("TIMEOUT", "7", ("timeout", 7.0)),
        ("STATE_DIR", "d", ("state_dir", "d")),
        ("STORE", "git", ("store", "git")),
        ("VERBOSE", "1", ("verbose", True)),
        ("NO_COLOR", "1", ("color", False)),
    ],
)
def test_every_global_option_is_a_variable_too(name: str, value: str, expected: tuple[str, object]) -> None:
    found = seen("group", "leaf", **{f"RECONCILER_{name}": value})
    assert getattr(found, expected[0]) == expected[1]
    assert found.given == {}


@pytest.mark.parametrize("words", [["--gateway", "clockify", "group", "leaf"], ["group", "leaf", "--gateway=clockify"]])
def test_an_option_wins_over_any_variable(words: list[str]) -> None:
    assert seen(*words, RECONCILER_GATEWAY="maton", RECONCILER_SANDBOX="1").gateway == "clockify"


LOOPBACK = "http://127.0.0.1:8000"
RESOLVED: list[tuple[str, dict[str, str], str, str]] = [
    # words, variables (without RECONCILER_), gateway, base URL
    ("", {}, "maton", ""),
    ("--sandbox", {}, "sandbox", ""),
    ("--gateway sandbox", {}, "sandbox", ""),
    ("--sandbox --gateway sandbox", {}, "sandbox", ""),
    ("--sandbox", {"BASE_URL": "https://api.maton.ai"}, "sandbox", ""),
    ("--sandbox", {"BASE_URL": "https://user:pa55@api.maton.ai"}, "sandbox", ""),
    ("--gateway sandbox", {"BASE_URL": LOOPBACK}, "sandbox", ""),
    ("--sandbox", {"GATEWAY": "clockify", "BASE_URL": "https://api.clockify.me"}, "sandbox", ""),
    ("--sandbox", {"SANDBOX": "1", "BASE_URL": LOOPBACK}, "sandbox", ""),
    (f"--sandbox --base-url {LOOPBACK}", {}, "sandbox", LOOPBACK),
    (f"--sandbox --base-url {LOOPBACK}", {"BASE_URL": "https://api.maton.ai"}, "sandbox", LOOPBACK),
    (f"--base-url {LOOPBACK}", {"SANDBOX": "1"}, "sandbox", LOOPBACK),
    ("", {"SANDBOX": "1"}, "sandbox", ""),
    ("", {"SANDBOX": "1", "GATEWAY": "sandbox"}, "sandbox", ""),
    ("", {"SANDBOX": "1", "BASE_URL": LOOPBACK}, "sandbox", LOOPBACK),
    ("", {"GATEWAY": "clockify"}, "clockify", ""),
    ("--gateway maton", {"GATEWAY": "clockify", "SANDBOX": "1"}, "maton", ""),
    ("--gateway clockify", {"SANDBOX": "1"}, "clockify", ""),
    ("--gateway clockify", {"BASE_URL": "https://euc1.api.clockify.me"}, "clockify", "https://euc1.api.clockify.me"),
    # the gateway's own API prefix is understood
    ("--base-url https://api.maton.ai/clockify/api/v1", {}, "maton", "https://api.maton.ai"),
    ("--base-url https://api.maton.ai/clockify/", {}, "maton", "https://api.maton.ai"),
    ("--base-url https://api.maton.ai/clockify/api", {}, "maton", "https://api.maton.ai"),
    ("--gateway clockify --base-url https://api.clockify.me/api/v1/", {}, "clockify", "https://api.clockify.me"),
    ("--gateway clockify --base-url https://api.clockify.me/api", {}, "clockify", "https://api.clockify.me"),
    (f"--sandbox --base-url {LOOPBACK}/clockify/api/v1", {}, "sandbox", LOOPBACK),
    ("--base-url https://proxy.example/maton", {}, "maton", "https://proxy.example/maton"),
]


@pytest.mark.parametrize(("words", "variables", "gateway", "base_url"), RESOLVED, ids=str)
def test_gateway_and_base_url_of_options_and_variables(
    words: str, variables: dict[str, str], gateway: str, base_url: str
) -> None:
    found = seen(*words.split(), "group", "leaf", **{f"RECONCILER_{name}": value for name, value in variables.items()})
    assert (found.gateway, found.base_url) == (gateway, base_url)
    assert found.given.get("base_url", base_url) == base_url


CONFLICTS: list[tuple[str, dict[str, str], str]] = [
    ("--sandbox --gateway clockify", {}, "--sandbox and --gateway clockify exclude each other"),
    ("--gateway maton --sandbox", {}, "--sandbox and --gateway maton exclude each other"),
    (
        "",
        {"SANDBOX": "1", "GATEWAY": "maton"},
        "RECONCILER_SANDBOX and RECONCILER_GATEWAY=maton exclude each other",
    ),
    (
        "",
        {"SANDBOX": "1", "BASE_URL": "https://api.maton.ai"},
        (
            "the base URL of the sandbox must be a loopback address (RECONCILER_BASE_URL, RECONCILER_SANDBOX); "
            "without --base-url the sandbox is embedded"
        ),
    ),
    (
        "--sandbox --base-url https://api.maton.ai",
        {},
        (
            "the base URL of the sandbox must be a loopback address (--base-url, --sandbox); "
            "without --base-url the sandbox is embedded"
        ),
    ),
    (
        "--base-url https://eu.example",
        {"GATEWAY": "sandbox"},
        (
            "the base URL of the sandbox must be a loopback address (--base-url, RECONCILER_GATEWAY=sandbox); "
            "without --base-url the sandbox is embedded"
        ),
    ),
    (
        "--base-url https://api.clockify.me",
        {},
        (
            "the base URL is one of gateway clockify, not of maton (--base-url, default gateway maton); "
            "use --gateway clockify"
        ),
    ),
    (
        "--gateway clockify",
        {"BASE_URL": "https://api.maton.ai"},
        (
            "the base URL is one of gateway maton, not of clockify (RECONCILER_BASE_URL, --gateway clockify); "
            "use --gateway maton"
        ),
    ),
    (
        "--base-url https://proxy.example/api/v1",
        {},
        (
            "the base URL ends in /api/v1, a path of gateway clockify (--base-url, default gateway maton); "
            "use the URL without /api/v1, or --gateway clockify"
        ),
    ),
    (
        "--gateway clockify --base-url https://proxy.example/clockify/api/v1/",
        {},
        (
            "the base URL ends in /clockify/api/v1, a path of gateway maton (--base-url, --gateway clockify); "
            "use the URL without /clockify/api/v1, or --gateway maton"
        ),
    ),
    ("--gateway clockify --connection c1", {}, "--connection and --gateway clockify exclude each other"),
    ("--connection c1", {"GATEWAY": "clockify"}, "--connection and RECONCILER_GATEWAY=clockify exclude each other"),
    (
        "",
        {"GATEWAY": "clockify", "CONNECTION": "c1"},
        "RECONCILER_CONNECTION and RECONCILER_GATEWAY=clockify exclude each other",
    ),
]


@pytest.mark.parametrize(("words", "variables", "message"), CONFLICTS, ids=str)
def test_a_contradiction_is_a_usage_error_that_names_both(
    words: str, variables: dict[str, str], message: str, desk: Desk
) -> None:
    variables = {f"RECONCILER_{name}": value for name, value in variables.items()}
    with pytest.raises(click.UsageError) as caught:
        seen(*words.split(), "group", "leaf", **variables)
    assert caught.value.message == message
    result = CliRunner(env=variables).invoke(program, [*words.split(), "whoami"])
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr == f"error: {message}\nhint: reconciler whoami --help\n"
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        ("--sandbox", {"CONNECTION": "of-the-real-account"}),
        ("--gateway clockify", {"CONNECTION": "of-maton"}),
    ],
)
def test_the_connection_of_the_environment_is_not_used_for_another_service(
    words: str, variables: dict[str, str]
) -> None:
    found = seen(*words.split(), "group", "leaf", **{f"RECONCILER_{name}": value for name, value in variables.items()})
    assert found.connection == ""


USERINFO = "https://user:pa55word@api.maton.ai"


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["--base-url", USERINFO, "whoami"], {}),
        (["whoami"], {"RECONCILER_BASE_URL": USERINFO}),
        (["-v", "plan", "--base-url", USERINFO], {}),
        (["-v", "apply", "--base-url", USERINFO, "-q"], {}),
        (["undo", "latest", "--base-url", USERINFO], {}),
        (["whoami", USERINFO], {}),
        (["--timeout", USERINFO, "whoami"], {}),
        (["--gateway", USERINFO, "whoami"], {}),
        (["plan", f"--allow-removals={USERINFO}"], {}),
        (["validate", USERINFO], {}),
        (["show", USERINFO], {}),
        ([USERINFO], {}),
    ],
    ids=str,
)
def test_user_and_password_of_a_url_are_never_printed(words: list[str], variables: dict[str, str], desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = CliRunner(env=variables).invoke(program, words)
    assert result.exit_code in (1, 3, 64)
    assert "pa55word" not in result.stdout + result.stderr


def test_a_plan_file_with_a_password_in_its_url_is_refused_before_it_is_shown(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    path = desk.folder / "plan.json"
    path.write_text(path.read_text(encoding="utf-8").replace("http://sandbox.localhost", USERINFO), encoding="utf-8")
    for words in (["show", "plan.json"], ["show", "--json", "plan.json"], ["--sandbox", "apply", "plan.json"]):
        result = desk.call(*words)
        assert result.exit_code == 3
        assert "pa55word" not in result.stdout + result.stderr


class _Recorder(BaseHTTPRequestHandler):
    """Answers 404 to everything and records the headers that carry a key."""

    def do_GET(self) -> None:
        key = self.headers.get("Authorization") or self.headers.get("X-Api-Key")
        server: Any = self.server
        server.keys.append(key)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def recorder() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback: its URL, and the keys that it was sent."""
    server: Any = HTTPServer(("127.0.0.1", 0), _Recorder)
    server.keys = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.keys
    finally:
        server.shutdown()
        server.server_close()
        thread.join(HANGING)


EVERY_KEY = {"MATON_API_KEY": "maton-key-000", "CLOCKIFY_API_KEY": "clockify-key-000"}
SENT: list[tuple[str, dict[str, str], set[str]]] = [
    # words, variables, the keys that the server at URL gets
    ("--base-url URL", {}, {"Bearer maton-key-000"}),
    ("--gateway clockify --base-url URL", {}, {"clockify-key-000"}),
    ("", {"RECONCILER_BASE_URL": "URL"}, {"Bearer maton-key-000"}),
    ("--sandbox --base-url URL", {}, {"Bearer sandbox"}),
    ("--gateway sandbox --base-url URL/clockify/api/v1", {}, {"Bearer sandbox"}),
    ("--sandbox --base-url URL", {"RECONCILER_SANDBOX_KEY": "of-the-sandbox"}, {"Bearer of-the-sandbox"}),
    ("", {"RECONCILER_SANDBOX": "1", "RECONCILER_BASE_URL": "URL"}, {"Bearer sandbox"}),
    ("--sandbox", {"RECONCILER_BASE_URL": "URL"}, set()),
    ("--sandbox", {"RECONCILER_BASE_URL": "URL", "RECONCILER_GATEWAY": "clockify"}, set()),
    ("--gateway sandbox", {"RECONCILER_BASE_URL": "URL", "RECONCILER_SANDBOX_KEY": "of-the-sandbox"}, set()),
    ("--base-url URL", {"RECONCILER_SANDBOX_KEY": "of-the-sandbox"}, {"Bearer maton-key-000"}),
]


@pytest.mark.parametrize(("words", "variables", "keys"), SENT, ids=str)
def test_which_key_is_sent_where(words: str, variables: dict[str, str], keys: set[str], desk: Desk) -> None:
    desk.write(ADDITIVE)
    with recorder() as (url, sent):
        environment = {name: value.replace("URL", url) for name, value in {**EVERY_KEY, **variables}.items()}
        for command in (["whoami"], ["apply", "--approve", "additive"]):
            result = CliRunner(env=environment).invoke(program, [*words.replace("URL", url).split(), *command])
            assert (result.exit_code == 0) is (keys == set()), result.stderr
    assert set(sent) == keys


def test_a_served_sandbox_with_a_key_takes_it_from_its_own_variable(desk: Desk) -> None:
    with served(desk.folder, key="k-of-sandbox") as url:
        words = ["--sandbox", "--base-url", url, "whoami"]
        right = desk.call(*words, RECONCILER_SANDBOX_KEY="k-of-sandbox")
        wrong = desk.call(*words, MATON_API_KEY="k-of-sandbox")
    assert right.exit_code == 0, right.stderr
    assert wrong.exit_code == 1
    assert "RECONCILER_SANDBOX_KEY" in wrong.stderr


def test_an_empty_variable_is_none() -> None:
    assert seen("group", "leaf", RECONCILER_WORKSPACE="", RECONCILER_GATEWAY="") == Settings()


def test_a_wrong_variable_is_a_usage_error(desk: Desk) -> None:
    done = desk.call("plan", RECONCILER_GATEWAY="pigeon")
    assert done.exit_code == 64
    assert "RECONCILER_GATEWAY" in done.stderr or "--gateway" in done.stderr


def test_a_printed_command_has_the_global_options_of_this_one_quoted() -> None:
    found = seen("--workspace", "It's; rm -rf", "-v", "group", "--timeout=2", "leaf", "--sandbox")
    command = found.command("apply", "my plan.json")
    assert shlex.split(command) == [
        "reconciler",
        "--workspace",
        "It's; rm -rf",
        "--timeout",
        "2",
        "--sandbox",
        "apply",
        "my plan.json",
    ]


@pytest.mark.parametrize("words", [("--sandbox", "plan"), ("plan", "--sandbox")])
def test_a_real_command_takes_them_on_either_side(words: tuple[str, ...], desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call(*words)
    assert (result.exit_code, "2 to create" in result.stdout) == (0, True)
