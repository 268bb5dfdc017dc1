"""Between two writes of one change: what others did meanwhile counts, and what the service did to our own write is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, Result, approve
from reconciler.applying.journal.writer import NullJournal
from reconciler.applying.writes.steps import StepRunner
from reconciler.errors import ProtocolError
from reconciler.live import Reading
from reconciler.sandbox import Switches
from tests.applying.test_recorded_runs import results
from tests.applying.undo.test_inverse import KEEP, done, undo_plan
from tests.applying.undo.test_undeclared import Unpaid
from tests.applying.writes.test_odd_answers import _Answering, _apply
from tests.applying.writes.test_steps import _writes
from tests.planning.literals import live_of, plan_of
from tests.recorded_runs import Recorded, journal_lines, recorded
from tests.sandbox_client import Stage

ALWAYS = -1
"""A greatest age of a reading that makes every one too old."""


class _Meanwhile:
    """An application before which something happens once, right after or before the first request that fits is carried out."""

    def __init__(
        self, stage: Stage, method: str, what: Callable[[], object], *, part: str = "", before: bool = False
    ) -> None:
        self._app, self._method, self._what, self._part, self._before = stage.app, method, what, part, before
        self._left = 1

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        fits = scope["method"] == self._method and self._part in scope["path"]
        self._left -= fits
        if fits and self._before and not self._left:
            self._happen()
        await self._app(scope, receive, send)
        if fits and not self._before and not self._left:
            self._happen()

    def _happen(self) -> None:
        thread = threading.Thread(target=self._what)
        thread.start()
        thread.join()


def _template_undone(stage: Stage, folder: Path) -> Any:
    """The plan that creates a deleted template again."""
    stage.apply({"projects": [{"name": "Site", "estimate": "PT5H"}]})
    stage.call("PATCH", f"/projects/{stage.snapshot()['projects'][0]['id']}/template", {"isTemplate": True})
    done(stage, {**KEEP, "removed": [{"project": "Site"}]}, folder)
    return undo_plan(stage, folder)


def _intents(folder: Path) -> list[Mapping[str, Any]]:
    """The writes of the newest run, as its journal has them from before they were sent."""
    return [line for line in journal_lines(folder) if line["event"] == "intent"]


def test_a_rate_that_the_service_lost_with_an_update_is_sent_again() -> None:
    with Stage(Switches(rate="off", put_projects="replace")) as stage:
        stage.apply({"projects": [{"name": "Site", "hourly_rate": "95.00"}]})
        stage.sent.clear()
        report = _apply(stage, {"projects": [{"name": "Site", "note": "new"}]})
        assert _writes(stage) == ["PUT projects Site"] * 2
        (project,) = stage.snapshot()["projects"]
    assert (project["note"], project["hourlyRate"]["amount"]) == ("new", 9500)
    assert results(report) == {"project:Site": Result.DONE}


def test_time_that_was_tracked_on_a_tag_while_it_was_archived_keeps_it() -> None:
    with Stage(Switches(rate="off", tag_delete_needs_archive=True)) as stage:
        stage.apply({"tags": ["a", "b"]})
        tag = next(tag["id"] for tag in stage.snapshot()["tags"] if tag["name"] == "a")
        entry = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z", "tagIds": [tag]}
        track = _Meanwhile(stage, "PUT", lambda: stage.call("POST", "/time-entries", entry), before=True)
        report = _apply(stage, {"tags": ["b"]}, track)
        assert {tag["name"] for tag in stage.snapshot()["tags"]} == {"a", "b"}
        assert [one["tagIds"] for one in stage.snapshot()["time_entries"]] == [[tag]]
    (outcome,) = report.outcomes
    assert (outcome.result, outcome.message) == (Result.MOVED, "its time entries changed after the plan was made")


def test_an_undeclared_value_that_somebody_set_meanwhile_is_not_sent(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = _template_undone(stage, tmp_path)

        def make_template() -> None:
            project = stage.snapshot()["projects"][0]["id"]
            stage.call("PATCH", f"/projects/{project}/template", {"isTemplate": True})

        stage.sent.clear()
        stage.use(_Meanwhile(stage, "GET", make_template, part="/projects/"))
        options = ApplyOptions(max_concurrency=1, max_age=ALWAYS)
        assert Recorded(stage, tmp_path).apply(approve(plan, plan.digest), options=options).exit_code == 0
        assert [s.request.path for s in stage.sent if s.request.path.endswith("/template")] == []
        assert stage.snapshot()["projects"][0]["template"]


def test_the_journal_tells_a_declared_value_from_one_that_no_manifest_declares(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = _template_undone(stage, tmp_path)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        estimate = {"projects": [{"name": "Site", "estimate": "PT2H"}]}
        _, undone = _intents(tmp_path)
        stage.time.seconds += 60
        assert recorded(stage, stage.plan(estimate)[0], tmp_path).exit_code == 0
        (declared,) = _intents(tmp_path)
    assert (undone["step"], undone["body"]) == ("undeclared", {"isTemplate": True})
    assert undone["before"]["undeclared"]["template"] is False
    assert (declared["step"], declared["before"]["values"]["estimate"]) == ("estimate", "PT5H")
    assert "undeclared" not in declared["before"]


def test_after_a_value_was_refused_the_object_is_not_read_or_written_again() -> None:
    with Stage() as stage:
        stage.apply({"projects": [{"name": "Site", "estimate": "PT1H"}]})
        manifest = {"projects": [{"name": "Site", "estimate": "PT2H"}]}
        stage.sent.clear()
        report = _apply(stage, manifest, Unpaid(stage.app), max_age=ALWAYS)
        methods = [one.request.method for one in stage.sent]
    assert methods[methods.index("PATCH") :] == ["PATCH"]
    assert results(report) == {"project:Site": Result.NOT_ACCEPTED}


def test_a_temporary_name_does_not_archive_yet_what_the_lists_do_not_show_as_active() -> None:
    manifest = {"clients": [{"name": "OLD", "was": "New"}], "policy": {"prune": {"clients": "delete"}}}
    with Stage(Switches(rate="off", list_omits=("client.archived",))) as stage:
        stage.apply({"clients": ["Old", "New"]})
        stage.sent.clear()
        report = _apply(stage, manifest)
        bodies = [one.request.body or {} for one in stage.sent if one.request.method == "PUT"]
        assert [client["name"] for client in stage.snapshot()["clients"]] == ["OLD"]
    (temporary,) = [outcome.change.temporary_name for outcome in report.outcomes if outcome.change.removal]
    assert [(body["name"], body["archived"]) for body in bodies] == [
        (temporary, False),
        ("OLD", False),
        (temporary, True),
    ]


def test_what_somebody_else_made_and_changed_meanwhile_is_not_written_twice() -> None:
    manifest = {"clients": [{"name": "Acme", "note": "n", "cc_emails": ["a@x.example"]}]}
    with Stage() as stage:

        def make() -> None:
            client = stage.call("POST", "/clients", {"name": "Acme", "note": "n"})
            keep = {"name": "Acme", "note": "n", "ccEmails": ["a@x.example"]}
            stage.call("PUT", f"/clients/{client['id']}", keep)

        app: Any = _Meanwhile(stage, "POST", make, before=True)
        for method in ("GET", "PUT"):
            app = _Answering(app, method, lambda v: {**v, "note": "theirs"} if isinstance(v, dict) else v)
        report = _apply(stage, manifest, app, max_age=ALWAYS)
        assert _writes(stage) == ["POST clients Acme", "PUT clients Acme"]
    (outcome,) = report.outcomes
    assert (outcome.result, [field.name for field in outcome.not_accepted]) == (Result.NOT_ACCEPTED, ["note"])


def test_a_resource_whose_parent_is_not_there_is_not_sent_without_one() -> None:
    (_, change) = plan_of({"clients": [{"name": "Acme", "projects": ["Site"]}]}, {}).changes
    writer: Any = SimpleNamespace(now=lambda: 0.0)
    runner = StepRunner(writer, Reading(live_of({}), {}), (change,), NullJournal())
    with pytest.raises(ProtocolError, match="project:Acme/Site: its client does not exist"):
        runner.item(change)
