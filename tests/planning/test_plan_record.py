"""The record of planned changes: what stands in it for a value."""

from __future__ import annotations

from reconciler.planning.plan_record import hash_of, planned_record
from tests.planning.literals import plan_of


def test_every_value_is_four_hex_digits_that_many_values_share() -> None:
    plan = plan_of({"clients": [{"name": "Acme", "note": "new"}]}, {"clients": [{"at": "Acme", "note": "old"}]})
    record = planned_record(plan)
    [change] = record.changes
    before, after = change.fields["note"]
    hashes = [before, after, *change.live.values(), *change.parts.values(), *record.parts.values()]
    assert {len(each) for each in hashes} == {4}
    assert set("".join(hashes)) <= set("0123456789abcdef")
    assert before == hash_of(plan.digest, "client:Acme", "old", "note")
    assert before != after
