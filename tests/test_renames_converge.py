"""For any live and desired state: with every look-alike taken for a rename, the plan leads there, and nothing asked about goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.planning import PlanOptions, Target, accept_renames
from tests.sandbox_client import Stage
from tests.test_convergence import MANIFEST, _desired, _reaches, _track_time

pytestmark = [pytest.mark.slow, pytest.mark.strangers]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST, tracked=st.integers(0, 3))
def test_accepted_renames_reach_the_desired_state_and_keep_what_was_asked_about(
    first: dict[str, Any], second: dict[str, Any], tracked: int
) -> None:
    one, two = _desired(first), _desired(second)
    with Stage() as stage:
        _reaches(stage, one)
        _track_time(stage, tracked)
        reading = stage.read(two)
        target = Target("sandbox", stage.config.base_url, stage.workspace.id, stage.workspace.name)
        as_if, pairs = accept_renames(two, reading.live, reading.usage, target=target, options=PlanOptions())
        kept = {reading.live.resources[pair.remove].id for pair in pairs}
        plan, _ = stage.plan(as_if)
        assert not kept & {change.id for change in plan.changes if change.removal}
        _reaches(stage, as_if)
        if not plan.summary["blocked"]:
            after = stage.snapshot()
            assert kept <= {item["id"] for plural in ("clients", "projects", "tasks", "tags") for item in after[plural]}
