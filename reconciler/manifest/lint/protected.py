"""Addresses of `policy.protect` that contradict declarations. Patterns with `*` are left out: they are meant to cover much."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, parent_of
from reconciler.manifest.compose.conflicts import Key, key_of
from reconciler.manifest.compose.protect import pattern_problem
from reconciler.manifest.lint.places import Places, problem_at
from reconciler.manifest.load import Loaded
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Source
from reconciler.policy import Prune


def protected_archivals(loaded: Loaded) -> Iterator[Problem]:
    """Addresses that are declared as archived: the protection blocks the archiving."""
    places = Places(loaded.composer)
    for pattern, address in _addresses(loaded):
        declared = places.declared.get(places.meaning(address))
        if declared is not None and BY_NAME[declared.kind].is_archived(declared.values):
            message = f"{quote(pattern)} is in 'protect' and declared as archived: archiving it would be blocked"
            yield problem_at(declared.source, message, "archive it before it is protected, or remove the pattern")


def protected_undeclared(loaded: Loaded) -> Iterator[Problem]:
    """Addresses that the sections do not list: a live one blocks the plan, since its removal is refused."""
    places = Places(loaded.composer)
    removed = {key_of(removed.address) for removed in loaded.composer.removed}
    for pattern, address in _addresses(loaded) if loaded.is_whole else ():
        key = places.meaning(address)
        if key in places.declared or key_of(address) in removed:
            continue
        source = _source(loaded, pattern)
        if key in places.renamed:
            present = Address(*places.renamed[key])
            owner = places.declared[key_of(present)].address
            message = f"{quote(pattern)} in 'protect' is the earlier name of {quote(str(owner))}"
            yield problem_at(source, message, f"protect the present name: {quote(str(owner))}")
        elif _is_pruned(loaded, places, address, key):
            plural = BY_NAME[address.kind].plural
            message = (
                f"{quote(pattern)} is in 'protect', but is not listed in {quote(plural)}: its removal would be blocked"
            )
            yield problem_at(source, message, "declare it, or remove the pattern")


def _is_pruned(loaded: Loaded, places: Places, address: Address, key: Key) -> bool:
    """Whether an undeclared resource would be removed: its section is authoritative, and its kind is pruned."""
    parent = parent_of(address)
    owner = places.declared.get((parent.kind, key[1][:-1])) if parent else None
    is_authoritative = loaded.desired.is_authoritative(address.kind, owner.address if owner else None)
    return is_authoritative and loaded.desired.policy.prune[address.kind] is not Prune.KEEP


def _addresses(loaded: Loaded) -> Iterator[tuple[str, Address]]:
    """The patterns that are one address each."""
    for pattern in loaded.desired.policy.protect:
        if "*" not in pattern and pattern_problem(pattern) is None:
            yield pattern, Address.parse(pattern)


def _source(loaded: Loaded, pattern: str) -> Source | None:
    """Where a pattern stands."""
    for document in loaded.documents:
        patterns = document.value.get("policy", {}).get("protect", [])
        if pattern in patterns:
            return Source(document.source.path, *document.place_in(patterns, patterns.index(pattern)))
    return None
