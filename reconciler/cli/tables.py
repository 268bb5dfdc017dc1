"""Plain columns of names from outside, made inert."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.render.inert import visible
from reconciler.render.width import width


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows with their columns aligned by terminal cells; no trailing blanks."""
    shown = [[visible(cell) for cell in row] for row in rows]
    if not shown:
        return ""
    widths = [max(width(row[column]) for row in shown) for column in range(len(shown[0]))]
    lines = []
    for row in shown:
        cells = [cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
