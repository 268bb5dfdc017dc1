"""Paths → the desired state, or every problem on the way."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.compose.conflicts import clashes
from reconciler.manifest.compose.settings import Settings
from reconciler.manifest.files import File, read_files
from reconciler.manifest.validation.validate import check
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.nodes import read_documents
from reconciler.manifest.yaml.text import SourceText, decode
from reconciler.model import Address, Resource
from reconciler.state import Desired, Removed, SourceFile


def load(paths: Sequence[str], *, stdin: Callable[[], bytes] | None = None) -> Desired:
    """Read manifests: files, folders, or `-` for what `stdin` returns. Raises ManifestError with all problems of all of them.

    What comes out does not depend on the order of files, documents and keys, nor on how they are split into files.
    """
    with _uninterrupted():
        files, problems = read_files(paths, stdin)
        return _desired(files, problems)


def _desired(files: list[File], problems: list[Problem]) -> Desired:
    settings = Settings(problems)
    documents: list[Document] = []
    texts: dict[str, SourceText] = {}
    settings.complete = not problems
    for path, data in files:
        source = decode(path, data)
        if isinstance(source, Problem):
            problems.append(source)
            settings.complete = False
        else:
            texts[path] = source
            found, whole = _documents(source, problems)
            documents += found
            settings.complete &= whole
    for document in documents:
        settings.add(document)
    composer = Composer(settings, problems)
    for document in documents:
        composer.add(document)
    problems += clashes(composer)
    if not problems and not composer.sections and not composer.removed:
        hint = "declare a section, such as `clients:`; an empty list is the way to say that there are none"
        problems.append(Problem(files[0][0], 0, 0, "nothing is declared", hint))
    if problems:
        raise ManifestError([_with_excerpt(problem, texts) for problem in problems])
    return Desired(
        resources=_in_order(composer.resources),
        sections=frozenset(composer.sections),
        removed=_once(composer.removed),
        policy=settings.policy(),
        workspace=settings.workspace,
        sources=tuple(SourceFile(path, hashlib.sha256(data).hexdigest()) for path, data in files),
    )


def _in_order(resources: dict[Address, Resource]) -> dict[Address, Resource]:
    """By kind, parents before children, then by path."""
    of_kind: dict[str, list[Address]] = {kind.name: [] for kind in KINDS}
    for address in resources:
        of_kind[address.kind].append(address)
    return {address: resources[address] for addresses in of_kind.values() for address in sorted(addresses)}


def _once(removed: list[Removed]) -> tuple[Removed, ...]:
    """Each address once, with the first of its places, in an order of their own."""
    found: dict[Address, Removed] = {}
    for entry in sorted(removed, key=lambda r: (r.address, r.source)):
        found.setdefault(entry.address, entry)
    return tuple(found.values())


def _documents(source: SourceText, problems: list[Problem]) -> tuple[list[Document], bool]:
    """The documents of a file without what is wrong in them, and whether that leaves all task sets; the rest are problems."""
    found, wrong, complete = read_documents(source)
    problems += wrong
    if complete and all(document.value is None for document in found):
        problems.append(source.problem((0, 0), "the file is empty", "a manifest begins with `version: 1`"))
        return [], True
    good = []
    for document in found:
        if document.value is None and not document.unclear:
            problems.append(source.problem(document.place_at(()), "this document is empty", "take its `---` away"))
            continue
        problems += check(document)
        if isinstance(document.value, dict):
            good.append(document)
            complete = complete and "task_sets" not in document.lost
        else:
            complete = False
    return good, complete


def _with_excerpt(problem: Problem, texts: dict[str, SourceText]) -> Problem:
    if problem.excerpt or not problem.line or problem.path not in texts:
        return problem
    found = texts[problem.path].problem((problem.line, problem.column), problem.message, problem.hint)
    return replace(problem, excerpt=found.excerpt)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Without the cycle collector: loading makes a million objects and no garbage, and looking for some takes half the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
