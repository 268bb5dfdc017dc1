"""The entries of `removed:`: which live resource each one means, under the names before the plan and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import parent_of
from reconciler.model import Address, Resource
from reconciler.planning.match import Matching
from reconciler.planning.problems import ambiguous, problem_at
from reconciler.planning.spelling import folded_address
from reconciler.state import Desired, Removed

_HINT = "list each spelling in 'removed', or rename one of them in Clockify"


class RemovedEntries:
    """Looks up what an entry means.

    The manifests speak of the names that they declare, so a declared parent means the resource that is matched with it: below a
    renamed client or project that is the new name. Its earlier name works as well, unless the manifests give it to another one.
    """

    def __init__(self, desired: Desired, matching: Matching) -> None:
        self._desired, self._matching = desired, matching

    def meant(self, address: Address) -> list[Resource]:
        """The live resources that an entry names: the exact name, else every other spelling of it."""
        named = self._matching.names.named
        return [r for home in self._homes(address) for r in named((address.kind, home), address.name)]

    def by_id(self) -> Mapping[str, Removed]:
        """The entries by the id of the resource that each removes; an entry that means no undeclared resource is left out.

        Raises PlanningError for a name that several resources have in different spellings, unless each of them is listed, and for
        one that the manifests declare under another name. The first also holds where an entry has the exact name of one of them:
        once that one is gone, the entry would mean the other.
        """
        entries = {removed.id: removed for removed in self._desired.removed if removed.id}
        problems: list[Problem] = []
        for removed in self._desired.removed:
            if not removed.id:
                problems += self._problems(removed)
                for resource in self._undeclared(self.meant(removed.address)):
                    entries.setdefault(resource.id, removed)
        if problems:
            raise PlanningError(problems)
        return entries

    def _problems(self, removed: Removed) -> Iterator[Problem]:
        address, declared = removed.address, self._matching.declared
        meant = self.meant(address)
        for resource in meant:
            if resource.id in declared and resource.name == address.name:
                message = f"{address} is in 'removed', but is declared as {declared[resource.id]}"
                yield problem_at(removed.source, message, "remove one of them")
        matches = self._undeclared(meant)
        twins = [r for r in self._undeclared(self._spellings(address)) if r not in matches and not self._is_listed(r)]
        if twins or len(matches) > 1:
            yield ambiguous(removed.source, f"the entry {str(address)!r} of 'removed'", [*matches, *twins], _HINT)

    def _undeclared(self, resources: Sequence[Resource]) -> list[Resource]:
        return [resource for resource in resources if resource.id not in self._matching.declared]

    def _is_listed(self, resource: Resource) -> bool:
        return any(resource in self.meant(r.address) for r in self._desired.removed if r.address.name == resource.name)

    def _spellings(self, address: Address) -> list[Resource]:
        """Everything whose name, or the name of an undeclared parent, differs in spelling at most."""
        parent = parent_of(address)
        current = self._declared_at(parent) if parent else None
        above = [r.id for r in (current if current is not None else self._spellings(parent))] if parent else [""]
        return [r for home in above for r in self._matching.names.spellings((address.kind, home), address.name)]

    def _homes(self, address: Address) -> list[str]:
        """Ids of the parents that an address means; "" without a parent."""
        parent = parent_of(address)
        if parent is None:
            return [""]
        current = self._declared_at(parent)
        return [resource.id for resource in (self.meant(parent) if current is None else current)]

    def _declared_at(self, address: Address) -> list[Resource] | None:
        """What a declared address is matched with, nothing for a new one; None where it is not declared."""
        declared = address if address in self._desired.resources else self._folded.get(folded_address(address))
        if declared is None:
            return None
        current = self._matching.pairs.get(declared)
        return [current] if current else []

    @cached_property
    def _folded(self) -> Mapping[Address, Address]:
        return {folded_address(address): address for address in self._desired.resources}
