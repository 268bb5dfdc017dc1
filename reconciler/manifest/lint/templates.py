"""Variables that nothing uses, and names that another tool should have filled in."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.load import Loaded


def unused_variables(loaded: Loaded) -> Iterator[Problem]:
    """Variables under `vars:` that no text uses. Silent where a manifest could not be read to its end: it may be the one that does."""
    if loaded.sources.is_complete:
        yield from loaded.sources.unused


def foreign_variables(loaded: Loaded) -> Iterator[Problem]:
    """Names such as `${CLIENT}`."""
    yield from loaded.desired.warnings
