"""Error reports on stderr: message, details and hint; and the exit code of each error."""

from __future__ import annotations

import os
import re
import sys
import traceback

from reconciler.cli.settings import KEYS, Settings
from reconciler.cli.terminal.output import block, print_message, screen_of, styled
from reconciler.errors import BlockedError, ManifestError, PlanningError, ReconcilerError, StalePlanError
from reconciler.render.lines import Span
from reconciler.render.problems import problem_lines
from reconciler.version import __version__

_USERINFO = re.compile(r"(?<=://)[^\s/?#]*@")
"""User name and password of a URL."""


def report_error(error: Exception, settings: Settings) -> int:
    """Print an error on stderr; the exit code."""
    if isinstance(error, ReconcilerError):
        _report_own(error, settings)
        return error.exit_code
    if isinstance(error, OSError):
        where = f": {error.filename}" if error.filename else ""
        _line("error", f"{error.strerror or error}{where}", settings)
        return 1
    _line("error", f"internal error in reconciler {__version__}: {type(error).__name__}: {error}", settings)
    traceback_hint = "" if settings.verbose else " (--verbose shows it)"
    _line("hint", f"please report it to the project's issue tracker with the traceback{traceback_hint}", settings)
    if settings.verbose:
        print_message(block(_masked("".join(traceback.format_exception(error)))))
    return 1


def report_usage_error(message: str, command: str) -> None:
    """Print the message of a usage error, which may quote arguments, and the command that shows the options."""
    print_message(f"error: {_masked(message)}")
    print_message(f"hint: {command} --help")


def _report_own(error: ReconcilerError, settings: Settings) -> None:
    if not isinstance(error, ManifestError):
        _line("error", error.message, settings)
    if isinstance(error, ManifestError | PlanningError):
        screen = screen_of(sys.stderr, settings)
        print_message(styled(problem_lines(error.problems, screen), screen))
    if isinstance(error, StalePlanError | BlockedError):
        for line in error.moved if isinstance(error, StalePlanError) else error.blocked:
            print_message(f"  {_masked(line)}")
    if error.hint:
        _line("hint", error.hint, settings)


def _line(word: str, text: str, settings: Settings) -> None:
    style = Span(f"{word}:", "blocked" if word == "error" else "bold")
    print_message(styled([(style, Span(f" {_masked(text)}"))], screen_of(sys.stderr, settings)))


def _masked(text: str) -> str:
    """The text with every API key replaced."""
    for name in KEYS.values():
        key = os.environ.get(name)
        if key:
            text = text.replace(key, "[key]")
    return _USERINFO.sub("", text)
