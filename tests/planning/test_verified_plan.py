"""What the verification of a whole plan says: of a workspace that does not exist yet, and of very many problems."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning.precondition import Precondition
from reconciler.planning.verification import verify_plan
from tests.planning.forging import as_json
from tests.planning.literals import plan_of

NOTHING = "changes[0]: a new workspace has nothing to create (tag:a)"


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({}, []),
        ({"id": "t1"}, [NOTHING]),
        ({"precondition": Precondition(Address("tag", ("a",)))}, [NOTHING]),
    ],
)
def test_a_create_in_a_new_workspace_meets_nothing(more: dict[str, Any], problems: list[str]) -> None:
    plan = plan_of({"tags": ["a"]}, {})
    plan = replace(plan, target=replace(plan.target, workspace_id=""), unmanaged={})
    (change,) = plan.changes
    plan = replace(plan, changes=(replace(change, **more),))
    found = verify_plan(plan, as_json(plan), as_json(plan))
    assert [problem for problem in found if "new workspace" in problem] == problems


@pytest.mark.parametrize("number", [20, 21])
def test_no_more_than_twenty_problems_are_listed(number: int) -> None:
    plan = plan_of({"tags": [f"t{at:02}" for at in range(number)]}, {})
    plan = replace(plan, changes=tuple(replace(change, id=f"id{at}") for at, change in enumerate(plan.changes)))
    found = verify_plan(plan, as_json(plan), as_json(plan))
    assert found == [f"changes[{at}].id: a create has none (tag:t{at:02})" for at in range(20)]
