"""What a command may do without its store, and what doctor shows of one."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.cli import run_store
from reconciler.cli.doctor import store as diagnosed
from reconciler.cli.settings import Settings, has_credentials
from reconciler.cli.store_use import StoreUse
from reconciler.errors import ConfigurationError, StoreError
from reconciler.render.diagnoses import Health
from reconciler.state import Workspace
from reconciler.stores import Claim, Fetched, Holder, RunStore, open_run_store
from tests.cli.embedded import Embedded
from tests.stores.machines import git
from tests.stores.test_hold import Store

HELD = Claim("1", "jo on h, process 1", 0.0, 0.0, "sha256:ab")


@dataclass
class Noted(Store):
    """A store whose fetch finds a conflict and two claims."""

    def fetch(self) -> Fetched:
        return Fetched(("run r has two continuations",), {"w1": HELD, "w2": HELD})


def use(monkeypatch: pytest.MonkeyPatch, store: RunStore) -> None:
    monkeypatch.setattr(run_store, "open_store", lambda _: store)
    monkeypatch.setattr(diagnosed, "open_store", lambda _: store)


def test_a_push_without_a_claim_that_fails_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, Noted(failing={"push"}))
    run_store.fetch_runs(Settings(), StoreUse.PLAN).publish()
    shown = capsys.readouterr().err
    assert "warning: run r has two continuations" in shown
    assert (
        "warning: what the state folder has is not stored: x cannot be reached; the next command tries it again"
        in shown
    )


def test_without_a_fetch_nothing_is_pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(failing={"fetch"})
    use(monkeypatch, store)
    run_store.fetch_runs(Settings(), StoreUse.PLAN).publish()
    assert store.calls == ["fetch"]
    with pytest.raises(StoreError, match="without it these are not known") as caught:
        run_store.fetch_runs(Settings(), StoreUse.APPLY)
    assert caught.value.hint


def test_doctor_shows_claims_and_conflicts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, Noted())
    (tmp_path / "conflicts").mkdir()
    (tmp_path / "conflicts" / "r.ab.journal.jsonl").write_bytes(b"")
    settings = Settings(state_dir=str(tmp_path))
    found = list(diagnosed.diagnose_store(settings, Workspace("w1", "W")))
    assert [(each.part, each.health) for each in found] == [
        ("store", Health.OK),
        ("store", Health.WARN),
        ("claim", Health.WARN),
        ("conflicts", Health.WARN),
    ]
    assert "the workspace w1 is held by jo on h, process 1, since 1970-01-01T00:00:00.000Z" in found[2].message
    assert "1 copy of conflicting records" in found[3].message
    assert len(list(diagnosed.diagnose_store(Settings(state_dir="/none"), None))) == 4


@pytest.mark.parametrize("error", [OSError(), KeyError("uid"), ImportError("pwd")])
def test_a_user_without_a_name_is_an_unknown_one(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail() -> str:
        raise error

    assert run_store.user() == getpass.getuser()
    monkeypatch.setattr(getpass, "getuser", fail)
    assert run_store.user() == "unknown user"


@pytest.mark.parametrize(
    ("store", "secret"),
    [
        ("git", False),
        ("git:origin", False),
        ("git:git@github.com:a/b.git", False),
        ("git:ssh://git@github.com/a/b.git", False),
        ("git:https://t0ken@github.com/a/b.git", True),
        ("sql:sqlite:///a@b.sqlite3", False),
        ("sql:postgresql://jo@h/d", False),
        ("sql:postgresql://jo:pw@h/d", True),
        ("sql:postgresql://h/d?password=pw", True),
    ],
)
def test_a_store_with_a_secret_is_left_out_of_commands(store: str, secret: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert has_credentials(store) is secret
    settings = Settings(given={"store": store, "state_dir": "s"})
    for command in (settings.command("runs"), settings.local_command("runs")):
        assert ("--store" in command) is not secret


def test_a_text_that_names_no_store_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="invalid run store 'cloud'"):
        open_run_store("cloud:x", ".", holder=Holder("a", "b", 1), now=lambda: 0.0, environment={})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("runs",), "only those in the state folder are listed"),
        (("runs", "show", "latest"), "the run is looked up in the state folder alone"),
        (("show", "latest"), "the run is looked up in the state folder alone"),
        (("plan",), "the plan rests on the state folder, and is refused if it removes anything"),
        (("undo", "latest"), "the undo rests on the state folder, and a plan that removes anything is refused"),
        (("drift",), "the comparison rests on the runs in the state folder"),
        (("pull",), "not known are renames that other machines recorded"),
        (("time", "list"), "writes are recorded in the state folder"),
        (("apply", "--approve", "additive"), "Nothing was written"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_without_its_store_each_command_says_what_that_means_for_it(
    sandbox: Embedded, words: tuple[str, ...], expected: str
) -> None:
    sandbox.declare(tags=["one"])
    sandbox.desk.write("no database\n", "runs.sqlite3")
    result = sandbox.run(*words, options=("--store", "sql:sqlite:///runs.sqlite3"))
    assert expected in result.stderr
    removing = words[0] in ("plan", "undo")
    assert ("removes anything" in result.stderr) is removing
    assert "refuses to plan removals" not in result.stderr


def test_what_makes_a_store_usable_again_is_said_with_the_warning(sandbox: Embedded) -> None:
    git(sandbox.desk.folder, "init", "-q", "-b", "main")
    blob = git(sandbox.desk.folder, "hash-object", "-w", "--stdin")
    git(sandbox.desk.folder, "update-ref", f"refs/reconciler/{sandbox.workspace}", blob)
    result = sandbox.run("runs", options=("--store", "git"))
    assert (result.exit_code, "hint: move it back to its last commit" in result.stderr) == (0, True)
