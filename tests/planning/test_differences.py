"""What differs between the manifests and the workspace, for a command that takes it from one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.differences import Where
from reconciler.errors import PlanningError
from reconciler.model import Address
from reconciler.planning import PlanOptions, make_draft
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


@pytest.mark.parametrize(
    ("address", "resource_id", "paired"),
    [("project:Acme/Site", "p1", True), ("task:Beta/Keep/Do", "k1", False), ("task:Beta/Keep/Do", "k2", True)],
)
def test_what_was_applied_is_known_under_another_name_and_in_another_place_where_its_kind_can_move(
    address: str, resource_id: str, *, paired: bool
) -> None:
    """The project was renamed and moved by hand; a task cannot move, so that one in another project is another one."""
    manifest = {
        "clients": [
            {"name": "Acme", "projects": ["Site"]},
            {"name": "Beta", "projects": [{"name": "Keep", "tasks": ["Do"]}]},
        ]
    }
    world = {
        "clients": ["Acme", "Beta"],
        "projects": ["Beta/Launch", "Beta/Keep"],
        "tasks": ["Beta/Launch/Walk", "Beta/Keep/Swim"],
    }
    known = {Address.parse(address): resource_id}
    draft = draft_with_renames(
        desired_of(manifest), live_of(world), {}, target=TARGET, options=PlanOptions(), known=lambda: known
    )
    assert (Address.parse(address) in draft.matching.pairs) is paired


def test_what_the_manifests_declare_comes_before_what_only_the_workspace_has() -> None:
    desired = desired_of({"clients": [{"name": "New", "was": "Old", "note": "n"}], "tags": ["a", "b"]})
    draft = make_draft(desired, live_of({"clients": ["Old"], "tags": ["a", "c"]}))
    assert [(str(d.address), d.where, d.field, d.declared, d.live) for d in differences(draft, {})] == [
        ("client:New", Where.BOTH, "name", "New", "Old"),
        ("client:New", Where.BOTH, "note", "n", None),
        ("tag:b", Where.MANIFESTS, "", None, None),
        ("tag:c", Where.WORKSPACE, "", None, None),
    ]


def test_a_rename_is_found_where_the_manifests_name_a_person_who_is_not_in_the_workspace() -> None:
    manifest = {
        "projects": [{"name": "Site", "tasks": [{"name": "Do", "assignees": ["al@acme.example"]}]}],
        "tags": ["Plannings"],
    }
    live = live_of(
        {"projects": ["Site"], "tasks": ["Site/Do"], "tags": ["Planning"], "users": {"u1": "jo@acme.example"}}
    )
    draft = draft_with_renames(desired_of(manifest), live, {}, target=TARGET, options=PlanOptions())
    assert draft.matching.pairs[Address("tag", ("Plannings",))].id == "t1"
    assert [(str(d.address), d.field, d.declared) for d in differences(draft, {})] == [
        ("task:Site/Do", "assignees", ("al@acme.example",)),
        ("tag:Plannings", "name", "Plannings"),
    ]
