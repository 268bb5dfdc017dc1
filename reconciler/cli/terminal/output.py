"""Output: results on stdout, everything else on stderr; and the Screen of a stream."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from reconciler.cli.settings import KEYS, Settings
from reconciler.render.escape import visible
from reconciler.render.lines import Line
from reconciler.render.screen import PIPE, Screen
from reconciler.render.width import width as cells
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


def print_result(text: str) -> None:
    """Print a result on stdout."""
    _write(sys.stdout, text)


def print_json(value: Any) -> None:
    """Print a result for programs."""
    print_result(to_json(value))


def to_json(value: Any) -> str:
    """JSON as it is printed and saved: indented, UTF-8, with a final newline."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def json_line(value: Any) -> str:
    """JSON on one line, for a stream of events."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def print_message(text: str) -> None:
    """Print progress, a warning or an error on stderr, without API keys. A closed stderr does not stop a run."""
    try:
        _write(sys.stderr, known_keys().mask(text))
    except OSError:
        return


def known_keys() -> Secrets:
    """The API keys of the environment and of the gateway in use."""
    for variable in KEYS.values():
        API_KEYS.add(os.environ.get(variable, "").strip())
    return API_KEYS


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding).removesuffix("\n") + "\n")
    stream.flush()


def has_color(stream: TextIO, settings: Settings) -> bool:
    """Whether to colour a stream: by option, then NO_COLOR, then FORCE_COLOR or CLICOLOR_FORCE, then whether it is a terminal."""
    if settings.color is not None:
        return settings.color
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return has_cursor(stream)


def has_cursor(stream: TextIO) -> bool:
    """Whether it is a terminal with cursor control."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def screen_of(stream: TextIO, settings: Settings) -> Screen:
    """The width, the encoding and the colours of a stream; a pipe has 80 columns."""
    width = shutil.get_terminal_size().columns if stream.isatty() else PIPE.width
    return Screen(width, ascii=is_ascii(stream), color=has_color(stream, settings))


def is_ascii(stream: TextIO) -> bool:
    """Whether the stream's encoding lacks characters such as ↑."""
    try:
        "→↑⌂…".encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return True
    return False


def styled(lines: Iterable[Line], screen: Screen) -> str:
    """Styled lines as text, with colours if the screen has them."""
    return "".join(
        "".join(
            click.style(s.text, **_STYLES[s.style]) if screen.color and s.style != "plain" else s.text for s in line
        )
        + "\n"
        for line in lines
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, every cell escaped."""
    escaped = [[visible(cell) for cell in row] for row in rows]
    widths = [max(cells(row[at]) for row in escaped) for at in range(len(escaped[0]))] if escaped else []
    return "".join(
        "  ".join(cell + " " * (size - cells(cell)) for cell, size in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in escaped
    )
