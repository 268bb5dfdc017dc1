"""A workspace's life, at random: manifests change, somebody edits by hand and tracks time, plans are approved, applied, killed on the
way and taken up again, old approvals included. Whatever happens, nothing is written that the approved plan does not name, no tracked
time loses what it was tracked on, and in the end the workspace can be brought to where the manifest wants it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from reconciler.applying import ApplyOptions, approve
from reconciler.applying.journal.writer import utc
from reconciler.errors import ManifestError, PlanningError, StalePlanError
from reconciler.gateway.messages import Request
from reconciler.planning import Plan
from tests.approvals import PLURALS, Approval, nothing_but_what_was_approved, writes_in
from tests.killed_process import KillableSandbox, KilledError
from tests.planning.literals import desired_of
from tests.recorded_runs import Recorded
from tests.sandbox_client import Stage
from tests.test_convergence import MANIFEST, NAMES

pytestmark = [pytest.mark.slow, pytest.mark.strangers]

ANY = st.integers(0, 1_000)
"""Chooses one of what is there, whatever that is."""
EDITS = [(how, plural) for how in ("rename", "note", "archive", "restore", "delete") for plural in PLURALS]
EDITS += [("create", plural) for plural in PLURALS if plural != "tasks"]


class Life(RuleBasedStateMachine):
    """One workspace with its manifest, its approvals and its folder of runs."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.stage = Stage()
        self.mortal = KillableSandbox(self.stage.app)
        self.stage.use(self.mortal)
        self.recorded = Recorded(self.stage, Path(self.folder.name))
        self.manifest: dict[str, Any] = {"clients": [], "projects": [], "tags": []}
        self.approvals: list[Approval] = []
        self.is_sound = True

    def teardown(self) -> None:
        try:
            if self.is_sound:
                self._converges()
        finally:
            self.stage.__exit__(None, None, None)
            self.folder.cleanup()

    @rule(manifest=MANIFEST, is_planned=st.booleans())
    def edit_the_manifest(self, manifest: dict[str, Any], *, is_planned: bool) -> None:
        manifest.pop("policy", None)  # the default keeps tracked time
        try:
            desired_of(manifest)
        except ManifestError:
            return
        self.manifest = manifest
        if is_planned:
            self.approve_a_plan()

    @rule()
    def approve_a_plan(self) -> None:
        plan = self._plan()
        if plan is not None and not plan.is_empty:
            self._approve(plan)

    @precondition(lambda self: self.approvals)
    @rule(which=ANY, at_once=st.integers(1, 3))
    def apply(self, which: int, at_once: int) -> None:
        self._session(self.approvals[which % len(self.approvals)], at_once)

    @precondition(lambda self: self.approvals and not self.approvals[-1].is_done)
    @rule(requests=st.integers(0, 12), is_after=st.booleans(), lost=ANY, at_once=st.integers(1, 3))
    def apply_and_be_killed(self, requests: int, lost: int, at_once: int, *, is_after: bool) -> None:
        approval = self.approvals[-1]
        self.mortal.live(requests, is_after=is_after)
        try:
            self._session(approval, at_once)
        except KilledError:
            approval.was_killed = self.is_sound = True
            self._lose_the_end_of_the_journal(lost)
        finally:
            self.mortal.live(None)

    @precondition(lambda self: any(approval.was_killed for approval in self.approvals))
    @rule(at_once=st.integers(1, 3))
    def take_up_what_was_killed(self, at_once: int) -> None:
        self._session(next(approval for approval in self.approvals if approval.was_killed), at_once)

    @rule(edit=st.sampled_from(EDITS), which=ANY, name=st.sampled_from(NAMES))
    def somebody_edits(self, edit: tuple[str, str], which: int, name: str) -> None:
        how, plural = edit
        change: dict[str, dict[str, Any] | None] = {
            "rename": {"name": name},
            "note": {"note": name},
            "archive": {"archived": True, "status": "DONE"},
            "restore": {"archived": False, "status": "ACTIVE"},
            "delete": None,
        }
        if how == "create":
            self._send("POST", f"/{plural}", {"name": name})
        else:
            self._by_hand("DELETE" if how == "delete" else "PUT", plural, which, change[how])

    @rule(project=ANY, task=ANY, tag=ANY)
    def somebody_tracks_time(self, project: int, task: int, tag: int) -> None:
        stored = self.stage.snapshot()
        body: dict[str, Any] = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}
        if stored["projects"]:
            body["projectId"] = _one(stored["projects"], project)["id"]
            tasks = [item for item in stored["tasks"] if item["projectId"] == body["projectId"]]
            body |= {"taskId": _one(tasks, task)["id"]} if tasks and task % 2 else {}
        if stored["tags"] and tag % 2:
            body["tagIds"] = [_one(stored["tags"], tag)["id"]]
        self._send("POST", "/time-entries", body)

    def _by_hand(self, method: str, plural: str, which: int, change: Mapping[str, Any] | None = None) -> None:
        """One edit, whatever comes of it; all else of the object stays as it is."""
        stored = self.stage.snapshot()[plural]
        if not stored:
            return
        item = _one(stored, which)
        path = f"/projects/{item['projectId']}/tasks/{item['id']}" if plural == "tasks" else f"/{plural}/{item['id']}"
        same = {"name": item["name"], "archived": item.get("archived", False)}
        same |= {key: item[key] for key in ("note", "status", "billable", "clientId") if item.get(key) is not None}
        same |= {"isPublic": item["public"]} if plural == "projects" else {}
        self._send(method, path, None if change is None else {**same, **change})

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> None:
        full = f"/clockify/api/v1/workspaces/{self.stage.workspace.id}{path}"
        if self.stage.raw.send(Request(method, full, body=body)).status < 300:
            self._disturb()

    def _disturb(self, by: Approval | None = None) -> None:
        for approval in self.approvals:
            approval.is_alone = approval.is_alone and approval is by

    def _plan(self) -> Plan | None:
        """The plan of the manifest as it is; None where it is blocked, or does not fit what somebody did by hand."""
        self.stage.time.seconds += 60
        try:
            plan, reading = self.stage.plan(self.manifest)
        except PlanningError:
            return None
        if plan.summary["blocked"] or reading.live.duplicates:
            return (
                None  # two of one name, as when a client is deleted by hand: the service refuses every change to them
            )
        return replace(plan, created_at=utc(self.stage.time.seconds))

    def _approve(self, plan: Plan) -> Approval:
        """A new approval of a plan. One of the same digest goes on with the run of the one before, if that is not done."""
        made = {new for approval in self.approvals if approval.plan.digest == plan.digest for new in approval.made}
        approval = Approval(approve(plan, plan.digest), made)
        others = [other for other in self.approvals if other.plan.digest != plan.digest]
        self.approvals = [*others[-1:], approval]
        return approval

    def _session(self, approval: Approval, at_once: int) -> None:
        """One session of an approval, killed or not: what it may have done is checked either way."""
        before, log = self.stage.snapshot(), self.stage.app.state.log
        log.clear()
        self.is_sound = False
        try:
            report = self.recorded.apply(approval.approved, options=ApplyOptions(max_concurrency=at_once))
        except StalePlanError:
            assert not approval.is_alone
            assert not writes_in(log)
        else:
            if approval.is_alone:
                assert report.exit_code == 0, [(o.change.address, o.result, o.message) for o in report.outcomes]
                assert not (approval.is_done and writes_in(log))
                approval.is_done = True
        finally:
            after = self.stage.snapshot()
            if writes_in(log):
                self._disturb(by=approval)
            nothing_but_what_was_approved(approval, before, after, writes_in(log))
        self.is_sound = True

    def _lose_the_end_of_the_journal(self, lost: int) -> None:
        """A power cut: what came after the last intent may be gone, and a line may be torn."""
        run = next(iter(self.recorded.runs), None)
        if run is None or not (path := run.path / "journal.jsonl").exists():
            return
        data = path.read_bytes()
        at = data.rfind(b'"event":"intent"')
        sure = data.find(b"\n", at) + 1 if at >= 0 else data.find(b"\n") + 1
        path.write_bytes(data[: sure + lost % (len(data) - sure + 1)])
        run.journal(now=self.stage.time.clock).close()

    def _converges(self) -> None:
        """What is wanted in the end is reached, unless somebody stands in its way."""
        plan = self._plan()
        if plan is None:
            return
        if not plan.is_empty:
            self._session(self._approve(plan), 2)
        again, _ = self.stage.plan(self.manifest)
        assert [(str(c.address), c.action, c.fields) for c in again.changes] == []


def _one(items: list[dict[str, Any]], which: int) -> dict[str, Any]:
    return items[which % len(items)]


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
