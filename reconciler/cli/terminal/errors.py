"""Tells a failure on standard error, in words that a person can act on, and says which exit code it has."""

from __future__ import annotations

import os
import sys
import traceback

from reconciler.cli.settings import KEYS, Settings
from reconciler.cli.terminal.output import columns, is_ascii, note, styled
from reconciler.errors import BlockedError, ManifestError, PlanningError, ReconcilerError, StalePlanError
from reconciler.render.escape import visible
from reconciler.render.lines import Span
from reconciler.render.problems import problem_lines
from reconciler.version import __version__


def report_error(error: Exception, settings: Settings) -> int:
    """Say on standard error what went wrong; the exit code."""
    if isinstance(error, BrokenPipeError):
        _silence_stdout()
        return 1
    if isinstance(error, ReconcilerError):
        _report_own(error, settings)
        return error.exit_code
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        _line("error", f"{error.strerror or error}{where}", settings)
        return 1
    _line("error", f"this is a defect of reconciler {__version__}: {type(error).__name__}: {error}", settings)
    more = "" if settings.verbose else " (--verbose shows it)"
    _line("hint", f"please report it to the project's issue tracker, together with the traceback{more}", settings)
    if settings.verbose:
        note(_masked("".join(traceback.format_exception(error))))
    return 1


def _report_own(error: ReconcilerError, settings: Settings) -> None:
    if not isinstance(error, ManifestError):
        _line("error", error.message, settings)
    if isinstance(error, ManifestError | PlanningError):
        lines = problem_lines(error.problems, width=columns(sys.stderr), ascii=is_ascii(sys.stderr))
        note(styled(lines, sys.stderr, settings))
    if isinstance(error, StalePlanError | BlockedError):
        for line in error.moved if isinstance(error, StalePlanError) else error.blocked:
            note(f"  {_sanitized(line)}")
    if error.hint:
        _line("hint", error.hint, settings)


def _line(word: str, text: str, settings: Settings) -> None:
    style = Span(f"{word}:", "blocked" if word == "error" else "bold")
    note(styled([(style, Span(f" {_sanitized(text)}"))], sys.stderr, settings))


def _sanitized(text: str) -> str:
    return "\n".join(visible(line) for line in _masked(text).split("\n"))


def _masked(text: str) -> str:
    """Without the keys, whatever the text is."""
    for name in KEYS.values():
        key = os.environ.get(name)
        if key:
            text = text.replace(key, "[key]")
    return text


def _silence_stdout() -> None:
    """Whoever read our output has gone; what is still in its buffer goes nowhere, or the interpreter complains at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
