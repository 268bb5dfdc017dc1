"""Desired addresses → live ids, while names are passed on."""

from __future__ import annotations

from typing import Any

from reconciler.model import Address
from reconciler.planning.resolve import AddressResolver
from tests.planning.literals import live_of, plan_of

WORLD: dict[str, Any] = {"clients": ["Old", "Beta"], "projects": ["Old/Web", "Beta/Shop"], "tasks": ["Old/Web/a"]}
MANIFEST: dict[str, Any] = {
    "clients": [
        {"name": "New", "was": "Old", "projects": [{"name": "Web", "tasks": ["a", "b"]}, {"name": "App", "tasks": ["c"]}]},
        {"name": "Beta", "projects": ["Shop"]},
    ]
}  # fmt: skip


def test_an_address_has_the_id_of_its_change_else_of_what_has_the_name_in_its_place() -> None:
    resolver = AddressResolver(plan_of(MANIFEST, WORLD).changes, live_of(WORLD))
    texts = (
        "client:New",
        "client:Beta",
        "project:New/Web",
        "task:New/Web/a",
        "task:New/Web/b",
        "project:New/App",
        "task:New/App/c",
    )
    assert {text: resolver.id_of(Address.parse(text)) for text in texts} == {
        "client:New": "c1", "client:Beta": "c2", "project:New/Web": "p1", "task:New/Web/a": "k1",
        "task:New/Web/b": None, "project:New/App": None, "task:New/App/c": None,
    }  # fmt: skip
    parents = {text: resolver.parent_id_of(Address.parse(text)) for text in texts}
    assert (parents["client:New"], parents["project:New/Web"], parents["task:New/App/c"]) == ("", "c1", None)
    assert [resolver.is_planned(Address.parse(text)) for text in texts] == [
        False,
        False,
        False,
        False,
        True,
        True,
        True,
    ]
    assert resolver.id_in_place(Address.parse("client:Old")) == "c1"
    assert resolver.id_in_place(Address.parse("client:New")) is None


def test_what_was_created_since_has_its_id_and_so_have_the_places_in_it() -> None:
    resolver = AddressResolver(plan_of(MANIFEST, WORLD).changes, live_of(WORLD))
    app = Address.parse("project:New/App")
    resolver.created[app] = "p9"
    assert (resolver.id_of(app), resolver.parent_id_of(app.child("task", "c"))) == ("p9", "p9")
    assert resolver.id_in_place(app.child("task", "c")) is None
