"""Parsing: text → documents. The only module that imports yaml.

The node tree is composed once (by libyaml, where it is compiled in); values are built from it, and positions are looked up
in it on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner
from yaml.tokens import ScalarToken

from reconciler.errors import Problem
from reconciler.manifest.yaml.document import MAX_DEPTH, BombError, Builder, Document
from reconciler.manifest.yaml.recovery import Section, sections_of
from reconciler.manifest.yaml.scalars import MAP, SEQ, STR, tag_of
from reconciler.manifest.yaml.surrogates import Spans, has_surrogates, join_pairs, replace_surrogates
from reconciler.manifest.yaml.syntax import TOO_DEEP, problem_of
from reconciler.manifest.yaml.text import SourceText, blank

_MAX_RESUMES = 20
"""Problems after which a syntax error ends the reading of a file: reading goes on from the start of the text each time."""


class _CoreResolver:
    """The resolver of both parsers: gives nodes their tags and limits the depth of nesting."""

    def __init__(self) -> None:
        self.depth = 0

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = parent.start_mark if parent is not None else None
            raise yaml.MarkedYAMLError(problem=TOO_DEEP, problem_mark=mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[Node], value: str, implicit: Any) -> str:
        if kind is ScalarNode:
            return tag_of(value) if implicit[0] else STR
        return MAP if kind is MappingNode else SEQ


class _EventComposer(Composer):
    """Composes nodes from events. An anchor may be given again: an alias means the last one before it (YAML 1.2)."""

    check_event: Any  # of the parser that a loader adds
    peek_event: Any

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Forget an anchor that this node gives again."""
        if not self.check_event(AliasEvent):
            self.anchors.pop(self.peek_event().anchor, None)
        return super().compose_node(parent, index)


class PurePythonLoader(Reader, Scanner, Parser, _EventComposer, _CoreResolver):
    """The parser for a PyYAML without libyaml: the same documents, some eight times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        _EventComposer.__init__(self)
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

    class LibyamlEventLoader(_EventComposer, _CoreResolver, CParser):
        """The parser of libyaml without its composer, which rejects an anchor that is given again; slower."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _EventComposer.__init__(self)
            _CoreResolver.__init__(self)

    Loader = LibyamlLoader


def read_documents(source: SourceText, loader: Any = None) -> tuple[list[Document], list[Problem], bool]:
    """All documents of a text, their problems, and whether the whole text was read.

    A document with a syntax error has no value; its other sections are in `repeated`, to be validated.
    """
    return _DocumentReader(source, loader or Loader).read()


class _AnchorGivenAgainError(Exception):
    """The composer of libyaml rejects what YAML 1.2 allows."""


