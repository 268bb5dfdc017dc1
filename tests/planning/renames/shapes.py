"""Two states of any size with as many creates as removals, by the shape of their names: what rename detection must be quick for."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.state import AccessRole, Desired, ListProof, Live, Workspace

_LONG = 1000
"""Characters: the longest name of a task that the service takes."""


class States(NamedTuple):
    """What a plan is made from."""

    desired: Desired
    live: Live


class Shape(NamedTuple):
    """`old` and `new`: paths of what is removed and of what is created, of one kind, under parents that stay."""

    kind: str
    old: Sequence[tuple[str, ...]]
    new: Sequence[tuple[str, ...]]
    values: Mapping[str, Any] = {}


def states(shape: Shape) -> States:
    """The states of a shape: all that is old is live, all that is new is declared, and so are the parents of both."""
    kind = BY_NAME[shape.kind]
    above = dict.fromkeys(Address(kind.parent, path[:-1]) for path in (*shape.old, *shape.new) if len(path) > 1)
    if kind.parent == "project":
        above = {
            **dict.fromkeys(Address("client", address.path[:-1]) for address in above if address.path[1:]),
            **above,
        }
    resources: dict[Address, Resource] = {}
    for address in (*above, *(Address(shape.kind, path) for path in shape.old)):
        resources[address] = _live(address, f"r{len(resources)}", resources, shape)
    kept = {address: Resource(address, {}, resources[address].parent) for address in above}
    new = (Address(shape.kind, path) for path in shape.new)
    declared = {
        a: Resource(a, dict(shape.values), Address(kind.parent, a.path[:-1]) if a.path[1:] else None) for a in new
    }
    proven = frozenset(resource.id for resource in resources.values() if resource.kind == "project")
    proofs = tuple(ListProof(name.plural, len(resources), 1, "Last-Page: true") for name in BY_NAME.values())
    live = Live(Workspace("w", "Studio"), resources, proofs=proofs, tasks_proven=proven, access_role=AccessRole.OWNER)
    return States(Desired({**kept, **declared}, frozenset((name, None) for name in BY_NAME)), live)


def _live(address: Address, resource_id: str, resources: Mapping[Address, Resource], shape: Shape) -> Resource:
    kind = BY_NAME[address.kind]
    values = {f.name: f.type.parse(f.created_as) for f in kind.fields}
    if address.kind == shape.kind:
        values |= shape.values
    parent = Address(kind.parent, address.path[:-1]) if address.path[1:] else None
    parent_id = resources[parent].id if parent else ""
    seconds = 0 if kind.tracks_time else None
    return Resource(address, values, parent, id=resource_id, parent_id=parent_id, tracked_seconds=seconds)


def words(chance: Random, count: int) -> Callable[[int], str]:
    """A maker of names of at least that many characters, of random words: the more names, the more words."""
    number = max(30, count // 7)
    known = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 9))) for _ in range(number)]

    def name(length: int) -> str:
        result = chance.choice(known)
        while len(result) < length:
            result += f" {chance.choice(known)}"
        return result

    return name


def codes(chance: Random, count: int, length: int = 6) -> list[str]:
    """That many different words of random letters. Raises ValueError where there are not that many, or hardly."""
    if 2 * count > len(string.ascii_lowercase) ** length:
        raise ValueError(f"{count:,} words of {length} letters take too long to find")
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choices(string.ascii_lowercase, k=length))] = None
    return list(found)


def _both_sides(
    names: Iterable[str], above: tuple[str, ...] = ("C",)
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    paths = [(*above, name) for name in dict.fromkeys(names)]
    return paths[::2], paths[1::2]


def different(count: int, chance: Random) -> Shape:
    """All in one place, of words at random."""
    name = words(chance, count)
    return Shape("project", *_both_sides(f"{name(25)} {code}" for code in codes(chance, 2 * count, 4)))


def alike(count: int, chance: Random) -> Shape:
    """All in one place, with nearly all of their letters in common."""
    return Shape("project", *_both_sides(f"customerrelationsportal{code}" for code in codes(chance, 2 * count)))


def one_token(count: int, chance: Random) -> Shape:
    """All in one place, with one word in common."""
    return Shape("project", *_both_sides(f"Customer {code}" for code in codes(chance, 2 * count)))


def long_names(count: int, chance: Random) -> Shape:
    """All in one project, as long as a task's name can be."""
    name = words(chance, count)
    return Shape(
        "task", *_both_sides((f"{code} {name(_LONG)}"[:_LONG] for code in codes(chance, 2 * count)), ("C", "P"))
    )


