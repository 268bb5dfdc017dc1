"""The order of changes to names that differ in case only follows from the changes alone, so a saved plan verifies."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from reconciler.model import Address
from reconciler.planning.exclude import without_temporary_name
from reconciler.planning.order import in_order, schedule
from reconciler.planning.plan import Action, Change, FieldChange, Step
from reconciler.planning.precondition import Precondition
from reconciler.planning.temporary_names import with_temporary_names

NAMES = ("bonus", "Bonus", "BONUS", "Beta", "beta", "BETA", "x", "X")


def changes(random: Random) -> Iterator[Change]:
    """Deletes and renames of some tags, and creates of others, as an undo has them beside each other."""
    live = random.sample(NAMES, random.randint(0, 6))
    wanted = random.sample(NAMES, len(NAMES))
    kept = set()
    for number, name in enumerate(live):
        address, what = Address("tag", (name,)), random.choice(("delete", "rename", "keep"))
        known = Precondition(address, "", {"archived": False})
        after = wanted.pop() if what == "rename" else name
        if what == "delete":
            steps = (Step.DELETE,)
            yield Change(address, Action.DELETE, steps, f"{number:024x}", precondition=known, removal=True)
        elif after == name or after in kept:
            kept.add(name)
        else:
            kept.add(after)
            fields = (FieldChange("name", name, after),)
            to = Address("tag", (after,))
            yield Change(to, Action.UPDATE, (Step.UPDATE,), f"{number:024x}", fields, precondition=known)
    for name in wanted[: random.randint(0, 3)]:
        if name not in kept:
            yield Change(Address("tag", (name,)), Action.CREATE, (Step.CREATE,), precondition=Precondition(beside=True))


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_an_order_is_derived_again_from_itself(start: int) -> None:
    for seed in range(start, start + 50):
        made = list(changes(Random(seed)))  # noqa: S311 - chooses test cases
        ordered = in_order(with_temporary_names(made))
        Random(seed).shuffle(made)  # noqa: S311 - chooses test cases
        assert in_order(with_temporary_names(made)) == ordered, seed
        again = [without_temporary_name(change) for change in ordered]
        assert in_order(with_temporary_names(again)) == ordered, seed


@pytest.mark.parametrize("turn", [1, -1])
def test_a_name_is_free_before_another_takes_it(turn: int) -> None:
    gone, other = Address("tag", ("a",)), Address("tag", ("b",))
    pair = (
        Change(
            gone, Action.DELETE, (Step.DELETE,), "t1", precondition=Precondition(gone, "", {"archived": False}), removal=True
        ),
        Change(
            gone, Action.UPDATE, (Step.UPDATE,), "t2", (FieldChange("name", "b", "a"),),
            precondition=Precondition(other, "", {"archived": False}),
        ),
    )[::turn]  # fmt: skip
    assert [pair[position].id for position, _ in schedule(pair)] == ["t1", "t2"]
