"""The only door to yaml: text → documents of plain values, each of which can say where in the text it stands.

The node tree is composed once (by libyaml, where it is compiled in); values are built from it, and positions are looked up
in it when they are asked for.
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
from reconciler.manifest.yaml.document import DEEPEST, BombError, Builder, Document
from reconciler.manifest.yaml.scalars import MAP, SEQ, STR, tag_of
from reconciler.manifest.yaml.text import SourceText

_HINTS = {
    "mapping values are not allowed": "a second `: ` stands in one value: put the value in quotes, or correct the indentation",
    "found character that cannot start any token": "indent with blanks, not tabs; quote text that begins with @, ` or %",
    "found character '\\t'": "indent with blanks, not tabs",
    "found a tab": "indent with blanks, not tabs",
    "found undefined alias": "text that begins with * needs quotes; an alias needs its anchor (&name) before it",
    "expected alphabetic or numeric": "text that begins with *, & or ! needs quotes",
    "did not find expected key": "look for wrong indentation or a missing quote here or in the lines above",
    "expected <block end>": "look for wrong indentation or a missing quote here or in the lines above",
    "did not find expected '-' indicator": "entries of one list stand in one column",
    "could not find expected ':'": "a key needs a colon and a blank behind it",
    "unexpected end of stream": "a quote or a bracket is not closed",
    "found duplicate anchor": "give each anchor a name of its own",
    "incompatible YAML document": "take the %YAML line away, or write %YAML 1.2",
}
_TOO_DEEP = f"nested more than {DEEPEST} levels deep"
_LIBYAML_TOO_DEEP = "exceeded maximum nesting depth"
"""What newer releases of libyaml say of themselves, of brackets far deeper than ours may be, before anything is composed."""


class _CoreResolver:
    """What both parsers ask while they compose: the tag of a node, and leave to go a level deeper."""

    def __init__(self) -> None:
        self.depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
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
        """As libyaml, which takes no half of a surrogate pair for a character."""
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
        """libyaml's parser."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _CoreResolver.__init__(self)

    Loader = LibyamlLoader


def read_documents(source: SourceText, loader: Any = None) -> tuple[list[Document], list[Problem], bool]:
    """All documents of a text, their problems, and whether it was read to its end (a syntax error ends it early)."""
    documents: list[Document] = []
    problems: list[Problem] = []
    try:
        for root in _compose((loader or Loader), source.text):
            builder = Builder(source, problems)
            value = builder.build(root, 1)
            documents.append(Document(source, value, root, builder.nodes, builder.unclear))
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
    except (ValueError, OverflowError) as error:  # the pure parser lets chr() speak for itself
        raise yaml.YAMLError(str(error)) from error
    finally:
        loader.dispose()


def _problem_of(source: SourceText, error: yaml.YAMLError) -> Problem:
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if what == _LIBYAML_TOO_DEEP:
        return source.problem((mark.line + 1, mark.column + 1) if mark else (0, 0), f"not valid YAML: {_TOO_DEEP}")
    if opening is not None and (mark is None or not source.text[mark.index :].strip()):
        mark = opening  # the end of the file is where it shows, not where it is
    place = (min(mark.line + 1, len(source.lines)), mark.column + 1) if mark is not None else (0, 0)
    line = source.lines[place[0] - 1] if place[0] else ""
    if "\t" in line[: len(line) - len(line.lstrip(" \t"))] and "deep" not in what:
        place = (place[0], line.index("\t") + 1)
        return source.problem(place, "a tab cannot indent", "indent with blanks, not tabs")
    context = getattr(error, "context", None)
    message = f"not valid YAML: {what}" + (f" ({context})" if context else "")
    return source.problem(place, message, next((hint for text, hint in _HINTS.items() if text in what), ""))
