"""Creates and removals that look like one thing, renamed or moved: found as pairs, each with the `was:` line that says so.

What speaks for a pair: the name, the same parent, the same children (a project's tasks, a client's projects), the same fields.
What speaks against it: numbers that differ (a veto), another parent, children or fields that have nothing in common. What a
manifest lists under `removed:` is no candidate: somebody has said already that it goes. Nor is what was allowed by address.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address, Kind, Resource, fold
from reconciler.planning.order import parent_of
from reconciler.planning.plan import Action, Blocked, Change
from reconciler.planning.renames.candidate import LookAlike
from reconciler.planning.renames.score import ENOUGH, Half, clues, weigh
from reconciler.planning.renames.similarity import Names, form
from reconciler.planning.resolve import Finder
from reconciler.state import Live

LOOK_ALIKE = "look_alike"

_MOST_OF_ONE_NAME = 20
"""Of removals that bear one name under different parents, so many are looked at for one create."""


def look_alikes(changes: Sequence[Change], live: Live, allowed: Collection[Address] = ()) -> tuple[LookAlike, ...]:
    """Each create with the one removal that it most looks like, if any does; one to one, parents first.

    `allowed` are the addresses whose removal, with that of all under them, somebody has allowed by hand.
    """
    removals = [c for c in changes if c.removal and not c.source and not _is_covered(c.address, allowed)]
    creates = [c for c in changes if c.action is Action.CREATE]
    if not removals or not creates:
        return ()
    finder = _Finder(changes, live, {change.id for change in removals})
    found: list[LookAlike] = []
    for kind in KINDS:
        new = [finder.new(c) for c in creates if c.kind == kind.name]
        old = [half for c in removals if c.kind == kind.name and (half := finder.old(c)) is not None]
        with_parents = list(_with_their_parents(new, old, finder))
        created, removed = {pair.create for pair in with_parents}, {pair.remove for pair in with_parents}
        left = [half for half in new if half.address not in created]
        best = list(_one_to_one(_scored(kind, left, [half for half in old if half.address not in removed])))
        finder.renamed.update({create.address: removal.id for create, removal, _ in best})
        found += with_parents
        found += [LookAlike(c.address, r.address, finder.was(c, r), round(score)) for c, r, score in best]
    return tuple(sorted(found, key=lambda pair: (list(BY_NAME).index(pair.kind), pair.create)))


def _is_covered(address: Address | None, allowed: Collection[Address]) -> bool:
    while address is not None:
        if address in allowed:
            return True
        address = parent_of(address)
    return False


class _Finder:
    """Halves of pairs, from changes and what is live. `renamed`: created address → id of what it seems to have been."""

    def __init__(self, changes: Sequence[Change], live: Live, removed: set[str]) -> None:
        self._finder = Finder(changes, live)
        self._live = {resource.id: resource for resource in live.resources.values()}
        self.renamed: dict[Address, str] = {}
        self._below: dict[Address, set[str]] = {}
        self._inside: dict[str, set[str]] = {}
        for change in changes:
            if not change.removal and (parent := parent_of(change.address)):
                self._below.setdefault(parent, set()).add(form(change.address.name).squashed)
        for resource in live.resources.values():
            if resource.parent_id in removed:
                self._inside.setdefault(resource.parent_id, set()).add(form(resource.name).squashed)

    def new(self, change: Change) -> Half:
        """The half of a create."""
        values = {field.name: field.after for field in change.fields}
        children = frozenset(self._below.get(change.address, ()))
        return Half(change.address, self._home(change.address), values, children)

    def old(self, change: Change) -> Half | None:
        """The half of a removal; None where it is gone already, which an interrupted run has done."""
        there = self._live.get(change.id)
        if there is None:
            return None
        return Half(change.address, there.parent_id, dict(there.values), self._children(there), there.id)

    def _children(self, resource: Resource) -> frozenset[str]:
        return frozenset(self._inside.get(resource.id, ()))

    def _home(self, address: Address) -> str:
        parent, parent_id = parent_of(address), self._finder.parent_id_of(address)
        if parent is None or parent_id is not None:
            return parent_id or ""
        return self.renamed.get(parent, f"new:{parent}")

    def was(self, new: Half, old: Half) -> tuple[str, ...]:
        """The earlier path, as Resource.was has it: with the parent where that is not simply the same."""
        name = old.address.name
        if not BY_NAME[new.address.kind].parent_wire or self._finder.parent_id_of(new.address) == old.home:
            return (name,)
        return old.address.path if old.home else ("", name)


def _with_their_parents(new: Iterable[Half], old: Iterable[Half], finder: _Finder) -> Iterator[LookAlike]:
    """Children that bear their names under a parent which seems renamed: what is said of the parent goes for them."""
    parents = set(finder.renamed.values())
    by_name = {(half.home, fold(half.address.name)): half for half in old if half.home in parents}
    for half in new:
        parent = parent_of(half.address)
        if parent in finder.renamed and (there := by_name.get((half.home, fold(half.address.name)))):
            finder.renamed[half.address] = there.id
            yield LookAlike(half.address, there.address, (), 100)


def _scored(kind: Kind, new: list[Half], old: list[Half]) -> Iterator[tuple[float, Half, Half]]:
    """Every pair that is enough of one. What cannot move (a task) is looked for under its own parent only."""
    by_scope: dict[str, list[Half]] = {}
    for half in sorted(old, key=lambda h: h.address):
        by_scope.setdefault(half.home if kind.parent_required else "", []).append(half)
    pools = {scope: _Pool(halves) for scope, halves in by_scope.items()}
    for half in new:
        pool = pools.get(half.home if kind.parent_required else "")
        for there in pool.candidates(half) if pool else ():
            found = weigh(kind, half, there)
            if found >= ENOUGH:
                yield found, half, there


class _Pool:
    """Removals of one kind, found by name, by children, and by texts, without looking at each of them for each create."""

    def __init__(self, halves: Sequence[Half]) -> None:
        self._names = Names(half.address.name for half in halves)
        self._by_clue: dict[Any, dict[Address, Half]] = {}
        for half in halves:
            for clue in (half.address.name, *clues(half)):
                self._by_clue.setdefault(clue, {})[half.address] = half
        self._near: dict[str, list[str]] = {}

    def candidates(self, new: Half) -> Iterable[Half]:
        name = new.address.name
        if name not in self._near:
            self._near[name] = self._names.near(name)
        found: dict[Address, Half] = {}
        for clue in (*self._near[name], *clues(new)):
            having = self._by_clue.get(clue, {})
            at_home = [half for half in having.values() if half.home == new.home]
            for half in (*at_home[:_MOST_OF_ONE_NAME], *list(having.values())[:_MOST_OF_ONE_NAME]):
                found[half.address] = half
        return found.values()


def _one_to_one(scored: Iterable[tuple[float, Half, Half]]) -> Iterator[tuple[Half, Half, float]]:
    """The best pair first, then the best of what is left; of equals, by address."""
    created: set[Address] = set()
    removed: set[Address] = set()
    for score, new, old in sorted(scored, key=lambda found: (-found[0], found[1].address, found[2].address)):
        if new.address not in created and old.address not in removed:
            created.add(new.address)
            removed.add(old.address)
            yield new, old, score


def with_questions(changes: Iterable[Change], pairs: Iterable[LookAlike]) -> list[Change]:
    """The same changes, each removal of a pair blocked, unless something that no word on the command line lifts blocks it."""
    asked = {pair.remove: pair for pair in pairs}
    return [_questioned(change, asked.get(change.address)) for change in changes]


def _questioned(change: Change, pair: LookAlike | None) -> Change:
    if pair is None or not change.removal or (change.blocked and change.blocked.is_absolute):
        return change
    allow = f"--allow-removal {shlex.quote(str(pair.remove))}"
    if pair.was:
        reason = f"it looks like {pair.create}, which would be new: one thing renamed?"
        allow = f"say `{pair.line}` beside the name of {pair.create}, or {allow}"
    else:
        parent = parent_of(pair.create)
        reason = f"it looks like {pair.create}, which would be new under {parent}, which looks renamed"
        allow = f"say what {parent} was, or {allow}"
    return replace(change, blocked=Blocked(LOOK_ALIKE, reason, allow))
