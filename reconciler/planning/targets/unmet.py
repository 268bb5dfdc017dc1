"""Targets that cover nothing: neither a declared resource, nor a live one, nor an entry of `removed:`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.errors import TargetError
from reconciler.kinds import BY_NAME, ancestors, parent_of
from reconciler.model import Address
from reconciler.names import split_path
from reconciler.planning.draft import Draft
from reconciler.planning.renames.similarity import nearest_address
from reconciler.planning.spelling import folded_address
from reconciler.planning.targets.patterns import TargetPatterns

_LISTED = 5
"""Addresses that a hint lists."""


def require_targets(patterns: TargetPatterns, draft: Draft) -> None:
    """Raise TargetError for patterns that cover nothing, with the nearest address of each. What may be an unread task is passed."""
    unmet = sorted(patterns.written - _met(patterns, draft)) if patterns else []
    unmet = [pattern for pattern in unmet if not _may_be_unread(pattern, draft)]
    if not unmet:
        return
    known = sorted(set(_addresses(draft)), key=str)
    guesses = {pattern: _nearest(pattern, known) for pattern in unmet}
    listed = ", ".join(f"'{text}'" + (f" (did you mean '{near}'?)" if near else "") for text, near in guesses.items())
    what = "the target" if len(unmet) == 1 else "these targets"
    verb = "matches" if len(unmet) == 1 else "match"
    raise TargetError(
        f"{what} {verb} nothing that is declared or live: {listed}",
        hint="" if all(guesses.values()) else _choices(unmet, known),
    )


def _addresses(draft: Draft) -> Iterator[Address]:
    yield from draft.desired.resources
    yield from draft.live.resources
    yield from (removed.address for removed in draft.desired.removed)
    yield from _later_addresses(draft)


def _later_addresses(draft: Draft) -> Iterator[Address]:
    """The addresses that live resources have once the parents above them are renamed or moved."""
    placed = {
        current.address: address for address, current in draft.matching.pairs.items() if address != current.address
    }
    for address in draft.live.resources if placed else ():
        if above := next((parent for parent in ancestors(address) if parent in placed), None):
            yield Address(address.kind, (*placed[above].path, *address.path[len(above.path) :]))


def _met(patterns: TargetPatterns, draft: Draft) -> set[str]:
    """The patterns that cover something. Most do so early, so that most addresses are not looked at."""
    met: set[str] = set()
    for address in _addresses(draft):
        if patterns.covers(address):
            met.update(patterns.covering(address))
            if met >= patterns.written:
                break
    return met


def _may_be_unread(pattern: str, draft: Draft) -> bool:
    """Whether a pattern may name a finished task of a live project whose tasks were not listed to the end."""
    kind, colon, path = pattern.partition(":")
    if not colon or kind not in BY_NAME or not BY_NAME[kind].is_embedded or "*" in pattern:
        return False
    try:
        parent = parent_of(Address(kind, split_path(path)))
    except ValueError:
        return False
    if parent is None:
        return False
    wanted, proven = folded_address(parent), draft.live.tasks_proven
    return any(r.id not in proven and folded_address(r.address) == wanted for r in draft.live.of_kind(parent.kind))


def _nearest(pattern: str, known: Iterable[Address]) -> str:
    """The nearest address of the same kind; for a pattern that ends in `/*`, the nearest resource in place of its parent."""
    kind, _, written = pattern.partition(":")
    start, star, rest = written.partition("*")
    if rest or kind not in BY_NAME or (star and not start.endswith("/")):
        return ""
    try:
        place = Address(kind, split_path(start.removesuffix("/") if star else start))
    except ValueError:
        return ""
    if not star:
        return nearest_address(place, known)
    above = {Address(kind, address.path[: len(place.path)]) for address in known} - {place}
    near = nearest_address(place, above)
    return f"{near}/*" if near else ""


def _choices(unmet: Iterable[str], known: Iterable[Address]) -> str:
    """Some addresses of the kinds that the patterns are of."""
    kinds = {text.partition(":")[0] for text in unmet} & BY_NAME.keys() or BY_NAME.keys()
    choices = [str(address) for address in known if address.kind in kinds]
    if not choices:
        return f"there is no {' or '.join(kind for kind in BY_NAME if kind in kinds)}"
    listed = ", ".join(f"'{text}'" for text in choices[:_LISTED])
    return f"there are: {listed}{', …' if len(choices) > _LISTED else ''}"
