"""The limit of requests blocks the whole plan."""

from __future__ import annotations

from dataclasses import replace

from reconciler.planning.plan import Blocked
from tests.planning.guards.literals import TAGS, blocks, guards, plan_for, without
from tests.planning.literals import live_of


def test_a_limit_of_requests_blocks_every_change_and_is_part_of_the_digest() -> None:
    manifest = {"clients": ["New"]} | without("t0", "t1")
    free = plan_for(manifest, live_of(TAGS))
    assert free.forecast.requests == 10
    assert replace(plan_for(manifest, live_of(TAGS), max_requests=10), max_requests=None) == free
    limited = plan_for(manifest, live_of(TAGS), max_requests=9)
    assert set(guards(limited)) == {"client:New", "tag:t0", "tag:t1"}
    assert set(guards(limited).values()) == {"max_requests"}
    assert blocks(limited)["client:New"] == Blocked(
        "max_requests", "the plan needs 10 requests; the limit is 9 (--max-requests)", "--max-requests 10"
    )
    assert limited.digest != free.digest
    assert replace(limited, max_requests=None).digest == free.digest
