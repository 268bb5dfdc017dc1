"""Hints for a parent that neither the manifests nor the workspace have."""

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
