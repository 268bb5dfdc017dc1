"""Where the cost of a plan is one request more: a reading that is just too old, a list that is just longer than its page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.kinds import BY_NAME
from reconciler.planning.forecast import _pages_again, forecast_changes
from reconciler.state import ListProof
from tests.planning.literals import live_of, plan_of


@pytest.mark.parametrize(("max_age", "verifying"), [(6.0, 1), (5.0, 2)])
def test_a_reading_is_repeated_before_the_first_update_where_the_requests_before_it_take_longer_than_its_age(
    max_age: float, verifying: int
) -> None:
    """Four requests read the workspace and one the user, at one a second; half a second is left for what is under way."""
    manifest, world = {"tags": [{"name": "new", "was": "old"}]}, {"tags": ["old"]}
    forecast = forecast_changes(live_of(world), plan_of(manifest, world).changes, 1.0, max_age)
    assert (forecast.reading, forecast.verifying) == (4, verifying)


@pytest.mark.parametrize(("archived", "pages"), [(15, 3), (0, 2)])
def test_a_list_of_active_tags_may_need_a_page_more_where_one_of_all_tags_does_not(archived: int, pages: int) -> None:
    """Pages of 50: ten new tags fit beside 60, and not beside 45."""
    names = [f"t{number:02}" for number in range(60)]
    world = {"tags": [{"at": name, "archived": at < archived} for at, name in enumerate(names)]}
    live = replace(live_of(world), proofs=(ListProof("tags", 60, 2, "Last-Page: true"),))
    changes = plan_of({"tags": [f"n{number}" for number in range(10)]}, {}).changes
    assert _pages_again(live, changes, BY_NAME["tag"]) == pages
