"""Installs other people's clients, each into an environment of its own outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import portalocker
import pytest
import yaml

HERE = Path(__file__).parent
DRIVERS = HERE / "drivers"
LIMIT = 600
"""Seconds for one installation, and for one run of a driver."""


@dataclass(frozen=True, slots=True)
class OwnFault:
    """A call that fails for the client's own fault: part of its error, and the reason."""

    call: str
    error: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row of clients.yaml."""

    name: str
    installer: str
    packages: tuple[str, ...]
    driver: str
    resources: tuple[str, ...]
    note: str
    own_faults: tuple[OwnFault, ...]
    python: tuple[str, ...] = ()
    any_python: bool = False


def read_table() -> list[Stranger]:
    """The rows of clients.yaml."""
    return [_row(row) for row in yaml.safe_load((HERE / "clients.yaml").read_text(encoding="utf-8"))]


def _row(row: Mapping[str, Any]) -> Stranger:
    lists = {key: tuple(row.get(key, ())) for key in ("packages", "resources", "python")}
    return Stranger(**{**row, **lists, "own_faults": tuple(OwnFault(**fault) for fault in row["own_faults"])})


@dataclass(frozen=True, slots=True)
class Installed:
    """The command that runs a client's driver, and the variables it needs."""

    command: tuple[str, ...]
    environment: Mapping[str, str]


def install(stranger: Stranger, folder: Path) -> Installed:
    """Install a client once per folder. Skips the test, with the installer's last line, where that is not possible."""
    with portalocker.Lock(folder / f"{stranger.name}.lock", timeout=2 * LIMIT):  # xdist: one worker installs
        target, failure = folder / stranger.name, folder / f"{stranger.name}.failure"
        if not target.exists() and not failure.exists():
            reason = (
                _install_by_npm(stranger, target) if stranger.installer == "npm" else _install_by_pip(stranger, target)
            )
            if reason:
                failure.write_text(reason, encoding="utf-8")
        if failure.exists():
            pytest.skip(f"{stranger.name} cannot be installed: {failure.read_text(encoding='utf-8')}")
    if stranger.installer == "npm":
        return Installed(
            (_program("node"), str(DRIVERS / stranger.driver)), {"NODE_PATH": str(target / "node_modules")}
        )
    return Installed((str(target / "bin" / "python"), str(DRIVERS / stranger.driver)), {})


def _install_by_pip(stranger: Stranger, target: Path) -> str:
    """The reason why the client cannot be installed by pip; empty if it is."""
    found = [path for version, path in _interpreters() if version in stranger.python]
    if not found:
        return f"needs Python {' or '.join(stranger.python)}, of which none is installed"
    pip = [str(target / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    asked = ["--ignore-requires-python"] if stranger.any_python else []
    return _run([found[-1], "-m", "venv", str(target)]) or _run([*pip, *asked, *stranger.packages])


def _install_by_npm(stranger: Stranger, target: Path) -> str:
    """The reason why the client cannot be installed by npm; empty if it is."""
    if not (_program("npm") and _program("node")):
        return "needs node and npm, which are not installed"
    return _run(
        [_program("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(target), *stranger.packages]
    )


def _run(command: Sequence[str]) -> str:
    """The last line of a command that fails or does not end; empty if it succeeds."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {LIMIT} s"
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return "" if done.returncode == 0 else (lines[-1] if lines else f"exit code {done.returncode}")


def _program(name: str) -> str:
    return shutil.which(name) or ""


@cache
def _interpreters() -> Sequence[tuple[str, str]]:
    """The interpreters of this machine, `3.12` and path, oldest first: this one, those of the path, those of pyenv."""
    found: dict[str, str] = {}
    for path in _candidates():
        question = "import sys; print('%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([path, "-I", "-c", question], capture_output=True, text=True, timeout=60, check=False)
        if answer.returncode == 0:
            found.setdefault(answer.stdout.strip(), path)
    return sorted(found.items(), key=lambda item: tuple(int(part) for part in item[0].split(".")))


def _candidates() -> Iterator[str]:
    yield sys.executable
    yield from (path for minor in range(9, 16) if (path := _program(f"python3.{minor}")))
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from (str(path) for path in sorted(versions.glob("3.*/bin/python")))
