"""Shared by the tests of the command line: a folder to work in, the program as a process, a terminal, a served sandbox."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pexpect
from click.testing import CliRunner, Result

from reconciler.cli.main import root
from reconciler.sandbox import Store, Switches, create_app
from tests.faults.http_server import RequestGate, RequestHook, allow, serve
from tests.seeded import seed
from tests.waiting import HANGING, wait_until

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


def restore_sigint() -> None:
    """Let Ctrl-C reach a new process: background jobs of a shell ignore SIGINT, and what they start inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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

    def call(self, *words: str, stdin: str | None = None, **environment: str) -> Result:
        """The command in this process, its two outputs apart. The folder must be the current one."""
        runner = CliRunner(env={**dict.fromkeys(_steering(), None), **environment})
        return runner.invoke(root, list(words), input=stdin)

    def run(self, *words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """The command as a process of its own, with pipes: where processes and streams are the subject, as it takes long."""
        return subprocess.run(
            [*PROGRAM, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=HANGING,
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
            preexec_fn=restore_sigint,
            encoding="utf-8",
            timeout=HANGING,
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


PASSING = re.compile(r"\r[^\r\n\x1b]*\x1b\[K")
"""A line of progress on a terminal, and what takes it away."""


def finished(child: pexpect.spawn[str]) -> tuple[int | None, str]:
    """Read a terminal to its end: the exit code and what was shown since the last expectation, without the lines of progress that
    a slow machine shows.

    A program lets go of its terminal before it has ended, and closing a terminal sends the program a signal: so its end is
    waited for first.
    """
    child.expect(pexpect.EOF)
    wait_until(lambda: not child.isalive(), "the program's end")
    child.close()
    return child.exitstatus, PASSING.sub("", str(child.before))


@contextmanager
def served(folder: Path, switches: str = "", *, key: str = "", before: RequestHook = allow) -> Iterator[str]:
    """The sandbox in the state folder, served by this process as `sandbox serve` would; its base URL. `before` may hold a request.

    It has no limit of requests unless `switches` name one: the commands of a test do not wait for a pace.
    """
    path = folder / ".reconciler" / "sandbox.sqlite3"
    path.parent.mkdir(exist_ok=True)
    with Store(str(path)) as store:
        if not store.records("workspace"):
            seed(store)
        settings = Switches.parse(switches if "rate=" in switches else ",".join(filter(None, ("rate=off", switches))))
        gate = RequestGate(create_app(store, replace(settings, key=key)))
        gate.before = before
        with serve(gate) as url:
            yield url
