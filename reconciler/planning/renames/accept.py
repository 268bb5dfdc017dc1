"""The desired state in which every rename candidate is a rename, for `plan --accept-renames`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.model import Address, Source
from reconciler.planning.draft import Draft, addresses_by_place, make_draft
from reconciler.planning.earlier_names import earlier_homes
from reconciler.planning.plan import Target
from reconciler.planning.planner import PlanOptions, make_plan
from reconciler.planning.renames.candidate import Declaration, RenameCandidate, common_line
from reconciler.planning.spelling import with_live_spelling
from reconciler.state import Desired, Live, Usage


def with_renames(desired: Desired, pairs: Iterable[RenameCandidate]) -> Desired:
    """The same desired state, with the `was:` line of each pair added to all that its entry in a manifest declares."""
    resources, places = dict(desired.resources), addresses_by_place(desired)
    for pair in pairs:
        for address in _at_place(desired, places, pair.create) if pair.was else ():
            resource = resources[address]
            if pair.was not in resource.was:
                resources[address] = replace(resource, was=(*resource.was, pair.was))
    return replace(desired, resources=resources)


def accept_renames(
    desired: Desired, live: Live, usage: Mapping[str, Usage], *, target: Target, options: PlanOptions
) -> tuple[Desired, tuple[RenameCandidate, ...]]:
    """Accept every rename candidate until there is none left: the resulting desired state, and the pairs that need a line.

    A create that several removals may be, or a removal that may be several creates, is left as it is. So is what shares its entry
    in a manifest with such a one, or with a resource to which the line would give another meaning.
    A renamed parent may reveal candidates below it. Each round turns at least one create into an update, so the loop ends.
    Raises as `make_plan` does.
    """
    accepted: list[RenameCandidate] = []
    desired = with_live_spelling(desired, live)
    while True:
        draft = make_draft(desired, live)
        pairs = make_plan(desired, live, usage, target=target, options=options, draft=draft).rename_candidates
        asked = [pair for pair in _acceptable(pairs, draft) if pair.was not in desired.resources[pair.create].was]
        if not asked:
            return desired, tuple(accepted)
        accepted += asked
        desired = with_renames(desired, asked)


@dataclass(frozen=True, slots=True)
class Edit:
    """The line that accepts `candidates`, all those of one entry, in the manifests as they are; `place`: as in RenameCandidate."""

    candidates: Sequence[RenameCandidate]
    place: str
    line: str


def edits(accepted: Iterable[RenameCandidate], desired: Desired) -> Iterator[Edit]:
    """One edit for each entry of the manifests. `desired`: as they declare it, without the lines."""
    by_place: dict[Source | Address, list[RenameCandidate]] = {}
    for pair in accepted:
        resource = desired.resources[pair.create]
        if not pair.is_correction or not resource.was:  # else the names that stay
            declared = Declaration(resource.notation, resource.was)
            pair = replace(pair, declared=declared, score=pair.score or 1)  # noqa: PLW2901
        source = resource.entry
        by_place.setdefault(source if source and source.line else pair.create, []).append(pair)
    for pairs in by_place.values():
        yield Edit(pairs, pairs[0].place, common_line(pairs))


def _at_place(desired: Desired, places: Mapping[Source, Sequence[Address]], address: Address) -> Sequence[Address]:
    """All that is declared by the entry that declares a resource."""
    source = desired.resources[address].entry
    return places.get(source, (address,)) if source else (address,)


def _acceptable(pairs: Sequence[RenameCandidate], draft: Draft) -> Iterator[RenameCandidate]:
    """The unambiguous pairs whose line means nothing else where it stands."""
    places, needed = addresses_by_place(draft.desired), [pair for pair in pairs if pair.was]
    clear = list(_unambiguous(needed))
    open_ones = {pair.create for pair in needed} - {pair.create for pair in clear}
    taken = {(pair.create, draft.live.resources[pair.remove].id) for pair in clear}
    for pair in clear:
        others = [address for address in _at_place(draft.desired, places, pair.create) if address != pair.create]
        if not any(other in open_ones or _means_another(pair.was, other, draft, taken) for other in others):
            yield pair


def _means_another(was: tuple[str, ...], address: Address, draft: Draft, taken: Container[tuple[Address, str]]) -> bool:
    """Whether `was` at a declared resource is the name of a live one that is not the rename candidate of the two."""
    homes = earlier_homes(draft, draft.desired.resources[address], was)
    named = (each for home in homes for each in draft.matching.names.named((address.kind, home), was[-1]))
    return any((address, current.id) not in taken for current in named)


def _unambiguous(needed: Sequence[RenameCandidate]) -> Iterator[RenameCandidate]:
    """The pairs that share neither side with another one."""
    creates, removes = Counter(pair.create for pair in needed), Counter(pair.remove for pair in needed)
    return (pair for pair in needed if creates[pair.create] == 1 and removes[pair.remove] == 1)
