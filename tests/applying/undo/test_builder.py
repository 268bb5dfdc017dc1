"""What an undo leaves alone because a plan could not name it: another resource has the same address."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying.undo.builder import InverseBuilder
from reconciler.applying.undo.effects import Effect
from reconciler.kinds import PROJECT, TASK
from reconciler.model import Address
from reconciler.planning.plan import Action
from reconciler.state import Live
from tests.planning.literals import live_of

TAG = Address("tag", ("one",))


def _twins(*, is_shown: bool) -> Live:
    """Two tags of one name; the first is that of the run, and the second has the address unless neither is shown there."""
    live = live_of({"tags": ["one"]})
    ours = live.resources[TAG]
    twin = replace(ours, id="t2")
    return replace(live, resources={TAG: twin} if is_shown else {}, duplicates=(ours,))


@pytest.mark.parametrize(("is_shown", "holder"), [(True, "tag:one (t2)"), (False, "another one")])
@pytest.mark.parametrize(
    ("action", "text"),
    [(Action.CREATE, "tag:one (t1) stays"), (Action.UPDATE, "tag:one (t1) is left as it is")],
)
def test_of_two_with_one_address_neither_is_removed_nor_changed(
    action: Action, text: str, holder: str, *, is_shown: bool
) -> None:
    live = _twins(is_shown=is_shown)
    builder = InverseBuilder(live, "run", created={"t1"})
    builder.add(Effect(TAG, action, "t1", 1, name="one", fields=(("name", "old", "one"),)))
    assert builder.notes == [f"{text}: {holder} has the same name in the same place"]
    assert (builder.removed, builder.items) == ([], [])


def test_what_alone_has_its_address_is_undone() -> None:
    builder = InverseBuilder(live_of({"tags": ["one"]}), "run", created={"t1"})
    builder.add(Effect(TAG, Action.CREATE, "t1", 1, name="one"))
    assert builder.notes == []
    assert [(removed.address, removed.id) for removed in builder.removed] == [(TAG, "t1")]


def test_the_first_child_that_the_run_did_not_create_is_named() -> None:
    live = live_of({"projects": ["Site"], "tasks": ["Site/b", "Site/a", "Site/c"]})
    builder = InverseBuilder(live, "run", created={"p1", "k3"})
    builder.add(Effect(Address.parse("project:Site"), Action.CREATE, "p1", 1, name="Site"))
    assert builder.notes == ["project:Site (p1) stays: it has a 'a' that the run did not create"]


def test_a_value_that_is_as_before_keeps_no_other_from_being_set_back() -> None:
    client = Address("client", ("Acme",))
    builder = InverseBuilder(
        live_of({"clients": [{"at": "Acme", "note": "old", "address": "new"}]}), "run", created=set()
    )
    fields = (("note", "old", "new"), ("address", "old", "new"))
    builder.add(Effect(client, Action.UPDATE, "c1", 1, name="Acme", fields=fields))
    assert builder.notes == []
    assert dict(builder.resources()[client].values) == {"address": "old"}


@pytest.mark.parametrize(
    ("names", "words"), [((), ""), (("a",), "; nor are its tasks 'a'"), (("a", "b"), "; nor are its tasks 'a', 'b'")]
)
def test_the_children_that_do_not_return_with_their_parent_are_named(names: tuple[str, ...], words: str) -> None:
    parent = SimpleNamespace(within=None, name="Site", kind=PROJECT)
    children = [SimpleNamespace(within=parent, name=name, kind=TASK) for name in names]
    builder: Any = SimpleNamespace(items=[parent, *children])
    item: Any = parent
    assert InverseBuilder._lost_with(builder, item) == words
