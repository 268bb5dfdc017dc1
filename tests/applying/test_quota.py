"""A limit that looks hourly: the run ends and says so, the same approval goes on later; or it waits, if it was asked to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.applying import ApplyOptions, Result, approve
from reconciler.gateway import Rate, RetryPolicy
from reconciler.sandbox import Switches, create_app
from tests.recorded_runs import Recorded
from tests.sandbox_client import Stage

WRITES = 80
MANIFEST = {"tags": [f"tag {number:02}" for number in range(WRITES)]}
HOUR = 3600.0


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage() as stage:
        yield stage


def _limit(stage: Stage, throttle: str) -> None:
    """From now on the service takes 30 requests an hour, as it does of a new Free workspace."""
    switches = Switches(rate="30/h", throttle=throttle)
    stage.use(create_app(stage.store, switches, clock=stage.time.clock))


@pytest.mark.parametrize("throttle", ["retry-after", "plain", "empty"])
def test_a_run_that_meets_an_hourly_limit_ends_in_part_and_the_rest_is_left(
    stage: Stage, tmp_path: Path, throttle: str
) -> None:
    plan, _ = stage.plan(MANIFEST)
    _limit(stage, throttle)
    report = Recorded(stage, tmp_path).apply(approve(plan, plan.digest))
    assert report.is_quota
    assert report.exit_code == 4
    assert "rate limit exceeded" in report.stopped
    assert set(report.summary) - {key for key, count in report.summary.items() if not count} == {"done", "skipped"}
    assert report.summary["done"] == len(stage.snapshot()["tags"]) > 0
    assert report.left == WRITES - report.summary["done"]


@pytest.mark.parametrize("throttle", ["retry-after", "plain"])
def test_the_same_approval_goes_on_an_hour_later_until_all_is_done(stage: Stage, tmp_path: Path, throttle: str) -> None:
    plan, _ = stage.plan(MANIFEST)
    _limit(stage, throttle)
    recorded, codes = Recorded(stage, tmp_path), []
    for _ in range(6):
        report = recorded.apply(approve(plan, plan.digest))
        codes.append(report.exit_code)
        if report.is_complete:
            break
        stage.time.seconds += HOUR
    assert codes == [4, 4, 4, 0]
    assert sorted(tag["name"] for tag in stage.snapshot()["tags"]) == MANIFEST["tags"]
    assert len(list(recorded.runs)) == 1
    assert len(next(iter(recorded.runs)).history.sessions) == len(codes)


@pytest.mark.parametrize("throttle", ["retry-after", "plain", "empty"])
def test_a_run_that_waits_takes_as_many_hours_as_the_limit_asks_and_ends_well(
    stage: Stage, tmp_path: Path, throttle: str
) -> None:
    plan, _ = stage.plan(MANIFEST)
    _limit(stage, throttle)
    started = stage.time.seconds
    report = Recorded(stage, tmp_path, retry_policy=RetryPolicy(wait_for_quota=True)).apply(approve(plan, plan.digest))
    assert report.exit_code == 0
    assert not report.is_quota
    assert 2 * HOUR <= stage.time.seconds - started < 3.2 * HOUR
    assert sum(sent.status == 429 for sent in stage.sent) <= 60  # it asks more and more rarely


def test_a_rate_of_so_many_an_hour_is_never_refused(stage: Stage, tmp_path: Path) -> None:
    plan, _ = stage.plan(MANIFEST)
    _limit(stage, "plain")
    stage.config = replace(stage.config, rate=Rate.parse("30/h"))
    started = stage.time.seconds
    report = Recorded(stage, tmp_path).apply(approve(plan, plan.digest))
    assert report.exit_code == 0
    assert all(sent.status != 429 for sent in stage.sent)
    assert stage.time.seconds - started == pytest.approx(report.requests * HOUR / 30, rel=0.03)


def test_a_limit_that_is_met_before_anything_was_written_is_a_failure(stage: Stage, tmp_path: Path) -> None:
    plan, reading = stage.plan(MANIFEST)
    _limit(stage, "retry-after")
    with stage.reader() as reader:
        while reader.requests < 30 - reading.live.requests - 1:  # the one is to ask who applies
            reader.user()
    report = Recorded(stage, tmp_path).apply(approve(plan, plan.digest))
    assert report.is_quota
    assert report.exit_code == 1
    assert report.summary["skipped"] == WRITES
    assert stage.snapshot()["tags"] == []


def test_all_concurrent_requests_are_reported_when_the_limit_is_met(stage: Stage, tmp_path: Path) -> None:
    plan, _ = stage.plan(MANIFEST)
    _limit(stage, "retry-after")
    recorded = Recorded(stage, tmp_path)
    report = recorded.apply(approve(plan, plan.digest), options=ApplyOptions())
    made = {tag["name"] for tag in stage.snapshot()["tags"]}
    assert {o.change.address.name for o in report.outcomes if o.result is Result.DONE} == made
    assert report.is_quota
