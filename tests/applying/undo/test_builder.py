"""What an undo leaves alone because a plan could not name it: another resource has the same address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.applying.undo.builder import InverseBuilder
from reconciler.applying.undo.effects import Effect
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
