"""What a change was computed from, as it stands in plan files."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model import UNSET, Address
from reconciler.planning.precondition import ABSENT, Ancestor, Precondition, precondition_of
from tests.planning.literals import live_of

SITE = Address.parse("project:Acme/Site")
ACME = Ancestor(Address.parse("client:Acme"), "c1", archived=True)
WHOLE = Precondition(SITE, "c1", {"note": None}, tracked_seconds=60, time_entries=2, ancestors=(ACME,))
ANCESTORS = [{"address": "client:Acme", "id": "c1", "archived": True}]
PLAIN = {"address": "project:Acme/Site", "parent_id": "c1", "values": {"note": None}}


@pytest.mark.parametrize(
    ("precondition", "json"),
    [
        (ABSENT, {"absent": True}),
        (Precondition(beside=True), {"absent": True, "beside": True}),
        (Precondition(ancestors=(ACME,)), {"absent": True, "ancestors": ANCESTORS}),
        (Precondition(SITE, "c1", {"note": None}), PLAIN),
        (Precondition(SITE, "c1", {"note": None}, tracked_seconds=0), {**PLAIN, "tracked_seconds": 0}),
        (Precondition(SITE, "c1", {"note": None}, time_entries=None), {**PLAIN, "time_entries": None}),
        (WHOLE, {**PLAIN, "tracked_seconds": 60, "time_entries": 2, "ancestors": ANCESTORS}),
    ],
)
def test_a_precondition_is_written_and_read_back_as_it_was(precondition: Precondition, json: dict[str, Any]) -> None:
    assert precondition.to_json() == json
    assert Precondition.from_json(json) == precondition
    assert precondition.absent == ("absent" in json)


@pytest.mark.parametrize(
    "json",
    [
        {},
        {"absent": False},
        {"absent": 1},
        {"absent": True, "ancestors": []},
        {**PLAIN, "ancestors": []},
        {**PLAIN, "ancestors": [{}]},
        {**PLAIN, "ancestors": [{**ANCESTORS[0], "id": 1}]},
        {**PLAIN, "ancestors": [{**ANCESTORS[0], "id": None}]},
        {**PLAIN, "ancestors": [{**ANCESTORS[0], "archived": 1}]},
        {**PLAIN, "ancestors": [{**ANCESTORS[0], "archived": None}]},
        {**PLAIN, "parent_id": None},
        {**PLAIN, "parent_id": 5},
        {**PLAIN, "values": []},
        {**PLAIN, "values": None},
        {**PLAIN, "address": "nothing"},
        {**PLAIN, "tracked_seconds": "60"},
        {**PLAIN, "time_entries": [2]},
        {**PLAIN, "time_entries": 1.5},
        {key: value for key, value in PLAIN.items() if key != "values"},
    ],
)
def test_anything_else_is_no_precondition(json: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Precondition.from_json(json)


def test_a_create_stands_beside_nothing_unless_the_plan_says_so() -> None:
    assert (ABSENT.beside, ABSENT.absent, ABSENT.ancestors) == (False, True, ())
    assert (ABSENT.tracked_seconds, ABSENT.time_entries) == (UNSET, UNSET)
    assert not Precondition.from_json({"absent": True, "beside": 1}).beside


def test_a_change_is_compared_by_its_lifecycle_and_its_fields_and_never_twice_by_name_or_parent() -> None:
    live = live_of({"clients": ["Acme"], "projects": [{"at": "Acme/Site", "note": "n"}], "tags": ["t"]})
    site = live.resources[SITE]
    assert precondition_of(site) == Precondition(SITE, site.parent_id, {"archived": False})
    named = precondition_of(site, ("note", "name", "client", "archived", "color"))
    assert list(named.values) == ["archived", "color", "note"]
    assert (named.values["note"], named.parent_id) == ("n", site.parent_id)