def long_alike(count: int, chance: Random) -> Shape:
    """As long, and equal but for one word in the middle."""
    text = words(chance, count)(_LONG // 2 - 6)
    names = (f"{text} {code} {text[::-1]}" for code in codes(chance, 2 * count))
    return Shape("task", *_both_sides(names, ("C", "P")))


def equal_names(count: int, chance: Random) -> Shape:
    """Projects that move to other clients: few names, each in many places."""
    name, places = words(chance, count), 50
    names = list(dict.fromkeys(f"{name(12)} {code}" for code in codes(chance, max(1, count // places), 3)))
    old = [(f"Old {place}", each) for place in range(places) for each in names]
    return Shape("project", old, [(f"New {place}", each) for place in range(places) for each in names])


def equal_alike(count: int, chance: Random) -> Shape:
    """Few names, all alike, each in many places."""
    places = 20
    names = [f"customerrelationsportal{code}" for code in codes(chance, 2 * max(1, count // places))]
    old = [(f"Old {place}", each) for place in range(places) for each in names[::2]]
    return Shape("project", old, [(f"New {place}", each) for place in range(places) for each in names[1::2]])


def one_name(count: int, _: Random) -> Shape:
    """The same rename in each of very many clients."""
    clients = [f"Client {number:05}" for number in range(count)]
    return Shape("project", [(c, "Web site") for c in clients], [(c, "Website relaunch") for c in clients])


def one_structure(count: int, chance: Random) -> Shape:
    """All in one place, with equal notes and colours: each may be each other one."""
    name = words(chance, count)
    names = (f"{name(25)} {code}" for code in codes(chance, 2 * count, 4))
    return Shape("project", *_both_sides(names), {"note": "made by the portal", "color": "#1976d2"})


def _tasks(count: int, chance: Random, each: int) -> Shape:
    name = words(chance, count)
    length = 3 if each <= 1000 else 4
    old: list[tuple[str, ...]] = []
    new: list[tuple[str, ...]] = []
    for project in range(max(1, count // each)):
        both = _both_sides((f"{name(20)} {code}" for code in codes(chance, 2 * each, length)), ("C", f"P{project}"))
        old += both[0]
        new += both[1]
    return Shape("task", old, new)


def spread(count: int, chance: Random) -> Shape:
    """Tasks of very many projects, few in each."""
    return _tasks(count, chance, 20)


def crowded(count: int, chance: Random) -> Shape:
    """Tasks of many projects, as many in each as are all compared."""
    return _tasks(count, chance, min(count, 500))


def one_project(count: int, chance: Random) -> Shape:
    """Tasks of one project."""
    return _tasks(count, chance, count)


def many_words(count: int, chance: Random) -> Shape:
    """Names of very many short words, most of them in common."""
    known = codes(chance, 60, 2)
    names = (" ".join([*chance.sample(known, 40), code]) for code in codes(chance, 2 * count))
    return Shape("project", *_both_sides(names))


SHAPES: Mapping[str, Callable[[int, Random], Shape]] = {
    "different": different,
    "alike": alike,
    "one token": one_token,
    "long": long_names,
    "long, alike": long_alike,
    "equal names": equal_names,
    "equal, alike": equal_alike,
    "one name": one_name,
    "one structure": one_structure,
    "spread": spread,
    "crowded": crowded,
    "one project": one_project,
    "many words": many_words,
}


def of_shape(name: str, count: int) -> States:
    """The states of a shape by its name, the same in every run."""
    return states(SHAPES[name](count, Random(1)))  # noqa: S311 - no secret
