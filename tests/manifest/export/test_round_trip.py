"""The manifests of a live state plan to nothing: for every workspace that the generators make, under every switch of the sandbox."""

from __future__ import annotations

from random import Random

import pytest

from reconciler.kinds import KINDS
from tests.manifest.export.workspaces import round_trip
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


@pytest.mark.parametrize("start", [0, 12])
def test_a_random_workspace_plans_to_nothing(start: int) -> None:
    assert {seed: found for seed in range(start, start + 12) if (found := round_trip(seed, drawn(seed)))} == {}


def test_every_switch_leaves_the_round_trip_as_it_is() -> None:
    """One workspace for each switch, a different one each."""
    some = READINGS[::8]
    assert {choice: found for seed, choice in enumerate(some) if (found := round_trip(1000 + seed, [choice]))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS)
def test_a_random_workspace_plans_to_nothing_under_each_switch(reading: str) -> None:
    assert {seed: found for seed in range(2000, 2004) if (found := round_trip(seed, [reading]))} == {}


@pytest.mark.slow
@pytest.mark.parametrize("start", range(3000, 3200, 25))
def test_many_random_workspaces_plan_to_nothing(start: int) -> None:
    assert {seed: found for seed in range(start, start + 25) if (found := round_trip(seed, drawn(seed)))} == {}
