"""What keeps a resource from its place: what is there, and what stays there because it cannot go back itself."""

from __future__ import annotations

from reconciler.applying.undo.places import Item, Places
from reconciler.kinds import BY_NAME
from tests.planning.literals import live_of


def test_what_cannot_go_back_keeps_its_present_place_from_others() -> None:
    live = live_of({"tags": ["taken", "wanted", "other"]})
    first, second = Item(BY_NAME["tag"], "taken", "", id="t2"), Item(BY_NAME["tag"], "wanted", "", id="t3")
    places = Places(live, ())
    assert list(places.conflicts([first, second], ())) == [(first, "t1"), (second, "t2")]
    assert list(places.conflicts([first, second], {"t1"})) == []
