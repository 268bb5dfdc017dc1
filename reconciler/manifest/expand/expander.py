"""Fills variables and rows into the nodes of a document: new nodes at the places of the old ones, from which values are built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.expand.convert import is_list, parts_of, typed
from reconciler.manifest.expand.foreign import foreign_variable
from reconciler.manifest.expand.report import Reporter
from reconciler.manifest.expand.rows import MAX_ENTRIES, RowReader
from reconciler.manifest.expand.scope import NoValueError, Scope, Value
from reconciler.manifest.expand.shape import Shape, Shapes
from reconciler.manifest.expand.tables import Tables
from reconciler.manifest.expand.template import Template, TemplateError, parse_template
from reconciler.manifest.schema.for_each import FOR_EACH
from reconciler.manifest.yaml.document import Builder, Document
from reconciler.manifest.yaml.marks import ListNode, RowMark, place_of
from reconciler.manifest.yaml.scalars import NULL, STR
from reconciler.manifest.yaml.text import MOST_BYTES, quote

MAX_NODES = 2_000_000
"""Values that the rows of all manifests make together."""
MAX_CHARACTERS = MOST_BYTES
"""Characters that placeholders make together."""

_LITERAL_KEYS = frozenset(("version", "include", "vars"))
"""Top-level keys in which braces are plain characters."""
_PATTERN_KEY = "matches"
"""The operator whose value is a regular expression, in which braces count repetitions."""


class TooMuchError(Exception):
    """More than the limits allow; `node` is the `for_each` or the text that is too much."""

    def __init__(self, message: str, node: Any) -> None:
        super().__init__(message)
        self.node = node


@dataclass
class Budget:
    """What is left of the limits, for all documents together."""

    entries: int = MAX_ENTRIES
    nodes: int = MAX_NODES
    characters: int = MAX_CHARACTERS

    def spend(self, node: Any, *, entries: int = 0, nodes: int = 0, characters: int = 0) -> None:
        """Take from what is left. Raises TooMuchError."""
        self.entries -= entries
        self.nodes -= nodes
        self.characters -= characters
        if self.entries < 0:
            raise TooMuchError(f"{quote(FOR_EACH)} makes more than {MAX_ENTRIES} entries", node)
        if self.nodes < 0:
            raise TooMuchError(f"{quote(FOR_EACH)} makes more than {MAX_NODES} values", node)
        if self.characters < 0:
            raise TooMuchError(f"placeholders make more than {MAX_CHARACTERS} characters", node)


def has_rows(document: Document) -> bool:
    """Whether a document may have a `for_each`; a key in double quotes may be written with escapes."""
    text = document.source.text
    return FOR_EACH in text or "\\" in text


@dataclass(frozen=True, slots=True)
class _Origins:
    """Where the values of a text stand; found when a message needs it."""

    values: tuple[Value, ...]

    def __str__(self) -> str:
        return ", ".join(dict.fromkeys(str(value.origin) for value in self.values))


class Expander:
    """Expands documents. `warnings`: names with a variable of another tool in them."""

    def __init__(self, shapes: Shapes, tables: Tables, budget: Budget) -> None:
        self._shapes, self._tables, self._budget = shapes, tables, budget
        self._templates: dict[str, Template] = {}
        self.warnings: list[Problem] = []

    def expand(self, document: Document, scope: Scope, problems: list[Problem]) -> Document | None:
        """The document with everything filled in; None if it is too much. Adds its problems to `problems`."""
        report = Reporter(document.source, problems)
        walk = _Walk(self._shapes, RowReader(report, self._tables), self._budget, self._templates, self.warnings)
        try:
            root = walk.document(document.root, scope)
        except TooMuchError as error:
            report.problem(error.node, str(error), "declare less at a time, in several workspaces or files")
            return None
        if root is document.root:
            return document
        # What is wrong with the nodes as they are written was reported when the document was read.
        builder = Builder(document.source, [], reported=document.reported | report.reported)
        value = builder.build(root, 1)
        return Document(
            document.source, value, root, builder.nodes, builder.reported, repeated=builder.repeated, is_expanded=True
        )


class _Walk:
    """One walk over the nodes of a document. A node in which nothing is filled in stays as it is, unless a row repeats it."""

    def __init__(
        self,
        shapes: Shapes,
        rows: RowReader,
        budget: Budget,
        templates: dict[str, Template],
        warnings: list[Problem],
    ) -> None:
        self._shapes, self._rows, self._budget = shapes, rows, budget
        self._report = rows.report
        self._templates, self._warnings = templates, warnings

    def document(self, root: Any, scope: Scope) -> Any:
        """The root of the expanded document. Raises TooMuchError."""
        return self._mapping(root, self._shapes.root, scope, _LITERAL_KEYS)

    def _node(self, node: Any, shape: Shape, scope: Scope, key: str = "") -> Any:
        """The expanded node; None to leave it out."""
        if node.id == "scalar":
            return self._scalar(node, shape, scope, key)
        if node.id == "mapping":
            return self._mapping(node, shape, scope)
        return self._sequence(node, shape, scope)

    def _mapping(self, node: Any, shape: Shape, scope: Scope, literal: frozenset[str] = frozenset()) -> Any:
        pairs = []
        is_changed = bool(scope.rows)
        for key, value in node.value:
            name = key.value if key.id == "scalar" else ""
            new = value if name in literal else self._node(value, self._shapes.below(shape, name), scope, name)
            is_changed |= new is not value
            if new is not None:
                pairs.append((key, new))
        return self._copy(node, pairs, self._mark(node, shape, scope)) if is_changed else node

    def _sequence(self, node: Any, shape: Shape, scope: Scope) -> Any:
        below = self._shapes.of(shape.items)
        items: list[Any] = []
        is_changed = bool(scope.rows)
        for item in node.value:
            if below.is_entry and item.id == "mapping" and (rows := _value_of(item, FOR_EACH)) is not None:
                items += self._repeat(item, rows, below, scope)
                is_changed = True
                continue
            new = self._node(item, below, scope)
            is_changed |= new is not item
            if new is not None:
                items.append(new)
        return self._copy(node, items, node.start_mark) if is_changed else node

    def _repeat(self, entry: Any, rows: Any, shape: Shape, scope: Scope) -> Iterator[Any]:
        """The entry once for each row of its `for_each`."""
        pairs = [(key, value) for key, value in entry.value if key.value != FOR_EACH]
        body = self._copy(entry, pairs, entry.start_mark)
        for layers in self._rows.rows(self._filled(rows, scope) if scope else rows):
            self._budget.spend(rows, entries=1)
            yield self._mapping(body, shape, scope.inside(layers))

    def _filled(self, node: Any, scope: Scope) -> Any:
        """The node of a `for_each` with the values of the scope around it: texts only, nothing is converted or left out."""
        if node.id == "scalar":
            return self._scalar(node, Shape(), scope, "name")
        if node.id == "mapping":
            return self._copy(node, [(key, self._filled(value, scope)) for key, value in node.value], node.start_mark)
        return self._copy(node, [self._filled(item, scope) for item in node.value], node.start_mark)

    def _scalar(self, node: Any, shape: Shape, scope: Scope, key: str) -> Any:
        text = node.value
        if not scope or "{" not in text or key == _PATTERN_KEY or node.tag != STR:
            is_entry = scope.rows and shape.is_entry
            return self._copy(node, text, self._mark(node, shape, scope)) if is_entry else node
        if key == "name" or shape.is_entry:
            self._warn(node, text)
        try:
            template = self._templates.get(text) or self._templates.setdefault(text, parse_template(text))
            found = [scope.resolve(placeholder.name) for placeholder in template.placeholders]
        except (TemplateError, NoValueError) as error:
            marked = self._copy(node, text, RowMark(node.start_mark.line, node.start_mark.column, scope.rows))
            if isinstance(error, TemplateError):
                self._report.problem(marked, str(error), error.hint)
            self._report.reported.add(place_of(marked))
            return marked
        return self._fill(node, template, found, shape, scope, key)

    def _fill(
        self, node: Any, template: Template, found: list[tuple[Value, bool]], shape: Shape, scope: Scope, key: str
    ) -> Any:
        values = iter(found)
        text = "".join(part if isinstance(part, str) else part.apply(next(values)[0].text) for part in template.parts)
        self._budget.spend(node, characters=len(text))
        varies = any(is_row for _, is_row in found)
        mark = self._mark(node, shape, scope, varies=varies, values=tuple(value for value, _ in found))
        tag = STR
        if template.alone and not template.alone.filters:
            tag = found[0][0].tag
        if template.alone and varies and not text and key != "name" and not (tag == NULL and "null" in shape.types):
            return None  # an empty cell: the field keeps its value, as one that is not written
        if template.alone and is_list(shape):
            return ListNode([self._copy(node, part, mark) for part in parts_of(text)], mark)
        text, tag = typed(text, tag, shape)
        return type(node)(tag, text, mark, node.end_mark, node.style)

    def _mark(
        self, node: Any, shape: Shape, scope: Scope, *, varies: bool = False, values: tuple[Value, ...] = ()
    ) -> Any:
        """The position of a new node: with its row if it is an entry, with the origin of its values if it has some."""
        line, column = node.start_mark.line, node.start_mark.column
        if shape.is_entry:
            return RowMark(line, column, scope.rows, varies) if scope.rows else node.start_mark
        return RowMark(line, column, _Origins(values), varies) if values else node.start_mark

    def _copy(self, node: Any, value: Any, mark: Any) -> Any:
        self._budget.spend(node, nodes=1)
        last = node.style if node.id == "scalar" else node.flow_style
        return type(node)(node.tag, value, mark, node.end_mark, last)

    def _warn(self, node: Any, text: str) -> None:
        violation = foreign_variable(text)
        if violation is not None:
            mark = node.start_mark
            problem = self._report.source.problem((mark.line + 1, mark.column + 1), *violation)
            if problem not in self._warnings:
                self._warnings.append(problem)


def _value_of(node: Any, key: str) -> Any:
    return next((value for key_node, value in node.value if key_node.value == key), None)
