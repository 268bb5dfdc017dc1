"""Earlier names that clash. What is certain to be wrong is an error of loading; here is what the live names decide."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.compose.conflicts import Key
from reconciler.manifest.lint.places import Places, problem_at, quoted
from reconciler.manifest.load import Loaded
from reconciler.model import Address, Resource


def earlier_names_twice(loaded: Loaded) -> Iterator[Problem]:
    """Earlier names of two resources that are one name in two spellings, or below a renamed parent under both of its names."""
    places = Places(loaded.composer)
    first: dict[Key, tuple[Address, Resource]] = {}
    for earlier, resource in places.earlier_names:
        other_earlier, other = first.setdefault(places.meaning(earlier), (earlier, resource))
        if other is not resource and other_earlier != earlier:
            message = (
                f"{quoted(earlier)}, an earlier name of {quoted(resource.address)}, means the same {resource.kind} as "
                f"{quoted(other_earlier)}, an earlier name of {quoted(other.address)} ({other.source})"
            )
            yield problem_at(resource.source, message, "remove it from one of them")


def declared_earlier_names(loaded: Loaded) -> Iterator[Problem]:
    """Earlier names that another resource has now. One that has an earlier name as well may have exchanged names with it."""
    places = Places(loaded.composer)
    for earlier, resource in places.earlier_names:
        owner = places.declared.get(places.meaning(earlier))
        if owner is not None and owner is not resource and not owner.was:
            message = (
                f"{quoted(earlier)} is an earlier name of {quoted(resource.address)}, but is declared at {owner.source}"
            )
            yield problem_at(resource.source, message, "remove it from `was` once the rename is applied")
