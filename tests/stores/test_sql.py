"""The SQL store: invalid URLs, a missing extra, and what a database refuses. A password is in no message."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from reconciler.errors import ConfigurationError, StoreError, StoreMovedError
from reconciler.stores.backend import EMPTY, FORMAT
from reconciler.stores.sql import SqlBackend
from tests.stores.machines import WORKSPACE

FILES: dict[str, bytes | None] = {"format": FORMAT, "runs/r/plan.json": b"{}\n"}


def database(tmp_path: Path) -> SqlBackend:
    return SqlBackend(f"sqlite:///{tmp_path / 'runs.sqlite3'}")


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    database(tmp_path).replace(WORKSPACE, EMPTY, FILES)
    assert (tmp_path / "runs.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_write_on_another_version_is_refused(tmp_path: Path) -> None:
    backend = database(tmp_path)
    first = backend.replace(WORKSPACE, EMPTY, FILES)
    second = backend.replace(WORKSPACE, first, {"runs/r/plan.json": b"[]"})
    for snapshot in (first, EMPTY):
        with pytest.raises(StoreMovedError, match="another machine wrote"):
            backend.replace(WORKSPACE, snapshot, {"runs/r/ids.txt": b"1\n"})
    with pytest.raises(StoreMovedError, match="while it was read"):
        backend.read(WORKSPACE, first, ["runs/r/plan.json"])
    assert backend.snapshots() == {WORKSPACE: second}


def test_rows_written_after_others_were_deleted_are_another_version(tmp_path: Path) -> None:
    backend = database(tmp_path)
    first = backend.replace(WORKSPACE, EMPTY, FILES)
    with closing(sqlite3.connect(tmp_path / "runs.sqlite3")) as connection, connection:
        connection.executescript("DELETE FROM reconciler_workspaces; DELETE FROM reconciler_files")
    backend.replace(WORKSPACE, EMPTY, FILES)
    with pytest.raises(StoreMovedError):
        backend.replace(WORKSPACE, first, {"runs/r/ids.txt": b"1\n"})


def test_rows_of_another_hand_fail_closed(tmp_path: Path) -> None:
    backend = database(tmp_path)
    backend.replace(WORKSPACE, EMPTY, {"format": b"reconciler.store/9\n"})
    with pytest.raises(StoreError, match="are not of this version, or were changed"):
        backend.snapshots()


def test_a_place_without_a_folder_and_a_file_that_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used: No such file"):
        SqlBackend(f"sqlite:///{tmp_path / 'no' / 'runs.sqlite3'}").snapshots()
    (tmp_path / "runs.sqlite3").write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match="cannot be reached or used: file is not a database"):
        database(tmp_path).snapshots()


@pytest.mark.parametrize("query", ["password=s3cr3t-w0rd", "mode=ro&uri=true"])
def test_a_file_takes_no_parameters(tmp_path: Path, query: str, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(ConfigurationError, match="SQLite takes no parameters") as caught:
        SqlBackend(f"sqlite:///{tmp_path / 'runs.sqlite3'}?{query}")
    assert "s3cr3t" not in caught.value.message + caught.value.hint
    assert (len(recwarn), list(tmp_path.iterdir())) == (0, [])


def test_a_row_that_the_database_refuses_while_reading(tmp_path: Path) -> None:
    backend = database(tmp_path)
    error = sqlalchemy.exc.IntegrityError("x", {}, Exception("constraint"))
    with pytest.raises(StoreError, match="constraint"), backend._transaction():
        raise error


@pytest.mark.parametrize(
    "url", ["", "x", "mysql://h/d", "postgresql://h:port/d", "postgresql://bo:pa@ss@h/d", "sqlite://rel"]
)
def test_an_invalid_url_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"invalid URL of the run store sql|needs psycopg") as caught:
        SqlBackend(url or "sql")
    assert "h:port" not in caught.value.message
    assert "ss@h" not in caught.value.message


@pytest.mark.parametrize("module", ["sqlalchemy", "psycopg"])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match="which is not installed") as caught:
        SqlBackend("postgresql://jo@127.0.0.1:1/d")
    assert "pip install '.[sql]'" in caught.value.hint


@pytest.mark.usefixtures("short_key")
def test_a_password_is_in_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    made = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'x'}", poolclass=sqlalchemy.NullPool)
    monkeypatch.setattr(sqlalchemy, "create_engine", lambda *_, **__: made)
    backend = SqlBackend(
        "postgresql://jo:pw7@db.example/runs?passfile=/x&sslpassword=s3cret77&host=h&password=a&password=b"
    )
    assert backend.name == "sql:postgresql:db.example/runs"
    error = sqlalchemy.exc.OperationalError("select", {}, RuntimeError("no such user jo with pw7"))
    assert backend._unreachable(error).message.endswith("cannot be reached or used: RuntimeError")
    other = sqlalchemy.exc.OperationalError("select", {}, RuntimeError("refused"))
    assert backend._unreachable(other).message.endswith(": refused")
