"""An update that would reset a value which the service does not return is blocked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning.guards.unknown_values import NAME
from reconciler.planning.plan import Blocked
from reconciler.state import Live
from tests.planning.guards.literals import World, blocks, plan_for
from tests.planning.literals import live_of

WORLD: World = {"clients": ["Acme"], "projects": ["Acme/Site"], "tasks": ["Acme/Site/Build"], "tags": ["urgent"]}
ACME, SITE = Address("client", ("Acme",)), Address("project", ("Acme", "Site"))


def _without(address: Address, *names: str) -> Live:
    """The live state in which the service does not return these fields of a resource."""
    live = live_of(WORLD)
    resource = live.resources[address]
    values = {name: value for name, value in resource.values.items() if name not in names}
    return replace(live, resources={**live.resources, address: replace(resource, values=values)})


def _client(**entry: Any) -> dict[str, Any]:
    return {"clients": [{"name": "Acme", **entry}]}


@pytest.mark.parametrize(
    ("entry", "names", "keys", "pronoun", "declare"),
    [
        ({"note": "new"}, ["cc_emails"], "'ccEmails'", "it", "cc_emails"),
        ({"note": "new"}, ["email", "cc_emails"], "'email', 'ccEmails'", "them", "email and cc_emails"),
        ({"archived": True}, ["email"], "'email'", "it", "email"),
        ({"name": "Acme AG", "was": "Acme"}, ["address"], "'address'", "it", "address"),
    ],
)
def test_the_reason_names_the_keys_and_the_way_out(
    entry: dict[str, Any], names: list[str], keys: str, pronoun: str, declare: str
) -> None:
    (block,) = blocks(plan_for(_client(**entry), _without(ACME, *names))).values()
    reason = f"the service does not return {keys} of client:Acme; an update would reset {pronoun}"
    assert block == Blocked(NAME, reason, f"declare {declare} in the manifest, with a value")


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"note": "new", "cc_emails": ["a@b.example"]},
        {"name": "Acme AG", "was": "Acme", "cc_emails": ["a@b.example"]},
    ],
)
def test_an_unchanged_resource_and_one_with_a_declared_value_are_not_blocked(entry: dict[str, Any]) -> None:
    assert not blocks(plan_for(_client(**entry), _without(ACME, "cc_emails")))


def test_a_value_that_an_update_does_not_reset_blocks_nothing() -> None:
    manifest = _client(projects=[{"name": "Site", "color": "#112233"}])
    assert not blocks(plan_for(manifest, _without(SITE, "note", "hourly_rate", "archived")))
    assert list(blocks(plan_for(manifest, _without(SITE, "public")))) == ["project:Acme/Site"]


def test_an_estimate_that_is_written_on_its_own_resets_nothing() -> None:
    manifest = _client(projects=[{"name": "Site", "estimate": "PT5H"}])
    assert not blocks(plan_for(manifest, _without(SITE, "public", "billable")))


@pytest.mark.parametrize("goal", ["archive", "delete"])
def test_a_removal_that_archives_is_blocked(goal: str) -> None:
    manifest = {"clients": [], "projects": [], "policy": {"prune": {"clients": goal, "projects": "delete"}}}
    plan = plan_for(manifest, _without(ACME, "email"), allowed={"client": 1, "project": 1, "task": 1})
    block = blocks(plan)["client:Acme"]
    assert (block.guard, block.allow) == (NAME, "keep client:Acme, or remove it in Clockify")


def test_a_removal_without_an_update_is_not_blocked() -> None:
    manifest = {"tags": [], "policy": {"prune": {"tags": "delete"}}}
    assert not blocks(plan_for(manifest, _without(Address("tag", ("urgent",)), "archived"), allowed={"tag": 1}))
