"""A feature that the workspace's plan does not include: reported once for the run, and not asked for again."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying import apply, approve
from reconciler.applying.report import Result
from tests.recorded_runs import ONE_BY_ONE
from tests.sandbox_client import Stage

JO = "jo@acme.example"

MANIFEST = {
    "projects": [
        {"name": "Site", "note": "n", "tasks": [{"name": name, "hourly_rate": 80} for name in ("A", "B", "C")]}
    ]
}


class Refusing:
    """An application that refuses what one endpoint writes, with one status and code."""

    def __init__(self, app: Any, status: int, code: int, endpoint: str = "/hourly-rate") -> None:
        self.app, self.status, self.code, self.endpoint, self.asked = app, status, code, endpoint, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(self.endpoint):
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


def test_what_the_plan_does_not_include_is_not_sent_for_the_next_project_nor_what_would_follow_it() -> None:
    manifest = {"projects": [{"name": name, "members": [{"email": JO, "hourly_rate": 5}]} for name in ("Shop", "Site")]}
    with Stage() as stage:
        plan, reading = stage.plan(manifest)
        stage.use(Refusing(stage.app, 403, 4033, "/memberships"))
        stage.sent.clear()
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading, options=ONE_BY_ONE)
        sent = [one.request.path.rpartition("/")[2] for one in stage.sent if one.request.method != "GET"]
    assert {outcome.result for outcome in report.outcomes} == {Result.NOT_ACCEPTED}
    assert sent == ["projects", "memberships", "projects"]
