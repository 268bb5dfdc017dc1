"""Error reports on stderr: message, details and hint; and the exit code of each error."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from reconciler.cli.hints import problems_with_options, with_options
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import block, known_keys, print_message, screen_of, styled
from reconciler.errors import (
    BlockedError,
    ManifestError,
    NotApprovedError,
    PlanFileError,
    PlanningError,
    ReconcilerError,
    StalePlanError,
    StrictError,
)
from reconciler.render.lines import Span
from reconciler.render.problems import problem_lines
from reconciler.text import mask_secrets, redact, without_userinfo
from reconciler.version import __version__


def report_error(error: Exception, settings: Settings) -> int:
    """Print an error on stderr; the exit code."""
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
        print_message(block(mask_secrets("".join(traceback.format_exception(error)))))
    return 1


def error_texts(error: Exception) -> list[str]:
    """The message and the hint of an error, without keys; of problems in manifests the number alone."""
    if isinstance(error, ReconcilerError):
        return [_masked(error.message), _masked(error.hint)]
    return [_masked(redact(str(error)) or type(error).__name__), ""]


def report_usage_error(message: str, command: str, settings: Settings | None = None) -> None:
    """Print the message of a usage error, which may quote arguments, and the command that shows the options."""
    print_message(f"error: {_masked(with_options(message, settings or Settings()))}")
    print_message(f"hint: {command} --help")


def _report_own(error: ReconcilerError, settings: Settings) -> None:
    if not isinstance(error, ManifestError):
        _line("error", error.message, settings)
    if isinstance(error, ManifestError | PlanningError):
        screen = screen_of(sys.stderr, settings)
        print_message(styled(problem_lines(problems_with_options(error.problems, settings), screen), screen))
    for line in _details(error):
        print_message(f"  {_masked(line)}")
    if error.hint:
        _line("hint", with_options(error.hint, settings), settings)


def _details(error: ReconcilerError) -> Sequence[str]:
    """The lines that an error lists besides its message."""
    if isinstance(error, StalePlanError):
        return error.moved
    if isinstance(error, BlockedError):
        return error.blocked
    if isinstance(error, StrictError):
        return error.warnings
    if isinstance(error, NotApprovedError):
        return error.details
    return error.problems if isinstance(error, PlanFileError) else ()


def _line(word: str, text: str, settings: Settings) -> None:
    style = Span(f"{word}:", "blocked" if word == "error" else "bold")
    print_message(styled([(style, Span(f" {_masked(text)}"))], screen_of(sys.stderr, settings)))


def _masked(text: str) -> str:
    """The text without API keys, and without user name and password of a URL."""
    return without_userinfo(known_keys().mask(text))
