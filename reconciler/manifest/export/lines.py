"""The text of entries: nested lists in block style, short entries in braces, names quoted where they need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.export.declarable import document_of
from reconciler.manifest.export.defaults import is_usual
from reconciler.manifest.export.tree import Entry
from reconciler.manifest.yaml.write import write_scalar, write_text
from reconciler.model import Field

_WIDTH = 100
"""Characters of a line beyond which a list or a mapping goes on several lines."""

Defaults = Mapping[str, Mapping[str, Any]]
"""Canonical values by the names of the kind and the field."""
Pair = tuple[str, Any]


def flow(value: Any) -> str:
    """A manifest value on one line, as in brackets."""
    if isinstance(value, str):
        return write_scalar(value, flow=True)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(flow, value))}]"
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


def field_text(field: Field, value: Any) -> str:
    """The text of a canonical value on one line."""
    return flow(document_of(field, value))


class Lines:
    """Writes entries as lines, given the defaults that they get."""

    def __init__(self, defaults: Defaults) -> None:
        self._defaults = defaults

    def entries(self, entries: Sequence[Entry], margin: str) -> Iterator[str]:
        """The entries of a list, each with `- ` behind the margin."""
        for entry in entries:
            yield from self._entry(entry, margin)

    def section(self, key: str, entries: Sequence[Entry], margin: str = "") -> Iterator[str]:
        """A key with a list of entries; `[]` where there are none."""
        if not entries:
            yield f"{margin}{key}: []"
            return
        bare = f"{margin}{key}: [{', '.join(write_scalar(entry.name, flow=True) for entry in entries)}]"
        if len(bare) <= _WIDTH and entries[0].kind.is_embedded and not any(map(self._has_more, entries)):
            yield bare
            return
        yield f"{margin}{key}:"
        yield from self.entries(entries, f"{margin}  ")

    def _entry(self, entry: Entry, margin: str) -> Iterator[str]:
        pairs = list(self._pairs(entry))
        if not self._has_more(entry):
            yield f"{margin}- {write_scalar(entry.name)}"
            return
        if not any(entry.children.values()) and not entry.sets:
            line = f"{margin}- {flow({'name': entry.name, **dict(pairs)})}"
            is_short = len(line) <= _WIDTH and not any(isinstance(value, str) and "\n" in value for _, value in pairs)
            if is_short and (entry.kind.is_embedded or len(pairs) == 1):
                yield line
                return
        yield f"{margin}- name: {write_scalar(entry.name)}"
        inner = f"{margin}  "
        for key, value in pairs:
            yield from _key_lines(key, value, inner)
        if entry.sets:
            yield f"{inner}use: {flow(entry.sets)}"
        for plural, children in entry.children.items():
            if children:
                yield from self.section(plural, children, inner)

    def _has_more(self, entry: Entry) -> bool:
        """Whether an entry has more than a name."""
        return bool(any(entry.children.values()) or entry.sets or next(self._pairs(entry), None))

    def _pairs(self, entry: Entry) -> Iterator[Pair]:
        """The keys of an entry besides its name and what nests in it, with manifest values."""
        if entry.parent_name:
            yield entry.kind.parent, entry.parent_name
        given = entry.base.values if entry.base else self._defaults.get(entry.kind.name, {})
        for field in entry.kind.fields:
            if field.name not in entry.values:
                continue
            value = entry.values[field.name]
            if not (value == given[field.name] if field.name in given else is_usual(field, value)):
                yield field.name, document_of(field, value)


def _key_lines(key: str, value: Any, margin: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from f"{margin}{key}: {write_text(value, len(margin) + 2)}".split("\n")
        return
    line = f"{margin}{key}: {flow(value)}"
    if len(line) <= _WIDTH or not isinstance(value, list):
        yield line
        return
    yield f"{margin}{key}:"
    for item in value:
        yield f"{margin}  - {flow(item) if isinstance(item, Mapping) else write_scalar(item)}"
