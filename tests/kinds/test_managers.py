"""Who manages a project, noted in its memberships."""

from __future__ import annotations

from reconciler.kinds.managers import MANAGER, managers_in, with_managers


def test_only_memberships_that_are_a_list_of_objects_are_noted() -> None:
    assert with_managers({"memberships": None}, {"u1"}) == {"memberships": None}
    wire = {"memberships": ["x", {"userId": "u1"}, {"userId": "u2"}]}
    noted = with_managers(wire, {"u1", "u3"})
    assert noted["memberships"] == ["x", {"userId": "u1", MANAGER: True}, {"userId": "u2", MANAGER: False}]
    assert managers_in(noted) == {"u1"}