class _DocumentReader:
    def __init__(self, source: SourceText, loader: Any) -> None:
        self.source, self.loader = source, loader
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self.is_complete = True

    def read(self) -> tuple[list[Document], list[Problem], bool]:
        start = 0
        try:
            while start >= 0 and len(self.problems) <= _MAX_RESUMES:
                start = self._read_from(start)
        except _AnchorGivenAgainError:
            return _DocumentReader(self.source, LibyamlEventLoader).read()
        return self.documents, self.problems, self.is_complete

    def _read_from(self, start: int) -> int:
        """Read up to the end or a syntax error; returns where the next document after the error begins, or -1."""
        text = blank(self.source.text[:start]) + self.source.text[start:]
        spans: Spans = {}
        if has_surrogates(text):
            spans = _double_quoted(self.loader, replace_surrogates(text))
            text = replace_surrogates(text, spans)
        try:
            for root in _compose(self.loader, text):
                builder = Builder(self.source, self.problems)
                self._join_pairs(root, spans, builder)
                self._build(builder, root)
        except yaml.YAMLError as error:
            if "duplicate anchor" in (getattr(error, "context", None) or "") and self.loader is not PurePythonLoader:
                raise _AnchorGivenAgainError from error
            self.is_complete = False
            problem = problem_of(self.source, error)
            self.problems.append(problem)
            mark = getattr(error, "problem_mark", None)
            if mark:
                self._add_sections(sections_of(self.source, start, mark.index), problem.line)
            return self.source.next_document(max(mark.index, start + 1)) if mark else -1
        return -1

    def _add_sections(self, sections: Iterator[Section], line: int) -> None:
        """Add a document without a value for one with a syntax error in a line; its other sections are only validated."""
        parts = [part for section in sections if (part := self._section(section, line)) is not None]
        others = [part for part in parts if part.value.get("version") != 1]  # the schema is that of version 1
        parts = others or parts
        if parts:
            reported = {parts[0].place_at(())}
            self.documents.append(Document(self.source, None, parts[0].root, {}, reported, repeated=parts))

    def _section(self, section: Section, line: int) -> Document | None:
        """A section as a document; None for one that cannot be read, which is a problem where the one in `line` is not its cause."""
        problems: list[Problem] = []
        try:
            roots = list(_compose(self.loader, section.source.text))
            builder = Builder(self.source, problems)
            value = builder.build(roots[0], 1) if len(roots) == 1 and section.is_plain else None
        except BombError:
            return None
        except yaml.YAMLError as error:
            # Of an alias, the anchor may be in another section.
            if section.line > line and "alias" not in str(error):
                self.problems.append(problem_of(section.source, error))
            return None
        if not isinstance(value, dict):
            return None
        self.problems += problems
        return Document(self.source, {"version": 1, **value}, roots[0], builder.nodes, builder.reported)

    def _build(self, builder: Builder, root: Node) -> None:
        try:
            value = builder.build(root, 1)
        except BombError as error:
            self.is_complete = False
            mark = error.node.start_mark
            self.problems.append(self.source.problem((mark.line + 1, mark.column + 1), str(error)))
        else:
            document = Document(self.source, value, root, builder.nodes, builder.reported, repeated=builder.repeated)
            self.documents.append(document)

    def _join_pairs(self, root: Node, spans: Spans, builder: Builder) -> None:
        """Give the scalars in `spans` their values, and report lone surrogates."""
        starts = {stop: start for start, stop in spans.items()}  # a node with an anchor begins at its anchor
        pending: list[Any] = [root] if spans else []
        seen = set()
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.id == "scalar":
                start = starts.get(node.end_mark.index) if node.style == '"' else None
                if start is not None:
                    self._join_pairs_of(node, start, builder)
            elif node.id == "mapping":
                pending += [part for pair in reversed(node.value) for part in reversed(pair)]
            else:
                pending += reversed(node.value)

    def _join_pairs_of(self, node: Node, start: int, builder: Builder) -> None:
        joined, lone = join_pairs(self.source.text[start : node.end_mark.index])
        node.value = next(_compose(self.loader, joined)).value
        self.is_complete &= not lone
        for position in lone:
            place = self.source.place_of(start + position)
            escape = self.source.text[start + position :][:6]
            hint = "write both escapes of the pair, or the character itself"
            self.problems.append(
                self.source.problem(place, f"lone surrogate {escape}: invalid Unicode character escape code", hint)
            )
            builder.reported.add((node.start_mark.line + 1, node.start_mark.column + 1))


def _double_quoted(loader_class: Any, text: str) -> Spans:
    """The double-quoted scalars, and the rest of the text from a syntax error on: it may be in an unclosed one."""
    spans: Spans = {}
    end = 0
    loader = loader_class(text)
    try:
        while loader.check_token():
            token = loader.get_token()
            end = token.end_mark.index
            if isinstance(token, ScalarToken) and token.style == '"':
                spans[token.start_mark.index] = token.end_mark.index
    except (yaml.YAMLError, ValueError, OverflowError):
        spans[end] = len(text)
    return spans


def _compose(loader_class: Any, text: str) -> Iterator[Node]:
    loader = loader_class(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    except (ValueError, OverflowError) as error:  # the pure parser passes on the errors of chr()
        raise yaml.YAMLError(str(error)) from error
