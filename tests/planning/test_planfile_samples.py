"""Plan files saved by 0.1.0 are read, with the same digest and the same content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.planning import plan_from_json, plan_to_json

SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "v0_1" / "plans").glob("*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_plan_file_of_0_1_0_is_read_and_written_as_it_was(path: Path) -> None:
    data = json.loads(path.read_bytes())
    plan = plan_from_json(data)
    assert plan.digest == data["digest"]
    assert plan.made_after == (0, 0)
    assert json.loads(json.dumps(plan_to_json(plan))) == data
