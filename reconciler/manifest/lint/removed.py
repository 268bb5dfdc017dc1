"""Entries of `removed` that contradict declarations below renamed parents, or the protection of the policy."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.manifest.compose.conflicts import key_of
from reconciler.manifest.lint.places import Places, problem_at, quoted
from reconciler.manifest.load import Loaded
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address
from reconciler.names import join_path
from reconciler.policy import fold_pattern, matches


def removed_declared(loaded: Loaded) -> Iterator[Problem]:
    """Entries below the earlier name of a parent that mean what is declared below the present one."""
    places = Places(loaded.composer)
    for removed in loaded.composer.removed:
        meaning = places.meaning(removed.address)
        declared = places.declared.get(meaning)
        if declared is not None and meaning != key_of(removed.address):
            message = (
                f"{quoted(removed.address)} is in 'removed', but is declared as {quoted(declared.address)} at "
                f"{declared.source}"
            )
            yield problem_at(removed.source, message, "remove one of them")


def protected_removals(loaded: Loaded) -> Iterator[Problem]:
    """Entries that a pattern of `policy.protect` covers, or whose removal would delete something that one covers."""
    patterns = {pattern: fold_pattern(pattern) for pattern in loaded.desired.policy.protect}
    for removed in loaded.composer.removed if patterns else ():
        kind, path = key_of(removed.address)
        address = str(Address(kind, path))
        below = tuple(f"{k.name}:{join_path(path)}/" for k in KINDS if k.is_embedded and k.parent == kind)
        for pattern, folded in patterns.items():
            if matches(folded, address) or (below and folded.startswith(below)):
                message = f"{quoted(removed.address)} is in 'removed', but is protected by {quote(pattern)}"
                yield problem_at(
                    removed.source, message, "remove the pattern and apply that first, or remove the entry"
                )
                break
