"""Where a value stands in a text, and what the patching of blocks and of brackets needs of the whole patch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reconciler.manifest.edit.render import LineWriter, entry_text
from reconciler.manifest.edit.splices import Splices
from reconciler.manifest.edit.tree import Node
from reconciler.manifest.edit.values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. `column`: of the block mapping or list that it is in.

    `key`: its key, or for an item that of its list, and `parent` the key that the mapping with that key is at.
    `gap`: behind the colon of its key, or behind the dash; what is there up to the value are blanks and comments.
    """

    column: int = 0
    key: str = ""
    parent: str = ""
    gap: int = 0
    in_flow: bool = False
    as_json: bool = False


class Patching(Protocol):
    """The patch of one text."""

    text: str
    splices: Splices
    writer: LineWriter

    def sync(self, node: Node, value: Value, place: Place) -> None:
        """Change the text of a node so that it has this value."""

    def below(self, index: int, lines: list[str]) -> None:
        """Insert lines below the line of a character."""

    def inline(self, value: Value, place: Place) -> str:
        """A value on one line."""

    def kept(self, item: Node, name: Value) -> str:
        """The text of a bare name that stays as it is while its entry becomes a mapping; empty where it has to be written again."""


def named_text(patch: Patching, item: Node, value: Value, *, as_json: bool = False) -> str:
    """The text in braces of a bare name that becomes a mapping, with the name as it is written; empty where that cannot be."""
    name = "" if as_json else patch.kept(item, value.pairs["name"])
    return entry_text(name, value) if name else ""
