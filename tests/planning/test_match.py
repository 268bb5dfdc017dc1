"""Hints for a parent that the manifests name wrongly."""

from __future__ import annotations

import pytest

from reconciler.errors import PlanningError
from tests.planning.literals import plan_of


@pytest.mark.parametrize(
    ("live", "hint"),
    [
        (
            ["Acme Corp", "Globex"],
            "did you mean 'Acme Corp'? there are: 'Acme Corp', 'Globex'; or declare client:Acme Crop",
        ),
        (["Zeta"], "there are: 'Zeta'; or declare client:Acme Crop"),
        ([], "declare client:Acme Crop"),
        ([f"c{n}" for n in range(7)], "there are: 'c0', 'c1', 'c2', 'c3', 'c4', …; or declare client:Acme Crop"),
    ],
)
def test_an_unknown_client_lists_the_nearest_and_the_first_ones(live: list[str], hint: str) -> None:
    with pytest.raises(PlanningError) as error:
        plan_of({"projects": [{"name": "Site", "client": "Acme Crop"}]}, {"clients": live})
    assert [problem.hint for problem in error.value.problems] == [hint]


def test_a_client_that_is_used_under_its_earlier_name_is_named_with_the_line_to_write() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old"}], "projects": [{"name": "Site", "client": "Old"}]}
    with pytest.raises(PlanningError) as error:
        plan_of(manifest, {"clients": ["Old"]})
    (problem,) = error.value.problems
    assert problem.message == "project:Old/Site: its parent client:Old is declared under another name, as client:New"
    assert problem.hint == "write `client: New`"
