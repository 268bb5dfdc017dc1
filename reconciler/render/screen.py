"""Where lines of text are shown: a value that every text output takes, so that no renderer asks the environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screen:
    """`width` in cells; `ascii`: spell marks and names in ASCII; `color`: style the spans with terminal colours.

    `cuts`: whether tables and the lines of events are cut to the width, as on a terminal; sentences break into lines in any case.
    """

    width: int = 80
    ascii: bool = False
    color: bool = False
    cuts: bool = True


PIPE = Screen(cuts=False)
"""A file or a pipe: sentences of 80 columns of UTF-8, tables with full values, no colours."""
