"""Runs the command that prints the API key: a password manager, a secret store, `maton token`."""

from __future__ import annotations

import subprocess
import threading
from functools import cache
from typing import IO

from reconciler.errors import ConfigurationError
from reconciler.text import split_command

LIMIT_SECONDS = 30.0
MAX_BYTES = 64 * 1024
_FORM = "give a program with its arguments, such as 'maton token'; it is run without a shell"
_PRINT = "it has to print the key and nothing else"


@cache
def run_key_command(line: str, *, seconds: float = LIMIT_SECONDS) -> str:
    """The key that the command prints. It runs once per process: the result is kept in memory.

    Raises ConfigurationError. No message quotes the command or what it prints: both may hold a secret.
    """
    try:
        words = split_command(line)
    except ValueError:
        raise ConfigurationError("invalid key command: its quotes do not match", hint=_FORM) from None
    if not words:
        raise ConfigurationError("invalid key command: it is empty", hint=_FORM)
    output = _output_of(words, seconds)
    try:
        lines = output.decode().split()
    except UnicodeDecodeError:
        raise ConfigurationError("the key command printed something that is not text", hint=_PRINT) from None
    if len(lines) != 1:
        problem = "more than one word" if lines else "nothing"
        raise ConfigurationError(f"the key command printed {problem}", hint=_PRINT)
    return lines[0]


def _output_of(words: list[str], seconds: float) -> bytes:
    """What the command prints on stdout. Its stdin is empty, and its stderr is dropped: it may quote the key."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "invalid argument"
        raise ConfigurationError(f"cannot run the key command: {reason}", hint=_FORM) from None
    try:
        output, code = _finish(process, seconds)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if code:
        hint = "run it in a shell to see why; its output is not shown here"
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        raise ConfigurationError(f"the key command failed ({how})", hint=hint)
    return output


def _finish(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, int]:
    """What it prints, within the time and MAX_BYTES, and its exit code.

    A thread reads: a process of the command's own may keep the pipe open after the command was killed.
    """
    stdout: IO[bytes] = process.stdout  # type: ignore[assignment] # it is a pipe
    parts: list[bytes] = []
    thread = threading.Thread(target=lambda: parts.append(stdout.read(MAX_BYTES + 1)), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        process.kill()
        thread.join(1)
        if not thread.is_alive():
            stdout.close()
        raise _too_slow(seconds)
    stdout.close()
    if not parts or len(parts[0]) > MAX_BYTES:
        raise ConfigurationError(f"the key command printed more than {MAX_BYTES // 1024} KiB", hint=_PRINT)
    try:
        return parts[0], process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise _too_slow(seconds) from None


def _too_slow(seconds: float) -> ConfigurationError:
    return ConfigurationError(
        f"the key command did not finish within {seconds:g} s", hint="it must not ask anything: its stdin is empty"
    )
