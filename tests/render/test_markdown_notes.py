"""What a plan in Markdown says besides its changes, and what it counts where not all of it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.plan import Blocked
from reconciler.render.markdown_notes import fitting_rows, plan_notes
from tests.render import plans

ROW = "r" * 99 + "\n"


@pytest.mark.parametrize(
    ("room", "kept", "omitted"), [(1001, 10, 0), (1000, 9, 1), (500, 4, 6), (200, 1, 9), (199, 0, 0)]
)
def test_the_rows_that_do_not_fit_are_counted(room: int, kept: int, omitted: int) -> None:
    end = f"\n**{omitted} more rows omitted (size limit); see the plan file.**\n\n" if omitted else "\n"
    assert fitting_rows([ROW] * 10, 10, room, "rows") == (ROW * kept + end if kept else "")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1, "1 change: `tag:t0`"),
        (3, "3 changes: `tag:t0`, `tag:t1`, `tag:t2`"),
        (4, "4 changes: `tag:t0`, `tag:t1`, `tag:t2` and 1 more"),
    ],
)
def test_of_what_one_reason_blocks_three_are_named_and_the_others_counted(number: int, shown: str) -> None:
    blocked = Blocked("completeness", "not read", "plan again")
    changes = (replace(plans.create(f"tag:t{at}"), blocked=blocked) for at in range(number))
    assert f"- `completeness`: not read ({shown}): allow with `plan again`" in plan_notes(plans.plan(*changes))
