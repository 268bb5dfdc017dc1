"""Who manages a project, in the answers to requests for it, which lack that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.applying.journal.writer import NullJournal
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.roles import Roles
from reconciler.kinds import BY_NAME
from reconciler.kinds.managers import managers_in, with_managers
from tests.gateway.fake_service import Service, writer_of
from tests.planning.literals import live_of, plan_of

(CHANGE,) = plan_of({"projects": [{"name": "Site", "note": "n"}]}, {"projects": ["Site"]}).changes
ANSWER = {"id": "p1", "name": "Site", "memberships": [{"userId": "u1"}, {"userId": "u2"}]}


@pytest.mark.parametrize(("shows_roles", "managers"), [(True, {"u2"}), (None, set())])
def test_a_change_that_is_about_no_manager_keeps_those_that_are_known_and_asks_for_none(
    shows_roles: bool | None,  # noqa: FBT001 - a parameter of the table
    managers: set[str],
) -> None:
    service = Service([])
    live = replace(live_of({"projects": ["Site"]}), shows_roles=shows_roles)
    item = WorkItem(CHANGE, BY_NAME["project"], "p1", wire=with_managers(ANSWER, {"u2"}))
    noted = Roles(writer_of(service), live, NullJournal()).noted(item, ANSWER)
    assert managers_in(noted) == managers
    assert service.lines == []
