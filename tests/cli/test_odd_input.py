"""Input that no editor writes: deep, huge, cut off, not UTF-8, not a file. One message and the documented exit code, no traceback."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.main import root
from tests.cli.program import ADDITIVE, Desk, clean_environment

LONE = os.fsdecode(b"\xff")
"""How Python holds a byte that is not UTF-8 in an argument or a file name."""


def assert_clear(result: Result, code: int, message: str) -> None:
    """One message on stderr (or a list of problems on stdout), the exit code, and no sign of a defect."""
    output = result.stdout + result.stderr
    assert result.exit_code == code, output
    assert message in " ".join(output.split())
    assert "internal error" not in output
    assert "Traceback" not in output
    assert code == 0 or len(output) < 3000
    assert result.stderr.count("error: ") <= 1
    assert isinstance(result.exception, SystemExit | None)


def rate(value: str) -> bytes:
    return f"version: 1\nclients: [{{name: Acme, projects: [{{name: Site, hourly_rate: {value}}}]}}]\n".encode()


MANIFESTS: dict[str, tuple[bytes, str]] = {
    "deep": (b"version: 1\ntags: " + b"[" * 100_000, "more than 50 levels of nesting"),
    "nan": (rate(".nan"), "the number is not finite"),
    "infinity": (rate(".inf"), "the number is not finite"),
    "huge float": (rate("1e999"), "the number is not finite"),
    "huge integer": (rate("9" * 5000), "more than 18 digits"),
    "huge text": (rate(f'"{"9" * 5000}"'), "invalid amount"),
    "huge duration": (
        b"version: 1\nclients: [{name: Acme, projects: [{name: Site, tasks: [{name: QA, estimate: PT"
        + b"9" * 5000
        + b"H}]}]}]\n",
        "invalid duration",
    ),
    "lone surrogate": (b'version: 1\ntags: ["\\ud800"]\n', "invalid Unicode character escape code"),
    "not UTF-8": (b'version: 1\ntags: ["\xff"]\n', "invalid UTF-8 byte 0xff"),
    "UTF-16": ("version: 1\n".encode("utf-16"), "the file is UTF-16, not UTF-8"),
    "NUL": (b'version: 1\ntags: ["a\0b"]\n', "the character U+0000 is not allowed"),
    "escaped NUL": (b'version: 1\ntags: ["a\\0b"]\n', "contains the control character U+0000"),
    "only NULs": (b"\0" * 1000, "the character U+0000 is not allowed"),
    "empty": (b"", "the file is empty"),
    "only a BOM": (b"\xef\xbb\xbf", "the file is empty"),
    "recursive": (b"version: 1\ntags: &a [*a]\n", "recursive alias"),
    "100 MB": (b"# comment\n" * 10_000_000, "larger than 64 MiB"),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_an_odd_manifest_is_a_problem_with_a_place(desk: Desk, case: str) -> None:
    data, message = MANIFESTS[case]
    (desk.folder / "odd.yaml").write_bytes(data)
    assert_clear(desk.call("validate", "odd.yaml"), 1, message)
    assert_clear(desk.call("--sandbox", "plan", "odd.yaml"), 1, message)
    assert_clear(desk.call("--sandbox", "apply", "odd.yaml", "--approve", "additive"), 1, message)


def test_a_byte_order_mark_is_accepted(desk: Desk) -> None:
    (desk.folder / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + ADDITIVE.encode())
    assert_clear(desk.call("validate", "bom.yaml"), 0, "valid")


def test_many_stars_in_a_protect_pattern_are_matched_in_no_time(desk: Desk) -> None:
    manifest = ADDITIVE.replace("policy: {", f'policy: {{protect: ["tag:{"*a" * 100}b"], ').replace("keep", "archive")
    desk.write(manifest.replace("brand-new", "a" * 100))
    assert_clear(
        desk.call("--sandbox", "plan", "workspace.yaml", "--report", "text=plan.txt", "-o", "plan.json"), 0, "Plan"
    )


def named_pipe(path: Path) -> None:
    os.mkfifo(path)


FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "named pipe": (named_pipe, "it is a named pipe", "it is a named pipe"),
    "broken link": (lambda path: path.symlink_to("gone"), "no such file", "No such file"),
    "link to itself": (lambda path: path.symlink_to(path), "Too many levels of symbolic links", "Too many levels"),
    "directory": (Path.mkdir, "no manifest files in the directory", "Is a directory"),
    "missing": (lambda _: None, "no such file", "No such file"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_path_that_is_no_file_is_a_problem(desk: Desk, case: str) -> None:
    make, of_manifest, of_plan = FILES[case]
    make(desk.folder / "odd.yaml")
    make(desk.folder / "odd.json")
    assert_clear(desk.call("validate", "odd.yaml"), 1, of_manifest)
    assert_clear(desk.call("--sandbox", "plan", "odd.yaml"), 1, of_manifest)
    assert_clear(desk.call("show", "odd.json"), 1, of_plan)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_an_unreadable_file_is_a_problem(desk: Desk) -> None:
    desk.write(ADDITIVE).chmod(0)
    assert_clear(desk.call("validate", "workspace.yaml"), 1, "Permission denied")


@pytest.mark.parametrize("command", [("validate",), ("--sandbox", "plan"), ("--sandbox", "apply")])
def test_devices_end(desk: Desk, command: tuple[str, ...]) -> None:
    assert_clear(desk.call(*command, "/dev/null"), 1, "the file is empty")
    assert_clear(desk.call(*command, "/dev/zero"), 1, "larger than 64 MiB")


def test_a_file_name_that_is_not_utf8_is_read_planned_and_applied(desk: Desk) -> None:
    desk.write(ADDITIVE, f"folder/{LONE}.yaml")
    assert_clear(desk.call("validate", "folder"), 0, "valid")
    assert_clear(desk.call("--sandbox", "plan", "folder", "--format", "json"), 0, r"folder/\\xff.yaml:4:8")
    assert_clear(desk.call("--sandbox", "plan", "folder", "-o", "plan.json"), 0, r"folder/\xff.yaml:4:8")
    assert_clear(desk.call("show", "plan.json"), 0, r"folder/\xff.yaml:4:8")
    assert_clear(desk.call("--sandbox", "apply", "folder", "--approve", "additive"), 0, "2 done")


def test_a_problem_in_a_file_whose_name_is_not_utf8_names_it(desk: Desk) -> None:
    desk.write("version: 1\ntags: [a\n", f"folder/{LONE}.yaml")
    for form in ("text", "json", "github"):
        assert_clear(desk.call("validate", "folder", "--format", form), 1, r"xff.yaml")


ARGUMENTS = [LONE, os.fsdecode(b"\xed\xa0\x80"), "9" * 50, "1e999", "nan", "a\nb", "\x1b[31m", "\u202e"]
PLACES: dict[str, tuple[tuple[str, ...], int]] = {
    "manifest": (("validate",), 1),
    "plan": (("show",), 3),
    "run": (("runs", "show"), 1),
    "undo": (("--sandbox", "undo"), 1),
    "max requests": (("--sandbox", "plan", "workspace.yaml", "--max-requests"), 64),
    "removals": (("--sandbox", "plan", "workspace.yaml", "--allow-removals"), 64),
    "removal": (("--sandbox", "plan", "workspace.yaml", "--allow-removal"), 64),
    "report": (("--sandbox", "plan", "workspace.yaml", "--report"), 64),
    "approval": (("--sandbox", "apply", "workspace.yaml", "--approve"), 3),
    "schema": (("schema",), 64),
    "command": (("help",), 64),
    "workspace": (("--sandbox", "plan", "workspace.yaml", "--workspace"), 1),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("argument", ARGUMENTS, ids=ascii)
def test_an_odd_argument_is_refused(desk: Desk, place: str, argument: str) -> None:
    if place == "max requests" and argument.isdigit():
        pytest.skip("a number")
    words, code = PLACES[place]
    if place == "plan" and argument[0].isdigit():
        code = 1  # as the id of a run, which begins with a digit
    desk.write(ADDITIVE)
    assert_clear(desk.call(*words, argument), code, "")


PLANS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda data: data[:500], "the plan file is damaged"),
    "deep": (
        lambda data: data.replace(b'"warnings": []', b'"warnings": ' + b"[" * 100_000),
        "nested more than 100 levels deep at line",
    ),
    "rather deep": (
        lambda data: data.replace(b'"warnings": []', b'"warnings": ' + b"[" * 500 + b"]" * 500),
        "nested more than 100 levels deep at line",
    ),
    "nan": (lambda data: data.replace(b'"seconds": ', b'"seconds": NaN, "x": ', 1), "NaN is not a JSON number at line"),
    "infinite": (
        lambda data: data.replace(b'"seconds": ', b'"seconds": 1e999, "x": ', 1),
        "a number is out of range at line",
    ),
    "huge": (
        lambda data: data.replace(b'"requests": ', b'"requests": ' + b"9" * 5000 + b', "x": ', 1),
        "a number has more than 19 digits at line",
    ),
    "surrogate": (lambda data: data.replace(b"tag:brand-new", b"tag:\\ud800"), "a lone surrogate at line"),
    "twice": (lambda data: data.replace(b'"gateway"', b'"gateway": "x", "gateway"', 1), "duplicate key 'gateway'"),
    "not UTF-8": (lambda data: data.replace(b"brand-new", b"\xff"), "invalid UTF-8 byte 0xff"),
    "NUL": (lambda data: data.replace(b"brand-new", b"\0"), "Invalid control character at line"),
}


@pytest.mark.parametrize("case", PLANS)
def test_an_odd_plan_file_is_refused(desk: Desk, case: str) -> None:
    alter, message = PLANS[case]
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "workspace.yaml", "-o", "plan.json").exit_code == 0
    path = desk.folder / "plan.json"
    altered = alter(path.read_bytes())
    assert altered != path.read_bytes()
    path.write_bytes(altered)
    assert_clear(desk.call("show", "plan.json"), 3, message)
    assert_clear(desk.call("--sandbox", "apply", "plan.json", "--approve", "0" * 64), 3, message)


RECORDS: dict[str, bytes] = {
    "deep": b"[" * 100_000,
    "deep object": b'{"event": "x", "at": "t", "a": ' + b"[" * 500 + b"]" * 500 + b"}",
    "nan": b'{"event": "session_ended", "seconds": NaN}',
    "huge": b'{"event": "session_ended", "requests": ' + b"9" * 5000 + b"}",
    "not UTF-8": b'{"event": "\xff"}',
    "NULs": b"\0" * 1000,
    "a list": b"[]",
}


@pytest.mark.parametrize("case", RECORDS)
def test_an_odd_record_of_a_run_is_named_or_refused(desk: Desk, case: str) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "workspace.yaml", "--approve", "additive").exit_code == 0
    (run,) = (desk.folder / ".reconciler" / "runs").iterdir()
    with (run / "journal.jsonl").open("ab") as journal:
        journal.write(RECORDS[case] + b"\n")
    for words in (("runs", "list"), ("runs", "show", "latest"), ("runs", "show", "latest", "--format", "json")):
        assert desk.call(*words).exit_code in (0, 1)
        assert "internal error" not in desk.call(*words).stderr
    (run / "plan.json").write_bytes(RECORDS[case])
    for words in (("runs", "list"), ("--sandbox", "undo", "latest"), ("--sandbox", "plan", "workspace.yaml")):
        result = desk.call(*words)
        assert result.exit_code in (0, 1, 3)
        assert "internal error" not in result.stderr
        assert not isinstance(result.exception, Exception)


RESPONSES: dict[str, tuple[bytes, str]] = {
    "deep": (b"[" * 100_000, "nested more than 100 levels deep at line 1, column 101"),
    "deep but whole": (b"[" * 500 + b"]" * 500, "nested more than 100 levels deep"),
    "nan": (b'[{"id": NaN}]', "NaN is not a JSON number"),
    "infinite": (b'[{"id": 1e999}]', "a number is out of range"),
    "huge": (b'[{"id": ' + b"9" * 5000 + b"}]", "a number has more than 19 digits"),
    "surrogate": (b'[{"id": "a", "name": "\\ud800"}]', "a lone surrogate at line 1"),
    "not UTF-8": (b'[{"id": "\xff"}]', "invalid UTF-8 byte 0xff"),
    "cut off": (b'[{"id": ', "is not JSON"),
    "a scalar": (b"1", ""),
    "nothing": (b"", ""),
}


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """A server on this machine with one answer to every GET; its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            # An HTML page is not asked for again: the retries of other answers take seconds.
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
            """Nothing: the test's output is its own."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("case", RESPONSES)
def test_an_odd_response_is_a_protocol_error(desk: Desk, case: str) -> None:
    body, message = RESPONSES[case]
    desk.write(ADDITIVE)
    kept = clean_environment()
    environment = {name: None for name in os.environ if name not in kept}
    with answering(body) as url:
        runner = CliRunner(env={**environment, "CLOCKIFY_API_KEY": "k" * 48})
        for words in (
            ["plan", "workspace.yaml"],
            ["apply", "workspace.yaml", "--approve", "additive"],
            ["workspaces", "list"],
        ):
            assert_clear(runner.invoke(root, ["--gateway", "clockify", "--base-url", url, *words]), 1, message)
