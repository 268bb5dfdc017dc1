"""What differs between the manifests and the workspace, for a command that takes it from one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import PlanningError
from reconciler.planning import PlanOptions
from reconciler.planning.differences import differences, draft_with_renames
from tests.planning.literals import TARGET, desired_of, live_of


def test_where_no_plan_can_be_made_the_states_are_matched_without_renames() -> None:
    """The service shows no roles, and the manifests declare one: the differences are refused, and only they."""
    web = {"name": "Web", "members": [{"email": "jo@acme.example", "manager": True}]}
    desired = desired_of({"projects": [web], "tags": ["urgent!"]})
    live = live_of({"projects": ["Web"], "tags": ["urgent"], "users": {"u1": "jo@acme.example"}})
    live = replace(live, shows_roles=False)
    draft = draft_with_renames(desired, live, {}, target=TARGET, options=PlanOptions())
    assert [str(address) for address in draft.matching.pairs] == ["project:Web"]
    with pytest.raises(PlanningError) as caught:
        differences(draft, {})
    assert "does not show roles" in caught.value.problems[0].message
