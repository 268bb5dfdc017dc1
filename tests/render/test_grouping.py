"""Changes under the heading where a reader looks for them."""

from __future__ import annotations

import dataclasses

from reconciler.kinds import parent_of
from reconciler.model import Address
from reconciler.planning.plan import Action, Impact
from reconciler.render.grouping import groups
from tests.render import plans


def test_clients_come_first_by_name_then_projects_without_client_then_tags() -> None:
    titles = [(group.title, group.is_name) for group in groups(plans.ordinary())]
    assert titles == [
        ("Acme Corp", True),
        ("Globex", True),
        ("Initech", True),
        ("Projects without client", False),
        ("Tags", False),
    ]


def test_no_change_is_lost_or_shown_twice() -> None:
    for plan in (plans.ordinary(), plans.hostile(), plans.large()):
        shown = [id(change) for group in groups(plan) for change in group.all_changes()]
        assert sorted(shown) == sorted(id(change) for change in plan.changes)


def test_a_removed_twin_stands_beside_what_is_created_in_its_place() -> None:
    changes = (plans.create("tag:x"), plans.removal("tag:x", Action.DELETE, Impact()))
    [group] = groups(dataclasses.replace(plans.empty(), changes=changes))
    assert [change.action for change in group.nodes[0].changes] == [Action.CREATE, Action.DELETE]


def test_a_removed_task_is_found_where_its_project_moves_to_even_through_a_renamed_client() -> None:
    changes = (
        plans.update("client:New", "client:Old", name=("Old", "New")),
        plans.update("project:New/Site", "project:Old/Web", name=("Web", "Site")),
        plans.removal("task:Old/Web/T", Action.DELETE, Impact()),
        plans.removal("task:Old/Other/T", Action.DELETE, Impact()),
    )
    [group] = groups(dataclasses.replace(plans.empty(), changes=changes))
    [client] = group.nodes
    assert [(p.address.name, [t.address.name for t in p.children]) for p in client.children] == [
        ("Other", ["T"]),
        ("Site", ["T"]),
    ]


def test_parents_are_derived_from_the_kinds() -> None:
    assert parent_of(Address.parse("task:A/B/C")) == Address.parse("project:A/B")
    assert parent_of(Address.parse("task:B/C")) == Address.parse("project:B")
    assert parent_of(Address.parse("project:B")) is None
    assert parent_of(Address.parse("tag:t")) is None
