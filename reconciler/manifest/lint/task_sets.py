"""Task sets that no project includes, and those whose names are nearly equal."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.load import Loaded
from reconciler.manifest.yaml.text import quote
from reconciler.manifest.yaml.walk import strings_listed_under
from reconciler.names import fold


def unused_task_sets(loaded: Loaded) -> Iterator[Problem]:
    """Task sets that no `use` names, but those of included files, which other workspaces may use.

    Silent where a manifest could not be read to its end: it may be the one that names them.
    """
    settings = loaded.composer.settings
    unused = settings.task_sets.keys() - loaded.composer.used_sets if settings.is_complete else set()
    if unused and loaded.problems:  # an entry with a problem is not composed, but what it names is used
        unused -= {name for document in loaded.documents for name in strings_listed_under(document.root, "use")}
    for name in unused:
        if settings.task_sets[name][0].source.path in loaded.sources.included:
            continue
        yield _problem(loaded, name, f"task set {quote(name)} is not used", "include it with `use`, or remove it")


def similar_task_sets(loaded: Loaded) -> Iterator[Problem]:
    """Task sets whose names differ only in letter case or whitespace: a project that means one may include the other."""
    first: dict[str, str] = {}
    for name in sorted(loaded.composer.settings.task_sets, key=lambda name: _place(loaded, name)):
        other = first.setdefault(fold(name), name)
        if other != name:
            message = f"the task sets {quote(other)} and {quote(name)} differ only in letter case or whitespace"
            yield _problem(loaded, name, message, "rename or merge them")


def _place(loaded: Loaded, name: str) -> tuple[str, int, int]:
    document, _ = loaded.composer.settings.task_sets[name]
    line, column = document.place_at(("task_sets", name), of_key=True)[:2]
    return document.source.path, line, column


def _problem(loaded: Loaded, name: str, message: str, hint: str) -> Problem:
    return Problem(*_place(loaded, name), message, hint)
