"""Workspaces as rows of a database, SQLite or PostgreSQL. The only module that imports SQLAlchemy, which is an extra."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconciler.applying.private_files import open_private
from reconciler.errors import ConfigurationError, StoreError, StoreMovedError
from reconciler.stores.backend import FORMAT, FORMAT_FILE, StoreSnapshot
from reconciler.text import API_KEYS, sanitize

if TYPE_CHECKING:
    from sqlalchemy import Connection

INSTALL: Final = "install the extra sql, in a checkout: `pip install '.[sql]'`"
FORMS: Final = "sql:sqlite:///FILE or sql:postgresql://USER@HOST/DATABASE"
CONNECT_SECONDS: Final = 10
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def _invalid() -> ConfigurationError:
    hint = f"its forms are {FORMS}; @, : and / in a user or a password are written %40, %3A and %2F"
    return ConfigurationError("invalid URL of the run store sql", hint=hint)


def _require_whole_host(host: str | None) -> None:
    """Raise ValueError for a host with the rest of a password in it, which had this character."""
    if "@" in (host or ""):
        raise ValueError


def _require_no_query(driver: str, query: Mapping[str, Any]) -> None:
    """Raise ConfigurationError for what stands behind `?` in the URL of a file: it would be ignored."""
    if driver == "sqlite" and query:
        hint = "leave out what is behind ?: a file has no password, and the rights of the file protect it"
        raise ConfigurationError("invalid URL of the run store sql: SQLite takes no parameters", hint=hint)


class SqlBackend:
    """Two tables: a version for each workspace, and its files. `url` is SQLAlchemy's; its password is masked in every message.

    Raises ConfigurationError for an invalid URL, and where the extra is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            import sqlalchemy  # noqa: PLC0415 - optional: the extra sql
        except ImportError:
            raise ConfigurationError(
                "the run store sql needs SQLAlchemy, which is not installed", hint=INSTALL
            ) from None
        self._sql: Any = sqlalchemy
        try:
            parsed = sqlalchemy.make_url(url)
            driver = _DRIVERS[parsed.drivername]
            _require_whole_host(parsed.host)
            _require_no_query(driver, parsed.query)
        except (sqlalchemy.exc.ArgumentError, KeyError, ValueError):
            raise _invalid() from None
        query = (value for name, value in parsed.query.items() if "pass" in name.lower())
        values = [
            str(parsed.password or ""),
            *(text for value in query for text in ([value] if isinstance(value, str) else value)),
        ]
        self._secrets = [value for value in values if value]
        for secret in self._secrets:
            API_KEYS.add(secret)
        self._file = Path(parsed.database or "") if driver == "sqlite" else None
        place = parsed.database if self._file else f"{parsed.host or 'localhost'}/{parsed.database or ''}"
        self.name = f"sql:{parsed.drivername}:{sanitize(place or '')}"
        seconds = {"timeout": CONNECT_SECONDS} if self._file else {"connect_timeout": CONNECT_SECONDS}
        try:
            self._engine = sqlalchemy.create_engine(
                parsed.set(drivername=driver), poolclass=sqlalchemy.NullPool, hide_parameters=True, connect_args=seconds
            )
        except sqlalchemy.exc.ArgumentError:
            raise _invalid() from None
        except ImportError:
            raise ConfigurationError(
                f"the run store {self.name} needs psycopg, which is not installed", hint=INSTALL
            ) from None
        self._tables, self._heads, self._files = _tables(sqlalchemy)
        self._has_tables = False

    def snapshots(self) -> Mapping[str, StoreSnapshot]:
        """The versions and the sums of all files, in one transaction."""
        files = self._files.c
        with self._transaction() as connection:
            rows: Any = connection.execute(self._sql.select(self._heads.c.key, self._heads.c.version))
            versions: dict[str, int] = {row.key: row.version for row in rows}
            sums: dict[str, dict[str, str]] = {key: {} for key in versions}
            rows = connection.execute(self._sql.select(files.key, files.path, files.sum))
            for row in rows:
                sums.setdefault(row.key, {})[row.path] = row.sum
        for key, found in sums.items():
            if key not in versions or found.get(FORMAT_FILE) != self.sum_of(FORMAT):
                raise StoreError(
                    f"the rows of workspace {sanitize(key)} in the run store {self.name} are not of this version, or were changed",
                    hint="restore them from a backup of the database",
                )
        return {key: StoreSnapshot(str(version), sums[key]) for key, version in versions.items()}

    def read(self, key: str, snapshot: StoreSnapshot, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The content of these paths. Raises StoreMovedError where another machine has replaced one meanwhile."""
        files, listed = self._files.c, list(paths)
        query = self._sql.select(files.path, files.data).where(files.key == key, files.path.in_(listed))
        with self._transaction() as connection:
            rows: Any = connection.execute(query)
            found = {row.path: bytes(row.data) for row in rows}
        if any(self.sum_of(found.get(path, b"")) != snapshot.sums[path] for path in listed):
            raise StoreMovedError(
                f"another machine wrote to the run store {self.name} while it was read",
                hint="run the same command again",
            )
        return found

    def replace(self, key: str, snapshot: StoreSnapshot, files: Mapping[str, bytes | None]) -> StoreSnapshot:
        """One transaction, which begins with the compare-and-swap of the version."""
        # Rows that another hand deletes are no older version of those that are written after them: each begins at a number of its own.
        version = int(snapshot.version or secrets.randbelow(2**30)) + 1
        heads, columns = self._heads, self._files.c
        new: list[dict[str, Any]] = [
            {"key": key, "path": path, "sum": self.sum_of(data), "data": data}
            for path, data in files.items()
            if data is not None
        ]
        moved = StoreMovedError(f"another machine wrote to workspace {key} of the run store {self.name}")
        with self._transaction(moved) as connection:
            if snapshot.version:
                same = (heads.c.key == key) & (heads.c.version == version - 1)
                if connection.execute(heads.update().where(same).values(version=version)).rowcount != 1:
                    raise moved
            else:
                connection.execute(heads.insert().values(key=key, version=version))
            connection.execute(self._files.delete().where(columns.key == key, columns.path.in_(list(files))))
            if new:
                connection.execute(self._files.insert(), new)
        sums = {path: total for path, total in snapshot.sums.items() if path not in files}
        return StoreSnapshot(str(version), {**sums, **{row["path"]: row["sum"] for row in new}})

    def sum_of(self, data: bytes, like: str = "") -> str:  # noqa: ARG002 - as StoreBackend
        """SHA-256."""
        return hashlib.sha256(data).hexdigest()

    @contextmanager
    def _transaction(self, moved: StoreMovedError | None = None) -> Iterator[Connection]:
        """A transaction; `moved` is raised for a row that is there already. Raises StoreError for every other failure."""
        errors = self._sql.exc
        try:
            if self._file is not None:
                os.close(open_private(self._file, os.O_RDWR | os.O_CREAT))
            with self._engine.begin() as connection:
                if not self._has_tables:
                    self._tables.create_all(connection)
                yield connection
            self._has_tables = True
        except errors.IntegrityError as error:
            raise (moved or self._unreachable(error)) from None
        except errors.SQLAlchemyError as error:
            raise self._unreachable(error) from None
        except OSError as error:
            raise StoreError(f"the run store {self.name} cannot be used: {error.strerror}") from error

    def _unreachable(self, error: Exception) -> StoreError:
        original = getattr(error, "orig", None) or error
        text = str(original)
        if any(secret in text for secret in self._secrets):  # also one that is too short to be masked
            text = type(original).__name__
        return StoreError(f"the run store {self.name} cannot be reached or used: {sanitize(text)}")


def _tables(sql: Any) -> tuple[Any, Any, Any]:
    """The two tables, with what holds both."""
    tables, text = sql.MetaData(), sql.String
    heads = sql.Table(
        "reconciler_workspaces",
        tables,
        sql.Column("key", text(64), primary_key=True),
        sql.Column("version", sql.Integer, nullable=False),
    )
    files = sql.Table(
        "reconciler_files",
        tables,
        sql.Column("key", text(64), primary_key=True),
        sql.Column("path", text(300), primary_key=True),
        sql.Column("sum", text(64), nullable=False),
        sql.Column("data", sql.LargeBinary, nullable=False),
    )
    return tables, heads, files
