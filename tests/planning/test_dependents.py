"""Which changes depend on others, and when that is worked out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reconciler.planning import dependents, order
from reconciler.planning.plan import Change
from tests.planning.literals import plan_of
from tests.planning.test_exclude import TREE


def test_where_nothing_is_excluded_no_order_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = plan_of(TREE, {}).changes
    ordered: list[int] = []

    def counting(given: Sequence[Change]) -> object:
        ordered.append(len(given))
        return order.dependencies(given)

    monkeypatch.setattr(dependents, "dependencies", counting)
    assert (dependents.dependents(changes, ()), ordered) == ({}, [])
    assert (len(dependents.dependents(changes, (0,))), ordered) == (3, [5])
