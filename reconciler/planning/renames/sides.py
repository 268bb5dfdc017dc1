"""The sides of pairs, built from the changes of a plan and the live state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address, Resource
from reconciler.names import writable
from reconciler.planning.plan import Action, Change
from reconciler.planning.renames.forms import form
from reconciler.planning.renames.score import RenameSide
from reconciler.planning.resolve import AddressResolver
from reconciler.planning.spelling import LiveNames
from reconciler.state import Live

_MOST_HOMES = 100
"""Live parents that one parent which the plan creates may be, the likeliest first: a create below it has a side for each."""


class SideBuilder:
    """Builds the sides of pairs. `renamed`: created address → ids of the live resources that it may be, the likeliest first."""

    def __init__(self, changes: Sequence[Change], live: Live, removed: set[str]) -> None:
        self._resolver = AddressResolver(changes, live)
        self._live = live
        self.renamed: dict[Address, list[str]] = {}
        self._declared: dict[Address, set[str]] = {}
        self._created: dict[Address, set[str]] = {}
        self._removed: dict[Address, set[str]] = {}
        self._inside: dict[str, list[Resource]] = {}
        self._staying = {change.id for change in changes if change.id and not change.removal}
        for change in changes:
            parent = parent_of(change.address)
            if parent is None:
                continue
            name = form(change.address.name).squashed
            if change.removal:
                self._removed.setdefault(parent, set()).add(name)
                continue
            self._declared.setdefault(parent, set()).add(name)
            if change.action is Action.CREATE:
                self._created.setdefault(parent, set()).add(name)
        for resource in live.resources.values():
            if resource.parent_id in removed:
                self._inside.setdefault(resource.parent_id, []).append(resource)

    def new(self, change: Change) -> Iterator[RenameSide]:
        """The side of a create, once for each live parent that its own may be."""
        values = {field.name: field.after for field in change.fields}
        children = frozenset(self._declared.get(change.address, ()))
        inside = _filled(self._created.get(change.address, ()))
        for home in self._homes(change.address):
            yield RenameSide(change.address, home, values, children, inside=inside)

    def old(self, change: Change) -> RenameSide | None:
        """The side of a removal; None if an interrupted run has removed it already."""
        current = self._live.by_id.get(change.id)
        if current is None:
            return None
        children = self._inside.get(current.id, ())
        # A child that moves away is declared to be itself, and shows nothing of its parent. What a run removed did go with it.
        leaving = [child for child in children if child.id not in self._staying]
        removed = self._removed.get(change.address, set())
        active = [child for child in leaving if not BY_NAME[child.kind].is_archived(child.values)]
        inside = _filled(_names(leaving) | removed) | _filled(_names(active) | removed)
        return RenameSide(
            change.address, current.parent_id, dict(current.values), _names(children), current.id, inside=inside
        )

    def gone(self, change: Change) -> RenameSide | None:
        """The side of a removal that an interrupted run has carried out, by what the plan knows of it; None if it is still there."""
        if change.id in self._live.by_id:
            return None
        names = {form(address.name).squashed for address in change.impact.embedded}
        inside = _filled(names | self._removed.get(change.address, set()))
        known = change.precondition
        return RenameSide(change.address, known.parent_id, dict(known.values), frozenset(names), inside=inside)

    def _homes(self, address: Address) -> Sequence[str]:
        parent, parent_id = parent_of(address), self._resolver.parent_id_of(address)
        if parent is None or parent_id is not None:
            return (parent_id or "",)
        return self.renamed.get(parent, (f"new:{parent}",))[:_MOST_HOMES]

    def was(self, new: RenameSide, old: RenameSide) -> tuple[str, ...]:
        """The earlier path, as in Resource.was: with the parent if it is another one."""
        path = self._writable_path(old.address)
        if not BY_NAME[new.address.kind].parent_wire or self._resolver.parent_id_of(new.address) == old.home:
            return path[-1:]
        return path if old.home else ("", path[-1])

    @cached_property
    def _names(self) -> LiveNames:
        return LiveNames(self._live)

    def _writable_path(self, address: Address) -> tuple[str, ...]:
        """The path in a spelling that a manifest may have, unless another resource differs in spelling only."""
        path = tuple(map(writable, address.path))
        is_clear = path == address.path or len(self._names.all_spellings(address)) == 1
        return path if is_clear else address.path


def _names(resources: Iterable[Resource]) -> frozenset[str]:
    return frozenset(form(resource.name).squashed for resource in resources)


def _filled(names: Iterable[str]) -> frozenset[frozenset[str]]:
    """The one set of these names, or none if there are no names."""
    return frozenset({frozenset(names)} if names else ())
