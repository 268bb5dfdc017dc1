"""Variables that nothing uses, and names that another tool should have filled in."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.load import Loaded


def unused_variables(loaded: Loaded) -> Iterator[Problem]:
    """Variables under `vars:` that no text uses, but those of included files, which other workspaces may use.

    Silent where a manifest could not be read to its end: it may be the one that uses them.
    """
    if loaded.sources.is_complete:
        yield from (problem for problem in loaded.sources.unused if problem.path not in loaded.sources.included)


def foreign_variables(loaded: Loaded) -> Iterator[Problem]:
    """Names such as `${CLIENT}`."""
    yield from loaded.desired.warnings
