"""JSON values as YAML 1.2 in block style. Every text is quoted, so no loader reads a name as a number, a date or a boolean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.render.escape import yaml_visible

_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null"))
"""Keys that YAML 1.1 loaders read as something else than text."""


def yaml_mapping(record: Mapping[str, Any]) -> str:
    """An object as a document."""
    return "".join(f"{line}\n" for line in _lines(record)) if record else "{}\n"


def yaml_item(record: Mapping[str, Any]) -> str:
    """An object as an item of a list that is the document."""
    return "".join(f"{line}\n" for line in _item(record))


def _lines(value: Any) -> Iterator[str]:
    """A list or an object that is not empty, as lines."""
    if not isinstance(value, Mapping):
        for item in value:
            yield from _item(item)
        return
    for key, inner in value.items():
        if _is_block(inner):
            yield f"{_key(key)}:"
            yield from (f"  {line}" for line in _lines(inner))
        else:
            yield f"{_key(key)}: {_scalar(inner)}"


def _item(value: Any) -> Iterator[str]:
    lines = _lines(value) if _is_block(value) else iter((_scalar(value),))
    yield f"- {next(lines)}"
    yield from (f"  {line}" for line in lines)


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _key(key: str) -> str:
    is_plain = key.isascii() and key.replace("_", "a").isalnum() and not key[0].isdigit() and key.lower() not in _WORDS
    return key if is_plain else _scalar(key)


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and "e" in text and "." not in text:
        return text.replace("e", ".0e")  # YAML 1.1 reads 1e+16 as text
    return yaml_visible(text)
