"""Somebody else edits the resource that the run is about to write: after the plan was read, right before the write.

Each write ages every reading by more than the limit, so the run reads again; the edit comes right before that read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.applying import Outcome, Result
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.model import Resource
from tests.faults.fault import Fault
from tests.faults.scenario_server import HEADERS, SWITCHES, ScenarioServer, scenario_server
from tests.faults.state_folder import StateFolder, in_state_folder

AGE = 61.0
"""Seconds that pass at each write."""
EDITS = ("undeclared", "name", "time")
UNDECLARED: Mapping[str, Mapping[str, Any]] = {
    "clients": {"address": "theirs", "email": "their@own.example", "note": "theirs"},
    "projects": {"note": "theirs", "billable": True},
    "tasks": {"estimate": "PT77H", "billable": False},
    "tags": {},
}
"""A value for each field of a kind that an edit may set where the manifest does not declare it."""
_KEYS = {
    "clients": ("name", "address", "email", "note", "archived", "ccEmails"),
    "projects": ("name", "clientId", "color", "note", "billable", "archived"),
    "tasks": ("name", "status", "billable", "estimate", "assigneeIds"),
    "tags": ("name", "archived"),
}
_PATH = re.compile(r".*?/workspaces/[^/]+(?P<path>(?:/projects/[0-9a-f]{24})?/(?P<plural>\w+)/(?P<id>[0-9a-f]{24}))(?:/estimate)?$")  # fmt: skip


@dataclass(frozen=True)
class Target:
    """What write number `number` (from 0) of an undisturbed run is sent to."""

    number: int
    method: str
    path: str
    plural: str
    id: str


@dataclass
class Editor:
    """Ages the readings at each write, and edits a target after the write before it."""

    state_folder: StateFolder
    target: Target | None = None
    edit: str = ""
    writes: list[Request] = field(default_factory=list)
    edited: dict[str, Any] = field(default_factory=dict)

    def choose(self, _number: int, request: Request) -> Fault | None:
        """No fault: the hook of a transport before each request."""
        if self.target is not None and len(self.writes) == self.target.number and not self.edited:
            self._edit(self.target)
        if request.method != "GET":
            self.writes.append(request)
            self.state_folder.time.sleep(AGE)
        return None

    def _edit(self, target: Target) -> None:
        raw = AsgiTransport(self.state_folder.app, HEADERS)
        try:
            self._send(raw, target)
        finally:
            raw.close()

    def _send(self, raw: AsgiTransport, target: Target) -> None:
        base = f"/clockify/api/v1/workspaces/{self.state_folder.server.workspace_id}"
        item = stored(self.state_folder, target) or {}
        if self.edit == "time":
            entry = {"start": "2026-04-02T09:00:00Z", "end": "2026-04-02T10:00:00Z"} | entry_of(target, item)
            response = raw.send(Request("POST", f"{base}/time-entries", body=entry))
            self.edited = {"time": True}
        else:
            self.edited = self._values(target, item)
            body = {key: item[key] for key in _KEYS[target.plural] if item.get(key) is not None}
            body |= {"isPublic": item["public"]} if target.plural == "projects" else {}
            response = raw.send(Request("PUT", f"{base}{target.path}", body={**body, **self.edited}))
        assert response.is_success, (target, response.body)

    def _values(self, target: Target, item: Mapping[str, Any]) -> dict[str, Any]:
        if self.edit == "name":
            return {"name": f"theirs {target.number}"}
        declared = declared_fields(self.state_folder.server, target, item)
        return next(({key: value} for key, value in UNDECLARED[target.plural].items() if key not in declared))


def stored(state_folder: StateFolder, target: Target) -> dict[str, Any] | None:
    """The object of a target as stored; None if it was deleted."""
    items = state_folder.store.snapshot(state_folder.server.workspace_id)[target.plural]
    return next((item for item in items if item["id"] == target.id), None)


def entry_of(target: Target, item: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a time entry on a project, task or tag."""
    if target.plural == "tags":
        return {"tagIds": [target.id]}
    if target.plural == "tasks":
        return {"projectId": item["projectId"], "taskId": target.id}
    return {"projectId": target.id}


