"""Error reports on stderr: message, details and hint; and the exit code of each error."""

from __future__ import annotations

import os
import sys
import traceback

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import known_keys, print_message, screen_of, styled
from reconciler.errors import BlockedError, ManifestError, PlanningError, ReconcilerError, StalePlanError
from reconciler.render.escape import visible
from reconciler.render.lines import Span
from reconciler.render.problems import problem_lines
from reconciler.text import mask_secrets, redact
from reconciler.version import __version__


def report_error(error: Exception, settings: Settings) -> int:
    """Print an error on stderr; the exit code."""
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
    _line(
        "error", f"internal error in reconciler {__version__}: {type(error).__name__}: {redact(str(error))}", settings
    )
    traceback_hint = "" if settings.verbose else " (--verbose shows it)"
    _line("hint", f"please report it to the project's issue tracker with the traceback{traceback_hint}", settings)
    if settings.verbose:
        known_keys()
        print_message(mask_secrets("".join(traceback.format_exception(error))))
    return 1


def _report_own(error: ReconcilerError, settings: Settings) -> None:
    if not isinstance(error, ManifestError):
        _line("error", error.message, settings)
    if isinstance(error, ManifestError | PlanningError):
        screen = screen_of(sys.stderr, settings)
        print_message(styled(problem_lines(error.problems, screen), screen))
    if isinstance(error, StalePlanError | BlockedError):
        for line in error.moved if isinstance(error, StalePlanError) else error.blocked:
            print_message(f"  {_sanitized(line)}")
    if error.hint:
        _line("hint", error.hint, settings)


def _line(word: str, text: str, settings: Settings) -> None:
    style = Span(f"{word}:", "blocked" if word == "error" else "bold")
    print_message(styled([(style, Span(f" {_sanitized(text)}"))], screen_of(sys.stderr, settings)))


def _sanitized(text: str) -> str:
    return "\n".join(visible(line) for line in known_keys().mask(text).split("\n"))


def _silence_stdout() -> None:
    """Discard the buffered output of a closed pipe, which the interpreter would fail to flush at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
