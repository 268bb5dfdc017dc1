"""Live resources by name: the exact spelling, or else any other, and none that was taken."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning import spelling
from reconciler.planning.spelling import LiveNames, folded_address, spelled_as_live, with_live_spelling
from reconciler.state import Live
from tests.planning.literals import desired_of, live_of

WORLD: dict[str, list[Any]] = {
    "clients": ["Acme", "ACME", "Beta"],
    "projects": ["Acme/Web", "ACME/WEB", "Beta/Shop", "web"],
    "tags": ["a", "A", "~t1 b", "~x"],
}


def _ids(found: Any) -> list[str]:
    return [resource.id for resource in found]


@pytest.mark.parametrize(
    ("address", "named", "spelled"),
    [
        ("client:Acme", ["c1"], ["c1", "c2"]),
        ("client:acme", ["c1", "c2"], ["c1", "c2"]),
        ("client:beta", ["c3"], ["c3"]),
        ("project:Acme/Web", ["p1"], ["p1", "p2"]),
        ("project:Acme/web", ["p1"], ["p1", "p2"]),
        ("project:acme/Web", ["p1", "p2"], ["p1", "p2"]),
        ("project:Web", ["p4"], ["p4"]),
        ("project:beta/SHOP", ["p3"], ["p3"]),
        ("project:Gone/Web", [], []),
        ("tag:B", [], []),
    ],
)
def test_an_address_means_the_exact_name_at_each_level_or_every_other_spelling(
    address: str, named: list[str], spelled: list[str]
) -> None:
    names = LiveNames(live_of(WORLD))
    assert _ids(names.find(Address.parse(address))) == named
    assert _ids(names.all_spellings(Address.parse(address))) == spelled


def test_what_was_taken_or_left_out_is_no_longer_meant() -> None:
    live = live_of(WORLD)
    names = LiveNames(live)
    tags = {resource.id: resource for resource in live.of_kind("tag")}
    assert _ids(names.spellings(("tag", ""), "a")) == ["t1", "t2"]
    assert _ids(names.parked["tag", ""]) == ["t3", "t4"]
    assert [names.take(tags["t1"]), names.take(tags["t1"]), names.take(tags["t3"])] == [True, False, True]
    assert _ids(names.spellings(("tag", ""), "a")) == ["t2"]
    assert _ids(names.named(("tag", ""), "a")) == ["t2"]
    assert _ids(names.parked["tag", ""]) == ["t4"]
    without = LiveNames(live, excluded={"t2", "t4"})
    assert _ids(without.spellings(("tag", ""), "a")) == ["t1"]
    assert _ids(without.parked["tag", ""]) == ["t3"]
    assert _ids(LiveNames(live, among=[tags["t2"]]).spellings(("tag", ""), "a")) == ["t2"]


def test_what_a_person_gave_is_spelled_as_the_workspace_has_it_where_that_is_one() -> None:
    given = {"client:BETA", "client:acme", "client:Gone", "tag:a"}
    spelled = spelled_as_live({Address.parse(text) for text in given}, live_of(WORLD))
    assert set(map(str, spelled)) == {"client:Beta", "client:acme", "client:Gone", "tag:a"}


def test_addresses_that_the_workspace_has_as_they_are_take_no_look_up_of_its_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_up: list[Live] = []

    def counting(live: Live) -> LiveNames:
        looked_up.append(live)
        return LiveNames(live)

    monkeypatch.setattr(spelling, "LiveNames", counting)
    live = live_of(WORLD)
    known = frozenset(map(Address.parse, ("client:Acme", "project:ACME/WEB", "tag:A")))
    assert (spelled_as_live(known, live), len(looked_up)) == (known, 0)
    spelled = spelled_as_live({Address.parse("client:BETA")}, live)
    assert (set(map(str, spelled)), len(looked_up)) == ({"client:Beta"}, 1)


def test_a_parent_that_is_only_referred_to_is_spelled_as_the_workspace_has_it() -> None:
    manifest = {
        "projects": [
            {"name": name, "client": client, "tasks": ["t"]} for name, client in (("x1", "BETA"), ("x2", "Acme"))
        ]
    }
    spelled = with_live_spelling(desired_of(manifest), live_of(WORLD))
    assert set(map(str, spelled.resources)) == {
        "project:Beta/x1",
        "task:Beta/x1/t",
        "project:Acme/x2",
        "task:Acme/x2/t",
    }
    assert {str(r.parent) for r in spelled.resources.values()} == {
        "client:Beta", "project:Beta/x1", "client:Acme", "project:Acme/x2",
    }  # fmt: skip
    assert spelled.is_authoritative("task", Address.parse("project:Beta/x1"))
    unclear = desired_of({"projects": [{"name": "x1", "client": "acme"}]})
    assert with_live_spelling(unclear, live_of(WORLD)) is unclear
    declared = desired_of({"clients": ["BETA"], "projects": [{"name": "x1", "client": "BETA"}]})
    assert with_live_spelling(declared, live_of(WORLD)) is declared


def test_a_folded_address_is_equal_for_all_spellings() -> None:
    assert folded_address(Address.parse("project:ACME/Web  x")) == folded_address(Address.parse("project:acme/web x"))
    assert folded_address(Address.parse("project:acme")) != folded_address(Address.parse("client:acme"))


def test_temporary_names_are_kept_apart_by_the_last_part_of_the_path() -> None:
    live = live_of({"clients": ["A", "~c2 B"], "projects": ["A/~p1 old", "~c2 B/Site"]})
    parked = {place: [str(r.address) for r in found] for place, found in LiveNames(live).parked.items()}
    assert parked == {("client", ""): ["client:~c2 B"], ("project", "c1"): ["project:A/~p1 old"]}
