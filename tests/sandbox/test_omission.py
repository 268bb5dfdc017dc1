"""Responses without some keys: those of every response, those of lists, and those of embedded tasks."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox import Switches
from reconciler.sandbox.omission import without_omitted

PROJECT: dict[str, Any] = {"id": "p1", "note": "n", "tasks": [{"id": "k1", "note": "t", "status": "DONE"}]}
OMITS = Switches(omits=("project.note", "task.status"))
LIST_OMITS = Switches(list_omits=("project.note", "task.status"))
WITHOUT = {"id": "p1", "tasks": [{"id": "k1", "note": "t"}]}


@pytest.mark.parametrize(
    ("value", "path", "switches", "answer"),
    [
        (PROJECT, "/workspaces/w/projects/p1", Switches(), PROJECT),
        (PROJECT, "/workspaces/w/projects/p1", OMITS, WITHOUT),
        ([PROJECT], "/workspaces/w/projects", OMITS, [WITHOUT]),
        (PROJECT, "/workspaces/w/projects/p1", LIST_OMITS, PROJECT),
        ([PROJECT], "/workspaces/w/projects", LIST_OMITS, [WITHOUT]),
        ({"note": "n", "status": "DONE"}, "/workspaces/w/projects/p1/tasks/k1", OMITS, {"note": "n"}),
        ({"note": "n"}, "/workspaces/w", OMITS, {"note": "n"}),
        ({"id": "p1", "tasks": None}, "/workspaces/w/projects/p1", OMITS, {"id": "p1", "tasks": None}),
        (["p1"], "/workspaces/w/projects", OMITS, ["p1"]),
    ],
)
def test_a_key_is_left_out_of_its_kind_alone(value: Any, path: str, switches: Switches, answer: Any) -> None:
    assert without_omitted(value, path, switches) == answer
