"""A feature that the workspace's plan does not include: reported once for the run, and not asked for again."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.report import Result
from tests.sandbox_client import Stage

MANIFEST = {
    "projects": [
        {"name": "Site", "note": "n", "tasks": [{"name": name, "hourly_rate": 80} for name in ("A", "B", "C")]}
    ]
}


class Refusing:
    """An application that refuses rates of tasks with one status and code."""

    def __init__(self, app: Any, status: int, code: int) -> None:
        self.app, self.status, self.code, self.asked = app, status, code, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/hourly-rate"):
            await self.app(scope, receive, send)
            return
        self.asked += 1
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"message":"no","code":%d}' % self.code})


@pytest.mark.parametrize(
    ("status", "code", "is_of_plan"), [(403, 4033, True), (400, 4033, True), (402, 1, True), (403, 501, False)]
)
def test_a_refusal_of_the_plan_is_reported_once(status: int, code: int, *, is_of_plan: bool) -> None:
    with Stage() as stage:
        app = Refusing(stage.app, status, code)
        stage.use(app)
        report = stage.apply(MANIFEST)
        tasks = stage.snapshot()["tasks"]
    outcomes = [outcome for outcome in report.outcomes if outcome.change.kind == "task"]
    assert {outcome.result for outcome in outcomes} == {Result.NOT_ACCEPTED}
    assert [field.name for outcome in outcomes for field in outcome.not_accepted] == ["hourly_rate"] * 3
    assert len(tasks) == 3
    named = [outcome.message for outcome in outcomes if "not in this workspace's plan" in outcome.message]
    if is_of_plan:
        assert len(named) == 1
        assert app.asked <= 3
    else:
        assert named == []
        assert all(outcome.message for outcome in outcomes)
