"""Whose change a difference is: a table of (base, git, live), and random triples against a three-way comparison of its own."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.model import UNSET
from reconciler.planning.drift import Difference, Drift, Origin, find_drift
from tests.planning.literals import TARGET, desired_of, live_of, plan_of

GIT, LIVE, BOTH, APPEARED, VANISHED = Origin
Manifest = Mapping[str, Any]


def drift_of(base: Manifest, git: Manifest, world: Manifest) -> list[Difference]:
    live = live_of(world)
    return [*find_drift(plan_of(git, world).changes, desired_of(git), desired_of(base), live.by_id)]


def short(found: list[Difference]) -> list[tuple[str, str, Origin]]:
    return [(str(d.address), d.field, d.origin) for d in found]


def client(**values: Any) -> dict[str, Any]:
    return {"clients": [{"name": "Acme", **values}], "policy": {"tracked_time": "delete"}}


TABLE: list[tuple[str, Manifest, Manifest, Manifest, list[tuple[str, str, Origin]]]] = [
    (
        "git moved",
        client(note="a"),
        client(note="b"),
        {"clients": [{"at": "Acme", "note": "a"}]},
        [("client:Acme", "note", GIT)],
    ),
    (
        "live moved",
        client(note="a"),
        client(note="a"),
        {"clients": [{"at": "Acme", "note": "b"}]},
        [("client:Acme", "note", LIVE)],
    ),
    (
        "both moved apart",
        client(note="a"),
        client(note="b"),
        {"clients": [{"at": "Acme", "note": "c"}]},
        [("client:Acme", "note", BOTH)],
    ),
    ("both moved alike", client(note="a"), client(note="b"), {"clients": [{"at": "Acme", "note": "b"}]}, []),
    (
        "newly declared",
        client(),
        client(note="b"),
        {"clients": [{"at": "Acme", "note": "a"}]},
        [("client:Acme", "note", GIT)],
    ),
    ("no longer declared", client(note="a"), client(), {"clients": [{"at": "Acme", "note": "c"}]}, []),
    (
        "one field each",
        client(note="a", address="x"),
        client(note="b", address="x"),
        {"clients": [{"at": "Acme", "note": "a", "address": "y"}]},
        [("client:Acme", "address", LIVE), ("client:Acme", "note", GIT)],
    ),
    ("added in git", {"tags": []}, {"tags": ["new"]}, {}, [("tag:new", "", GIT)]),
    ("vanished", {"tags": ["old"]}, {"tags": ["old"]}, {}, [("tag:old", "", VANISHED)]),
    ("vanished and edited", client(note="a"), client(note="b"), {}, [("client:Acme", "", BOTH)]),
    ("appeared", {"tags": []}, {"tags": []}, {"tags": ["seen"]}, [("tag:seen", "", APPEARED)]),
    ("taken out of git", {"tags": ["out"]}, {"tags": []}, {"tags": ["out"]}, [("tag:out", "", GIT)]),
    (
        "taken out of git and edited live",
        client(note="a"),
        {"clients": []},
        {"clients": [{"at": "Acme", "note": "b"}]},
        [("client:Acme", "", BOTH)],
    ),
    (
        "listed as removed",
        {"tags": []},
        {"removed": [{"tag": "x"}]},
        {"tags": ["x"]},
        [("tag:x", "", GIT)],
    ),
    (
        "removed before, and back",
        {"removed": [{"tag": "x"}]},
        {"removed": [{"tag": "x"}]},
        {"tags": ["x"]},
        [("tag:x", "", APPEARED)],
    ),
    (
        "archived live",
        client(archived=False),
        client(archived=False),
        {"clients": [{"at": "Acme", "archived": True}]},
        [("client:Acme", "archived", LIVE)],
    ),
    (
        "archived in git",
        client(archived=False),
        client(archived=True),
        {"clients": [{"at": "Acme"}]},
        [("client:Acme", "archived", GIT)],
    ),
    (
        "renamed in git",
        client(),
        {"clients": [{"name": "Acme Corp", "was": "Acme"}]},
        {"clients": ["Acme"]},
        [("client:Acme Corp", "name", GIT)],
    ),
    (
        "spelled otherwise live",
        client(),
        client(),
        {"clients": ["ACME"]},
        [("client:Acme", "name", LIVE)],
    ),
    (
        "moved live",
        {"clients": ["A", {"name": "B", "projects": [{"name": "PP"}]}]},
        {"clients": ["A", {"name": "B", "projects": [{"name": "PP", "was": "A/PP"}]}]},
        {"clients": ["A", "B"], "projects": ["A/PP"]},
        [("project:B/PP", "client", LIVE)],
    ),
    (
        "moved and renamed in git, from a place that the base knew too, and edited live",
        {"clients": ["A", {"name": "B", "projects": [{"name": "Old", "was": "A/Old", "note": "a"}]}]},
        {"clients": ["A", {"name": "B", "projects": [{"name": "New", "was": "A/Old", "note": "a"}]}]},
        {"clients": ["A", "B"], "projects": [{"at": "A/Old", "note": "b"}]},
        [("project:B/New", "name", GIT), ("project:B/New", "client", LIVE), ("project:B/New", "note", LIVE)],
    ),
    (
        "renamed in both within its client, and edited live",
        {"clients": [{"name": "A", "projects": [{"name": "Old", "note": "a"}]}]},
        {"clients": [{"name": "A", "projects": [{"name": "New", "was": "Old", "note": "a"}]}]},
        {"clients": ["A"], "projects": [{"at": "A/New", "note": "b"}]},
        [("project:A/New", "note", LIVE)],
    ),
]


@pytest.mark.parametrize(
    ("base", "git", "world", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_whose_change_it_is(
    base: Manifest, git: Manifest, world: Manifest, expected: list[tuple[str, str, Origin]]
) -> None:
    assert short(drift_of(base, git, world)) == expected


def test_a_difference_has_the_three_values_and_its_place() -> None:
    [found] = drift_of(client(note="a"), client(note="b"), {"clients": [{"at": "Acme", "note": "c"}]})
    assert (found.base, found.git, found.live) == ("a", "b", "c")
    assert found.source.startswith("-:")
    [new] = drift_of(client(), client(note="b"), {"clients": [{"at": "Acme", "note": "c"}]})
    assert new.base is UNSET


def test_the_summary_counts_every_origin() -> None:
    found = drift_of({"tags": ["a"]}, {"tags": ["a", "b"]}, {"tags": ["c"]})
    drift = Drift(TARGET, "x", tuple(found))
    assert drift.summary == {
        "changed in git": 1,
        "changed live": 0,
        "changed in both": 0,
        "appeared live": 1,
        "vanished live": 1,
    }
    assert not drift.is_empty
    assert Drift(TARGET, "x").is_empty


def three_way(base: Any, git: Any, live: Any) -> Origin | None:
    """The class of one tag's or one field's three sides; None is absent. Written from the words of the origins alone."""
    if git == live:
        return None
    if base == git:
        return {True: VANISHED, False: LIVE}[live is None] if git is not None else APPEARED
    if base == live:
        return GIT
    if base is None:
        return GIT if live is None or git is not None else APPEARED
    return BOTH


@pytest.mark.parametrize("seed", range(40))
def test_random_triples_agree_with_an_independent_comparison(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a test
    names = "abcdefg"
    sides: list[dict[str, str]] = [{name: rng.choice("xyz") for name in names if rng.random() < 0.7} for _ in range(3)]
    base, git, live = ({"clients": [{"name": n, "note": v} for n, v in side.items()]} for side in sides)
    world = {"clients": [{"at": entry["name"], "note": entry["note"]} for entry in live["clients"]]}
    found = {d.address.name: d.origin for d in drift_of(base, git, world)}
    expected = {name: three_way(*(side.get(name) for side in sides)) for name in names}
    assert found == {name: origin for name, origin in expected.items() if origin is not None}


def test_what_the_workspace_calls_otherwise_is_looked_up_under_that_name_too() -> None:
    """The earlier name speaks of a client in which the project was not when the base was made: somebody moved it there."""
    base: Manifest = {"clients": ["Acme"], "projects": [{"name": "Site", "note": "n"}]}
    git: Manifest = {"clients": ["Acme"], "projects": [{"name": "Page", "was": "Acme/Site", "note": "n"}]}
    found = drift_of(base, git, {"clients": ["Acme"], "projects": [{"at": "Acme/Site", "note": "x"}]})
    assert ("project:Page", "note", LIVE) in short(found)
