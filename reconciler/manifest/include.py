"""`include`: the further manifests that a document names, each read once, without cycles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.files import ChangedError, FileReader
from reconciler.manifest.roots import BesideError, Roots
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.marks import Place
from reconciler.manifest.yaml.text import quote

MAX_INCLUDES = 1000
"""Includes of all manifests together. Many more are a mistake, and finding cycles among them takes quadratic time."""


class Includer:
    """Reads the files that documents include; one that cannot be read is a problem."""

    def __init__(self, files: FileReader, roots: Roots) -> None:
        self._files, self._roots = files, roots
        self._included: dict[str, dict[str, str]] = {}
        self._count = 0

    def follow(self, document: Document, real: str) -> None:
        """Read what a document of the file with this real path includes. Anything but paths is left to the schema."""
        for relative, place in _paths(document):
            self._count += 1
            if self._count > MAX_INCLUDES:
                message = f"more than {MAX_INCLUDES} includes"
                self._problem(document, place, message, "name a folder as a path of the command instead")
                return
            self._include(document, real, relative, place)

    def _include(self, document: Document, real: str, relative: str, place: Place) -> None:
        path = document.source.path
        try:
            found = self._roots.find(self._files.opened.get(path, path), relative)
            if cycle := self._cycle(real, found.real, found.path):
                self._problem(document, place, f"include cycle: {path} → {cycle}", "remove one of the includes")
                return
            self._included.setdefault(real, {}).setdefault(found.real, found.path)
            self._files.read_beside(found.path, found.real)
        except BesideError as error:
            self._problem(document, place, str(error), error.hint)
        except (ChangedError, OSError, ValueError) as error:
            message = f"cannot read {quote(relative)}: {getattr(error, 'strerror', None) or error}"
            self._problem(document, place, message, "")

    def _cycle(self, start: str, included: str, path: str) -> str:
        """The way from an included file back to the one that includes it; empty if there is none."""
        pending = [(included, path)]
        seen = set()
        while pending:
            real, way = pending.pop()
            if real == start:
                return way
            if real not in seen:
                seen.add(real)
                pending += [(below, f"{way} → {name}") for below, name in self._included.get(real, {}).items()]
        return ""

    def _problem(self, document: Document, place: Place, message: str, hint: str) -> None:
        self._files.problems.append(document.source.problem(place, message, hint))


def _paths(document: Document) -> Iterator[tuple[str, Place]]:
    value: Any = document.value.get("include") if isinstance(document.value, dict) else None
    if isinstance(value, str) and value:
        yield value, document.place_in(document.value, "include")
    elif isinstance(value, list):
        for item, place in zip(value, document.places(value), strict=True):
            if isinstance(item, str) and item:
                yield item, place
