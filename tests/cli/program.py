"""Shared by the tests of the command line: a folder to work in, the program as a process, a terminal, a served sandbox."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pexpect
from click.testing import CliRunner, Result

from reconciler.cli.main import root
from reconciler.sandbox import Store

PROGRAM = [sys.executable, "-m", "reconciler"]
EXAMPLE = Path(__file__).parents[2] / "examples" / "workspace.yaml"
ADDITIVE = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}}
tags: [brand-new, another one]
"""
UPDATING = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}}
tags: [{name: on site, was: on-site}]
"""
DELETING = """\
version: 1
workspace: Acme Studio
removed: [{tag: import-2023}]
"""
EVERY_TAG = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: archive}}
tags: []
"""
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without anything that steers the program, and with `more`."""
    steering = ("RECONCILER_", "MATON_", "CLOCKIFY_", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return {**kept, "TERM": "xterm", **more}


@dataclass
class Desk:
    """A folder with manifests, where commands are run."""

    folder: Path
    environment: dict[str, str] = field(default_factory=clean_environment)

    def write(self, text: str, name: str = "workspace.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def call(self, *words: str, stdin: str | None = None) -> Result:
        """The command in this process, its two outputs apart. The folder must be the current one."""
        return CliRunner(env=dict.fromkeys(_steering(), None)).invoke(root, list(words), input=stdin)

    def run(self, *words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """The command as a process of its own, with pipes."""
        return subprocess.run(
            [*PROGRAM, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    @contextmanager
    def terminal(
        self, *words: str, columns: int = 80, environment: Mapping[str, str] = MappingProxyType({})
    ) -> Iterator[pexpect.spawn[str]]:
        """The command on a terminal of its own."""
        child: pexpect.spawn[str] = pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], *words],
            cwd=str(self.folder),
            env={**self.environment, **environment},
            dimensions=(60, columns),
            encoding="utf-8",
            timeout=30,
        )
        try:
            yield child
        finally:
            child.close(force=True)

    def tags(self, workspace: str = "Acme Studio") -> set[str]:
        """The names of the sandbox's tags, as they are stored."""
        with Store(str(self.folder / ".reconciler" / "sandbox.sqlite3")) as store:
            found = next(item for item in store.records("workspace") if item["name"] == workspace)
            return {record["name"] for record in store.records("tag", found["id"])}


def _steering() -> Sequence[str]:
    kept = clean_environment()
    return [name for name in os.environ if name not in kept]


def digest_in(text: str) -> str:
    """The digest that a text shows."""
    match = DIGEST.search(text)
    assert match, text
    return match.group()


def events_of(text: str) -> list[dict[str, Any]]:
    """The events that `apply --format json` printed, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def summary_of(text: str) -> dict[str, Any]:
    """The last of them, which must be the summary."""
    last = events_of(text)[-1]
    assert last["event"] == "summary"
    return last


def finished(child: pexpect.spawn[str]) -> tuple[int | None, str]:
    """Read a terminal to its end: the exit code and what was shown since the last expectation."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, str(child.before)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """A sandbox on a port of this machine; its base URL."""
    port = free_port()
    words = [*PROGRAM, "sandbox", "serve", "--port", str(port), *options]
    process = subprocess.Popen(words, cwd=folder, env=clean_environment(), stderr=subprocess.PIPE)
    try:
        _await_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the sandbox did not start")
