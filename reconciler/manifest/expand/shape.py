"""What the schema allows at a place of a document, for values that come as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.manifest.schema.for_each import FOR_EACH

Schema = Mapping[str, Any]


@dataclass(slots=True)
class Shape:
    """All that a schema and what it refers to allow: types, words, patterns, and the schemas below it."""

    types: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    patterns: set[str] = field(default_factory=set)
    properties: dict[str, Schema] = field(default_factory=dict)
    items: Schema | None = None
    others: Schema | None = None
    """The schema of the properties that have none of their own."""

    @property
    def is_entry(self) -> bool:
        """Whether it is an entry that `for_each` can repeat."""
        return FOR_EACH in self.properties


class Shapes:
    """The shapes of one schema, each made once."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._made: dict[int, tuple[Schema, Shape]] = {}
        self._empty = Shape()

    @property
    def root(self) -> Shape:
        """The shape of a whole document."""
        return self.of(self._root)

    def of(self, schema: Schema | None) -> Shape:
        """The shape of a schema; an empty one for None."""
        if schema is None:
            return self._empty
        made = self._made.get(id(schema))
        if made is None:
            made = self._made[id(schema)] = (schema, self._make(schema))
        return made[1]

    def below(self, shape: Shape, key: str) -> Shape:
        """The shape of the value of a key."""
        return self.of(shape.properties.get(key, shape.others))

    def _make(self, schema: Schema) -> Shape:
        shape = Shape()
        for part in self._parts(schema):
            types = part.get("type", ())
            shape.types.update((types,) if isinstance(types, str) else types)
            shape.words += [word for word in part.get("enum", ()) if isinstance(word, str)]
            if "pattern" in part:
                shape.patterns.add(part["pattern"])
            shape.properties = {**part.get("properties", {}), **shape.properties}
            shape.items = shape.items or part.get("items")
            if isinstance(part.get("additionalProperties"), Mapping):
                shape.others = part["additionalProperties"]
        return shape

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """A schema, then what it refers to and its branches."""
        yield schema
        if "$ref" in schema:
            yield from self._parts(self._root["$defs"][schema["$ref"].rpartition("/")[2]])
        for branch in schema.get("anyOf", ()):
            yield from self._parts(branch)
