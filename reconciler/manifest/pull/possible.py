"""Which differences manifests can have: valid names, one spelling of each, values that are the same when they are read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.differences import Difference, Where
from reconciler.kinds import BY_NAME, ancestors
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
        self._references = {(kind, fold(text)): text for kind, text in index.references()}
        self._taken = sorted(taken, key=_order)
        while not self._judge():
            pass

    def _judge(self) -> bool:
        """Judge all that is not refused yet; False if an entry keeps its name after all, which another one may have taken."""
        left = [each for each in self._taken if id(each) not in self.reasons]
        staying = [
            d.address for d in self._taken if id(d) in self.reasons and (_is_move(d) or d.where is Where.MANIFESTS)
        ]
        self._kept = {above: address for address in staying for above in ancestors(address)}
        self._new: set[str] = set()
        self._moves = {d.current.id: d for d in left if d.current and _is_move(d)}
        self._renamed = {d.current.id: str(d.live) for d in left if d.current and d.field == "name"}
        leaving = {key_of(d.address) for d in left if d.where is Where.MANIFESTS or d.field == "name" or _is_move(d)}
        entries = (*self._index.entries, *self._index.shared)
        self._names = {_name(kind, path) for kind, path in entries if (kind, path) not in leaving}
        for each in left:
            if reason := self._reason(each):
                self.reasons[id(each)] = reason
                if each.field == "name" or _is_move(each) or each.where is Where.MANIFESTS:
                    return False
        return True

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
        if each.where is not Where.WORKSPACE and not (
            self._index.find(each.address) or self._index.shared_by(each.address)
        ):
            return GENERATED
        if each.where is Where.WORKSPACE:
            return self._new_reason(each, each.current) if each.is_added and each.current else ""
        if each.where is Where.MANIFESTS:
            return f"{self._kept[each.address]} stays in it" if each.address in self._kept else ""
        if each.current is not None and each.field in ("name", kind.parent):
            return self._place_reason(each, each.current)
        if each.current is not None and each.field not in each.current.values:
            return "the service does not return its value"
        known = self._declarable.can_write(kind, kind.field_named(each.field), each.live)
        return "" if known else "no manifest can have its live value"

    def _place_reason(self, each: Difference, current: Resource) -> str:
        """Why a name or a parent cannot be taken; for a resource with both, of the two together."""
        kind = BY_NAME[each.address.kind]
        name = self._renamed.get(current.id, each.address.name)
        move = self._moves.get(current.id)
        if move is not None and move is not each:
            return ""  # judged with the move
        above = (move.parent.path if move.parent else ()) if move else each.address.path[:-1]
        reason = name_problem(kind, name)
        if not reason and move is not None:
            reason = self._parent_problem(current, move.parent)
        return reason or self._take(each.address.kind, above, name)

    def _parent_problem(self, current: Resource, parent: Address | None) -> str:
        """Why the live parent of a resource cannot be named in a manifest."""
        above = self._live.by_id.get(current.parent_id)
        if above is None or above.id in self._new or self.is_declared(parent):
            return ""
        if self._declarable.reference(above) and not self._is_listed(above):
            return ""
        return f"its {above.kind} {above.name!r} is not declared and cannot be named in a manifest"

    def _new_reason(self, each: Difference, current: Resource) -> str:
        kind = BY_NAME[each.address.kind]
        if problem := name_problem(kind, current.name):
            return problem
        if problem := self._parent_problem(current, each.parent):
            return problem
        if self._references.get((kind.name, fold(current.name)), current.name) != current.name:
            return _same_name(current.name)
        reason = self._take(each.address.kind, each.parent.path if each.parent else (), current.name)
        if not reason:
            self._new.add(current.id)
        return reason

    def is_declared(self, address: Address | None) -> bool:
        """Whether an entry declares exactly this address."""
        entry = self._index.find(address) if address is not None else None
        return entry is not None and entry.address.name == (address.name if address else "")

    def _is_listed(self, above: Resource) -> bool:
        """Whether the manifests list the resources of its kind, so that one that they do not declare would be removed."""
        return BY_NAME[above.kind].plural in self._index.sections

    def _take(self, kind: str, parent: tuple[str, ...], name: str) -> str:
        """Take a name in a place; the reason why not, where it is taken."""
        key = _name(*key_of(Address(kind, (*parent, name))))
        is_taken = key in self._names
        self._names.add(key)
        return _same_name(name) if is_taken else ""


def _same_name(name: str) -> str:
    return f"another one has the name {name!r} in another spelling"


def _name(kind: str, path: tuple[str, ...]) -> _Name:
    return kind, (BY_NAME[kind].parent, path[:-1]) if len(path) > 1 else None, path[-1]


def _is_move(each: Difference) -> bool:
    return each.where is Where.BOTH and each.field == BY_NAME[each.address.kind].parent


def _order(each: Difference) -> tuple[int, int, tuple[str, ...]]:
    """Names, then new parents, then moves, which may be to these, then what else is new: parents before children."""
    kind = BY_NAME[each.address.kind]
    is_new = each.where is Where.WORKSPACE
    group = 0 if each.field == "name" else 2 if _is_move(each) else 3 if is_new and kind.parent else 1
    return group, list(BY_NAME).index(kind.name), each.address.path
