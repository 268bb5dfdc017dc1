"""What is offered at the cursor, in process: commands, options, choices, run ids, workspaces, files; nothing ever fails or asks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reconciler.cli.completion import answer, recorded
from reconciler.cli.completion.scripts import SCRIPTS, SEPARATOR
from reconciler.cli.main import COMMANDS
from reconciler.sandbox import Store
from reconciler.sandbox.workspace_names import workspace_names
from tests.cli.completion.names import HOSTILE, UNUSABLE, record, workspace_id
from tests.cli.program import ADDITIVE, Desk

FILE, FOLDER = ["file"], ["dir"]


def offered(desk: Desk, *words: str, program: str = "zsh", **environment: str) -> list[str]:
    """The values at the end of the words, of which the last is incomplete, for a shell."""
    result = desk.call(_RECONCILER_COMPLETE=program, _RECONCILER_LINE=SEPARATOR.join(words), **environment)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


def in_bash(desk: Desk, typed: str, piece: str) -> list[str]:
    """What bash inserts for the typed words; `piece` is what it replaces."""
    variables = {"_RECONCILER_LINE": f"reconciler {typed}", "_RECONCILER_WORD": piece}
    result = desk.call(_RECONCILER_COMPLETE="bash", **variables)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["pl"], ["plan"]),
        (["plan", "--detailed"], ["--detailed-exitcode"]),
        (["--gateway", ""], ["maton", "clockify", "sandbox"]),
        (["--gateway=san"], ["sandbox"]),
        (["--region", "e"], ["eu"]),
        (["plan", "--format", "m"], ["markdown"]),
        (["plan", "--format=h"], ["html"]),
        (["get", "t"], ["tasks", "tags"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["help", "pl"], ["plan"]),
        (["help", "sandbox", "se"], ["seed", "serve"]),
        (["help", "plan", ""], []),
        (["help", "quux", ""], []),
        (["plan", ""], FILE),
        (["validate", "manifests/", "ma"], FILE),
        (["plan", "-o", "p"], FILE),
        (["apply", ""], FILE),
        (["sandbox", "reset", ""], FILE),
        (["import-csv", ""], FILE),
        (["init", ""], FILE),
        (["--state-dir", ""], FOLDER),
        (["plan", "--var", ""], []),
        (["plan", "--report", ""], []),
        (["--rate", ""], []),
        (["plan", "--timeout", "never", "--format", "j"], ["json"]),
        (["--base-url", "http://127.0.0.1:9", "pl"], ["plan"]),
    ],
    ids=str,
)
def test_the_word_at_the_cursor_decides(words: list[str], expected: list[str], desk: Desk) -> None:
    assert offered(desk, *words) == expected
    assert list(desk.folder.iterdir()) == []


def test_every_command_is_offered_with_its_summary(desk: Desk) -> None:
    result = desk.call(_RECONCILER_COMPLETE="fish", _RECONCILER_LINE="")
    assert result.stdout.splitlines() == [f"plain\t{name}\t{summary}" for name, summary in COMMANDS.items()]
    assert desk.call(_RECONCILER_COMPLETE="zsh", _RECONCILER_LINE="p").stdout == (
        f"plain\tplan\tplan  {COMMANDS['plan']}\nplain\tpull\tpull  {COMMANDS['pull']}\n"
    )


def test_runs_of_the_state_folder_are_offered_newest_first(desk: Desk) -> None:
    assert offered(desk, "runs", "show", "") == []
    record(desk.folder / "state", "A", "B")
    ids = ["20261102T000000000Z-0a1b2c3d", "20261101T000000000Z-0a1b2c3d"]
    (desk.folder / "state" / "runs" / "$(x)").mkdir()
    (desk.folder / "state" / "runs" / "3-is-a-file").touch()
    (desk.folder / "state" / "runs" / "4").symlink_to(desk.folder)
    for words in (["--state-dir", "state", "runs", "show", ""], ["undo", "--state-dir", "state", ""]):
        assert offered(desk, *words) == ["latest", *ids]
    assert offered(desk, "undo", "", RECONCILER_STATE_DIR="state") == ["latest", *ids]
    assert offered(desk, "--state-dir=state", "undo", "20261101") == ids[1:]
    assert offered(desk, "--state-dir", "state", "undo", "la") == ["latest"]
    (desk.folder / "linked").mkdir()
    (desk.folder / "linked" / "runs").symlink_to(desk.folder / "state" / "runs")
    assert offered(desk, "--state-dir", "linked", "undo", "") == []


def test_show_takes_runs_and_plan_files(desk: Desk) -> None:
    record(desk.folder / "state", "A")
    for name in ("plan.json", "a\x1b.json", "b.yaml"):
        desk.write("", name)
    runs = ["latest", "20261101T000000000Z-0a1b2c3d"]
    assert offered(desk, "--state-dir", "state", "show", "") == ["plan.json", *runs]
    assert offered(desk, "--state-dir", "state", "show", "plans/") == FILE


def test_a_folder_that_is_gone_has_no_plan_files(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("os.scandir", fail)
    assert offered(desk, "show", "") == FILE


def test_a_real_run_and_the_sandbox_name_their_workspaces(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert offered(desk, "--workspace", "") == []
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    both, one = ["Acme Studio", "Side Hustle"], ["Acme Studio"]
    for words in (["--workspace", ""], ["--sandbox", "--workspace", ""], ["workspaces", "get", ""]):
        assert offered(desk, *words) == both
    assert offered(desk, "plan", "--gateway", "sandbox", "--workspace", "Ac") == one
    assert offered(desk, "--gateway", "clockify", "--workspace", "") == []
    (desk.folder / ".reconciler" / "sandbox.sqlite3").unlink()
    assert offered(desk, "--workspace", "") == one
    assert offered(desk, "--workspace", "69") != []
    assert offered(desk, "workspaces", "create", "") == []


def test_a_time_run_names_its_workspace_too(desk: Desk) -> None:
    words = ["--sandbox", "--workspace", "Side Hustle", "time", "add", "--start", "2026-02-02T09:00", "--for", "1h"]
    assert desk.call(*words, "--approve", "yes").exit_code == 0
    (desk.folder / ".reconciler" / "sandbox.sqlite3").unlink()
    assert offered(desk, "--workspace", "S") == ["Side Hustle"]


def test_the_id_stands_in_for_a_name_with_an_effect_of_its_own(desk: Desk) -> None:
    record(desk.folder / "s", *HOSTILE, *UNUSABLE)
    ids = [workspace_id(len(HOSTILE) + number) for number in range(len(UNUSABLE))]
    expected = [*HOSTILE, *ids][::-1]
    for shell in ("zsh", "fish"):
        assert offered(desk, "--state-dir", "s", "--workspace", "", program=shell) == expected
    assert offered(desk, "--state-dir", "s", "--workspace", ids[0]) == ids[:1]
    shown = desk.call(
        _RECONCILER_COMPLETE="fish", _RECONCILER_LINE=SEPARATOR.join(("--state-dir", "s", "--workspace", ""))
    )
    assert "\x1b" not in shown.stdout
    assert "evil" not in shown.stdout


@pytest.mark.parametrize("quote", ["", '"', "'"], ids=["bare", "double", "single"])
def test_bash_gets_names_that_it_reads_as_themselves(quote: str, desk: Desk) -> None:
    record(desk.folder / "s", *HOSTILE, *UNUSABLE)
    values = in_bash(desk, f"--state-dir s --workspace {quote}", quote)
    words = " ".join(f"{quote}{value}{quote}" for value in values)  # bash itself ends an open quote
    read = subprocess.run(["bash", "-c", f"printf '%s\\n' {words}"], cwd=desk.folder, capture_output=True, check=True)
    assert read.stdout.decode().splitlines() == offered(desk, "--state-dir", "s", "--workspace", "")
    assert [path.name for path in desk.folder.iterdir()] == ["s"]
    if quote == "":
        assert all(f"\\{char}" in "".join(values) for char in "$(`;~*#{&!")


@pytest.mark.parametrize(
    ("typed", "piece", "expected"),
    [
        ("--workspace f", "f", ["f:\\ Studio"]),
        ("--workspace f:", ":", ["\\ Studio"]),
        ("--workspace f:\\ S", "\\ S", ["\\ Studio"]),
        ("--workspace=f", "f", ["f:\\ Studio"]),
        ("--workspace=f:", ":", ["\\ Studio"]),
        ("--workspace=", "=", None),
        ('--workspace "f: S', '"f: S', ["f: Studio"]),
        ("--workspace i=", "=", ["b"]),
        ("--workspace fxy", "fxy", []),
        ("--workspace $(", "(", []),
        ('--workspace "$HO', '"$HO', []),
        ("--workspace \\$", "\\$", ["\\$\\(touch\\ pwned\\)"]),
        ("--workspace '$(", "'$(", ["$(touch pwned)"]),
        ("--workspace 'd it'", "'d it'", ['d\\ it\\\'s\\ \\"q\\"\\ \\\\\\ \\!1\\ \\$HOME']),
        ("--base-url http://127.0.0.1:9 pl", "pl", ["plan"]),
        ("pl", "plan", ["plan"]),  # the cursor is within the word
    ],
    ids=str,
)
def test_bash_replaces_a_part_of_the_word(typed: str, piece: str, expected: list[str] | None, desk: Desk) -> None:
    record(desk.folder / "s", *HOSTILE)
    values = in_bash(desk, f"--state-dir s {typed}", piece)
    assert values == (expected if expected is not None else in_bash(desk, "--state-dir s --workspace ", ""))


def test_fish_gets_the_option_with_its_value(desk: Desk) -> None:
    record(desk.folder / "s", "Acme Studio")
    assert offered(desk, "--state-dir", "s", "--workspace=Ac", program="fish") == ["--workspace=Acme Studio"]
    assert offered(desk, "plan", "--format=j", program="fish") == ["--format=json"]
    assert offered(desk, "--state-dir", "s", "--workspace", "'Ac", program="fish") == ["Acme Studio"]


def test_no_record_breaks_the_line_that_is_being_typed(desk: Desk) -> None:
    for number, text in enumerate(("", "not JSON", "[]", "{}", '{"gateway": "maton", "workspace": 1}', "[" * 10_000)):
        desk.write(text, f"s/runs/{number}/journal.jsonl")
    (desk.folder / "s" / "runs" / "8" / "journal.jsonl").mkdir(parents=True)
    (desk.folder / "s" / "runs" / "9").mkdir()
    desk.write("no database", "s/sandbox.sqlite3")
    assert offered(desk, "--state-dir", "s", "--workspace", "") == []
    assert len(recorded.run_ids("s")) == 8


@pytest.mark.parametrize("rows", [[], [("1", "[]")], [("1", "{")], [("1", '{"name": "A"}')]], ids=str)
def test_a_store_is_read_without_a_change_to_it(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "a store?.sqlite3"
    expected = {"1": "A"} if '"A"' in str(rows) else {}
    with Store(str(path)) as store:
        store._db.executemany("INSERT INTO objects VALUES (?, 'workspace', '', '', '', ?)", rows)
        assert workspace_names(str(path)) == expected
    assert workspace_names(str(path)) == expected
    assert workspace_names(str(tmp_path / "none")) == {}
    assert {file.name for file in tmp_path.iterdir()} == {path.name}


def test_completing_runs_no_command_and_shows_no_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert offered(desk, "--key-command", "touch ran", "--workspace", "") == []
    assert offered(desk, "init", "x.yaml", "") == []
    assert offered(desk, "--version", "pl") == ["plan"]
    assert list(desk.folder.iterdir()) == []

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(answer, "_question", fail)
    assert offered(desk, "pl") == []


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_is_printed_by_the_command_and_by_the_variable(shell: str, desk: Desk) -> None:
    script = desk.call("completion", shell)
    assert (script.exit_code, script.stderr) == (0, "")
    assert script.stdout == SCRIPTS[shell] == desk.call(_RECONCILER_COMPLETE=f"{shell}_source").stdout
    assert desk.call("completion").exit_code == desk.call("completion", "tcsh").exit_code == 64


def test_a_shell_that_is_none_of_ours_runs_no_command(desk: Desk) -> None:
    """The variable alone decides: click ends the program for what it does not know."""
    assert desk.call("init", _RECONCILER_COMPLETE="tcsh").exit_code == 1
    assert list(desk.folder.iterdir()) == []
