"""Every case in cases/*.yaml: a manifest and a live workspace in, the steps of the plan in their order out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import PlanningError
from reconciler.planning import Plan
from reconciler.planning.order import schedule
from reconciler.planning.plan_record import planned_record
from reconciler.planning.verified_record import require_possible
from tests.case_files import load_cases
from tests.planning.literals import plan_of

CASES = Path(__file__).parent / "cases"


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in load_cases(path):
            yield pytest.param(case, id=f"{path.stem}: {case['case']}")


def _message(plan: Plan) -> list[str]:
    """One line a step: the step, the address, and for changes of name or place where from."""
    lines = []
    for position, at in schedule(plan.changes):
        change = plan.changes[position]
        step = str(change.steps[at])
        moves = [
            f
            for f in change.fields
            if f.name in ("name", "client") and step in ("update", "restore", "archive", "done")
        ]
        origin = "".join(f" [{f.name} was {f.before}]" for f in moves)
        blocked = f" !{change.blocked.guard}" if change.blocked else ""
        lines.append(f"{step} {change.address}{origin}{blocked}")
    return lines


@pytest.mark.parametrize("case", list(_cases()))
def test_a_case_plans_to_its_steps(case: dict[str, Any]) -> None:
    if "problems" in case:
        with pytest.raises(PlanningError) as caught:
            plan_of(case["manifest"], case.get("live", {}))
        assert [problem.message for problem in caught.value.problems] == case["problems"]
        return
    plan = plan_of(case["manifest"], case.get("live", {}), used=case.get("used"))
    assert _message(plan) == case["steps"]
    require_possible(planned_record(plan))
    for address, fields in case.get("fields", {}).items():
        change = next(c for c in plan.changes if str(c.address) == address)
        assert {f.name: [_plain(f.before), _plain(f.after)] for f in change.fields} == fields
    for address, action in case.get("actions", {}).items():
        assert next(c for c in plan.changes if str(c.address) == address).action == action
    for text in case.get("warnings", []):
        assert any(text in warning for warning in plan.warnings)
    if case.get("silent"):
        assert plan.warnings == ()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
