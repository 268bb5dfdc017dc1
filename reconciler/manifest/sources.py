"""Sources: paths → documents, with what they include, and with rows and variables filled in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.expand.expander import Budget, Expander, has_rows
from reconciler.manifest.expand.shape import Shapes
from reconciler.manifest.expand.tables import Tables
from reconciler.manifest.expand.variables import Given, read_variables
from reconciler.manifest.files import STDIN, File, FileReader
from reconciler.manifest.include import Includer
from reconciler.manifest.roots import Roots
from reconciler.manifest.schema.manifest import validation_schema
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.nodes import read_documents
from reconciler.manifest.yaml.text import SourceText, decode
from reconciler.state import SourceFile


@dataclass
class Sources:
    """Everything that was read. `is_complete`: whether nothing is missing that could define a task set.

    `files`: the manifests. `read`: all that the result depends on: also tables, and the values of variables from outside.
    `warnings`: names that look like templates of another tool. `unused`: variables that no text uses.
    `included`: the paths of files that were read only because others include them; several workspaces may share these.
    """

    files: list[File]
    problems: list[Problem]
    documents: list[Document] = field(default_factory=list)
    texts: dict[str, SourceText] = field(default_factory=dict)
    is_complete: bool = True
    read: tuple[SourceFile, ...] = ()
    warnings: Sequence[Problem] = ()
    unused: Sequence[Problem] = ()
    included: frozenset[str] = frozenset()


def read_sources(paths: Sequence[str], stdin: Callable[[], bytes] | None, given: Given) -> Sources:
    """Read the manifests that a command line names, with all that they include, and expand them."""
    files = FileReader(stdin)
    files.read_all(paths)
    reader = _SourceReader(files, Roots.of(paths))
    reader.read_documents()
    files.report_misnamed()
    label(files.problems, "file")
    reader.sources.is_complete &= not files.problems
    reader.expand(given)
    label(files.problems, "template")
    return reader.sources


def read_given(given_files: Sequence[File], given: Given) -> Sources:
    """As `read_sources`, of manifests whose bytes are given with their paths."""
    files = FileReader(None)
    for path, data in given_files:
        files.files.append((path, data))
        files.seen.add(os.path.realpath(path))
        files.opened[path] = path
    reader = _SourceReader(files, Roots.of([path for path, _ in given_files]))
    reader.read_documents()
    reader.sources.is_complete &= not files.problems
    reader.expand(given)
    label(files.problems, "template")
    return reader.sources


def label(problems: list[Problem], rule: str, start: int = 0) -> None:
    """Name the rule of the problems from `start` on that have none."""
    for index in range(start, len(problems)):
        problems[index] = problems[index].under(rule)


class _SourceReader:
    def __init__(self, files: FileReader, roots: Roots) -> None:
        self._files, self._roots = files, roots
        self.sources = Sources(files.files, files.problems)

    def read_documents(self) -> None:
        """Read the documents of all files; those that are included become further files while this runs."""
        found = self.sources
        includer = Includer(self._files, self._roots)
        named = len(self._files.files)
        for path, data in self._files.files:  # which grows
            source = decode(path, data)
            if isinstance(source, Problem):
                found.problems.append(source)
                found.is_complete = False
                continue
            found.texts[path] = source
            documents = self._documents_of(source)
            opened = self._files.opened.get(path, path)
            for document in documents:
                includer.follow(document, opened if opened == STDIN else os.path.realpath(opened))
            found.documents += documents
        found.included = frozenset(path for path, _ in self._files.files[named:])

    def _documents_of(self, source: SourceText) -> list[Document]:
        """The documents of a file; what is empty is a problem."""
        found = self.sources
        documents, problems, is_complete = read_documents(source)
        label(problems, "yaml")
        start = len(found.problems)
        found.problems += problems
        found.is_complete &= is_complete
        if is_complete and all(document.value is None for document in documents):
            found.problems.append(source.problem((0, 0), "the file is empty", "begin it with: version: 1"))
            label(found.problems, "schema", start)
            return []
        for document in documents:
            if document.value is None and not document.reported:
                problem = source.problem(document.place_at(()), "the document is empty", "remove its --- line")
                found.problems.append(problem)
        label(found.problems, "schema", start)
        return [document for document in documents if document.value is not None or document.reported]

    def expand(self, given: Given) -> None:
        """Fill rows and variables into the documents that have or use them."""
        found = self.sources
        variables = read_variables(found.documents, given, found.problems)
        tables = Tables(self._roots, self._files.opened)
        expander = Expander(Shapes(validation_schema()), tables, Budget())
        scope = variables.scope
        documents: list[Document] = []
        for document in found.documents:
            count = len(found.problems)
            expanded: Any = document
            if isinstance(document.value, dict) and (scope or has_rows(document)):
                expanded = expander.expand(document, scope, found.problems)
            found.is_complete &= len(found.problems) == count
            if expanded is not None:
                documents.append(expanded)
        found.documents = documents
        found.warnings = expander.warnings
        found.unused = tuple(variables.unused())
        found.read = (*map(_hashed, (*self._files.files, *tables.files)), *variables.sources)


def _hashed(file: File) -> SourceFile:
    path, data = file
    return SourceFile(path, hashlib.sha256(data).hexdigest())
