"""The manifests of a live state plan to nothing: for every workspace that the generators make, under every switch of the sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterable
from random import Random

import pytest

from reconciler.kinds import KINDS
from tests.manifest.export.workspaces import lost_in_copy, round_trip
from tests.search.settings import CHOICES, make_switches

OMITTED = {
    "client": ("archived", "email", "note", "ccEmails", "address", "currencyId"),
    "project": (
        "archived", "color", "public", "billable", "note", "memberships", "timeEstimate", "budgetEstimate", "hourlyRate", "costRate", "tasks", "clientId",
        "duration",
    ),
    "task": ("status", "billable", "assigneeIds", "estimate", "hourlyRate", "costRate", "projectId"),
    "tag": ("archived",),
}  # fmt: skip
OMISSIONS = [
    f"{switch}={kind}.{key}" for switch in ("omits", "list_omits") for kind, keys in OMITTED.items() for key in keys
]
READINGS = [choice for choice in dict.fromkeys((*CHOICES, *OMISSIONS)) if choice != "authorisation_expired"]


def drawn(seed: int) -> list[str]:
    """The switches of a number, without those under which nothing can be read to its end."""
    switches = [text for text in make_switches(Random(f"switches {seed}")) if text != "authorisation_expired"]  # noqa: S311
    return [text for text in switches if not (text == "page_cap=2" and "last_page=false" in switches)]


def test_every_kind_is_omitted_from() -> None:
    assert OMITTED.keys() == {kind.name for kind in KINDS}


def wrong(trips: Iterable[tuple[int, list[str]]]) -> dict[tuple[int, str], str]:
    """The round trips that plan to something, by number and switches."""
    return {(seed, ",".join(chosen)): found for seed, chosen in trips if (found := round_trip(seed, chosen))}


def test_a_random_workspace_plans_to_nothing() -> None:
    assert wrong((seed, drawn(seed)) for seed in range(20)) == {}


def test_switches_leave_the_round_trip_as_it_is() -> None:
    assert wrong((1000 + number, [READINGS[number]]) for number in range(0, len(READINGS), 9)) == {}


@pytest.mark.slow
def test_each_switch_leaves_the_round_trip_as_it_is() -> None:
    assert wrong((2000 + number, [reading]) for number, reading in enumerate(READINGS)) == {}


@pytest.mark.slow
def test_many_random_workspaces_plan_to_nothing() -> None:
    """`ROUND_TRIPS=1000` makes as many round trips."""
    assert wrong((seed, drawn(seed)) for seed in range(3000, 3000 + int(os.environ.get("ROUND_TRIPS", "20")))) == {}


@pytest.mark.slow
def test_a_workspace_made_from_an_export_exports_the_same_text() -> None:
    assert {seed: found for seed in range(4000, 4010) if (found := lost_in_copy(seed))} == {}
