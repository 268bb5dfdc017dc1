"""Two ways out: the result on standard output, everything else on standard error; colours where they are wanted."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

import click

from reconciler.cli.settings import Settings
from reconciler.render.escape import visible
from reconciler.render.lines import Line
from reconciler.render.width import width as cells

WIDTH_OF_A_PIPE = 80
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


def say(text: str) -> None:
    """Print a result."""
    _write(sys.stdout, text)


def say_json(value: Any) -> None:
    """Print a result for programs."""
    say(to_json(value))


def to_json(value: Any) -> str:
    """JSON as we print and save it: indented, in UTF-8, a newline at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def json_line(value: Any) -> str:
    """JSON on one line, for streams of events."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def note(text: str) -> None:
    """Print what is not the result: progress, warnings, questions, errors. A reader that went away stops no run."""
    try:
        _write(sys.stderr, text)
    except OSError:
        return


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding).removesuffix("\n") + "\n")
    stream.flush()


def has_color(stream: TextIO, settings: Settings) -> bool:
    """Whether to colour a stream: options first, then NO_COLOR, then FORCE_COLOR and CLICOLOR_FORCE, then what it is."""
    if settings.color is not None:
        return settings.color
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return has_cursor(stream)


def has_cursor(stream: TextIO) -> bool:
    """Whether it is a terminal that knows more than lines."""
    return stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def columns(stream: TextIO) -> int:
    """The columns of a terminal; 80 for anything else."""
    return shutil.get_terminal_size().columns if stream.isatty() else WIDTH_OF_A_PIPE


def is_ascii(stream: TextIO) -> bool:
    """Whether the stream's encoding has no signs such as ↑."""
    try:
        "→↑⌂…".encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return True
    return False


def styled(lines: Iterable[Line], stream: TextIO, settings: Settings) -> str:
    """Styled lines as text, with colours where the stream is to have them."""
    color = has_color(stream, settings)
    return "".join(
        "".join(click.style(s.text, **_STYLES[s.style]) if color and s.style != "plain" else s.text for s in line)
        + "\n"
        for line in lines
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as columns of even width, every cell inert."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(cells(row[at]) for row in shown) for at in range(len(shown[0]))] if shown else []
    return "".join(
        "  ".join(cell + " " * (size - cells(cell)) for cell, size in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in shown
    )
