"""At random: whatever happens to a workspace, under every switch of the sandbox, an incremental plan equals the full one.

By hand, thousands: `RECONCILER_HISTORIES=10000 pytest tests/live/test_since_random.py -m slow`.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.live.histories import History

FEW, MANY = 6, int(os.environ.get("RECONCILER_HISTORIES", "8"))


def _live_through(seeds: range) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        outcomes += History(seed).run()
    return outcomes


def test_an_incremental_plan_equals_the_full_one() -> None:
    outcomes = _live_through(range(FEW))
    assert outcomes["shorter"]
    assert outcomes["fell back"]


@pytest.mark.slow
def test_an_incremental_plan_equals_the_full_one_in_many_histories() -> None:
    outcomes = _live_through(range(FEW, FEW + MANY))
    assert outcomes["shorter"] > outcomes["plans"] / 4
    assert outcomes["fell back"] > outcomes["plans"] / 10
