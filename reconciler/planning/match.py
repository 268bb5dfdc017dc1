"""Matches desired resources with live ones: by place and name, by `was:`, or by another spelling of the name.

Within one kind, after the kind of its parents:
1. the same name in the same place is the same resource, also under a parent that is renamed: a present name wins over `was:`;
2. `was:` finds the earlier name of a resource that does not exist yet: of several, the first that is live, in any spelling. A
   resource that writes a name exactly goes before those that spell it otherwise. If another desired resource declares the name
   that this live one has, the name passes on, and the other one looks for its own earlier name (a chain) or is created (a
   handover);
3. a name that differs only in letter case, Unicode form or blanks.
A name that several live resources have in other spellings only is an error that names them. So a `was:` line has no effect after
its rename is applied. Names that are exchanged in a ring decide nothing: `rings` does. A resource that is identified by its id
matches only that id, and no other resource matches it; one whose id is empty is created again by an undo, and matches nothing.
A resource whose rename a run has recorded matches that live one, as long as the live resource has the name that the run gave it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reconciler.errors import PlanningError
from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Resource
from reconciler.planning.matcher import Matcher
from reconciler.planning.rings import Subtrees
from reconciler.planning.spelling import LiveNames, folded_address
from reconciler.state import Desired, Live


@dataclass(frozen=True)
class Matching:
    """`pairs`: desired address → live resource. `unmatched`: the other live ones, in their order.

    `contested`: id of an unmatched live resource that a `was:` names → why it must not be removed. `parents`: the live parent's
    id of each desired resource, as in Place. `names`: the live names, to look up others. `undecided`: rings of names of which
    nothing tells whether they were exchanged. `aliases`: folded earlier address → the declared ones that have it in a `was:`.
    """

    pairs: Mapping[Address, Resource]
    unmatched: tuple[Resource, ...]
    contested: Mapping[str, str]
    parents: Mapping[Address, str | None]
    names: LiveNames
    undecided: tuple[tuple[Resource, ...], ...] = ()
    aliases: Mapping[Address, Sequence[Address]] = field(default_factory=dict)

    @cached_property
    def declared(self) -> Mapping[str, Address]:
        """The desired address of each matched live resource, by its id."""
        return {current.id: address for address, current in self.pairs.items()}

    @cached_property
    def arrivals(self) -> Mapping[str, Sequence[Address]]:
        """By the id of a live parent, the desired addresses of what is created in it or moves into it; embedded ones left out."""
        result: dict[str, list[Address]] = {}
        for address, parent_id in self.parents.items():
            if parent_id and not BY_NAME[address.kind].is_embedded:
                current = self.pairs.get(address)
                if current is None or current.parent_id != parent_id:
                    result.setdefault(parent_id, []).append(address)
        return result


def match(desired: Desired, live: Live) -> Matching:
    """Match every desired resource; raises PlanningError for an unknown parent and for an ambiguous spelling."""
    known = {
        address: current
        for address, resource_id in desired.identified.items()
        if (current := live.by_id.get(resource_id)) and live.resources.get(current.address) is current  # no duplicate
    }
    identified_ids = {resource.id for resource in known.values()} | {
        removed.id for removed in desired.removed if removed.id
    }
    names = LiveNames(live, identified_ids)
    aliases = _aliases(desired)
    matcher = Matcher(desired, live, known, identified_ids, names, Subtrees(desired, live), aliases)
    wanted: dict[str, list[Resource]] = {kind.name: [] for kind in KINDS}
    for resource in desired.resources.values():
        wanted[resource.address.kind].append(resource)
    for kind in KINDS:
        matcher.match_kind(kind, wanted[kind.name])
    if matcher.problems:
        raise PlanningError(matcher.problems)
    claims = matcher.claims
    unmatched = tuple(resource for resource in live.resources.values() if resource.id not in claims)
    undecided = tuple(matcher.undecided)
    return Matching(matcher.pairs, unmatched, matcher.contested, matcher.parents, names, undecided, aliases)


def _aliases(desired: Desired) -> Mapping[Address, Sequence[Address]]:
    """The declared addresses by each earlier one: a path that leads through an earlier name means the same parent."""
    aliases: dict[Address, list[Address]] = {}
    for address, resource in desired.resources.items():
        for path in resource.was:
            at_home = (*address.path[:-1], *path) if len(path) == 1 else path
            earlier = Address(address.kind, at_home if at_home[0] else at_home[1:])
            aliases.setdefault(folded_address(earlier), []).append(address)
    return aliases
