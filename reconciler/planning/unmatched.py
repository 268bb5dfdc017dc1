"""Names in manifests and options that match nothing: they have no effect, so each is a warning, with the nearest live name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from reconciler.kinds import BY_NAME, ancestors, parent_of
from reconciler.model import Address, Resource
from reconciler.names import join_path
from reconciler.planning.draft import Draft
from reconciler.planning.earlier_names import EarlierNames, earlier_homes, from_the_top
from reconciler.planning.near_names import NearNames
from reconciler.planning.plan import Change
from reconciler.planning.removed import RemovedEntries
from reconciler.planning.renames.candidate import quoted
from reconciler.planning.renames.similarity import nearest, nearest_address
from reconciler.planning.spelling import LiveNames, folded_address, spelled_as_live
from reconciler.planning.warnings import FULFILLED, OR_FULFILLED
from reconciler.state import Live, Prune


def unmatched_earlier_names(draft: Draft) -> Iterator[Resource]:
    """Resources to create although a `was:` says that they exist: no live resource has the earlier name."""
    return (resource for resource in _created_with_earlier_name(draft) if _taken(draft, resource) is None)


def _created_with_earlier_name(draft: Draft) -> Iterator[Resource]:
    pairs = draft.matching.pairs
    return (r for address, r in draft.desired.resources.items() if r.was and address not in pairs)


def _taken(draft: Draft, resource: Resource) -> tuple[tuple[str, ...], Resource] | None:
    """An earlier name of a new resource and the live resource that bears it, which becomes another one; None if no live one does."""
    for path in resource.was:
        for home in earlier_homes(draft, resource, path):
            for current in draft.matching.names.named((resource.kind, home), path[-1]):
                if current.id in draft.matching.declared:
                    return path, current
    return None


def _everything(_: Address) -> bool:
    return True


def unmatched_warnings(
    draft: Draft,
    changes: Sequence[Change],
    allowed: Collection[Address],
    concerns: Callable[[Address], bool] = _everything,
) -> Iterator[str]:
    """The warnings about names in the manifests and about the addresses that `--allow-removal` allows.

    `concerns`: whether the plan is about a declared or a removed address.
    """
    yield from reference_warnings(draft, concerns)
    yield from allowance_warnings(changes, draft.live, allowed)


def reference_warnings(draft: Draft, concerns: Callable[[Address], bool] = _everything) -> Iterator[str]:
    """The warnings about manifests: `was:` of what is created, entries of `removed:`, and literals of `policy.protect`."""
    yield from _earlier_name_warnings(draft, concerns)
    yield from _UnmetEntries(draft).warnings(concerns)
    yield from _protection_warnings(draft)


def allowance_warnings(changes: Sequence[Change], live: Live, allowed: Collection[Address]) -> Iterator[str]:
    """The warnings about `--allow-removal`."""
    removals = [change.address for change in changes if change.is_removal]
    effective = {above for address in removals for above in (address, *ancestors(address))}
    for address in sorted(spelled_as_live(allowed, live) - effective):
        what = f"--allow-removal {_quoted(address)}"
        spellings = () if address in live.resources else LiveNames(live).find(address)
        if spellings:
            listed = ", ".join(_quoted(r.address) for r in spellings)
            yield f"{what} matches several resources that differ in spelling, so it allows none of them: {listed}"
        elif address in live.resources:
            yield f"{what} has no effect: the plan does not remove it"
        else:
            near = nearest_address(address, removals) or nearest_address(address, live.resources)
            yield f"{what} matches no {address.kind}{_guess(near)}"


def _earlier_name_warnings(draft: Draft, concerns: Callable[[Address], bool]) -> Iterator[str]:
    earlier = EarlierNames(draft)
    for resource in (each for each in _created_with_earlier_name(draft) if concerns(each.address)):
        place = f" ({resource.source})" if resource.source else ""
        if taken := _taken(draft, resource):
            path, current = taken
            becomes = draft.matching.declared[current.id]
            what = f"`was: {quoted(join_path(path))}` of {resource.address}{place}"
            yield f"{what} has no effect: the live {current.address} becomes {becomes}, and {resource.address} is new"
            continue
        words = ", ".join(_quoted(join_path(from_the_top(resource, path))) for path in resource.was)
        near = next((found for path in resource.was if (found := earlier.nearest(resource, path))), "")
        yield f"{resource.address} is new: no {resource.kind} has its earlier name {words}{place}{_guess(near)}"


class _UnmetEntries:
    """Entries of `removed:` without a match. One whose resource is gone is fulfilled, and cannot be told from a misspelled one: the
    warning names what stays with nearly its name. One look decides both what it names and whether `--strict` refuses it.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft, self._names = draft, draft.matching.names
        self._entries = RemovedEntries(draft.desired, draft.matching)
        self._places: dict[tuple[str, Address | None], tuple[NearNames, Mapping[str, Resource]]] = {}

    @cached_property
    def _staying(self) -> Collection[str]:
        """Ids of the resources that the manifests do not declare and that this plan does not delete."""
        deleted = {candidate.resource.id for candidate in self._draft.candidates if candidate.goal is Prune.DELETE}
        return {resource.id for resource in self._draft.matching.unmatched} - deleted

    def warnings(self, concerns: Callable[[Address], bool]) -> Iterator[str]:
        """A warning for each entry that matches nothing, of those that the plan is about."""
        for entry in self._draft.desired.removed:
            address = entry.address
            if entry.id or not concerns(address) or self._entries.meant(address):
                continue
            parent = parent_of(address)
            homes = [r.id for r in self._entries.meant(parent)] if parent else [""]
            if BY_NAME[address.kind].is_embedded and not self._draft.live.tasks_proven.issuperset(homes):
                continue  # a finished task may have the name
            what = f"the entry {_quoted(address)} of 'removed' matches no {address.kind} ({entry.source})"
            near = self._nearest(address)
            yield f"{what}{_guess(near)}{OR_FULFILLED}" if near else f"{what}{FULFILLED}"

    def _nearest(self, address: Address) -> str:
        """The path of what stays with nearly the name of an entry, in the place of it."""
        place = (address.kind, parent_of(address))
        if place not in self._places:
            found = {r.name: r for r in self._in_place_of(address) if r.id in self._staying}
            self._places[place] = NearNames(found), found
        names, known = self._places[place]
        name = names.nearest(address.name)
        return join_path(known[name].address.path) if name else ""

    def _in_place_of(self, address: Address) -> Iterator[Resource]:
        """What is in the parent that an address means, or in the one with nearly its name.

        Names are compared one by one: whole paths in one place have most of their letters in common.
        """
        parent = parent_of(address)
        homes = [""] if parent is None else [r.id for r in self._entries.meant(parent) or self._near_parents(parent)]
        return (r for home in homes for r in self._names.in_place((address.kind, home)).values())

    def _near_parents(self, address: Address) -> list[Resource]:
        known = {resource.name: resource for resource in self._in_place_of(address)}
        name = nearest(address.name, known)
        return [known[name]] if name else []


