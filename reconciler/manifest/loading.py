"""Paths → the desired state, or every problem on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest.check import check
from reconciler.manifest.compose import Composer
from reconciler.manifest.files import read_files
from reconciler.manifest.located import Document
from reconciler.manifest.settings import Settings
from reconciler.manifest.text import SourceText, decode
from reconciler.manifest.yaml_nodes import read_documents
from reconciler.state import Desired, SourceFile


def load(paths: Sequence[str], *, stdin: Callable[[], bytes] | None = None) -> Desired:
    """Read manifests: files, folders, or `-` for what `stdin` returns. Raises ManifestError with all problems of all of them.

    What comes out does not depend on the order of files, documents and keys, nor on how they are split into files.
    """
    files, problems = read_files(paths, stdin)
    documents: list[Document] = []
    texts: dict[str, SourceText] = {}
    for path, data in files:
        source = decode(path, data)
        if isinstance(source, Problem):
            problems.append(source)
            continue
        texts[path] = source
        documents += _documents(source, problems)
    settings = Settings(problems)
    for document in documents:
        settings.add(document)
    composer = Composer(settings, problems)
    for document in documents:
        composer.add(document)
    composer.finish()
    if not problems and not composer.sections and not composer.removed:
        problems.append(Problem(", ".join(paths), 0, 0, "nothing is declared", "declare a section, such as `clients:`"))
    if problems:
        raise ManifestError([_with_excerpt(problem, texts) for problem in problems])
    order = {kind.name: position for position, kind in enumerate(KINDS)}
    return Desired(
        resources=dict(sorted(composer.resources.items(), key=lambda item: (order[item[0].kind], item[0].path))),
        sections=frozenset(composer.sections),
        removed=tuple(sorted(composer.removed, key=lambda removed: removed.address)),
        policy=settings.policy(),
        workspace=settings.workspace,
        sources=tuple(SourceFile(path, hashlib.sha256(data).hexdigest()) for path, data in files),
    )


def _documents(source: SourceText, problems: list[Problem]) -> list[Document]:
    """The documents of a file that can be composed; what keeps the others from it is added to the problems."""
    found, wrong, complete = read_documents(source)
    problems += wrong
    filled = [document for document in found if document.value is not None]
    if complete and not filled and not wrong:
        problems.append(source.problem((0, 0), "the file is empty", "a manifest begins with `version: 1`"))
    good = []
    for document in filled:
        violations = check(document)
        problems += violations
        if not violations and not document.unclear and not wrong:
            good.append(document)
    return good


def _with_excerpt(problem: Problem, texts: dict[str, SourceText]) -> Problem:
    if problem.excerpt or not problem.line or problem.path not in texts:
        return problem
    found = texts[problem.path].problem((problem.line, problem.column), problem.message, problem.hint)
    return replace(problem, excerpt=found.excerpt)
