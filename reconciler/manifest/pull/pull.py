"""Pulling differences into manifests: what is taken from the workspace, in which files, and what cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.collector import without_gc
from reconciler.differences import Difference, Where
from reconciler.kinds import BY_NAME
from reconciler.manifest.edit.file import ManifestFile, open_file
from reconciler.manifest.edit.tree import UneditableError
from reconciler.manifest.edit.values import Value, new_value
from reconciler.manifest.export.declarable import Declarable
from reconciler.manifest.pull.added import Adder, declared_defaults
from reconciler.manifest.pull.braces import escape_new_texts
from reconciler.manifest.pull.fields import set_field
from reconciler.manifest.pull.index import Entry, Index
from reconciler.manifest.pull.moves import drop_listed, follow_renames, move, remove_listed
from reconciler.manifest.pull.possible import Possible
from reconciler.manifest.pull.sets import SharedChanges, expand_sets, own_entry
from reconciler.model import Address
from reconciler.state import Live


@dataclass(frozen=True, slots=True)
class Left:
    """A difference, or a file with all of its differences, that cannot be taken over, and why.

    `field` is empty for a whole resource. `key`: as that of the difference.
    """

    address: Address | None
    field: str
    reason: str
    path: str = ""
    key: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Pulled:
    """`files`: path → its bytes before (empty for a new file) and after, of the files that change. `left`: what could not be taken."""

    files: Mapping[str, tuple[bytes, bytes]]
    left: tuple[Left, ...] = ()


def pull(files: Mapping[str, bytes], taken: Sequence[Difference], live: Live) -> Pulled:
    """Take differences over into manifests. `files`: the bytes of each by its path. A file that cannot be edited safely is left."""
    with without_gc():
        return _pull(files, taken, live)


def _pull(files: Mapping[str, bytes], taken: Sequence[Difference], live: Live) -> Pulled:
    opened: list[ManifestFile] = []
    left: list[Left] = []
    for path, data in files.items():
        try:
            opened.append(open_file(path, data))
        except UneditableError as error:
            left.append(Left(None, "", str(error), path))
    if left:
        return Pulled({}, tuple(left))
    puller = _Puller(opened, live)
    puller.take(taken)
    changed = {}
    for file in puller.index.files:
        try:
            data = file.rewritten()
        except UneditableError as error:
            puller.left.append(Left(None, "", str(error), file.path))
            continue
        before = b"" if file.is_new else files[file.path]
        if data != before:
            changed[file.path] = before, data
    return Pulled(changed, tuple(puller.left))


@dataclass
class _Puller:
    opened: list[ManifestFile]
    live: Live
    left: list[Left] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.index = Index(self.opened)
        self.declarable = Declarable(self.live)

    def take(self, taken: Sequence[Difference]) -> None:
        """Fields first, then what is new, then moves, and removals last: nothing goes that something else still needs."""
        possible = Possible(self.index, self.live, self.declarable, taken)
        self.left += [
            Left(d.address, d.field, possible.reasons[id(d)], key=d.key) for d in taken if id(d) in possible.reasons
        ]
        taken = list(possible.of(taken))
        self.adder = Adder(self.index, self.live, self.declarable, declared_defaults(self.index), possible)
        expand_sets(self.index, taken)
        self.shared = SharedChanges(self.index, taken)
        both = [each for each in taken if each.where is Where.BOTH]
        moves = [each for each in both if each.field == BY_NAME[each.address.kind].parent]
        names = [each for each in both if each.field == "name"]
        for each in both:
            if each.field not in ("name", BY_NAME[each.address.kind].parent):
                self._set(each)
        for each in names:
            self._rename(each)
        follow_renames(self.index, names)
        for each in sorted((d for d in taken if d.where is Where.WORKSPACE), key=_by_kind):
            self._add(each)
        for each in moves:
            for entry in self._own(each.address):
                move(entry, self.adder, each.parent)
        for each in taken:
            if each.where is Where.MANIFESTS:
                self._remove(each.address)
        drop_listed(self.index)
        if self.index.has_variables:
            escape_new_texts(root for _, root in self.index.documents())
        self.left += [Left(r.address, name, reason, key=(r.id, name)) for r, name, reason in self.adder.left]

    def _add(self, each: Difference) -> None:
        remove_listed(self.index, each)
        if each.is_added and each.current is not None:
            self.adder.add(each.current, each.parent)

    def _set(self, each: Difference) -> None:
        for entry in self.shared.common(each) or self._own(each.address):
            set_field(entry.mapping(), entry.kind.field_named(each.field), each.live)

    def _own(self, address: Address) -> list[Entry]:
        entry = own_entry(self.index, address)
        return [entry] if entry is not None else []

    def _rename(self, each: Difference) -> None:
        entries = self.shared.common(each)
        own = self.index.find(each.address)
        for entry in (*entries, *([own] if own is not None else [])):
            rename(entry, str(each.live))

    def _remove(self, address: Address) -> None:
        shared = Difference(address, Where.MANIFESTS)
        for entry in (*self.shared.common(shared), *([own] if (own := self.index.find(address)) else [])):
            entry.remove()


def rename(entry: Entry, name: str) -> None:
    """Give an entry the name that it has in the workspace, which needs no earlier one."""
    present = entry.name
    new: Any = new_value(name)
    if entry.value is present:
        present.text, present.tag = new.text, new.tag
    else:
        entry.value.pairs["name"] = Value(present.form, present.node, new.text, new.tag)
        entry.value.pairs.pop("was", None)


def _by_kind(each: Difference) -> tuple[int, tuple[str, ...]]:
    return list(BY_NAME).index(each.address.kind), each.address.path
