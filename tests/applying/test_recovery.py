"""What a fresh reading tells of writes in doubt: each is judged by what it would have done itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.applying.journal.history import history_of
from reconciler.applying.journal.summary import writes_of
from reconciler.applying.preconditions import evaluate_preconditions
from reconciler.applying.recovery import resolutions
from reconciler.model import Address
from reconciler.planning import Plan
from reconciler.state import Live
from tests.planning.literals import live_of, plan_of

PATH = {"method": "PUT", "path": "/x"}


def _settled(plan: Plan, live: Live, *lines: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    history = history_of(lines)
    return list(resolutions(history, plan.changes, evaluate_preconditions(plan.changes, live, {}, history), live))


def _as_answered(live: Live, address: str, **wire: Any) -> Live:
    """The live state with what the service answers of one resource."""
    key = Address.parse(address)
    return replace(live, resources={**live.resources, key: replace(live.resources[key], wire=wire)})


def _intent(number: int, address: str, step: str, resource_id: str | None, **body: Any) -> dict[str, Any]:
    return {"event": "intent", "n": number, "address": address, "step": step, "id": resource_id, "body": body, **PATH}


def test_an_archive_before_a_delete_was_carried_out_though_the_client_is_still_there() -> None:
    plan = plan_of({"clients": []}, {"clients": ["Old"]})
    live = _as_answered(
        live_of({"clients": [{"at": "Old", "archived": True}]}), "client:Old", name="Old", archived=True
    )
    archive = _intent(4, "client:Old", "archive", "c1", name="Old", archived=True)
    assert _settled(plan, live, archive) == [{"n": 4, "address": "client:Old", "result": "found", "id": "c1"}]


def test_the_update_behind_a_create_was_not_carried_out_though_the_client_was_made() -> None:
    plan = plan_of({"clients": [{"name": "New", "cc_emails": ["a@x.example"]}]}, {})
    live = _as_answered(live_of({"clients": ["New"]}), "client:New", name="New", ccEmails=None)
    create = _intent(1, "client:New", "create", None, name="New")
    made = {"event": "outcome", "n": 1, "address": "client:New", "result": "done", "id": "c1"}
    update = _intent(2, "client:New", "update", "c1", name="New", ccEmails=["a@x.example"])
    assert _settled(plan, live, create, made, update) == [
        {"n": 2, "address": "client:New", "result": "absent", "id": "c1"}
    ]


def test_what_is_deleted_is_gone_and_what_is_there_was_not() -> None:
    plan = plan_of({"tags": []}, {"tags": ["a"]})
    delete = _intent(1, "tag:a", "delete", "t1")
    assert _settled(plan, live_of({}), delete)[0]["result"] == "gone"
    assert _settled(plan, live_of({"tags": ["a"]}), delete)[0]["result"] == "absent"


def test_what_is_no_longer_there_leaves_an_update_in_doubt_for_ever() -> None:
    plan = plan_of({"tags": [{"name": "b", "was": "a"}]}, {"tags": ["a"]})
    update = _intent(1, "tag:b", "update", "t1", name="b")
    facts = _settled(plan, live_of({}), update)
    assert [fact["result"] for fact in facts] == ["moved"]
    lines = [update, *({"event": "settled", **fact} for fact in facts)]
    assert history_of(lines).in_doubt == (update,)
    assert writes_of([{**line, "at": ""} for line in lines])[0]["result"] == "in_doubt"


def test_of_two_changes_with_one_address_only_the_one_that_was_looked_at_is_settled() -> None:
    rename = _intent(1, "client:Acme", "update", "c1", name="Acme Corp")
    create = _intent(2, "client:Acme", "create", None, name="Acme")
    settled = {"event": "settled", "n": 2, "address": "client:Acme", "result": "found", "id": "c2"}
    assert history_of([rename, create, settled]).in_doubt == (rename,)
