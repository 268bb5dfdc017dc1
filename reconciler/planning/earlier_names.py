"""Earlier names that match nothing: the nearest live names, which a warning suggests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.names import fold, join_path
from reconciler.planning.draft import Draft
from reconciler.planning.near_names import NearNames
from reconciler.planning.spelling import folded_address


def earlier_homes(draft: Draft, resource: Resource, path: tuple[str, ...]) -> Sequence[str]:
    """Ids of the live parents in which an earlier path is looked up, "" for no parent; empty if there is none."""
    if len(path) == 1:
        home = draft.matching.parents[resource.address]
        return () if home is None else (home,)
    if path[0] == "":
        return ("",)
    parent = Address(BY_NAME[resource.kind].parent, path[:-1])
    pairs = draft.matching.pairs
    if (current := pairs.get(parent)) is None and not (found := draft.matching.names.find(parent)):
        aliases = draft.matching.aliases.get(folded_address(parent), ())
        current = next((pairs[address] for address in aliases if address in pairs), None)
        return (current.id,) if current else ()
    return (current.id,) if current else [resource.id for resource in found]


def from_the_top(resource: Resource, path: tuple[str, ...]) -> tuple[str, ...]:
    """An earlier path with the parent in which it is looked up; `("", name)` is without parent."""
    if len(path) > 1 or not BY_NAME[resource.kind].parent:
        return path
    return (*(resource.address.path[:-1] or ("",)), *path)


class EarlierNames:
    """The nearest live names to earlier ones that match nothing; what is looked up is built once for each place."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._places: dict[tuple[str, tuple[str, ...]], tuple[NearNames, NearNames]] = {}
        self._elsewhere: dict[str, _Elsewhere] = {}

    def nearest(self, resource: Resource, path: tuple[str, ...]) -> str:
        """The nearest earlier path that exists: undeclared resources first, those in its place before those in others."""
        free, everything = self._in_places(resource.kind, tuple(earlier_homes(self._draft, resource, path)))
        if name := free.nearest(path[-1]):
            return join_path((*path[:-1], name))
        if elsewhere := self._nearest_elsewhere(resource, path):
            return elsewhere
        name = everything.nearest(path[-1])
        return join_path((*path[:-1], name)) if name else ""

    def _in_places(self, kind: str, homes: tuple[str, ...]) -> tuple[NearNames, NearNames]:
        """The undeclared names in some places, and all names there."""
        if (kind, homes) not in self._places:
            matching = self._draft.matching
            everything = [r for home in homes for r in matching.names.in_place((kind, home)).values()]
            free = (r.name for r in everything if r.id not in matching.declared)
            self._places[kind, homes] = NearNames(free), NearNames(r.name for r in everything)
        return self._places[kind, homes]

    def _nearest_elsewhere(self, resource: Resource, path: tuple[str, ...]) -> str:
        """The path of an undeclared resource in another place, for a kind that can move: of the same name, else the nearest one.

        What is declared stays where it is: a `was:` that names it would move it.
        """
        if BY_NAME[resource.kind].is_embedded or not BY_NAME[resource.kind].parent:
            return ""
        if resource.kind not in self._elsewhere:
            declared = self._draft.matching.declared
            free = (r for r in self._draft.live.of_kind(resource.kind) if r.id not in declared)
            self._elsewhere[resource.kind] = _Elsewhere(free)
        return self._elsewhere[resource.kind].nearest(join_path(from_the_top(resource, path)), path[-1])


class _Elsewhere:
    """The paths of the undeclared resources of a kind."""

    def __init__(self, free: Iterable[Resource]) -> None:
        by_name: dict[str, list[str]] = {}
        every: dict[str, None] = {}
        for resource in free:
            text = join_path(from_the_top(resource, resource.address.path))
            every[text] = None
            by_name.setdefault(fold(resource.name), []).append(text)
        self._same = {name: NearNames(sorted(set(texts))) for name, texts in by_name.items()}
        self._first = {name: min(texts) for name, texts in by_name.items()}
        self._every = NearNames(every)

    def nearest(self, written: str, name: str) -> str:
        """The path nearest to a written one: of the same name, else of any."""
        if same := self._same.get(fold(name)):
            return same.nearest(written, 0) or self._first[fold(name)]
        return self._every.nearest(written)
