"""Only where live state agrees with what a run recorded does an undo remove a resource, or miss it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.undo.effects import Effect
from reconciler.applying.undo.proof import why_it_stays, why_missing
from reconciler.model import Address
from reconciler.planning.absence import UNREAD
from reconciler.planning.plan import Action
from tests.planning.literals import live_of

LIVE = live_of({"clients": ["Acme", "Beta"], "projects": ["Acme/Site", "Alone"], "tasks": ["Acme/Site/Do"]})
SITE, ALONE = LIVE.resources[Address.parse("project:Acme/Site")], LIVE.resources[Address.parse("project:Alone")]


def _made(address: str, resource_id: str, **facts: Any) -> Effect:
    key = Address.parse(address)
    return Effect(key, Action.CREATE, resource_id, 1, **{"name": key.name, **facts})


@pytest.mark.parametrize(
    ("effect", "why"),
    [
        (_made("project:Acme/Site", SITE.id, parent_id=SITE.parent_id), ""),
        (_made("project:Acme/Site", SITE.id), ""),
        (_made("project:Other/Site", SITE.id, parent_id=SITE.parent_id), ""),
        (
            _made("project:Acme/Site", SITE.id, parent_id="c9"),
            "it was moved after the run created it as project:Acme/Site",
        ),
        (_made("project:Beta/Site", SITE.id), "it was moved after the run created it as project:Beta/Site"),
        (_made("project:Acme/Page", SITE.id), "it was renamed after the run created it as 'Page'"),
        (_made("client:Site", SITE.id), "the run recorded this id as that of client:Site"),
        (
            _made("project:Acme/Site", SITE.id, existed=True),
            "it existed before the run, which recorded it as created (project:Acme/Site)",
        ),
    ],
)
def test_what_is_not_as_the_run_created_it_stays(effect: Effect, why: str) -> None:
    assert why_it_stays(effect, SITE) == why


def test_what_has_no_parent_any_more_was_moved() -> None:
    moved = _made("project:Acme/Alone", ALONE.id, parent_id="c1")
    assert why_it_stays(moved, ALONE) == "it was moved after the run created it as project:Acme/Alone"
    assert why_it_stays(_made("project:Alone", ALONE.id), ALONE) == ""


def test_what_is_not_among_what_was_read_is_gone_only_where_its_list_was_read() -> None:
    task = _made("task:Acme/Site/Gone", "k9", parent_id=SITE.id)
    assert why_missing(task, LIVE) == "no longer exists"
    assert why_missing(task, replace(LIVE, tasks_proven=frozenset())) == f"was not found: {UNREAD}"
    assert why_missing(_made("tag:gone", "t9"), LIVE) == "no longer exists"
