"""What addresses mean beside the declarations: below a renamed parent, its earlier name means the present one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from reconciler.errors import Problem
from reconciler.kinds import KINDS, parent_of
from reconciler.manifest.compose.compose import Composer
from reconciler.manifest.compose.conflicts import Key, earlier_address, key_of
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Resource, Source
from reconciler.names import fold


class Places:
    """Looks up declared resources by what an address means after all renames."""

    def __init__(self, composer: Composer) -> None:
        self._resources = composer.resources

    @cached_property
    def declared(self) -> Mapping[Key, Resource]:
        """The declared resources by kind and folded path."""
        return {key_of(address): resource for address, resource in self._resources.items()}

    @cached_property
    def renamed(self) -> Mapping[Key, Key]:
        """Earlier → present kind and path, where no declared resource has the earlier name now."""
        renamed: dict[Key, Key] = {}
        for (
            kind
        ) in KINDS:  # parents before children: a path below a renamed parent is looked up in what is known by then
            for earlier, resource in self.earlier_names:
                key = _meaning(earlier, renamed) if resource.kind == kind.name else None
                if key and key not in self.declared:
                    renamed[key] = key_of(resource.address)
        return renamed

    @cached_property
    def earlier_names(self) -> Sequence[tuple[Address, Resource]]:
        """Each earlier address that is not the present one, with the resource whose `was` names it."""
        pairs = ((earlier_address(r, path), r) for r in self._resources.values() for path in r.was)
        return [(earlier, resource) for earlier, resource in pairs if key_of(earlier) != key_of(resource.address)]

    def meaning(self, address: Address) -> Key:
        """Kind and folded path, with earlier names of parents replaced by present ones."""
        return _meaning(address, self.renamed)


def _meaning(address: Address, renamed: Mapping[Key, Key]) -> Key:
    parent = parent_of(address)
    if parent is None:
        return key_of(address)
    above = _meaning(parent, renamed)
    return address.kind, (*renamed.get(above, above)[1], fold(address.name))


def problem_at(source: Source | None, message: str, hint: str) -> Problem:
    """A problem where something is declared."""
    place = source or Source("", 0, 0)
    return Problem(place.path, place.line, place.column, message, hint, row=place.row)


def quoted(address: Address) -> str:
    """An address in a message."""
    return quote(str(address))
