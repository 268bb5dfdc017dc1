"""For any live and desired state: what a plan did can be undone, to the same values, and no time entry loses anything by it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.applying.undo.test_inverse import undo_plan
from tests.recorded_runs import recorded
from tests.sandbox_client import Stage, seen
from tests.test_convergence import MANIFEST, _desired, _track_time, conflicts_aside

pytestmark = [pytest.mark.slow, pytest.mark.strangers]

PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=20, deadline=None, suppress_health_check=PATIENT)
@given(first=MANIFEST, second=MANIFEST, tracked=st.integers(0, 3))
def test_what_a_plan_did_can_be_undone_to_the_same_values(
    first: dict[str, Any], second: dict[str, Any], tracked: int
) -> None:
    second.pop("policy", None)  # the default keeps tracked time
    one, two = _desired(first), _desired(second)
    with Stage() as stage, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assume(not stage.plan(one)[0].summary["blocked"])
        stage.apply(one)
        _track_time(stage, tracked)
        before, entries = seen(stage.snapshot()), stage.snapshot()["time_entries"]
        with conflicts_aside():
            plan, _ = stage.plan(two)
        assume(plan.changes and not plan.summary["blocked"])
        assert recorded(stage, plan, folder).exit_code == 0
        stage.time.seconds += 60
        back = undo_plan(stage, folder)
        assume(not back.summary["blocked"])
        assert recorded(stage, back, folder).exit_code == 0
        assert seen(stage.snapshot()) == before
        assert stage.snapshot()["time_entries"] == entries
