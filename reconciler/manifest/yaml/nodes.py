"""Parsing: text → documents. The only module that imports yaml.

The node tree is composed once (by libyaml, where it is compiled in); values are built from it, and positions are looked up
in it on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from reconciler.errors import Problem
from reconciler.manifest.yaml.document import MAX_DEPTH, BombError, Builder, Document
from reconciler.manifest.yaml.scalars import MAP, SEQ, STR, tag_of
from reconciler.manifest.yaml.text import SourceText

_HINTS = {
    "mapping values are not allowed": "put a value that contains ': ' in quotes, or fix the indentation",
    "found character that cannot start any token": "indent with spaces, not tabs; quote a value that begins with @, ` or %",
    "found character '\\t'": "indent with spaces, not tabs",
    "found a tab": "indent with spaces, not tabs",
    "found undefined alias": "quote a value that begins with *; define an anchor (&name) before its alias",
    "expected alphabetic or numeric": "quote a value that begins with *, & or !",
    "did not find expected key": "fix the indentation or a missing quote here or in the lines above",
    "expected <block end>": "fix the indentation or a missing quote here or in the lines above",
    "did not find expected '-' indicator": "indent all entries of a list to the same column",
    "could not find expected ':'": "add a colon and a space after the key",
    "unexpected end of stream": "close the quote or bracket",
    "found duplicate anchor": "give each anchor a unique name",
    "incompatible YAML document": "remove the %YAML line, or write %YAML 1.2",
}
_TOO_DEEP = f"more than {MAX_DEPTH} levels of nesting"
_LIBYAML_TOO_DEEP = "exceeded maximum nesting depth"
"""The message of newer libyaml releases for brackets far beyond MAX_DEPTH, raised before composing starts."""


class _CoreResolver:
    """The resolver of both parsers: gives nodes their tags and limits the depth of nesting."""

    def __init__(self) -> None:
        self.depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = parent.start_mark if parent is not None else None
            raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[Node], value: str, implicit: Any) -> str:
        if kind is ScalarNode:
            return tag_of(value) if implicit[0] else STR
        return MAP if kind is MappingNode else SEQ


class PurePythonLoader(Reader, Scanner, Parser, Composer, _CoreResolver):
    """The parser for a PyYAML without libyaml: the same documents, some eight times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        _CoreResolver.__init__(self)

    def compose_scalar_node(self, anchor: Any) -> ScalarNode:
        """Reject half of a surrogate pair, as libyaml does."""
        node: ScalarNode = Composer.compose_scalar_node(self, anchor)
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            raise yaml.MarkedYAMLError(
                problem="found invalid Unicode character escape code", problem_mark=node.start_mark
            )
        return node


Loader: Any = PurePythonLoader
if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not know that cyaml has it

    class LibyamlLoader(_CoreResolver, CParser):
        """The parser of libyaml."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _CoreResolver.__init__(self)

    Loader = LibyamlLoader


def read_documents(source: SourceText, loader: Any = None) -> tuple[list[Document], list[Problem], bool]:
    """All documents of a text, their problems, and whether the whole text was read (a syntax error ends reading)."""
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        for root in _compose((loader or Loader), source.text):
            builder = Builder(source, problems)
            value = builder.build(root, 1)
            documents.append(Document(source, value, root, builder.nodes, builder.reported))
    except yaml.YAMLError as error:
        problems.append(_problem_of(source, error))
        return documents, problems, False
    except BombError as error:
        mark = error.node.start_mark
        problems.append(source.problem((mark.line + 1, mark.column + 1), str(error)))
        return documents, problems, False
    return documents, problems, True


def _compose(loader_class: Any, text: str) -> Iterator[Node]:
    loader = loader_class(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    except (ValueError, OverflowError) as error:  # the pure parser passes on the errors of chr()
        raise yaml.YAMLError(str(error)) from error
    finally:
        loader.dispose()


def _problem_of(source: SourceText, error: yaml.YAMLError) -> Problem:
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if message == _LIBYAML_TOO_DEEP:
        return source.problem((mark.line + 1, mark.column + 1) if mark else (0, 0), f"invalid YAML: {_TOO_DEEP}")
    if opening is not None and (mark is None or not source.text[mark.index :].strip()):
        mark = opening  # at the end of the file, the opening quote or bracket is the cause
    place = (min(mark.line + 1, len(source.lines)), mark.column + 1) if mark is not None else (0, 0)
    line = source.lines[place[0] - 1] if place[0] else ""
    if "\t" in line[: len(line) - len(line.lstrip(" \t"))] and _TOO_DEEP not in message:
        place = (place[0], line.index("\t") + 1)
        return source.problem(place, "tabs are not allowed for indentation", "indent with spaces, not tabs")
    context = getattr(error, "context", None)
    hint = next((hint for text, hint in _HINTS.items() if text in message), "")
    return source.problem(place, f"invalid YAML: {message}" + (f" ({context})" if context else ""), hint)
