"""Values: what the nodes of a text mean, as a tree that can be changed. `patch` then finds the changes of the text that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.manifest.edit.tree import MAPPING, SCALAR, SEQUENCE, Node
from reconciler.manifest.yaml.scalars import FLOAT, INT, NULL, STR, convert, tag_of


@dataclass(eq=False, slots=True)
class Value:
    """A mapping (`pairs`), a sequence (`items`) or a scalar (`text`, and the `tag` that says what it means).

    `node`: where it is written; None for a new value. An alias has a value of its own, so that what is changed there is
    changed for that place alone.
    """

    form: str
    node: Node | None = None
    text: str = ""
    tag: str = STR
    pairs: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)

    @property
    def is_text(self) -> bool:
        """Whether it is a scalar that means text."""
        return self.form == SCALAR and self.tag == STR

    def get(self, key: str) -> Value | None:
        """The value of a key; None for one that is not there, and for what is no mapping."""
        return self.pairs.get(key)

    def list_at(self, key: str) -> list[Value]:
        """The items of the list at a key; empty for one that is not there."""
        found = self.pairs.get(key)
        return found.items if found is not None else []


def value_of(node: Node) -> Value:
    """The value of a node; that of an alias is a copy, of which only the alias itself has a place."""
    content = node.content
    if content is not node:
        value = copy_of(value_of(content))
        value.node = node
        return value
    if content.form == SCALAR:
        tag = STR if content.is_text else content.tag or tag_of(content.value)
        return Value(SCALAR, node, content.value, tag)
    value = Value(content.form, node)
    if content.form == MAPPING:
        for key, inner in content.pairs:
            value.pairs.setdefault(key.content.value, value_of(inner))
    else:
        value.items = [value_of(item) for item in content.items]
    return value


def new_value(plain: Any) -> Value:
    """A new value from plain Python values: mappings, lists, text, numbers, booleans and None."""
    if isinstance(plain, Value):
        return plain
    if isinstance(plain, dict):
        return Value(MAPPING, pairs={key: new_value(item) for key, item in plain.items()})
    if isinstance(plain, list | tuple):
        return Value(SEQUENCE, items=[new_value(item) for item in plain])
    if isinstance(plain, str):
        return Value(SCALAR, text=plain)
    text = "null" if plain is None else str(plain).lower() if isinstance(plain, bool) else str(plain)
    return Value(SCALAR, text=text, tag=tag_of(text))


def plain_of(value: Value) -> Any:
    """The plain Python value. A number is its text where it is one that `convert` refuses."""
    if value.form == MAPPING:
        return {key: plain_of(inner) for key, inner in value.pairs.items()}
    if value.form == SEQUENCE:
        return [plain_of(item) for item in value.items]
    return _scalar(value)


def _scalar(value: Value) -> Any:
    if value.tag == STR:
        return value.text
    try:
        return convert(value.tag, value.text)
    except ValueError:
        return value.text


def is_same(value: Value, other: Value) -> bool:
    """Whether two values mean the same. Numbers are compared as they are written: an amount is its text.

    A name alone is the same in any form: `Acme` is short for `{name: Acme}`.
    """
    value, other = _bare(value), _bare(other)
    if value.form != other.form:
        return False
    if value.form == MAPPING:
        return value.pairs.keys() == other.pairs.keys() and all(
            is_same(inner, other.pairs[key]) for key, inner in value.pairs.items()
        )
    if value.form == SEQUENCE:
        return len(value.items) == len(other.items) and all(map(is_same, value.items, other.items))
    if value.tag in (INT, FLOAT) and other.tag in (INT, FLOAT):
        return value.text == other.text
    return value.tag == other.tag and (value.tag == NULL or _scalar(value) == _scalar(other))


def _bare(value: Value) -> Value:
    return value.pairs["name"] if value.form == MAPPING and value.pairs.keys() == {"name"} else value


def copy_of(value: Value) -> Value:
    """A copy without places: a new value."""
    pairs = {key: copy_of(inner) for key, inner in value.pairs.items()}
    return Value(value.form, None, value.text, value.tag, pairs, [copy_of(item) for item in value.items])


def walk(value: Value) -> Iterator[Value]:
    """The value and all values in it."""
    yield value
    for inner in (*value.pairs.values(), *value.items):
        yield from walk(inner)