def _protection_warnings(draft: Draft) -> Iterator[str]:
    live, names = draft.live, None
    for pattern in draft.desired.policy.protect:
        address = _literal(pattern)
        if address is None or address in live.resources or address in draft.desired.resources:
            continue
        names = names or LiveNames(live)
        if names.all_spellings(address) or _is_declared(draft, address) or _may_be_unread(live, names, address):
            continue
        near = nearest_address(address, live.resources)
        yield f"{_quoted(pattern)} in `policy.protect` protects nothing: there is no such {address.kind}{_guess(near)}"


def _literal(pattern: str) -> Address | None:
    """The address that a pattern without `*` stands for; None for one with `*`, or of no kind."""
    if "*" in pattern:
        return None
    try:
        address = Address.parse(pattern)
    except ValueError:
        return None
    return address if address.kind in BY_NAME else None


def _is_declared(draft: Draft, address: Address) -> bool:
    wanted = folded_address(address)
    return any(folded_address(a) == wanted for a in draft.desired.resources if a.kind == address.kind)


def _may_be_unread(live: Live, names: LiveNames, address: Address) -> bool:
    """Whether it may be a finished task of a project whose tasks were not listed to the end."""
    parent = parent_of(address) if BY_NAME[address.kind].is_embedded else None
    return parent is not None and any(r.id not in live.tasks_proven for r in names.all_spellings(parent))


def _guess(near: str) -> str:
    return f"; did you mean {_quoted(near)}?" if near else ""


def _quoted(name: object) -> str:
    """A path as it is written: `repr` would double the backslashes that escape a slash."""
    return f"'{name}'"