def declared_fields(server: ScenarioServer, target: Target, item: Mapping[str, Any]) -> set[str]:
    """Names of the fields that the manifest declares for a target, under its present or its planned name."""
    planned = {change.address.name for change in server.plan.changes if change.id == target.id}
    names = {str(item.get("name")), *planned}
    resources: list[Resource] = [r for r in server.desired.resources.values() if f"{r.kind}s" == target.plural]
    return {name for resource in resources if resource.name in names for name in resource.values}


@cache
def targets(name: str) -> tuple[Target, ...]:
    """The writes of a run in which every reading is too old, without those that create.

    Without updates of what the write before answered, too: that answer is the newest reading there can be.
    """
    with TemporaryDirectory() as folder:
        state_folder = StateFolder(scenario_server(name), Path(folder))
        editor = Editor(state_folder)
        session = state_folder.apply(editor.choose)
        assert session.exit_code == 0, session
        state_folder.close()
    result = []
    for number, request in enumerate(editor.writes):
        match = _PATH.match(request.path)
        before = editor.writes[number - 1] if number else None
        is_answered = before is not None and (before.method == "POST" or (match and match["id"] in before.path))
        # Before the first write the whole workspace is read, and an edit refuses the plan.
        if number and request.method != "POST" and match and (request.method == "DELETE" or not is_answered):
            result.append(Target(number, request.method, match["path"], match["plural"], match["id"]))
    return tuple(result)


@dataclass(frozen=True)
class EditCase:
    """An edit of what write `number` is sent to, right before it is read again."""

    scenario: str
    edit: str
    number: int

    def __str__(self) -> str:
        return f"edit/{self.scenario}/{self.edit}/{self.number}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return f"edited before a write: {self.edit}"

    def run(self) -> list[str]:
        """Apply with the edit; returns every violated invariant."""
        target = next(target for target in targets(self.scenario) if target.number == self.number)
        return in_state_folder(self.scenario, lambda state_folder: self._problems(state_folder, target))

    def _problems(self, state_folder: StateFolder, target: Target) -> Iterator[str]:
        editor = Editor(state_folder, target, self.edit)
        session = state_folder.apply(editor.choose)
        if not editor.edited or session.report is None:
            yield f"not edited, or no report: {session.error}"
            return
        outcome = next((o for o in session.report.outcomes if target.id in (o.id, o.change.id)), None)
        item = stored(state_folder, target)
        if self.edit == "undeclared":
            yield from _survival_problems(outcome, item, editor.edited, target)
        else:
            if outcome is None or outcome.result is not Result.MOVED:
                yield f"not moved: {outcome and (outcome.result, outcome.message)}"
            if item is None:
                yield "deleted, although it moved"
            elif self.edit == "name" and item["name"] != editor.edited["name"]:
                yield f"the name is {item['name']!r}, not {editor.edited['name']!r}"
            if session.exit_code != (4 if session.carried_out else 3):
                yield f"exit {session.exit_code}"
        expected = len(state_folder.server.before["time_entries"]) + (self.edit == "time")
        if len(state_folder.store.snapshot(state_folder.server.workspace_id)["time_entries"]) != expected:
            yield "a time entry is lost"
        failed = [o for o in session.report.outcomes if o.result in (Result.FAILED, Result.IN_DOUBT)]
        yield from (f"{o.change.address}: {o.result} {o.message}" for o in failed)


def _survival_problems(
    outcome: Outcome | None, item: Mapping[str, Any] | None, edited: Mapping[str, Any], target: Target
) -> Iterator[str]:
    # Of a copy it is not known whether somebody edited it, or its template.
    is_copy = outcome is not None and outcome.result is Result.MOVED and "was made as a copy of" in outcome.message
    if not is_copy and (outcome is None or outcome.result is not Result.DONE):
        yield f"not done: {outcome and (outcome.result, outcome.message)}"
    if item is None:
        if target.method != "DELETE" and outcome is not None and outcome.change.action != "delete":
            yield "deleted"
    elif any(item[key] != value for key, value in edited.items()):
        yield f"overwritten: { ({key: item[key] for key in edited}) }"


def edit_cases() -> Iterator[EditCase]:
    """Every edit before every write that it fits."""
    for name in SWITCHES:
        for target in targets(name):
            for edit in EDITS:
                if edit == "undeclared" and target.plural == "tags":
                    continue
                if edit != "time" or (target.method == "DELETE" and target.plural != "clients"):
                    yield EditCase(name, edit, target.number)
