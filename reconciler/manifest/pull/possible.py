"""Which differences manifests can have: valid names, one spelling of each, values that are the same when they are read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.differences import Difference, Where
from reconciler.kinds import BY_NAME
from reconciler.manifest.export.declarable import Declarable, name_problem
from reconciler.manifest.pull.index import Index, Key, key_of
from reconciler.model import Address, Resource
from reconciler.names import fold
from reconciler.state import Live

GENERATED = "it is not written in the manifests as it is; change what generates it"
_Name = tuple[str, Key | None, str]
"""The kind, the parent and the folded name: no two entries have the same."""


class Possible:
    """Judges differences, all of which are to be taken together. `reasons`: why the others cannot be."""

    def __init__(self, index: Index, live: Live, declarable: Declarable, taken: Sequence[Difference]) -> None:
        self._index, self._live, self._declarable = index, live, declarable
        self.reasons: dict[int, str] = {}
        self._new: set[str] = set()
        leaving = {key_of(d.address) for d in taken if d.where is Where.MANIFESTS or (d.where is Where.BOTH and d.field == "name")}
        self._names = {_name(kind, path) for kind, path in (*index.entries, *index.shared) if (kind, path) not in leaving}
        for each in sorted(taken, key=_order):
            if reason := self._reason(each):
                self.reasons[id(each)] = reason

    def of(self, taken: Iterable[Difference]) -> Iterator[Difference]:
        """Those that can be taken."""
        return (each for each in taken if id(each) not in self.reasons)

    def child_problem(self, resource: Resource, siblings: Iterable[str]) -> str:
        """Why a resource cannot be declared that is embedded in a new one, beside others with these folded names."""
        if problem := name_problem(BY_NAME[resource.kind], resource.name):
            return problem
        return _same_name(resource.name) if fold(resource.name) in siblings else ""

    def _reason(self, each: Difference) -> str:
        kind = BY_NAME[each.address.kind]
        if each.where is not Where.WORKSPACE and not (self._index.find(each.address) or self._index.shared_by(each.address)):
            return GENERATED
        if each.where is Where.WORKSPACE:
            return self._new_reason(each) if each.is_added and each.current else ""
        if each.where is Where.MANIFESTS or each.field == kind.parent:
            return ""
        if each.field == "name":
            taken = name_problem(kind, each.live) or self._take(each.address.kind, each.address.path[:-1], each.live)
            if taken:
                self._names.add(_name(*key_of(each.address)))
            return taken
        known = self._declarable.can_write(kind, kind.field_named(each.field), each.live)
        return "" if known else "no manifest can have its live value"

    def _new_reason(self, each: Difference) -> str:
        kind, current = BY_NAME[each.address.kind], each.current
        if current is None:
            return ""
        if problem := name_problem(kind, current.name):
            return problem
        above = self._live.by_id.get(current.parent_id)
        if above is not None and above.id not in self._new and not self.is_declared(each.parent):
            if not self._declarable.client_reference(above) or self._is_undeclared_new(above):
                return f"its {above.kind} {above.name!r} is not declared and cannot be named in a manifest"
        reason = self._take(each.address.kind, each.parent.path if each.parent else (), current.name)
        if not reason:
            self._new.add(current.id)
        return reason

    def is_declared(self, address: Address | None) -> bool:
        """Whether an entry declares exactly this address."""
        entry = self._index.find(address) if address is not None else None
        return entry is not None and entry.address.name == (address.name if address else "")

    def _is_undeclared_new(self, above: Resource) -> bool:
        """Whether the manifests list the resources of its kind, so that one that they do not declare would be removed."""
        return BY_NAME[above.kind].plural in self._index.sections

    def _take(self, kind: str, parent: tuple[str, ...], name: str) -> str:
        """Take a name in a place; the reason why not, where it is taken."""
        key = _name(*key_of(Address(kind, (*parent, name))))
        if key in self._names:
            return _same_name(name)
        self._names.add(key)
        return ""


def _same_name(name: str) -> str:
    return f"another one has the name {name!r} in another spelling"


def _name(kind: str, path: tuple[str, ...]) -> _Name:
    return kind, (BY_NAME[kind].parent, path[:-1]) if len(path) > 1 else None, path[-1]


def _order(each: Difference) -> tuple[bool, int, tuple[str, ...]]:
    """Names first, then what is new, parents before children."""
    return each.field != "name", list(BY_NAME).index(each.address.kind), each.address.path
