"""Resources → the text of a manifest, with the cell that each place of the text comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.kinds import BY_NAME, CLIENT, KINDS, PROJECT, TAG, TASK
from reconciler.manifest.import_csv.collect import Collector, Entry, Origin
from reconciler.manifest.schema.nesting import children_of
from reconciler.manifest.yaml.write import write_scalar, write_text

_WIDTH = 100
"""A mapping or a list that fits this many columns is written in brackets."""
_Piece = tuple[str, Origin | None]


@dataclass
class Writer:
    """The lines of a manifest. `origins`: line and column, from 1, with the cell of what begins there; in ascending order."""

    lines: list[str] = field(default_factory=list)
    origins: list[tuple[tuple[int, int], Origin]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(f"{line}\n" for line in self.lines)

    def line(self, *pieces: str | _Piece) -> None:
        """Add a line, or a block of several, of pieces; those with an origin are recorded at their column."""
        text = ""
        for piece in pieces:
            content, origin = piece if isinstance(piece, tuple) else (piece, None)
            if origin is not None:
                self.origins.append(((len(self.lines) + 1, len(text) + 1), origin))
            text += content
        self.lines += text.split("\n")

    def section(self, key: str, entries: Iterable[Entry], indent: int = 0) -> None:
        """A key with its list of entries."""
        margin = " " * indent
        listed = list(entries)
        pieces = _flow_list(listed) if indent else None
        if pieces and _fits(margin, f"{key}: ", pieces):
            self.line(margin, f"{key}: ", *pieces)
            return
        self.line(margin, f"{key}:")
        for entry in listed:
            self._entry(entry, indent + 2)

    def _entry(self, entry: Entry, indent: int) -> None:
        margin = " " * indent
        child = next(iter(children_of(BY_NAME[entry.kind])), None)
        if not entry.values and not entry.children:
            self.line(f"{margin}- ", (write_scalar(entry.name), entry.origin))
            return
        if not entry.children:
            pieces = _flow_mapping(entry)
            if _fits(margin, "- ", pieces):
                self.line(f"{margin}- ", *pieces)
                return
        self.line(f"{margin}- name: ", (write_scalar(entry.name), entry.origin))
        for key, (value, origin) in _in_order(entry):
            self.line(f"{margin}  {key}: ", (_block_value(value, indent + 4), origin))
        if entry.children and child is not None:
            self.section(child.plural, entry.children.values(), indent + 2)


def manifest_of(comments: Iterable[str], workspace: str, collector: Collector) -> Writer:
    """The manifest: tags, clients with their projects, and the projects without a client. Nothing that it omits is removed."""
    writer = Writer()
    for comment in comments:
        writer.line(comment)
    writer.line("version: 1")
    if workspace:
        writer.line(f"workspace: {write_scalar(workspace)}")
    writer.line("policy:")
    writer.line(f"  prune: {{{', '.join(f'{kind.plural}: keep' for kind in KINDS)}}}")
    sections = ((TAG, collector.tags), (CLIENT, collector.clients), (PROJECT, collector.projects))
    for kind, entries in sections:
        if entries:
            writer.section(kind.plural, entries.values())
    return writer


def _in_order(entry: Entry) -> list[tuple[str, tuple[Any, Origin]]]:
    """The values in the order of the kind's fields."""
    return [(f.name, entry.values[f.name]) for f in BY_NAME[entry.kind].fields if f.name in entry.values]


def _flow_list(entries: Sequence[Entry]) -> list[str | _Piece]:
    """Tasks that are only names, in brackets; empty for other entries."""
    if any(entry.kind != TASK.name or entry.values for entry in entries):
        return []
    pieces: list[str | _Piece] = []
    for entry in entries:
        pieces += [", " if pieces else "[", (write_scalar(entry.name, flow=True), entry.origin)]
    return [*pieces, "]"]


def _flow_mapping(entry: Entry) -> list[str | _Piece]:
    pieces: list[str | _Piece] = ["{name: ", (write_scalar(entry.name, flow=True), entry.origin)]
    for key, (value, origin) in _in_order(entry):
        pieces += [f", {key}: ", (_flow_value(value), origin)]
    return [*pieces, "}"]


def _fits(*pieces: str | Sequence[str | _Piece]) -> bool:
    size = 0
    for piece in pieces:
        parts = [piece] if isinstance(piece, str) else piece
        size += sum(len(part if isinstance(part, str) else part[0]) for part in parts)
    return size <= _WIDTH


def _flow_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(write_scalar(item, flow=True) for item in value)}]"
    return write_scalar(value, flow=True)


def _block_value(value: Any, indent: int) -> str:
    return write_text(value, indent) if isinstance(value, str) else _flow_value(value)
