"""Output: results on stdout, everything else on stderr; and the Screen of a stream.

The one place where text is escaped for a terminal and a CI log: nothing else writes to the standard streams.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import click

from reconciler.cli.settings import KEYS, TOKENS, Settings, value_of
from reconciler.cli.terminal.log import log_record
from reconciler.cli.terminal.streams import has_reader, is_json_log, write, write_line, write_piece
from reconciler.json_text import indented_json
from reconciler.render.escape import json_visible, log_line, visible
from reconciler.render.lines import Line, Span
from reconciler.render.screen import PIPE, Screen
from reconciler.text import API_KEYS, Secrets

_STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "dim": {"dim": True},
    "create": {"fg": "green"},
    "update": {"fg": "yellow"},
    "restore": {"fg": "cyan"},
    "archive": {"fg": "magenta"},
    "delete": {"fg": "red"},
    "blocked": {"fg": "red", "bold": True},
}


class SafeText(str):
    """Text that is ready to print: everything foreign in it is escaped. `styled`, `to_json` and `document` make it."""

    __slots__ = ()


def print_result(text: str) -> None:
    """Print a result on stdout. Text that is not SafeText is one line, and is escaped."""
    write(sys.stdout, _safe(text))


def print_message(text: str) -> None:
    """Print progress, a warning or an error on stderr, without API keys; text as for `print_result`."""
    write(sys.stderr, known_keys().mask(_safe(text)))


def print_record(message: str, **details: Any) -> None:
    """Print a message with details on stderr, where the log is JSON; without API keys."""
    write_line(sys.stderr, known_keys().mask(log_record(message, **details)))


def print_question(text: SafeText) -> None:
    """Print a question on stderr; the cursor stays behind it."""
    write_piece(sys.stderr, text.removesuffix("\n"))


def print_json(value: Any) -> None:
    """Print a result for programs."""
    print_result(to_json(value))


def print_pieces(pieces: Iterable[str]) -> None:
    """Print the pieces of `render.tables` on stdout, each as soon as it is there; none is asked for once stdout has no reader."""
    for piece in pieces:
        write_piece(sys.stdout, piece)
        if not has_reader(sys.stdout):
            return


def _safe(text: str) -> SafeText:
    return text if isinstance(text, SafeText) else SafeText(log_line(visible(text.removesuffix("\n"))))


def document(text: str) -> SafeText:
    """A text of several lines whose names are escaped already, such as Markdown; control characters are escaped again."""
    return SafeText("\n".join(map(_visible_line, text.split("\n"))))


def block(text: str) -> SafeText:
    """A text of several lines from outside, such as a traceback: each is escaped, and executed by no CI runner."""
    return SafeText("\n".join(map(log_line, map(_visible_line, text.split("\n")))))


def _visible_line(line: str) -> str:
    return line if line.isprintable() and line.isascii() else visible(line)


def to_json(value: Any) -> SafeText:
    """JSON as it is printed and saved: indented, UTF-8, with a final newline; what could hide in it is escaped."""
    return SafeText(json_visible(indented_json(value)) + "\n")


def json_line(value: Any) -> SafeText:
    """JSON on one line, for a stream of events; escaped as `to_json`."""
    return SafeText(json_visible(json.dumps(value, ensure_ascii=False, separators=(",", ":"))))


def known_keys() -> Secrets:
    """The API keys and tokens of the environment, and the key of the gateway in use."""
    for variable in (*KEYS.values(), *TOKENS.values()):
        API_KEYS.add(value_of(variable))
    return API_KEYS


def has_color(stream: TextIO, settings: Settings) -> bool:
    """Whether to colour a stream: by option, then NO_COLOR, then FORCE_COLOR or CLICOLOR_FORCE, then whether it is a terminal."""
    if stream is sys.stderr and is_json_log():
        return False
    if settings.color is not None:
        return settings.color
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return has_cursor(stream)


def has_cursor(stream: TextIO) -> bool:
    """Whether it is a terminal with cursor control, which a log in JSON does not use."""
    if stream is sys.stderr and is_json_log():
        return False
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def screen_of(stream: TextIO, settings: Settings) -> Screen:
    """The width, the encoding and the colours of a stream; a pipe has no width, and sentences of 80 columns."""
    is_terminal = stream.isatty()
    width = _terminal_columns() if is_terminal else PIPE.width
    return Screen(width, ascii=is_ascii(stream), color=has_color(stream, settings), cuts=is_terminal)


def _terminal_columns() -> int:
    from shutil import get_terminal_size  # noqa: PLC0415 - start-up: with it come archives and compression

    return get_terminal_size().columns


def is_ascii(stream: TextIO) -> bool:
    """Whether the stream's encoding lacks characters such as ↑."""
    try:
        "→↑⌂…".encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return True
    return False


def styled(lines: Iterable[Line], screen: Screen) -> SafeText:
    """Styled lines as text, with colours if the screen has them. Every span is escaped, whoever made it."""
    return SafeText("".join(f"{_styled_line(line, screen)}\n" for line in lines))


def _styled_line(line: Line, screen: Screen) -> str:
    spans = [Span(visible(span.text), span.style) for span in line]
    text = "".join(span.text for span in spans)
    if (safe := log_line(text)) != text:
        spans = [Span(safe, spans[-1].style)]
    return "".join(
        click.style(s.text, **_STYLES[s.style]) if screen.color and s.style != "plain" else s.text for s in spans
    )
