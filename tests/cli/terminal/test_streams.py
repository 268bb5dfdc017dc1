"""Missing, closed and full streams, another locale, no home: every command ends with its documented exit code."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

from reconciler.cli.main import COMMANDS
from reconciler.cli.terminal import streams
from reconciler.cli.terminal.streams import Output
from reconciler.sandbox.seed_data import WORKSPACE_ID
from tests.cli.program import ADDITIVE, PROGRAM, Desk, clean_environment, events_of
from tests.cli.test_main import ALL
from tests.waiting import HANGING

C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the surroundings of a command: a redirection, variables that are set or (None) not set."""

    redirection: str = ""
    variables: Mapping[str, str | None] = field(default_factory=dict)

    def run(self, folder: Path, words: Sequence[str]) -> tuple[int, str]:
        """The exit code, and everything that was printed."""
        environment = clean_environment(**{name: value for name, value in self.variables.items() if value})
        for name, value in self.variables.items():
            if value is None:
                environment.pop(name, None)
        line = f'exec "$@" {self.redirection}'
        done = subprocess.run(
            ["bash", "-c", line, "-", *PROGRAM, *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            capture_output=True,
            timeout=HANGING,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


TROUBLES = {
    "no stdin, no HOME, no TERM": Trouble("<&-", {"HOME": None, "TERM": None, "USER": None, "LOGNAME": None}),
    "no stdout": Trouble(">&-"),
    "no stderr": Trouble("2>&-"),
    "no stream": Trouble("<&- >&- 2>&-"),
    "full stderr": Trouble("2>/dev/full"),
    "C locale": Trouble("", C_LOCALE),
}

COMMAND_LINES: list[tuple[str, int]] = [
    # words, exit code
    ("--help", 0),
    ("", 64),
    ("pln", 64),
    ("version", 0),
    ("help sandbox serve", 0),
    ("schema plan", 0),
    ("completion bash", 0),
    ("init -", 0),
    ("--sandbox doctor", 0),
    ("--sandbox drift", 1),  # no run yet
    (f"--sandbox --workspace {WORKSPACE_ID} export", 0),
    ("import-csv -", 1),  # stdin is empty
    ("validate workspace.yaml", 0),
    ("validate bad.yaml", 1),
    ("--sandbox plan --detailed-exitcode", 2),
    ("--sandbox plan --json", 0),
    ("--sandbox plan -", 1),  # stdin is empty
    ("--sandbox apply", 3),  # no terminal, no token
    ("--sandbox apply --approve non-destructive --json", 0),
    ("approve plan.json --sign-with no-key", 1),
    ("--sandbox pull", 3),  # no terminal, no token
    ("fmt --check workspace.yaml", 0),
    ("show plan.json", 0),
    ("runs", 0),
    ("runs show latest", 0),
    ("--sandbox undo latest", 0),
    ("--sandbox whoami --json", 0),
    ("--sandbox workspaces list", 0),
    ("--sandbox workspaces create New", 3),
    ("--sandbox users list --workspace Side", 1),
    (f"--sandbox --workspace {WORKSPACE_ID} time list --since 2026-02-01 -o csv", 0),
    (f"--sandbox --workspace {WORKSPACE_ID} time running", 0),
    (f"--sandbox --workspace {WORKSPACE_ID} time add --start 9:00 --for 1h", 3),
    (f"--sandbox --workspace {WORKSPACE_ID} time stop", 3),
    ("--sandbox time start", 1),  # two workspaces
    ("time edit", 64),  # no id
    ("time delete", 64),
    (f"--sandbox --workspace {WORKSPACE_ID} get projects -o csv", 0),
    ("--sandbox connections list", 0),
    ("--sandbox connections create", 3),  # no terminal for its link
    ("connections get", 64),  # no id
    ("connections delete", 64),
    ("forge outputs nosuch.json", 1),
    ("forge comment nosuch.json --print", 1),
    ("forge annotate --forge github", 1),  # no token
    ("forge approval sha256:1", 3),  # a part of a digest
    ("--gateway maton whoami", 1),  # no key
    ("sandbox dump", 0),
    ("sandbox seed", 1),  # it has data
    ("sandbox reset", 0),
]


def prepare(desk: Desk) -> None:
    """A recorded run, a saved plan, a good and a bad manifest."""
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    desk.write(ADDITIVE.replace("another one", "Größe 漢字"))
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    desk.write("version: 1\ntagz: [Größe]\n", "bad.yaml")


def test_the_table_has_every_command() -> None:
    words = " ".join(line for line, _ in COMMAND_LINES).split()
    assert set(COMMANDS) <= set(words)
    leaves = {names[-1] for names, command in ALL if names and not isinstance(command, click.Group)}
    assert leaves - set(words) == {"get", "serve", "list"} - set(words)


def lines_for(trouble: str) -> list[tuple[str, int]]:
    """A part of the commands: streams are guarded in one place, and a process takes a second.

    `EVERY_TROUBLE=1` plays each command under each trouble.
    """
    if os.environ.get("EVERY_TROUBLE"):
        return COMMAND_LINES
    return COMMAND_LINES[list(TROUBLES).index(trouble) :: len(TROUBLES)]


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES if os.environ.get("EVERY_TROUBLE") else [*TROUBLES][1::2])
def test_every_command_ends_with_its_exit_code_and_without_a_traceback(trouble: str, desk: Desk) -> None:
    prepare(desk)
    wrong = {}
    for line, code in lines_for(trouble):
        actual, shown = TROUBLES[trouble].run(desk.folder, line.split())
        if actual != code or any(text in shown for text in ("Traceback (", "internal error in", "Exception ignored")):
            wrong[line] = (actual, shown)
    assert wrong == {}


@pytest.mark.parametrize(
    "redirection",
    [
        "<&- >&- 2>&-",
        *(pytest.param(each, marks=pytest.mark.slow) for each in (">&-", "| true", ">/dev/full", "2>/dev/full")),
    ],
)
@pytest.mark.parametrize("form", ["--format=text", pytest.param("--format=json", marks=pytest.mark.slow)])
def test_an_apply_without_a_reader_ends_as_it_would_with_one(redirection: str, form: str, desk: Desk) -> None:
    desk.write(ADDITIVE)
    words = ["--sandbox", "apply", "--approve", "additive", form]
    line = f'set -o pipefail; "$@" {redirection}'
    done = subprocess.run(
        ["bash", "-c", line, "-", *PROGRAM, *words], cwd=desk.folder, env=clean_environment(), check=False
    )
    assert done.returncode == 0
    assert {"brand-new", "another one"} <= desk.tags()
    assert '"complete": true' in desk.call("runs", "show", "latest", "--json").stdout
    assert {path.name for path in desk.folder.iterdir()} == {".reconciler", "workspace.yaml"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["plan", "--detailed-exitcode"], 1),
        pytest.param(["plan"], 1, marks=pytest.mark.slow),
        pytest.param(["whoami", "--json"], 1, marks=pytest.mark.slow),
        pytest.param(["--workspace", WORKSPACE_ID, "time", "running"], 1, marks=pytest.mark.slow),
        pytest.param(["--help"], 1, marks=pytest.mark.slow),
    ],
)
def test_a_result_on_a_full_disk_is_an_error(words: list[str], code: int, desk: Desk) -> None:
    desk.write(ADDITIVE)
    done = Trouble(">/dev/full").run(desk.folder, ["--sandbox", *words])
    assert done == (code, "error: cannot write to stdout: No space left on device; the output is incomplete\n")


