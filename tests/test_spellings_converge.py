"""What a manifest accepts is meant exactly and converges: once it is applied, every spelling of the same value plans nothing."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.manifest import load
from reconciler.state import Desired
from tests.sandbox_client import Stage

SPELLINGS: dict[str, tuple[list[str], Any]] = {
    "client.address": (["'Street 1'", '"Street\\u0020\\x31"', ">-\n   Street\n   1"], "Street 1"),
    "client.note": (['"\\ud83d\\udca1 no"', "💡 no", '"\\U0001F4A1 no"'], "💡 no"),
    "client.email": (["Billing@Acme.example", "billing@acme.example"], "billing@acme.example"),
    "client.cc_emails": (
        ["[b@x.example, A@x.example]", "[a@x.example, B@X.EXAMPLE]"],
        ["a@x.example", "b@x.example"],
    ),
    "client.archived": (["false", "False", "FALSE"], False),
    "project.color": (['"#a1b2c3"', '"#A1B2c3"'], "#A1B2C3"),
    "project.note": (["yes", '"yes"', "!!str yes"], "yes"),
    "project.public": (["true", "TRUE"], True),
    "project.billable": (["True", "true"], True),
    "project.estimate": (["PT90M", "PT1H30M", "PT5400S"], "PT1H30M"),
    "project.hourly_rate": (["95.1", '"95.1"', "95.10", '"95.10"', "095.1"], 9510),
    "project.cost_rate": (["50", '"50.0"', "{amount: 50}", "{amount: '50.00'}"], 5000),
    "project.estimate_reset": (["monthly", '"monthly"'], "MONTHLY"),
    "project.estimate_non_billable": (["false", "False"], False),
    "project.budget": (["1200", '"1200.0"', "1200.00"], 120000),
    "project.budget_reset": (["yearly"], "YEARLY"),
    "project.budget_expenses": (["true", "TRUE"], True),
    "project.members": (["[jo@acme.example]", "[{email: Jo@Acme.example}]"], 1),
    "project.archived": (["false"], False),
    "task.estimate": (["PT61M", "PT1H1M", "PT1H60S"], "PT1H1M"),
    "task.hourly_rate": (["80", '"80.00"', "{amount: 80}"], 8000),
    "task.cost_rate": (["40.5", '"40.50"'], 4050),
    "task.billable": (["false"], False),
    "task.assignees": (["[Jo@Acme.example]", "[jo@ACME.example]"], 1),
    "task.status": (["done", '"done"'], "DONE"),
    "tag.archived": (["true"], True),
}
CLEARING: dict[str, list[str]] = {
    "client.address": ["null", '""'],
    "client.note": ["~", '""'],
    "client.cc_emails": ["[]", "null"],
    "client.email": ["null"],
    "project.note": ['""', "null"],
    "project.estimate": ["PT0S", "null", "PT0H0M"],
    "project.estimate_reset": ["null"],
    "project.budget": ["null", "0", '"0.00"'],
    "project.budget_reset": ["null"],
    "project.hourly_rate": ["0", '"0.0"', "0.00", "null"],
    "project.cost_rate": ["null", "0"],
    "task.hourly_rate": ["0", "null"],
    "task.cost_rate": ["null", "0.0"],
    "task.estimate": ["null", "PT0S"],
    "task.assignees": ["[]", "null"],
}
PARTS = {
    "project.estimate": "estimate",
    "project.estimate_reset": "resetOption",
    "project.estimate_non_billable": "includeNonBillable",
    "project.budget": "estimate",
    "project.budget_reset": "resetOption",
    "project.budget_expenses": "includeExpenses",
    "project.hourly_rate": "amount",
    "project.cost_rate": "amount",
    "task.hourly_rate": "amount",
    "task.cost_rate": "amount",
}
"""Fields that are one property of the stored object."""


def manifest(texts: dict[str, list[str]], turn: int) -> Desired:
    """A manifest with one resource of each kind, each field in the spelling of this turn."""
    fields: dict[str, str] = {}
    for name, spellings in texts.items():
        kind, field = name.split(".")
        fields[kind] = fields.get(kind, "") + f"\n{field}: {spellings[turn % len(spellings)]}"
    indented = {kind: text.replace("\n", "\n   ") for kind, text in fields.items()}
    deeper = indented.get("task", "").replace("\n", "\n    ")
    text = f"""version: 1
clients:
 - name: Acme{indented.get("client", "")}
projects:
 - name: Site
   client: Acme{indented.get("project", "")}
   tasks:
     - name: Build{deeper}
tags:
 - name: legacy{indented.get("tag", "")}
"""
    return load(["-"], stdin=text.encode)


def stored(stage: Stage) -> dict[str, Any]:
    """The stored value of every field, by kind and field."""
    snapshot = stage.snapshot()
    values = {f"{kind.name}.{f.name}": f.raw(snapshot[kind.plural][0]) for kind in KINDS for f in kind.fields}
    for name, part in PARTS.items():
        values[name] = (values[name] or {}).get(part)
    for name in ("task.assignees", "project.members"):
        values[name] = len(values[name])
    return values


def without(table: dict[str, Any], other: str) -> dict[str, Any]:
    """A project has a time estimate or a budget: the table without what belongs to the other one."""
    return {name: value for name, value in table.items() if not name.startswith(f"project.{other}")}


def test_every_field_is_in_the_table() -> None:
    assert set(SPELLINGS) == {f"{kind.name}.{field.name}" for kind in KINDS for field in kind.fields}
    assert set(CLEARING) == {f"{kind.name}.{f.name}" for kind in KINDS for f in kind.fields if f.clearable}


@pytest.mark.parametrize("other", ["budget", "estimate"])
@pytest.mark.parametrize("first", range(2))
def test_all_spellings_of_a_value_plan_nothing_once_one_is_applied(first: int, other: str) -> None:
    spellings = {name: texts for name, (texts, _) in without(SPELLINGS, other).items()}
    clearing = without(CLEARING, other)
    with Stage(seeded=False) as stage:
        stage.apply(manifest(spellings, first))
        found = stored(stage)
        assert {name: found[name] for name in spellings} == {name: SPELLINGS[name][1] for name in spellings}
        for turn in range(max(map(len, spellings.values()))):
            assert [str(change.address) for change in stage.plan(manifest(spellings, turn))[0].changes] == []
        stage.apply(manifest(clearing, first))
        for turn in range(max(map(len, clearing.values()))):
            assert [str(change.address) for change in stage.plan(manifest(clearing, turn))[0].changes] == []
