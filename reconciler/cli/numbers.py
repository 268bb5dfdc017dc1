"""Whole numbers on the command line: ASCII digits alone, where Python also reads `1_000` and the digits of other scripts."""

from __future__ import annotations

from typing import Any

import click

MAX_DIGITS = 9
"""Of a whole number. A plan file holds numbers of up to 64 bits; none of these counts comes near."""


def is_whole_number(text: str) -> bool:
    """Whether a text is a whole number of at most `MAX_DIGITS` digits, without sign."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


class WholeNumber(click.IntRange):
    """A whole number within a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click's. Raises click.BadParameter also for other notations and for more than `MAX_DIGITS` digits."""
        if isinstance(value, str) and not is_whole_number(value.strip().removeprefix("-")):
            self.fail(f"{value[:40]!r} is not a whole number of at most {MAX_DIGITS} digits", param, ctx)
        return super().convert(value, param, ctx)
