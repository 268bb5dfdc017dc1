"""Which values of a live resource a manifest can declare."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.kinds import PROJECT
from reconciler.manifest.export.declarable import Declarable
from reconciler.model import Address
from tests.planning.literals import live_of


@pytest.mark.parametrize(
    ("currency", "rate", "is_declared"),
    [("EUR", "95.50", True), ("JPY", "95.00", True), ("JPY", "95.50", False)],
)
def test_an_amount_with_a_part_of_a_unit_that_the_currency_does_not_have_is_not_declared(
    currency: str, rate: str, *, is_declared: bool
) -> None:
    live = live_of({"projects": [{"at": "Site", "hourly_rate": rate}]})
    live = replace(live, workspace=replace(live.workspace, currency=currency))
    values, others = Declarable(live).split(PROJECT, live.resources[Address("project", ("Site",))])
    assert ("hourly_rate" in values) is is_declared
    assert others.get("hourly_rate", "") == ("" if is_declared else "a manifest cannot have the value")


def test_of_two_fields_that_exclude_each_other_the_first_one_is_declared_and_the_other_has_the_reason() -> None:
    live = live_of({"projects": [{"at": "Site", "estimate": "PT90H", "budget": "100.00"}]})
    values, others = Declarable(live).split(PROJECT, live.resources[Address("project", ("Site",))])
    assert "estimate" in values
    assert "budget" not in values
    assert others["budget"] == "a project has estimate or budget in a manifest, not both"