@pytest.mark.slow
def test_a_pipe_that_is_closed_early_keeps_the_code_of_the_command(desk: Desk) -> None:
    desk.write(ADDITIVE)
    for words, code in ((["plan"], 0), (["plan", "--detailed-exitcode"], 2)):
        line = 'PYTHONUNBUFFERED=1 "$@" | true; exit "${PIPESTATUS[0]}"'
        done = subprocess.run(
            ["bash", "-c", line, "-", *PROGRAM, "--sandbox", *words],
            cwd=desk.folder,
            env=clean_environment(),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (code, b"")


def test_a_file_that_is_opened_later_never_becomes_stdout(desk: Desk) -> None:
    """With stdout closed, the next file that a process opens gets its descriptor."""
    desk.write(ADDITIVE)
    code = "import os; from reconciler.cli.terminal.streams import guard_streams\n"
    code += "with guard_streams(): print(os.open('x', os.O_CREAT | os.O_WRONLY) > 2, file=open('seen', 'w'))"
    subprocess.run(
        ["bash", "-c", '"$@" <&- >&- 2>&-', "-", sys.executable, "-c", code],
        cwd=desk.folder,
        env=clean_environment(),
        check=True,
    )
    assert (desk.folder / "seen").read_text(encoding="utf-8") == "True\n"


def test_streams_that_are_none_are_pipes_without_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    with streams.guard_streams():
        streams.echo("nothing reads this")
        streams.echo_error("nor this")
        assert sys.stdin.read() == ""
        assert not any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
        assert streams.failure_of_stdout() is None
    assert sys.stdout is None


def test_output_escapes_what_the_encoding_lacks_and_survives_a_closed_stream() -> None:
    raw = io.BytesIO()
    output = Output(io.TextIOWrapper(raw, encoding="ascii"))
    output.write("é\ud800\n")
    output.flush()
    assert raw.getvalue() == b"\\xe9\\ud800\n"
    stream = io.StringIO()
    stream.close()
    Output(stream).write("x")
    assert not Output(stream).isatty()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes everywhere")
def test_a_read_only_folder_is_a_clear_error(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.folder.chmod(0o500)
    done = desk.run("--sandbox", "plan")
    assert done.returncode == 1
    assert "cannot create the folder .reconciler" in done.stderr


def test_the_event_stream_is_complete_where_it_is_read(desk: Desk) -> None:
    desk.write(ADDITIVE)
    done = desk.run("--sandbox", "apply", "--approve", "additive", "--json")
    assert events_of(done.stdout)[-1]["exit_code"] == done.returncode == 0
