"""Loading: paths → the desired state, or all problems of all manifests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from reconciler.collector import without_gc as _without_gc
from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.compose.conflicts import find_conflicts
from reconciler.manifest.compose.settings import Settings
from reconciler.manifest.expand.foreign import foreign_names
from reconciler.manifest.expand.report import once_for_all_rows
from reconciler.manifest.expand.variables import Given
from reconciler.manifest.files import File
from reconciler.manifest.sources import Sources, label, read_given, read_sources
from reconciler.manifest.validation.validate import validate_document
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import SourceText
from reconciler.model import Address, Resource
from reconciler.state import Desired, Removed

NO_VALUES: Mapping[str, str] = MappingProxyType({})


def load(
    paths: Sequence[str],
    *,
    stdin: Callable[[], bytes] | None = None,
    variables: Mapping[str, str] = NO_VALUES,
    environment: Mapping[str, str] = NO_VALUES,
) -> Desired:
    """Read manifests: files, directories, or `-` for the bytes that `stdin` returns. Raises ManifestError with all problems.

    `variables`: values for declared variables, by name; one that no manifest declares is a problem. `environment`: the same, by name
    or by name in capitals; what is not declared is ignored.
    The result does not depend on the order of files, documents and keys, nor on how they are split into files.
    """
    with _without_gc():  # what is read besides is dropped before the collector looks at it
        return _desired_of(read_manifests(paths, stdin, Given(variables, environment)))


def _desired_of(loaded: Loaded) -> Desired:
    if loaded.problems:
        raise ManifestError(loaded.problems)
    return loaded.desired


@dataclass(frozen=True, slots=True)
class Loaded:
    """Manifests as read: `problems` holds every error; with any, `desired` is what the valid rest declares.

    `documents`: those with content, without their invalid parts. `sources`: the files that they are in.
    """

    desired: Desired
    problems: Sequence[Problem]
    composer: Composer
    documents: Sequence[Document]
    sources: Sources

    @property
    def texts(self) -> Mapping[str, SourceText]:
        """The text of each file that could be decoded, by its path."""
        return self.sources.texts

    @property
    def is_whole(self) -> bool:
        """Whether everything that the files declare is in `desired`."""
        return all(problem.rule == "declaration" for problem in self.problems)


def read_manifests(paths: Sequence[str], stdin: Callable[[], bytes] | None, given: Given) -> Loaded:
    """As `load`, with what could be read whatever the problems are."""
    with _without_gc():
        return _load(read_sources(paths, stdin, given))


def load_files(files: Sequence[File], given: Given | None = None) -> Desired:
    """As `load`, of manifests whose bytes are known; what they include besides, and tables, are read. Raises ManifestError."""
    with _without_gc():
        return _desired_of(_load(read_given(files, given or Given(NO_VALUES, NO_VALUES))))


def _load(sources: Sources) -> Loaded:
    problems = sources.problems
    settings = Settings(problems, is_complete=sources.is_complete)
    documents = _valid_documents(sources, settings)
    for document in documents:
        settings.add(document)
    composer = Composer(settings, problems)
    for document in documents:
        composer.add(document)
    problems += find_conflicts(composer)
    if not problems and not composer.sections and not composer.removed:
        hint = "add a section, e.g. tags: [urgent]; an empty list (tags: []) declares that there are none"
        problems.append(Problem(sources.files[0][0], 0, 0, "no resources declared", hint))
    label(problems, "declaration")
    resources = _sorted_resources(composer.resources)
    desired = Desired(
        resources=resources,
        sections=frozenset(composer.sections),
        removed=_unique_removed(composer.removed),
        policy=settings.policy(),
        workspace=settings.workspace,
        creates_workspace=settings.creates_workspace,
        sources=sources.read,
        warnings=tuple(sorted({*sources.warnings, *foreign_names(resources.values())})),
    )
    found = [with_excerpt(problem, sources.texts) for problem in once_for_all_rows(problems)]
    return Loaded(desired, found, composer, documents, sources)


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


def _valid_documents(sources: Sources, settings: Settings) -> list[Document]:
    """The documents without their invalid parts; `settings` are incomplete if one of their task sets may be missing."""
    valid = []
    start = len(settings.problems)
    for document in sources.documents:
        for part in (document, *document.repeated):
            settings.problems += validate_document(part)
        if isinstance(document.value, dict):
            valid.append(document)
            settings.is_complete &= "task_sets" not in document.incomplete
        else:
            settings.is_complete = False
    label(settings.problems, "schema", start)
    return valid


def with_excerpt(problem: Problem, texts: Mapping[str, SourceText]) -> Problem:
    """The problem with its line as excerpt, unless it has one."""
    if problem.excerpt or not problem.line or problem.path not in texts:
        return problem
    excerpt = texts[problem.path].problem((problem.line, problem.column), problem.message).excerpt
    return replace(problem, excerpt=excerpt)
