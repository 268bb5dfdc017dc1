"""Rendering: new values as YAML, in lines or in brackets, in the style of what stands around them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from reconciler.kinds import BY_PLURAL
from reconciler.manifest.edit.tree import MAPPING, SCALAR, SEQUENCE
from reconciler.manifest.edit.values import Value
from reconciler.manifest.schema.nesting import SET_KIND
from reconciler.manifest.yaml.write import write_scalar, write_text

LONGEST_FLOW = 100
"""Characters of a mapping in braces; a longer one is written in lines."""
ENTRY_LISTS = frozenset((*BY_PLURAL, "removed"))
"""Keys of lists that are written in lines: one entry each."""


def flow_text(value: Value, *, as_json: bool = False) -> str:
    """A value on one line, in brackets or braces; `as_json`: with every text in double quotes, as JSON has it."""
    if value.form == MAPPING:
        pairs = (
            f"{scalar_text(Value(SCALAR, text=key), as_json=as_json)}: {flow_text(inner, as_json=as_json)}"
            for key, inner in value.pairs.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if value.form == SEQUENCE:
        return "[" + ", ".join(flow_text(item, as_json=as_json) for item in value.items) + "]"
    return scalar_text(value, as_json=as_json)


def scalar_text(value: Value, *, flow: bool = True, as_json: bool = False) -> str:
    """A scalar on one line."""
    if value.is_text:
        return json.dumps(value.text, ensure_ascii=False) if as_json else write_scalar(value.text, flow=flow)
    return value.text or "null"


class LineWriter:
    """Writes values in lines. `offset`: columns from a key to the dashes of its list.

    `written`: the text of a value that is written elsewhere already, and moves with its comments; None for a new one.
    """

    def __init__(self, offset: int, written: Callable[[Value], str | None]) -> None:
        self.offset = offset
        self._written = written

    def pair(self, key: str, value: Value, column: int) -> list[str]:
        """The lines of a key at a column and its value."""
        pad, written = " " * column, write_scalar(key)
        flow = f"{pad}{written}: {flow_text(value)}"
        if value.form == SEQUENCE and key in ENTRY_LISTS and value.items and not self._is_short_list(key, value, flow):
            return [f"{pad}{written}:", *self.items(value.items, column + self.offset)]
        if value.is_text:
            return f"{pad}{written}: {write_text(value.text, column + 2)}".split("\n")
        return [flow]

    def _is_short_list(self, key: str, value: Value, flow: str) -> bool:
        """Whether a list of tasks has nothing but names, on one line."""
        is_bare = all(item.form == SCALAR and item.node is None for item in value.items)
        return key == SET_KIND.plural and is_bare and len(flow) <= LONGEST_FLOW

    def items(self, values: Iterable[Value], column: int, *, prefers_flow: bool | None = None) -> list[str]:
        """The lines of the entries of a list with its dashes at a column."""
        return [line for value in values for line in self.item(value, column, prefers_flow=prefers_flow)]

    def item(self, value: Value, column: int, *, prefers_flow: bool | None = None) -> list[str]:
        """The lines of one entry. `prefers_flow`: how its neighbours are written; None: in braces if that is short."""
        pad = " " * column
        if (written := self._written(value)) is not None and value.node is not None:
            return _moved(written, column, column + 2 - value.node.column)
        if value.form == MAPPING and set(value.pairs) == {"name"}:
            value = value.pairs["name"]
        if value.form != MAPPING:
            return [f"{pad}- {scalar_text(value, flow=False) if value.form == SCALAR else flow_text(value)}"]
        is_nested = any(key in ENTRY_LISTS and inner.items for key, inner in value.pairs.items())
        text = flow_text(value)
        is_short = len(text) <= LONGEST_FLOW
        if not is_nested and (is_short if prefers_flow is None else prefers_flow and is_short):
            return [f"{pad}- {text}"]
        lines = [line for key, inner in value.pairs.items() for line in self.pair(key, inner, column + 2)]
        return [f"{pad}- {lines[0][column + 2 :]}", *lines[1:]]


def _moved(written: str, column: int, shift: int) -> list[str]:
    """The lines of an entry that moves behind a dash at a column; all lines but the first are shifted by some columns."""
    first, *others = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    pad = " " * max(shift, 0)
    lines = (line if not line.strip() else f"{pad}{_dedented(line, -shift)}" for line in others)
    return [f"{' ' * column}- {first}", *lines]


def _dedented(line: str, columns: int) -> str:
    blanks = len(line) - len(line.lstrip(" "))
    return line[min(max(columns, 0), blanks) :]


def entry_text(name: str, value: Value, *, as_json: bool = False) -> str:
    """A mapping in braces whose name is text that is there already, with its quotes and its anchor."""
    rest = {key: inner for key, inner in value.pairs.items() if key != "name"}
    text = flow_text(Value(MAPPING, pairs=rest), as_json=as_json)
    return f"{{name: {name}, {text[1:]}" if rest else f"{{name: {name}}}"
