"""A name that another resource keeps is not taken."""

from __future__ import annotations

from reconciler.model import Address
from reconciler.planning.guards import names
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Change, Forecast, Step
from reconciler.state import Policy
from tests.planning.guards.literals import World, blocks, plan_for
from tests.planning.literals import live_of

HELD: World = {"clients": ["Old"], "projects": [{"at": "Old/Site", "archived": True, "seconds": 60}, "Old/Shop"]}


def test_the_reason_names_the_holder() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old", "projects": [{"name": "SITE", "was": "Old/Shop"}]}]}
    block = blocks(plan_for(manifest, live_of(HELD)))["project:New/SITE"]
    assert block.guard == "name"
    assert block.reason == "its name is held by project:Old/Site (p1)"
    assert block.allow == "choose another name, or rename that resource in Clockify"


def test_a_name_that_is_released_in_the_same_plan_is_taken() -> None:
    manifest = {"tags": [{"name": "c", "was": "b"}, {"name": "b", "was": "a"}]}
    assert not blocks(plan_for(manifest, live_of({"tags": ["a", "b"]})))


def _taking(name: str, context: GuardContext) -> list[str]:
    """The reason why the create of a tag is blocked, if it is."""
    create = Change(Address("tag", (name,)), Action.CREATE, (Step.CREATE,))
    return [blocked.reason for blocked in names.evaluate([create], context).values()]


def _context(*live: str, identified: tuple[str, ...] = ()) -> GuardContext:
    addresses = {Address("tag", (name,)) for name in identified}
    return GuardContext(live_of({"tags": list(live)}), Policy(), Forecast(reading=1), identified=addresses)


def test_another_spelling_holds_a_name_as_well() -> None:
    assert _taking("News", _context("other", "news")) == ["its name is held by tag:news (t2)"]


def test_what_an_undo_creates_again_stands_beside_another_spelling_as_before() -> None:
    assert _taking("News", _context("news", identified=("News",))) == []


def test_what_an_undo_creates_again_does_not_take_the_same_spelling() -> None:
    assert _taking("News", _context("NEWS", "News", identified=("News",))) == ["its name is held by tag:News (t2)"]


def test_of_several_holders_the_first_is_named() -> None:
    assert _taking("News", _context("news", "NEWS")) == ["its name is held by tag:news (t1)"]
