"""The git program in one repository: plumbing only, without prompts, hooks and what a hook inherits."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.errors import StoreError
from reconciler.text import redact

SECONDS: Final = 90
OF_A_HOOK: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
    "GIT_LITERAL_PATHSPECS",
)
"""What git sets for its hooks: it would stand before the folder in which git is run."""
_FACTS = ("fatal: ", "error: ", "remote: ")
_AUTHOR = "reconciler"
_GIT = (
    "git",
    "--no-optional-locks",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
)
_NO_PROMPT = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GCM_INTERACTIVE": "never", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command printed, its exit code, and its last message, which may be shown."""

    output: bytes
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git in a folder. `environment`: the variables that it inherits."""

    folder: Path
    environment: Mapping[str, str]
    seconds: float = SECONDS

    def run(self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> bytes:
        """What git prints. Raises StoreError with its last message."""
        done = self.finish(*arguments, stdin=stdin, variables=variables)
        if done.code:
            raise StoreError(f"git {arguments[0]} failed: {done.message}")
        return done.output

    def text(self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> str:
        """What git prints, as text without the line end. Raises StoreError."""
        return os.fsdecode(self.run(*arguments, stdin=stdin, variables=variables)).rstrip("\n")

    def finish(self, *arguments: str, stdin: bytes = b"", variables: Mapping[str, str] | None = None) -> Finished:
        """Run git to its end, whatever its exit code. Raises StoreError where it cannot be run, or takes too long."""
        inherited = {name: value for name, value in self.environment.items() if name not in OF_A_HOOK}
        try:
            # A session of its own: ssh finds no terminal to ask on, and Ctrl-C does not reach a push under way.
            with subprocess.Popen(  # noqa: S603 - the git program, without a shell
                [*_GIT, "-C", str(self.folder), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**inherited, **_NO_PROMPT, **_identity(), **(variables or {})},
                start_new_session=True,
            ) as process:
                output, errors = self._communicate(process, stdin, arguments[0])
        except OSError as error:
            raise StoreError(
                f"cannot run git: {error.strerror}", hint="install git, or choose another --store"
            ) from None
        lines = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
        # What follows the fact is advice, such as "Please make sure you have the correct access rights …".
        fact = next((line for line in lines if line.startswith(_FACTS)), lines[-1] if lines else "")
        return Finished(output, process.returncode, redact(fact) or f"exit code {process.returncode}")

    def _communicate(self, process: subprocess.Popen[bytes], stdin: bytes, command: str) -> tuple[bytes, bytes]:
        try:
            return process.communicate(stdin, timeout=self.seconds)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise StoreError(f"git {command} did not finish within {self.seconds:g} s") from None
        except BaseException:
            _kill(process)
            raise


def _identity() -> dict[str, str]:
    names = {f"GIT_{role}_NAME": _AUTHOR for role in ("AUTHOR", "COMMITTER")}
    return names | {f"GIT_{role}_EMAIL": f"{_AUTHOR}@localhost" for role in ("AUTHOR", "COMMITTER")}


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With what it has started, such as ssh, which else would hold its pipes open."""
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
