"""The entries of `removed:`: which live resource each one names, under the names before the plan and after it."""

from __future__ import annotations

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import ancestors
from reconciler.model import Address, Resource
from reconciler.planning.match import Matching
from reconciler.planning.placement import address_after
from reconciler.state import Desired, Live, Removed


class RemovedEntries:
    """Looks up the entry that names a live resource.

    The manifests speak of the names that they declare, so a path of declared names comes first: below a renamed client or project
    that is the new one. A path of earlier names works as well, unless the manifests give such a name to another resource.
    """

    def __init__(self, desired: Desired, live: Live, matching: Matching) -> None:
        self._desired, self._live, self._matching = desired, live, matching
        self._by_id = {removed.id: removed for removed in desired.removed if removed.id}
        self._by_address = {removed.address: removed for removed in desired.removed if not removed.id}

    def entry_of(self, resource: Resource) -> Removed | None:
        """The entry that names an unmatched live resource."""
        if resource.id in self._by_id or not self._by_address:
            return self._by_id.get(resource.id)
        entry = self._by_address.get(address_after(resource, self._live, self._matching))
        return entry or self._by_earlier_name(resource)

    def require_no_declared(self) -> None:
        """Raise PlanningError for entries that name, by earlier names, a resource which the manifests declare."""
        problems = []
        for address in self._by_address:
            current = self._live.resources.get(address)
            declared = self._matching.declared.get(current.id) if current else None
            if current and declared and (entry := self._by_earlier_name(current)):
                message = f"{address} is in 'removed', but is declared as {declared}"
                problems.append(Problem(*entry.source, message, "remove one of them"))
        if problems:
            raise PlanningError(problems)

    def _by_earlier_name(self, resource: Resource) -> Removed | None:
        entry = self._by_address.get(resource.address)
        return entry if entry and all(map(self._keeps_its_meaning, ancestors(resource.address))) else None

    def _keeps_its_meaning(self, address: Address) -> bool:
        """Whether a live address is not declared, or is declared for the resource that has it."""
        current = self._matching.pairs.get(address)
        return address not in self._desired.resources or (
            current is not None and self._live.resources.get(address) is current
        )
