"""What YAML reads in another way than it was meant: text as a comment, as a mapping, or as null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import quote
from reconciler.manifest.yaml.write import write_scalar
from reconciler.text import suggest

Path = Sequence[str | int]


def commented_out(document: Document, path: Path) -> str:
    """The text behind the key or the dash at a path whose value is null since `#` begins a comment there; empty for none."""
    line, column = document.place_at(path, of_key=True)[:2]
    rest = document.source.lines[line - 1][column:]  # behind the first character of a key, or the blank behind a dash
    if path and isinstance(path[-1], str):
        rest = rest.partition(":")[2]
    rest = rest.lstrip(" \t-")
    return rest.rstrip() if rest.startswith("#") and rest[1:2].strip(" #") else ""


def null_as_written(document: Document, path: Path) -> str:
    """The word for null that stands at a path, such as `null` or `~`; empty where nothing stands there."""
    line, column = document.place_at(path)[:2]
    written = document.written_at(path)
    return written if written and document.source.lines[line - 1].startswith(written, column - 1) else ""


def text_as_mapping(document: Document, path: Path, value: Any, known: Iterable[str] = ()) -> tuple[str, str] | None:
    """Message and hint for a mapping that was meant as text: one key that is no misspelt one, `C: D` or `{x}`; else None."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((key, inner),) = value.items()
    if isinstance(inner, Mapping | list) or suggest(key, known):
        return None
    if document.is_flow(value) and document.starts_with(path, "{"):
        if inner is not None:
            return None  # it was written as a mapping
        text = f"{{{key}}}"
        return f"{quote(text)} is a mapping, not text", f"put text in braces in quotes: {write_scalar(text, flow=True)}"
    colon = ":" if "protect" in path else ": "  # an address has no blank
    text = f"{key}{colon}{document.written_at([*path, key])}".rstrip()
    return f"{quote(text)} is a mapping, not text", f"put text with a colon in quotes: {write_scalar(text, flow=True)}"


def null_as_text(document: Document, path: Path) -> str:
    """The hint for a null where text belongs: quotes for the word, or for what `#` made a comment; empty for a missing value."""
    if text := commented_out(document, path):
        key = f"{path[-1]}: " if isinstance(path[-1], str) else "- "
        return f"# begins a comment; put the value in quotes: {key}{write_scalar(text)}"
    word = null_as_written(document, path)
    return f'put it in quotes: "{word}"' if word else ""
