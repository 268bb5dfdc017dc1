"""Positions of nodes, of those too that a row or a variable filled in, and the nodes that only expansion makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconciler.manifest.yaml.scalars import SEQ

Place = tuple[int, int] | tuple[int, int, str]
"""Line and column, from 1; of what a row made, or of a value from a row or a variable, also the place of that."""


@dataclass(frozen=True, slots=True)
class RowMark:
    """The position of a node of a template: line and column (from 0), and the row or variable that filled it in.

    `varies`: whether the node is another text in another row; else only what is around it came from a row.
    """

    line: int
    column: int
    row: object
    """Its text is the place; of a cell it is found when it is asked for."""
    varies: bool = False


@dataclass(slots=True)
class ListNode:
    """A list that was one text in a template: the node of a cell with several values."""

    value: list[Any]
    start_mark: Any
    id: str = "sequence"
    tag: str = SEQ
    flow_style: bool = True


def place_of(node: Any) -> Place:
    """The position of a node of a parser, or of a node that expansion made."""
    mark = node.start_mark
    if type(mark) is RowMark:
        return mark.line + 1, mark.column + 1, str(mark.row)
    return mark.line + 1, mark.column + 1
