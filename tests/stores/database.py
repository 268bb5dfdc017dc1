"""A PostgreSQL server for a test session, where one is installed: started as a process of its own, on a socket in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy

from tests.waiting import HANGING, wait_until

_UNPRIVILEGED = 65534
"""The user that owns nothing: PostgreSQL does not run as root."""


def forget_rows(url: str) -> None:
    """Remove the tables of the run store."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS reconciler_workspaces, reconciler_files"))


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a new server; skips the test where it cannot be started."""
    server, maker = _program("postgres"), _program("initdb")
    if not server or not maker:
        pytest.skip("no PostgreSQL server is installed")
    user = _UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user is not None:
            os.chown(folder, user, -1)
        data = folder / "data"
        made = subprocess.run(
            [maker, "-D", str(data), "-U", "jo", "-A", "trust", "-N", "--no-sync", "-E", "UTF8", "--locale=C"],
            user=user,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=HANGING,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"initdb failed: {made.stderr.strip()[-200:]}")
        words = [server, "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-c", "fsync=off"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(words, user=user, cwd=folder, stdout=log, stderr=log)
            try:
                wait_until(lambda: b"ready to accept" in (folder / "log").read_bytes(), "the server")
                yield f"postgresql://jo@/postgres?host={folder}"
            finally:
                process.terminate()
                process.wait(HANGING)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """The path of a program of PostgreSQL; distributions keep them outside of PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(places[-1]) if places else "")
