"""Loading: paths → the desired state, or all problems of all manifests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest.collector import without_gc as _without_gc
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.compose.conflicts import find_conflicts
from reconciler.manifest.compose.settings import Settings
from reconciler.manifest.files import File, read_files
from reconciler.manifest.validation.validate import validate_document
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.nodes import read_documents
from reconciler.manifest.yaml.text import SourceText, decode
from reconciler.model import Address, Resource
from reconciler.state import Desired, Removed, SourceFile


def load(paths: Sequence[str], *, stdin: Callable[[], bytes] | None = None) -> Desired:
    """Read manifests: files, directories, or `-` for the bytes that `stdin` returns. Raises ManifestError with all problems.

    The result does not depend on the order of files, documents and keys, nor on how they are split into files.
    """
    with _without_gc():
        files, problems = read_files(paths, stdin)
        return _desired(files, problems)


def load_files(files: Sequence[File]) -> Desired:
    """As `load`, of files whose bytes are known. Raises ManifestError."""
    with _without_gc():
        return _desired(list(files), [])


def _desired(files: list[File], problems: list[Problem]) -> Desired:
    settings = Settings(problems)
    documents: list[Document] = []
    texts: dict[str, SourceText] = {}
    settings.is_complete = not problems
    for path, data in files:
        source = decode(path, data)
        if isinstance(source, Problem):
            problems.append(source)
            settings.is_complete = False
        else:
            texts[path] = source
            valid, is_complete = _valid_documents(source, problems)
            documents += valid
            settings.is_complete &= is_complete
    for document in documents:
        settings.add(document)
    composer = Composer(settings, problems)
    for document in documents:
        composer.add(document)
    problems += find_conflicts(composer)
    if not problems and not composer.sections and not composer.removed:
        hint = "add a section, e.g. tags: [urgent]; an empty list (tags: []) declares that there are none"
        problems.append(Problem(files[0][0], 0, 0, "no resources declared", hint))
    if problems:
        raise ManifestError([_with_excerpt(problem, texts) for problem in problems])
    return Desired(
        resources=_sorted_resources(composer.resources),
        sections=frozenset(composer.sections),
        removed=_unique_removed(composer.removed),
        policy=settings.policy(),
        workspace=settings.workspace,
        creates_workspace=settings.creates_workspace,
        sources=tuple(SourceFile(path, hashlib.sha256(data).hexdigest()) for path, data in files),
    )


def _sorted_resources(resources: dict[Address, Resource]) -> dict[Address, Resource]:
    """By kind, parents before children, then by path."""
    of_kind: dict[str, list[Address]] = {kind.name: [] for kind in KINDS}
    for address in resources:
        of_kind[address.kind].append(address)
    return {address: resources[address] for addresses in of_kind.values() for address in sorted(addresses)}


def _unique_removed(removed: list[Removed]) -> tuple[Removed, ...]:
    """Each address once, with its first source, sorted by address."""
    unique: dict[Address, Removed] = {}
    for entry in sorted(removed, key=lambda r: (r.address, r.source)):
        unique.setdefault(entry.address, entry)
    return tuple(unique.values())


def _valid_documents(source: SourceText, problems: list[Problem]) -> tuple[list[Document], bool]:
    """The documents of a file without their invalid parts, and whether all of its task sets are among them."""
    documents, syntax_problems, is_complete = read_documents(source)
    problems += syntax_problems
    if is_complete and all(document.value is None for document in documents):
        problems.append(source.problem((0, 0), "the file is empty", "begin it with: version: 1"))
        return [], True
    valid = []
    for document in documents:
        if document.value is None and not document.reported:
            problems.append(source.problem(document.place_at(()), "the document is empty", "remove its --- line"))
            continue
        for part in (document, *document.repeated):
            problems += validate_document(part)
        if isinstance(document.value, dict):
            valid.append(document)
            is_complete = is_complete and "task_sets" not in document.incomplete
        else:
            is_complete = False
    return valid, is_complete


def _with_excerpt(problem: Problem, texts: dict[str, SourceText]) -> Problem:
    if problem.excerpt or not problem.line or problem.path not in texts:
        return problem
    excerpt = texts[problem.path].problem((problem.line, problem.column), problem.message).excerpt
    return replace(problem, excerpt=excerpt)
