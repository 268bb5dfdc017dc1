"""Where lines of text are shown: a value that every text output takes, so that no renderer asks the environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """`width` in cells; `ascii`: spell marks and names in ASCII; `color`: style the spans with terminal colours."""

    width: int = 80
    ascii: bool = False
    color: bool = False


PIPE = Screen()
"""A file or a pipe: 80 columns of UTF-8, no colours."""
