"""Notes the secrets that any test uses and the outputs that it makes, at the joints that every test goes through.

No test has to take part: where commands, processes and terminals are started, where captured output is read, where errors are
made, where keys come to the client or to a sandbox.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pexpect
import pytest
from click.testing import CliRunner

from reconciler import text
from reconciler.errors.base import ReconcilerError
from reconciler.gateway import GatewayConfig
from reconciler.sandbox import Switches
from reconciler.sandbox import service as sandbox_service
from tests.secrets_in_use import IN_USE


def install() -> None:
    """Record from now on, in this process."""
    _keys()
    _commands()
    _processes()
    _after(ReconcilerError, "__init__", lambda _, error, *__, **___: IN_USE.errors.append(error))
    _after(pytest.CaptureFixture, "readouterr", lambda captured, *_: _outputs("captured std", *captured))
    _after(pytest.TempPathFactory, "mktemp", lambda folder, *_, **__: IN_USE.shared.append(folder))
    _before(tempfile.TemporaryDirectory, "cleanup", lambda folder: IN_USE.folder_ends(Path(folder.name)))


def _keys() -> None:
    def masked(secrets: text.Secrets, value: str) -> None:
        if secrets is text.API_KEYS:
            IN_USE.use_value(value)

    _before(text.Secrets, "add", masked)
    _before(GatewayConfig, "__post_init__", lambda config: IN_USE.use_value(config.key))
    _after(Switches, "__init__", lambda _, switches, *__, **___: IN_USE.use_value(switches.key))
    for name in ("authenticate_direct", "authenticate_gateway"):
        _before(sandbox_service, name, lambda _, key: IN_USE.use_value(key))
        _after(sandbox_service, name, lambda key, *_: IN_USE.use_value(key))


def _commands() -> None:
    def invoked(result: Any, runner: CliRunner, *_: Any, **__: Any) -> None:
        IN_USE.use({**os.environ, **{name: value for name, value in runner.env.items() if value}})
        _outputs("std", result.stdout, result.stderr)
        if result.exc_info is not None and not isinstance(result.exception, SystemExit):
            IN_USE.saw("traceback", "".join(traceback.format_exception(*result.exc_info)))

    _after(CliRunner, "invoke", invoked)


def _processes() -> None:
    def started(*_: Any, env: Any = None, **__: Any) -> None:
        IN_USE.use(env or {})

    _before(subprocess.Popen, "__init__", started)
    _after(subprocess.Popen, "communicate", lambda outputs, *_, **__: _outputs("std", *outputs))
    _before(pexpect.spawn, "__init__", started)
    _after(pexpect.spawn, "read_nonblocking", _terminal_output)


def _terminal_output(read: Any, terminal: Any, *_: Any, **__: Any) -> None:
    IN_USE.terminals.setdefault(id(terminal), []).append(_text(read))


def _outputs(name: str, out: Any, err: Any) -> None:
    IN_USE.saw(f"{name}out", _text(out))
    IN_USE.saw(f"{name}err", _text(err))


def _text(output: Any) -> str:
    return output.decode("utf-8", "surrogateescape") if isinstance(output, bytes) else output or ""


def _before(owner: Any, name: str, note: Callable[..., Any]) -> None:
    """Call `note` with the arguments before every call of a function or method."""
    real = getattr(owner, name)

    @wraps(real)
    def noted(*values: Any, **named: Any) -> Any:
        note(*values, **named)
        return real(*values, **named)

    setattr(owner, name, noted)


def _after(owner: Any, name: str, note: Callable[..., Any]) -> None:
    """Call `note` with the result and the arguments after every call of a function or method."""
    real = getattr(owner, name)

    @wraps(real)
    def noted(*values: Any, **named: Any) -> Any:
        result = real(*values, **named)
        note(result, *values, **named)
        return result

    setattr(owner, name, noted)
