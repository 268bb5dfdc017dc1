"""What a command imports: starting is most of what a small command takes, so a module that it does not use costs its whole time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from reconciler.cli import connect
from reconciler.sandbox import Store
from reconciler.version import __version__
from tests.cli.program import Desk, clean_environment
from tests.waiting import HANGING

MANIFEST = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: [urgent]\n"
SCRIPT = """
import json, sys
before = set(sys.modules)
from reconciler.cli.main import main
loaded = []
for words in json.loads(sys.argv[1]):
    sys.argv = ["reconciler", *words]
    try:
        main()
    except SystemExit as end:
        assert not end.code, words
    loaded.append(sorted(set(sys.modules) - before))
print(json.dumps(loaded), file=sys.stderr)
"""
FRAME = "cli cli.global_options cli.main cli.settings cli.summary cli.terminal cli.terminal.streams collector lazy_exports version"
READING = {"click", "yaml", "jsonschema_rs"}
SERVERS = {"asyncio", "ssl", "logging", "http", "concurrent.futures", "subprocess", "tempfile"}
"""What a served sandbox and an event loop need."""


def loaded_by(*commands: list[str]) -> tuple[str, list[set[str]]]:
    """The output of commands in one new process, and the modules that are there after each."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(commands)],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=HANGING,
        check=True,
    )
    return done.stdout, [set(each) for each in json.loads(done.stderr.splitlines()[-1])]


def outside(modules: Iterable[str]) -> set[str]:
    """The libraries among modules that are neither Python's nor ours."""
    found = {name.partition(".")[0] for name in modules if "cython" not in name}  # what compiled modules share
    return {name for name in found if name not in sys.stdlib_module_names and name not in ("reconciler", "org")}


def own(modules: Iterable[str], room: str = "") -> set[str]:
    """Our modules, without `reconciler.`; those inside `room`, without its name."""
    start = f"reconciler.{room}." if room else "reconciler."
    return {name.removeprefix(start) for name in modules if name.startswith(start)}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("start") / "workspace.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


def test_version_and_help_import_declarations_only() -> None:
    words = (["--version"], ["plan", "--version"], ["--help"], ["plan", "--help"])
    stdout, (version, *more) = loaded_by(*words)
    assert stdout.startswith(f"reconciler {__version__}\n")
    assert own(version) == set(FRAME.split())
    for modules in (version, *more):
        assert outside(modules) == {"click"}
    rooms = {name.partition(".")[0] for name in own(more[-1])}
    assert rooms & {"manifest", "gateway", "live", "applying", "timekeeping", "sandbox"} == set()
    assert "sqlite3" not in more[-1]


def test_validate_imports_the_reading_of_manifests_only(manifest: Path) -> None:
    stdout, (modules,) = loaded_by(["validate", str(manifest)])
    assert stdout.startswith("valid: ")
    assert outside(modules) == READING
    rooms = {name.partition(".")[0] for name in own(modules)}
    assert rooms & {"gateway", "live", "applying", "timekeeping", "sandbox"} == set()
    assert modules & {"socketserver", "shlex", "difflib", "shutil", "tempfile", "zipfile", "ssl", "asyncio"} == set()
    assert own(modules, "planning") == {"plan_format"}
    assert own(modules, "render") == {"counts", "escape", "lines", "problems", "sarif", "screen", "width"}
    inner = {name.partition(".")[0] for name in own(modules, "manifest")}
    assert inner & {"export", "import_csv", "edit", "pull", "fmt", "table", "starter"} == set()


def test_plan_imports_neither_http_nor_what_writes_or_prints_other_formats(manifest: Path, tmp_path: Path) -> None:
    words = ["--sandbox", "--state-dir", str(tmp_path / "state"), "plan", str(manifest)]
    loaded_by(words)  # fills the store of the sandbox, once
    stdout, (modules,) = loaded_by(words)
    assert stdout.startswith("Plan for Acme Studio")
    assert outside(modules) == READING
    assert modules & SERVERS == set()
    assert own(modules, "sandbox") & {"app", "control", "faults", "fault_rules", "seed_data", "snapshot"} == set()
    assert own(modules, "applying") == {
        *("digests", "private_files", "unfinished", "journal", "journal.folder", "journal.renames", "journal.runs"),
        "plan_records",
    }
    assert own(modules, "gateway") & {"transport", "http_library", "async_client", "error_table"} == set()
    assert own(modules, "live") & {"since", "feeds", "feed_items", "list_record"} == set()  # of --since-last
    assert own(modules, "cli") & {"last_reading"} == set()
    assert own(modules, "render") & {"html", "markdown", "report", "runs", "outcomes", "drift"} == set()
    inner = {name.partition(".")[0] for name in own(modules, "manifest")}
    assert inner & {"export", "import_csv", "edit", "pull", "fmt", "table", "lint", "validated"} == set()
    assert (
        own(modules)
        & {
            "manifest.validation.messages",
            "manifest.validation.corrections",
            "planning.plan_record_shape",
            "planning.planfile",
            "planning.renames.accept",
            "planning.drift",
            "cli.key_command",
            "timekeeping",
        }
        == set()
    )


def test_the_sandbox_of_a_command_serves_the_store_that_it_fills() -> None:
    with Store(":memory:") as store:
        assert connect.is_empty(store)
        connect.seed(store)
        assert not connect.is_empty(store)
        assert connect.create_app(store).store is store  # type: ignore[attr-defined]  # its sandbox


def test_completing_imports_nothing_that_it_does_not_need(desk: Desk) -> None:
    """Not even the program's own modules that send requests."""
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom reconciler.cli.main import main\nsys.argv = ['reconciler']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    desk.call("--sandbox", "workspaces", "list")
    line = "--sandbox\x1f--base-url\x1fhttp://127.0.0.1:9\x1fplan\x1f--workspace\x1f"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(_RECONCILER_COMPLETE="zsh", _RECONCILER_LINE=line),
        cwd=desk.folder,
        capture_output=True,
        text=True,
        timeout=HANGING,
        check=True,
    )
    assert [row.split("\t")[1] for row in done.stdout.splitlines()] == ["Acme Studio", "Side Hustle"]
    loaded = set(done.stderr.split())
    assert outside(loaded) <= {"click"}
    assert not {name for name in loaded if name.startswith(("reconciler.gateway", "reconciler.live", "http.client"))}
