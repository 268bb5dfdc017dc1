"""What a plan with targets says of what is inside a resource that a target names alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.plan import Targeting
from reconciler.render.targets import inside_hint
from tests.render import plans

ACME = ("client:Acme is the resource alone; for what is inside, add:", "--target '*:Acme/*'")


@pytest.mark.parametrize(
    ("targeting", "hint"),
    [
        (None, ("", "")),
        (Targeting(("client:Acme",), 3), ACME),
        (Targeting(("client:Acme",), 0, is_exact=False), ACME),
        (Targeting(("client:Acme",), 0), ("", "")),  # nothing is left out
        (Targeting(("*:Acme/*", "client:Acme"), 3), ("", "")),  # all inside is covered
        (Targeting(("tag:a",), 3), ("", "")),  # it can hold nothing
        (
            Targeting(("client:Acme", "project:Web"), 3),
            (
                "client:Acme, project:Web are the resources alone; for what is inside, add:",
                "--target '*:Acme/*' --target '*:Web/*'",
            ),
        ),
    ],
)
def test_what_is_inside_a_target_is_asked_about_where_changes_are_left_out(
    targeting: Targeting | None, hint: tuple[str, str]
) -> None:
    assert inside_hint(replace(plans.ordinary(), targeting=targeting)) == hint
