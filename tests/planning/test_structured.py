"""What changed inside a structured value, and that deepdiff is loaded only for one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reconciler.planning.plan import Action, FieldChange
from reconciler.planning.structured import MOST_PAIRED, item_changes
from reconciler.render import values
from tests.render import plans
from tests.waiting import HANGING

CASES: dict[str, tuple[Any, Any, list[tuple[Any, ...]]]] = {
    "an item removed and one added": (
        ("a", "b"), ("b", "c"), [("[0]", "removed", "a", None), ("[1]", "added", None, "c")],
    ),
    "an item replaced": (("a",), ("b",), [("[0]", "removed", "a", None), ("[0]", "added", None, "b")]),
    "the order alone": (("a", "b"), ("b", "a"), []),
    "the first items": ((), ("a", "b"), [("[0]", "added", None, "a"), ("[1]", "added", None, "b")]),
    "none before": (None, ("a",), [("[0]", "added", None, "a")]),
    "none after": (("a",), None, [("[0]", "removed", "a", None)]),
    "none and empty": (None, (), []),
    "an empty list for none, nested": ({"a": None}, {"a": ()}, []),
    "none and empty beside a change": ({"a": None, "b": 1}, {"a": (), "b": "x"}, [("b", "changed", 1, "x")]),
    "a plain item replaced by a mapping": (
        ("a",), ({"user": "a"},), [("[0]", "removed", "a", None), ("[0]", "added", None, {"user": "a"})],
    ),
    "a mapping before none": (None, {"type": "MANUAL"}, [("type", "added", None, "MANUAL")]),
    "a list as JSON has it": (["a"], ("a",), []),
    "a list within a mapping as JSON has it": ({"members": ["a"]}, {"members": ("a",)}, []),
    "a number as JSON has it": ({"amount": 1}, {"amount": 1.0}, []),
    "a nested mapping": (
        {"type": "AUTO", "budget": {"amount": 1, "active": True}}, {"type": "MANUAL", "budget": {"amount": 2, "active": True}},
        [("budget.amount", "changed", 1, 2), ("type", "changed", "AUTO", "MANUAL")],
    ),
    "a key added and one removed": ({"a": 1}, {"b": 2}, [("a", "removed", 1, None), ("b", "added", None, 2)]),
    "a list of mappings in another order": (
        ({"user": "x", "amount": 1}, {"user": "y", "amount": 1}), ({"user": "y", "amount": 1}, {"user": "x", "amount": 2}),
        [("[0].amount", "changed", 1, 2)],
    ),
    "a membership added": (
        ({"user": "x"},), ({"user": "x"}, {"user": "y"}), [("[1]", "added", None, {"user": "y"})],
    ),
    "a list within a mapping": (
        {"members": ("a", "b"), "n": 1}, {"members": ("c", "b"), "n": 1},
        [("members[0]", "removed", "a", None), ("members[0]", "added", None, "c")],
    ),
    "keys in any script": ({"größe": 1, "名": 1}, {"größe": 2, "名": 2}, [("größe", "changed", 1, 2), ("名", "changed", 1, 2)]),
    "keys that need quotes": (
        {"a b": 1, "x.y": {'z"': 1}}, {"a b": 2, "x.y": {'z"': 2}},
        [('["a b"]', "changed", 1, 2), ('["x.y"]["z\\""]', "changed", 1, 2)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_items_that_changed_are_listed_with_their_path(case: tuple[Any, Any, list[tuple[Any, ...]]]) -> None:
    before, after, expected = case
    assert [tuple(item) for item in item_changes(before, after)] == expected


def test_removed_items_stand_before_added_ones_in_numerical_order() -> None:
    items = item_changes([f"a{n}" for n in range(12)], [f"b{n}" for n in range(12)])
    assert [item.path for item in items] == [f"[{n}]" for n in range(12)] * 2
    assert [item.type for item in items] == ["removed"] * 12 + ["added"] * 12


def test_a_long_list_is_compared_without_pairing_all_items_with_all() -> None:
    before: list[dict[str, Any]] = [{"user": f"u{n}", "amount": n} for n in range(MOST_PAIRED * 50)]
    after = [{**item, "amount": item["amount"] + 1} for item in before]
    assert len(item_changes(before, after)) == len(before)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (("a", "b"), ("b", "c d"), '- a, + "c d"'),
        (("a", "b"), ("b", "a"), "a, b → b, a"),
        ({"type": "AUTO", "budget": {"amount": 1}}, {"type": "MANUAL", "budget": {"amount": 2}}, "budget.amount: 1 → 2, type: AUTO → MANUAL"),
        (({"user": "x"},), (), "- {user: x}"),
        ({}, {"type": "MANUAL"}, "+ type: MANUAL"),
        (None, ("a",), "(none) → a"),
    ],
)  # fmt: skip
def test_a_changed_value_is_shown_by_its_items(before: Any, after: Any, shown: str) -> None:
    change = plans.update("task:P/T")
    assert change.action is Action.UPDATE
    pieces = values.field_pieces(change, FieldChange("assignees", before, after))
    assert "".join(piece.text for piece in pieces) == shown


SCRIPT = """
import sys
from tests.planning.literals import plan_of
from reconciler.render import values, words
world = {"clients": [{"at": "A", "note": "old", "cc_emails": ["a@x.example"]}]}
plan = plan_of({"clients": [{"name": "A", **%s}]}, world)
shown = [piece.text for change in plan.changes for field in change.fields for piece in values.field_pieces(change, field)]
print("".join(shown), "deepdiff" in sys.modules)
"""


@pytest.mark.parametrize(
    ("fields", "printed"),
    [({"note": "new"}, "old → new False"), ({"cc_emails": ["b@x.example"]}, "- a@x.example, + b@x.example True")],
    ids=["plain", "structured"],
)
def test_only_a_structured_change_imports_deepdiff(fields: dict[str, Any], printed: str) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT % fields], cwd=root, capture_output=True, text=True, check=True, timeout=HANGING
    )
    assert done.stdout.strip() == printed


@pytest.mark.parametrize(("length", "is_paired"), [(MOST_PAIRED, True), (MOST_PAIRED + 1, False)])
def test_similar_items_of_a_long_list_are_not_paired_inside_a_mapping_either(length: int, is_paired: object) -> None:
    before = [{"user": f"u{n}", "rate": 1} for n in range(length)]
    after = [{"user": f"v{n}" if n < 2 else f"u{n}", "rate": 1} for n in reversed(range(length))]
    for old, new in ((before, after), ({"members": before}, {"members": after})):
        assert ("changed" in {item.type for item in item_changes(old, new)}) is is_paired
