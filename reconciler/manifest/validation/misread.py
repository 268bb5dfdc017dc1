"""What YAML reads in another way than it was meant: text as a comment, as a mapping, or as null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import in_quotes, quote
from reconciler.text import suggest

Path = Sequence[str | int]


def commented_out(document: Document, path: Path) -> str:
    """The text behind the key or the dash at a path whose value is null since `#` begins a comment there; empty for none."""
    line, column = document.place_at(path, of_key=True)
    rest = document.source.lines[line - 1][column - 1 :]
    if path and isinstance(path[-1], str):
        rest = rest.partition(":")[2]
    rest = rest.lstrip(" \t-")
    return rest.rstrip() if rest.startswith("#") and rest[1:2].strip(" #") else ""


def null_as_written(document: Document, path: Path) -> str:
    """The word for null that stands at a path, such as `null` or `~`; empty where nothing stands there."""
    line, column = document.place_at(path)
    written = document.written_at(path)
    return written if written and document.source.lines[line - 1].startswith(written, column - 1) else ""


def text_as_mapping(document: Document, path: Path, value: Any, known: Iterable[str]) -> tuple[str, str] | None:
    """Message and hint for a mapping that was meant as text: one key that is no misspelt one, `C: D`, or `{x}`; else None."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((key, inner),) = value.items()
    if suggest(key, known) or isinstance(inner, Mapping | list) or document.is_alias(path):
        return None
    is_flow = document.is_flow_at(path)
    shown = document.written_at([*path, key]) if inner is not None else ""
    if inner is None and is_flow:
        text = f"{{{key}}}"
        return (
            f"{quote(text)} is a mapping, not text: braces begin one",
            f"put text in braces in quotes: {in_quotes(text)}",
        )
    text = f"{key}: {shown}" if shown else f"{key}:"
    return (
        f"{quote(text)} is a mapping, not text: a colon makes it one",
        f"put text with a colon in quotes: {in_quotes(text)}",
    )
