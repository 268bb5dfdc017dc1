"""`time`: every write is shown with exact instants, approved, recorded, looked up where its answer is lost, and never doubled."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import Result

from reconciler.applying import Runs
from reconciler.cli.actions import time_desk
from reconciler.cli.terminal.streams import Output
from reconciler.gateway import Reader
from reconciler.render.width import width
from reconciler.sandbox import Fault
from reconciler.sandbox.seed import blank
from tests.cli.altered_answers import Service
from tests.cli.embedded import WORKSPACE, Embedded
from tests.cli.program import Desk

YES = ("--approve", "yes")


@dataclass
class Timesheet:
    """A workspace with a client, two projects and a colleague; the present is `now`."""

    sandbox: Embedded
    monkeypatch: pytest.MonkeyPatch
    colleague: str = ""

    def at(self, now: str, zone: str = "Europe/Berlin") -> None:
        """Set the present and the account's zone."""
        self.monkeypatch.setattr(time_desk, "utc_now", lambda: datetime.fromisoformat(now))
        for user in self.sandbox.store.records("user"):
            self.sandbox.store.save("user", {**user, "settings": {**(user["settings"] or {}), "timeZone": zone}})

    def run(self, *words: str) -> Result:
        return self.sandbox.run("time", *words)

    def ok(self, *words: str) -> Any:
        """What a command that succeeds prints as JSON."""
        result = self.run(*words, "-o", "json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def refused(self, *words: str, code: int = 1) -> str:
        """What a command prints that ends with this code and writes nothing."""
        before = self.entries
        result = self.run(*words)
        assert (result.exit_code, result.stdout) == (code, ""), result.stderr
        assert self.entries == before
        return result.stderr

    def undo(self, run: str, *words: str) -> Result:
        return self.sandbox.run("undo", run, *words)

    def task_of(self, entry: Any) -> str:
        """The id of the one task of an entry's project."""
        found = self.sandbox.store.records("task", self.sandbox.workspace, [entry["project_id"]])
        return str(found[0]["id"])

    @property
    def entries(self) -> list[Any]:
        return list(self.sandbox.store.entries(self.sandbox.workspace))

    @property
    def sent_writes(self) -> list[str]:
        return [method for method, _ in self.sandbox.sent if method != "GET"]


@pytest.fixture
def sheet(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> Timesheet:
    client = sandbox.call("POST", "clients", {"name": "Acme"})
    for name, owner in (("Website", client["id"]), ("Website", None), ("Ops", None)):
        body = {"name": name, "isPublic": True, "billable": name == "Website"} | ({"clientId": owner} if owner else {})
        project = sandbox.call("POST", "projects", body)
        sandbox.call("POST", f"projects/{project['id']}/tasks", {"name": "Build"})
    for tag in ("meeting", "urgent"):
        sandbox.call("POST", "tags", {"name": tag})
    invited = sandbox.call("POST", "users", {"email": "sam@acme.example"})
    made = Timesheet(sandbox, monkeypatch)
    made.colleague = next(user["id"] for user in sandbox.store.records("user") if user["email"] == "sam@acme.example")
    assert invited
    made.at("2026-02-13T12:00:00+00:00")
    return made


ADD = ("add", "--start", "yesterday 9:00", "--for", "1h30m", "--task", "task:Acme/Website/Build", "--tag", "meeting")


def test_add_shows_exact_instants_and_writes_nothing_without_approval(sheet: Timesheet) -> None:
    text = sheet.refused(*ADD, "--description", "Hi", code=3)
    assert "2026-02-12T08:00:00Z = Thu 2026-02-12 09:00:00 CET (UTC+01:00), Europe/Berlin" in text
    assert "2026-02-12T09:30:00Z = Thu 2026-02-12 10:30:00" in text
    for shown in (
        "1h30m",
        "Acme/Website",
        "Build",
        "meeting",
        "Hi",
        "billable     yes",
        "not approved; nothing was written",
    ):
        assert shown in text
    assert "time add --start 2026-02-12T08:00:00Z --end 2026-02-12T09:30:00Z --task task:Acme/Website/Build" in text
    assert not (sheet.sandbox.desk.folder / ".reconciler" / "runs").exists()


def test_what_is_shown_fits_a_terminal_of_80_columns(sheet: Timesheet) -> None:
    text = "what was done yesterday, as people write it when they have much to say " * 2
    words = (*ADD, "--description", text.strip())
    in_pipe = sheet.refused(*words, code=3)
    assert f"description  {text.strip()}\n" in in_pipe
    sheet.monkeypatch.setattr(Output, "isatty", lambda _: True)
    sheet.monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    shown = sheet.run(*words, *YES, "--no-color").stderr.splitlines()
    assert " ".join(" ".join(shown).split()).startswith(" ".join(in_pipe.split()).partition(" error:")[0])
    assert max(width(line) for line in shown if "reconciler" not in line) <= 80
    assert "               Europe/Berlin" in shown
    listed = sheet.run("list", "--since", "2026-02-01", "--until", "2026-02-13", "--no-color")
    assert max(map(width, (*listed.stdout.splitlines(), *listed.stderr.splitlines()))) <= 80
    sheet.sandbox.call("POST", "time-entries", {"start": "2025-02-13T11:00:00Z", "description": text})
    running = sheet.run("running", "--all", "--no-color").stdout.splitlines()
    assert running[0].split()[:3] == ["USER", "ID", "START"]
    assert max(map(width, running)) <= 80


def test_add_writes_what_was_shown_and_undo_deletes_it(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, "--description", "Hi", *YES)
    entry = written["entry"]
    assert (entry["project"], entry["task"], entry["tags"]) == ("Acme/Website", "Build", ["meeting"])
    assert (entry["start"], entry["seconds"], entry["billable"]) == ("2026-02-12T08:00:00Z", 5400, True)
    assert [one["id"] for one in sheet.entries] == [entry["id"]]
    assert "Delete this time entry" in sheet.undo(written["run"]).stderr
    assert len(sheet.entries) == 1
    assert sheet.undo(written["run"], *YES).exit_code == 0
    assert sheet.entries == []
    again = sheet.undo(written["run"], *YES)
    assert again.exit_code == 1
    assert "there is nothing to undo" in again.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--project", "Website"), "2 projects are called 'Website': project:"),
        (("--project", "project:Acme/Webside"), "did you mean 'Acme/Website'?"),
        (("--project", "zzz"), "there are: project:"),
        (("--project", "Ops", "--task", "Biuld"), "did you mean 'Build'?"),
        (("--task", "Build"), "needs its project"),
        (("--project", "Ops", "--task", "task:Acme/Website/Build"), "is not one of project:Ops"),
        (("--tag", "meating"), "did you mean 'meeting'?"),
        (("--user", "sam@acme.exampel"), "did you mean sam@acme.example?"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused_with_a_way_on(
    sheet: Timesheet, words: tuple[str, ...], message: str
) -> None:
    assert message in sheet.refused("add", "--start", "9:00", "--for", "1h", *words, *YES)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--start", "9:00"), "an entry needs --start, and --end or --for"),
        (("--for", "1h"), "an entry needs --start, and --end or --for"),
        (("--start", "9:00", "--end", "10:00", "--for", "1h"), "exclude each other"),
        (("--start", "soon", "--for", "1h"), "invalid time 'soon'"),
        (("--start", "9:00", "--for", "90"), "invalid duration '90'"),
        (("--start", "22:00", "--end", "01:00"), "is before the start"),
        (("--start", "9:00", "--for", "1h", "--zone", "Mars"), "unknown time zone 'Mars'"),
        (("--start", "9:00", "--for", "1h", "--description", "a <b>"), "contains < or >"),
    ],
)
def test_a_wrong_option_is_a_usage_error(sheet: Timesheet, words: tuple[str, ...], message: str) -> None:
    assert message in sheet.refused("add", *words, *YES, code=64)


def test_an_id_and_a_path_name_a_project_as_well(sheet: Timesheet) -> None:
    project = sheet.ok("add", "--start", "9:00", "--for", "1h", "--project", "Acme/Website", *YES)["entry"][
        "project_id"
    ]
    entry = sheet.ok("add", "--start", "10:00", "--for", "1h", "--project", project, "--no-billable", *YES)["entry"]
    assert (entry["project_id"], entry["project"], entry["billable"]) == (project, "Acme/Website", False)


@pytest.mark.parametrize(
    ("now", "zone", "words", "start", "end"),
    [
        # Around midnight, by the day of the zone; an end without a day is on the day of the start.
        ("2026-02-13T23:30:00+00:00", "Asia/Tokyo", ("--start", "7:00", "--end", "8:00"), "2026-02-13T22", "2026-02-13T23"),
        ("2026-02-13T05:00:00+00:00", "America/Los_Angeles", ("--start", "20:00", "--end", "21:00"), "2026-02-13T04", "2026-02-13T05"),
        ("2026-02-13T00:30:00+00:00", "UTC", ("--start", "yesterday 23:00", "--end", "today 00:00"), "2026-02-12T23", "2026-02-13T00"),
        ("2026-02-13T00:30:00+00:00", "UTC", ("--start", "yesterday 22:00", "--end", "23:00"), "2026-02-12T22", "2026-02-12T23"),
        # Both changes of the clocks: the duration is what passed.
        ("2026-03-29T08:00:00+00:00", "Europe/Berlin", ("--start", "1:00", "--end", "4:00"), "2026-03-29T00", "2026-03-29T02"),
        ("2026-03-29T08:00:00+00:00", "Europe/Berlin", ("--start", "1:00", "--for", "2h"), "2026-03-29T00", "2026-03-29T02"),
        ("2026-11-01T12:00:00+00:00", "America/New_York", ("--start", "0:00", "--end", "3:00"), "2026-11-01T04", "2026-11-01T08"),
        ("2026-11-01T12:00:00+00:00", "America/New_York", ("--start", "0:00", "--for", "2h"), "2026-11-01T04", "2026-11-01T06"),
        # Another zone than the account's.
        ("2026-02-13T12:00:00+00:00", "Asia/Tokyo", ("--zone", "UTC", "--start", "9:00", "--end", "10:00"), "2026-02-13T09", "2026-02-13T10"),
    ],
)  # fmt: skip
def test_times_are_those_of_the_zone(
    sheet: Timesheet, now: str, zone: str, words: tuple[str, ...], start: str, end: str
) -> None:
    sheet.at(now, zone)
    entry = sheet.ok("add", *words, *YES)["entry"]
    assert (entry["start"], entry["end"]) == (f"{start}:00:00Z", f"{end}:00:00Z")
    assert sheet.entries[0]["timeInterval"]["start"] == entry["start"]


@pytest.mark.parametrize(
    ("now", "text", "message"),
    [
        ("2026-03-29T08:00:00+00:00", "2:30", "does not exist in Europe/Berlin"),
        ("2026-10-25T08:00:00+00:00", "2:30", "write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"),
    ],
)
def test_a_time_that_the_zone_skips_or_repeats_is_refused(sheet: Timesheet, now: str, text: str, message: str) -> None:
    sheet.at(now)
    assert message in sheet.refused("add", "--start", text, "--for", "1h", *YES, code=64)


def test_warnings_stand_before_the_question(sheet: Timesheet) -> None:
    first = sheet.ok("add", "--start", "9:00", "--for", "1h", *YES)["entry"]["id"]
    text = sheet.refused("add", "--start", "9:30", "--end", "tomorrow 10:00", code=3)
    assert f"id {first}" in text
    assert "it is longer than a day" in text
    assert "it ends in the future" in text
    assert text.index("warning:") < text.index("not approved")


def test_a_timer_is_started_once_shown_and_stopped_and_each_step_is_undone(sheet: Timesheet) -> None:
    started = sheet.ok("start", "--project", "Ops", "--description", "deep work", *YES)
    assert (started["entry"]["running"], started["entry"]["start"]) == (True, "2026-02-13T12:00:00Z")
    assert f"id {started['entry']['id']}" in sheet.refused("start", *YES)
    sheet.at("2026-02-13T13:30:00+00:00")
    running = sheet.ok("running")
    assert [(one["project"], one["seconds"]) for one in running] == [("Ops", 5400)]
    assert "13:00" in sheet.refused("stop", "--end", "14:00", code=3)
    stopped = sheet.ok("stop", "--end", "14:00", *YES)
    assert (stopped["entry"]["end"], stopped["entry"]["description"]) == ("2026-02-13T13:00:00Z", "deep work")
    assert "no timer of" in sheet.refused("stop", *YES)
    assert sheet.undo(stopped["run"], *YES).exit_code == 0
    assert sheet.ok("running")[0]["id"] == started["entry"]["id"]
    assert sheet.undo(started["run"], *YES).exit_code == 0
    assert sheet.entries == []


def test_a_timer_that_ran_past_midnight_is_stopped_on_the_day_it_started(sheet: Timesheet) -> None:
    sheet.ok("start", *YES)
    sheet.at("2026-02-14T08:00:00+00:00")
    assert sheet.ok("stop", "--end", "17:00", *YES)["entry"]["end"] == "2026-02-13T16:00:00Z"


def test_an_edit_changes_only_what_is_named_and_its_undo_restores_the_whole_entry(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, "--description", "Hi", *YES)["entry"]
    before = sheet.entries[0]
    text = sheet.refused("edit", entry["id"], "--end", "11:00", code=3)
    assert "(Thu 2026-02-12 10:30:00 CET (UTC+01:00)) → 2026-02-12T10:00:00Z" in text
    assert f"time edit {entry['id']} --end 2026-02-12T10:00:00Z --approve yes" in text
    edited = sheet.ok("edit", entry["id"], "--end", "11:00", "--no-billable", *YES)
    after = sheet.entries[0]
    assert {key for key in after if after[key] != before[key]} == {"timeInterval", "billable"}
    assert sheet.undo(edited["run"], *YES).exit_code == 0
    assert sheet.entries[0] == before


def test_an_edit_to_another_project_loses_the_task_and_says_so(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    result = sheet.run("edit", entry["id"], "--project", "Ops", "--tag", "", *YES)
    assert "the task is removed" in result.stderr
    assert (sheet.entries[0]["taskId"], sheet.entries[0]["tagIds"]) == (None, [])
    assert sheet.ok("edit", entry["id"], "--task", "Build", *YES)["entry"]["task"] == "Build"
    assert sheet.ok("edit", entry["id"], "--project", "", *YES)["entry"]["project_id"] is None
    assert "No changes." in sheet.run("edit", entry["id"], "--project", "").stderr
    assert "before its start" in sheet.refused("edit", entry["id"], "--start", "today 9:00", *YES)


def test_a_deleted_entry_is_created_again_once(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, "--description", "Hi", *YES)["entry"]
    before = sheet.entries[0]
    deleted = sheet.ok("delete", entry["id"], *YES)
    assert (deleted["deleted"], sheet.entries) == (True, [])
    result = sheet.undo(deleted["run"], *YES)
    assert f"it was {entry['id']}" in result.stderr
    assert [{**one, "id": ""} for one in sheet.entries] == [{**before, "id": ""}]
    again = sheet.undo(deleted["run"], *YES)
    assert (again.exit_code, len(sheet.entries)) == (3, 1)
    assert "an entry with the same values" in again.stderr


def test_an_undo_is_refused_where_the_entry_was_changed_since(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, *YES)
    sheet.ok("edit", written["entry"]["id"], "--description", "changed", *YES)
    result = sheet.undo(written["run"], *YES)
    assert result.exit_code == 3
    assert f"was changed after run {written['run']} (description)" in result.stderr
    assert len(sheet.entries) == 1


def test_somebody_elses_entry_is_named_as_such(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, "--user", "SAM@acme.example", *YES)
    assert sheet.entries[0]["userId"] == sheet.colleague
    assert sheet.ok("list")["entries"] == []
    assert len(sheet.ok("list", "--user", sheet.colleague)["entries"]) == 1
    assert "it is an entry of sam@acme.example, not yours" in sheet.refused("delete", written["entry"]["id"], code=3)
    me = sheet.sandbox.store.records("user")[0]["email"]
    assert "is one of sam@acme.example" in sheet.refused(
        "edit", written["entry"]["id"], "--user", me, "--description", "x", *YES, code=3
    )
    sheet.ok("start", "--user", "sam@acme.example", *YES)
    assert [one["user"] for one in sheet.ok("running", "--all")] == ["sam@acme.example"]
    assert sheet.ok("running") == []
    assert sheet.ok("stop", "--user", "sam@acme.example", *YES)["entry"]["user_id"] == sheet.colleague
    undone = sheet.undo(sheet.ok("delete", written["entry"]["id"], *YES)["run"], *YES)
    assert undone.exit_code == 0
    assert {one["userId"] for one in sheet.entries} == {sheet.colleague}


def test_an_entry_that_changes_during_the_approval_is_left_alone(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    stored = sheet.entries[0]
    from reconciler.cli.actions import time_write  # noqa: PLC0415 - replaced below

    def meanwhile(*_: Any) -> None:
        sheet.sandbox.store.resave_entry({**stored, "description": "by another hand"})

    monkeypatch.setattr(time_write, "confirm", meanwhile)
    result = sheet.run("delete", entry["id"])
    assert result.exit_code == 1
    assert "was changed meanwhile (description); nothing was written" in result.stderr
    assert len(sheet.entries) == 1


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED, Fault.BAD_JSON])
def test_a_create_whose_answer_is_lost_is_found_and_not_doubled(sheet: Timesheet, fault: Fault) -> None:
    sheet.ok(*ADD, *YES)  # an equal entry of before is not taken for the new one
    sheet.sandbox.faults["POST", "time-entries"] = [fault]
    written = sheet.ok(*ADD, *YES)
    assert written["was_lost"] is True
    assert (sheet.sent_writes, len(sheet.entries)) == (["POST"], 2)
    assert sheet.undo(written["run"], *YES).exit_code == 0
    assert written["entry"]["id"] not in {one["id"] for one in sheet.entries}


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.ERROR_BEFORE, Fault.BAD_GATEWAY])
def test_a_create_that_was_not_carried_out_is_reported_as_such(sheet: Timesheet, fault: Fault) -> None:
    sheet.sandbox.faults["POST", "time-entries"] = [fault]
    assert "the workspace shows that it was not carried out" in sheet.refused(*ADD, *YES)
    run = next(iter(Runs(".reconciler").every()))
    assert [write.result for write in run.history.writes] == ["not_done"]
    assert "wrote nothing" in sheet.undo(run.id, *YES).stderr


def test_a_start_a_stop_an_edit_and_a_delete_without_answer_are_looked_up(sheet: Timesheet) -> None:
    sheet.sandbox.faults["POST", "time-entries"] = [Fault.DROP_AFTER]
    started = sheet.ok("start", *YES)
    assert (started["was_lost"], started["entry"]["running"]) == (True, True)
    sheet.at("2026-02-13T13:00:00+00:00")
    sheet.sandbox.faults["PATCH", "time-entries"] = [Fault.DROP_AFTER]
    assert sheet.ok("stop", *YES)["was_lost"] is True
    entry = started["entry"]["id"]
    sheet.sandbox.faults["PUT", entry] = [Fault.DROP_AFTER] * 5
    assert sheet.ok("edit", entry, "--description", "x", *YES)["was_lost"] is True
    sheet.sandbox.faults["DELETE", entry] = [Fault.DROP_AFTER]
    deleted = sheet.ok("delete", entry, *YES)
    assert (deleted["was_lost"], deleted["deleted"], sheet.entries) == (True, True, [])
    assert sheet.undo(deleted["run"], *YES).exit_code == 0
    assert [one["description"] for one in sheet.entries] == ["x"]


def test_where_even_the_look_fails_the_write_stays_in_doubt_until_undo_looks_again(sheet: Timesheet) -> None:
    sheet.sandbox.faults["POST", "time-entries"] = [Fault.DROP_AFTER]

    def silence(method: str, path: str) -> None:
        if method == "POST" and path.endswith("time-entries"):
            sheet.sandbox.faults["GET", "time-entries"] = [Fault.DROP_BEFORE] * 20

    sheet.sandbox.watch = silence
    result = sheet.run(*ADD, *YES)
    assert result.exit_code == 1
    assert "it may have been carried out" in result.stderr
    assert len(sheet.entries) == 1
    sheet.sandbox.faults.clear()
    assert "1 in doubt" in sheet.sandbox.run("runs", "list").stdout
    assert sheet.undo("latest", *YES).exit_code == 0
    assert sheet.entries == []


def test_the_next_write_tells_what_became_of_a_lost_one_and_does_not_repeat_it(sheet: Timesheet) -> None:
    def silence(method: str, path: str) -> None:
        if method == "POST" and path.endswith("time-entries"):
            sheet.sandbox.faults["GET", "time-entries"] = [Fault.DROP_BEFORE] * 20

    def lose(fault: Fault, *words: str) -> None:
        sheet.sandbox.watch, sheet.sandbox.faults = silence, {("POST", "time-entries"): [fault]}
        assert "it may have been carried out" in sheet.run(*words, *YES).stderr
        sheet.sandbox.watch, sheet.sandbox.faults = (lambda *_: None), {}

    lose(Fault.DROP_AFTER, *ADD)
    again = sheet.run(*ADD, *YES)
    assert again.exit_code == 3
    assert "created this entry" in again.stderr
    assert len(sheet.entries) == 1
    lose(Fault.DROP_BEFORE, "add", "--start", "8:00", "--for", "15m")
    result = sheet.run("add", "--start", "8:00", "--for", "15m", *YES)
    assert "was not carried out" in result.stderr
    assert (result.exit_code, len(sheet.entries)) == (0, 2)
    assert {run.history.in_doubt for run in Runs(".reconciler").every()} == {()}
    assert not any(run.problem for run in Runs(".reconciler").every())


def test_a_refusal_of_the_service_is_an_error_and_a_failed_run(sheet: Timesheet) -> None:
    workspace = sheet.sandbox.store.records("workspace")[0]
    rules = {**workspace["workspaceSettings"], "forceProjects": True, "lockTimeEntries": "2026-02-13T00:00:00Z"}
    sheet.sandbox.store.save("workspace", {**workspace, "workspaceSettings": rules})
    text = sheet.refused("add", "--start", "yesterday 9:00", "--for", "1h", *YES)
    assert "the workspace requires a project" in text
    assert "locked period" in text
    shown = " ".join(sheet.sandbox.run("runs", "show", "latest").stdout.split())
    assert "refused (HTTP 400)" in shown


def test_list_has_totals_by_project_and_day_in_every_form(sheet: Timesheet) -> None:
    sheet.at("2026-02-14T12:00:00+00:00", "Asia/Tokyo")
    for start in ("2026-02-12T14:30:00Z", "2026-02-12T15:30:00Z", "2026-02-13T15:30:00Z"):
        sheet.ok("add", "--start", start, "--for", "30m", "--project", "Ops", "--tag", "urgent", *YES)
    sheet.ok("add", "--start", "2026-02-13T16:00:00Z", "--for", "1h", "--description", "=1+1", *YES)
    listed = sheet.ok("list")
    assert listed["totals"]["by_day"] == [
        {"day": "2026-02-14", "seconds": 5400},
        {"day": "2026-02-13", "seconds": 1800},
        {"day": "2026-02-12", "seconds": 1800},
    ]
    assert [(one["project"], one["seconds"]) for one in listed["totals"]["by_project"]] == [("", 3600), ("Ops", 5400)]
    assert [len(sheet.ok("list", *words)["entries"]) for words in (
        ("--since", "2026-02-13"), ("--until", "2026-02-13"), ("--since", "2026-02-13", "--until", "2026-02-13"),
        ("--project", "Ops"), ("--project", "Ops", "--task", "Build"), ("--tag", "urgent"), ("--tag", "urgent", "--tag", "meeting"),
        ("--since", "2026-02-14T00:30:00+09:00"),
    )] == [3, 2, 1, 3, 0, 3, 3, 2]  # fmt: skip
    table = sheet.run("list", "--since", "2026-02-13")
    assert "2026-02-12T15:00:00Z = Fri 2026-02-13 00:00:00 JST" in table.stderr
    assert "2026-02-14  1h30m" in table.stdout
    assert "Ops      1h" in table.stdout
    rows = sheet.run("list", "-o", "csv").stdout.splitlines()
    assert len(rows) == 5
    assert "'=1+1" in rows[1]
    assert "--since is not before --until" in sheet.refused("list", "--since", "today", "--until", "yesterday", code=64)
    assert "No time entries." in sheet.run("list", "--since", "tomorrow").stderr


def test_a_list_is_read_page_by_page_only_as_far_as_it_is_shown(sheet: Timesheet) -> None:
    sheet.sandbox.switch("page_cap=50")
    store, me = sheet.sandbox.store, sheet.sandbox.store.records("user")[0]["id"]
    from reconciler.sandbox.entry_records import new_entry  # noqa: PLC0415 - only this test fills the store

    for minute in range(120):
        start = datetime(2026, 2, 1, minute // 60, minute % 60, tzinfo=UTC)
        new_entry(store, sheet.sandbox.workspace, me, start, start)
    assert sheet.ok("list")["totals"]["entries"] == 120
    assert sum("time-entries" in path for _, path in sheet.sandbox.sent) == 3
    lines = sheet.run("list", "-o", "csv").stdout.splitlines()
    assert len({line.partition(",")[0] for line in lines}) == len(lines) == 121


@pytest.mark.parametrize(
    ("statuses", "lists"), [((), 1), ((405,), 2), ((405, 405), 2)], ids=["documented", "older path", "user by user"]
)
def test_everybodys_timers_are_found_on_every_path(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch, statuses: tuple[int, ...], lists: int
) -> None:
    from reconciler.errors import ApiError  # noqa: PLC0415 - only this test answers for the service
    from reconciler.gateway.paging import Pager  # noqa: PLC0415 - as above

    sheet.ok("start", "--user", sheet.colleague, *YES)
    real, asked = Pager.read, []

    def read(pager: Pager, what: str, path: str, *args: Any, **options: Any) -> Any:
        if what == "running timers" and "/user/" not in path:
            asked.append(path)
            if len(asked) <= len(statuses):
                raise ApiError("no", status=statuses[len(asked) - 1], code=3000)
            path = path if path.endswith("in-progress") else f"{path}/status/in-progress"
        return real(pager, what, path, *args, **options)

    monkeypatch.setattr(Pager, "read", read)
    assert [one["user_id"] for one in sheet.ok("running", "--all")] == [sheet.colleague]
    assert len(asked) == lists


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--project", "project:a/b/c"), "write it as project:Client/Project"),
        (("--task", "task:Build"), "write it as task:Client/Project/Task"),
        (("--project", " "), "the name of a project is empty"),
        (("--project", "0" * 24), "no project '000000000000000000000000'"),
        (("--project", "Ops", "--task", "0" * 24), "no task '000000000000000000000000'"),
        (("--user", "stranger"), "to list the people of the workspace: reconciler "),
    ],
)
def test_what_is_no_name_is_refused(sheet: Timesheet, words: tuple[str, ...], message: str) -> None:
    assert message in sheet.refused("add", "--start", "9:00", "--for", "1h", *words, *YES)


def test_addresses_and_ids_of_tasks_name_what_is_meant(sheet: Timesheet) -> None:
    words = ("add", "--start", "9:00", "--for", "1h")
    alone = sheet.ok(*words, "--project", "project:Website", *YES)["entry"]
    assert alone["project"] == "Website"
    task = sheet.ok(*words, "--task", "task:Ops/Build", "--project", "Ops", *YES)["entry"]["task_id"]
    assert sheet.ok(*words, "--project", "Ops", "--task", task, *YES)["entry"]["task"] == "Build"
    sheet.sandbox.call(
        "PUT", f"projects/{alone['project_id']}/tasks/{sheet.task_of(alone)}", {"name": "Build", "status": "DONE"}
    )
    text = sheet.refused(*words, "--project", "project:Website", "--task", "Build", code=3)
    assert "task:Website/Build is done" in text


def test_an_entry_that_cannot_be_edited_or_is_not_there_is_refused(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    sheet.sandbox.store.resave_entry({**sheet.entries[0], "type": "HOLIDAY"})
    assert "of type HOLIDAY, which the API cannot edit" in sheet.refused("edit", entry["id"], "--end", "11:00", *YES)
    assert "no time entry 'e1' in the workspace" in sheet.refused("delete", "e1", *YES)


def test_two_running_timers_are_not_stopped_blindly(sheet: Timesheet) -> None:
    for minute in ("00", "10"):
        sheet.sandbox.call("POST", "time-entries", {"start": f"2026-02-13T11:{minute}:00Z"})
    assert "2 timers of" in sheet.refused("stop", *YES)
    table = sheet.run("running")
    assert len(table.stdout.splitlines()) == 3
    assert " END " not in table.stdout
    sheet.sandbox.store.remove_entry(sheet.entries[0]["id"])
    sheet.sandbox.store.remove_entry(sheet.entries[0]["id"])
    assert "No running timer." in sheet.run("running").stderr
    assert sheet.run("running", "--all", "--user", "x").exit_code == 64


def test_what_the_service_does_not_accept_is_named(sheet: Timesheet) -> None:
    sheet.sandbox.switch("refuse_fields=entry.billable")
    result = sheet.run(*ADD, *YES)
    assert result.exit_code == 0
    assert "the service kept other values than were sent: billable" in result.stderr


def test_an_answer_without_the_entry_is_read_from_the_workspace(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    sheet.sandbox.switch("put_answers=empty")
    assert sheet.ok("edit", entry["id"], "--description", "x", *YES)["entry"]["description"] == "x"
    assert sheet.entries[0]["description"] == "x"


def test_an_account_without_a_time_zone_needs_one_on_the_command_line(sheet: Timesheet) -> None:
    sheet.at("2026-02-13T12:00:00+00:00", "Mars/Olympus")
    assert "the account has no known time zone" in sheet.refused("list")
    assert sheet.ok("list", "--zone", "UTC")["zone"] == "UTC"


def test_the_ends_of_the_calendar_and_long_descriptions_are_usage_errors(sheet: Timesheet) -> None:
    late = ("add", "--start", "9999-12-31T23:00:00Z", *YES)
    assert "beyond the calendar" in sheet.refused(*late, "--for", "2h", code=64)
    assert "the limit is 3000" in sheet.refused(*ADD, "--description", "x" * 3001, *YES, code=64)
    sheet.sandbox.call("POST", "time-entries", {"start": "2026-02-13T08:00:00Z"})
    assert "0001" in sheet.refused("add", "--start", "0001-01-02T00:00:00Z", "--for", "1h", code=3)


def test_an_undo_after_the_entry_has_gone_or_in_another_account_writes_nothing(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, *YES)
    other = sheet.undo(written["run"], "--workspace", "698eeb9e5cd3a921db120693", *YES)
    assert other.exit_code in (1, 3)
    sheet.sandbox.store.remove_entry(written["entry"]["id"])
    assert "is no longer there" in sheet.undo(written["run"], *YES).stderr


def test_a_run_of_another_workspace_of_the_same_name_is_not_undone(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, *YES)
    store = sheet.sandbox.store
    with store.transaction():
        store.save("workspace", {**(store.load("workspace", sheet.sandbox.workspace) or {}), "name": "Before"})
    blank(store, WORKSPACE)
    refused = sheet.undo(written["run"], "--workspace", WORKSPACE, *YES)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert f"run {written['run']} is of another workspace, {WORKSPACE}; nothing was written" in refused.stderr
    assert [one["id"] for one in sheet.entries] == [written["entry"]["id"]]


def test_an_undo_takes_the_workspace_of_its_run_where_the_account_has_several(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, *YES)
    blank(sheet.sandbox.store, "Another Studio")
    assert "several workspaces" not in sheet.undo(written["run"], *YES).stderr
    assert sheet.entries == []


def test_an_undo_in_an_account_without_the_workspace_of_its_run_says_so(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = sheet.ok(*ADD, *YES)
    other = blank(sheet.sandbox.store, "Another Studio")
    served = Reader.workspaces
    monkeypatch.setattr(Reader, "workspaces", lambda reader: [one for one in served(reader) if one["id"] == other])
    refused = sheet.undo(written["run"], *YES)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert f"run {written['run']} is of the workspace {WORKSPACE}: no workspace" in refused.stderr
    assert "the account that the run was made with" in refused.stderr
    assert [one["id"] for one in sheet.entries] == [written["entry"]["id"]]


def test_a_service_that_refuses_to_show_an_entry_is_quoted(sheet: Timesheet) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    sheet.sandbox.refuse("GET", entry["id"])
    text = sheet.refused("edit", entry["id"], "--end", "11:00", *YES)
    assert "HTTP 403" in text
    assert "no time entry" not in text


def test_an_entry_that_is_deleted_during_the_approval_is_left_alone(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    from reconciler.cli.actions import time_write  # noqa: PLC0415 - replaced below

    monkeypatch.setattr(time_write, "confirm", lambda *_: sheet.sandbox.store.remove_entry(entry["id"]))
    assert "is no longer there; nothing was written" in sheet.run("edit", entry["id"], "--end", "11:00").stderr


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.BAD_GATEWAY])
def test_an_edit_and_a_delete_that_never_arrive_are_reported_as_such(sheet: Timesheet, fault: Fault) -> None:
    entry = sheet.ok(*ADD, *YES)["entry"]
    for method, words in (("PUT", ("edit", entry["id"], "--end", "11:00")), ("DELETE", ("delete", entry["id"]))):
        sheet.sandbox.faults[method, entry["id"]] = [fault] * 5
        assert "was not carried out" in sheet.refused(*words, *YES)


def test_options_of_a_plan_do_not_go_with_the_undo_of_a_time_run(sheet: Timesheet) -> None:
    written = sheet.ok(*ADD, *YES)
    assert sheet.undo(written["run"], "-o", "undo.json").exit_code == 64
    assert sheet.undo(written["run"], "--allow-removals", "tags=1").exit_code == 64
    sheet.sandbox.declare(tags=["urgent", "meeting", "new"])
    assert sheet.sandbox.apply()[0] == 0
    result = sheet.undo("latest", *YES)
    assert result.exit_code == 64
    assert "--approve is for time runs" in result.stderr
    assert sheet.undo("latest").exit_code == 0


@pytest.mark.parametrize("gateway", ["clockify", pytest.param("maton", marks=pytest.mark.slow)])
def test_every_command_works_on_each_gateway(desk: Desk, studio: Service, gateway: str) -> None:
    keys = {"MATON_API_KEY": "maton-key-for-tests", "CLOCKIFY_API_KEY": "clockify-key-for-tests"}
    options = ("--gateway", gateway, "--base-url", studio.url, "--workspace", "Acme Studio", "--rate", "100000/s")

    def ok(*words: str) -> Any:
        result = desk.call(*options, *words, **keys)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout) if words[-1] == "json" else None

    def time(*words: str) -> Any:
        return ok("time", *words, "-o", "json")

    running = time("running")[0]["id"]
    time("stop", "--end", "2026-02-13T12:00Z", *YES)
    entry = time("add", "--start", "2026-02-16 9:00", "--for", "1h", "--project", "Acme Corp/Website", *YES)["entry"][
        "id"
    ]
    time("edit", entry, "--description", "x", *YES)
    assert time("list", "--since", "2026-02-16")["entries"][0]["description"] == "x"
    deleted = time("delete", entry, *YES)["run"]
    ok("undo", deleted, *YES, "--format", "json")
    started = time("start", *YES)["entry"]["id"]
    assert [one["id"] for one in time("running", "--all")] == [started]
    assert running != started
    record = "".join(path.read_text() for path in (desk.folder / ".reconciler" / "runs").rglob("*") if path.is_file())
    assert not any(key in record for key in keys.values())


def test_an_undo_or_a_second_start_never_leaves_two_running_timers(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sheet.ok("start", "--description", "first", *YES)["entry"]["id"]
    stopped = sheet.ok("stop", *YES)
    second = sheet.ok("start", "--description", "second", *YES)
    result = sheet.undo(stopped["run"], *YES)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        f"another timer of the same user is running since 2026-02-13T12:00:00Z, id {second['entry']['id']}"
        in result.stderr
    )
    assert [one["id"] for one in sheet.ok("running")] == [second["entry"]["id"]]
    sheet.ok("delete", first, *YES)
    sheet.ok("stop", *YES)
    sheet.sandbox.sent.clear()

    def meanwhile(*_: object) -> None:
        sheet.sandbox.call("POST", "time-entries", {"start": "2026-02-13T11:59:00Z"})

    monkeypatch.setattr("reconciler.cli.actions.time_write.confirm", meanwhile)
    raced = sheet.run("start", *YES)
    assert (raced.exit_code, raced.stdout, len(sheet.ok("running"))) == (1, "", 1)


def test_a_time_beyond_the_calendar_of_the_zone_is_shown_in_utc(sheet: Timesheet) -> None:
    sheet.ok("add", "--start", "9999-12-31T23:00:00Z", "--end", "9999-12-31T23:30:00Z", "--zone", "UTC", *YES)
    assert sheet.ok("list", "--zone", "Asia/Tokyo")["entries"][0]["start_local"] == "9999-12-31T23:00:00+00:00"
    assert "9999-12-31" in sheet.run("list", "--zone", "Asia/Tokyo").stdout


def test_a_description_that_is_no_text_is_refused_and_a_broken_record_that_sent_nothing_hinders_no_write(
    sheet: Timesheet,
) -> None:
    assert "not valid UTF-8" in sheet.refused(*ADD, "--description", "\udcff", *YES, code=64)
    for name, content in (("surrogate", '{"action": "\\udcff"}'), ("garbage", "{"), ("other", "[]")):
        folder = sheet.sandbox.desk.folder / ".reconciler" / "runs" / name
        folder.mkdir(parents=True)
        (folder / "time.json").write_text(content, encoding="utf-8")
    assert sheet.ok(*ADD, *YES)["entry"]["id"]


def test_an_entry_that_ends_when_it_starts_is_warned_of(sheet: Timesheet) -> None:
    assert "it has no duration" in sheet.refused("add", "--start", "09:00", "--end", "09:00", code=3)


def test_a_stop_before_the_start_names_no_option_that_stop_does_not_have(sheet: Timesheet) -> None:
    sheet.ok("start", *YES)
    message = sheet.refused("stop", "--end", "08:00", *YES, code=64)
    assert "name the day of the end" in message
    assert "--for" not in message
    assert "or use --for" in sheet.refused("add", "--start", "09:00", "--end", "08:00", code=64)


def test_a_second_interrupt_says_that_the_write_may_have_been_carried_out(
    sheet: Timesheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reconciler.cli.actions.time_write.write_entry", stopped)
    result = sheet.run(*ADD, *YES)
    assert (result.exit_code, result.stdout) == (130, "")
    assert "the write may have been carried out; look before you repeat it: reconciler" in result.stderr


def test_an_id_of_another_form_names_a_project_and_a_task(sheet: Timesheet) -> None:
    store = sheet.sandbox.store
    entry = sheet.ok("add", "--start", "09:00", "--for", "1h", "--project", "Ops", *YES)["entry"]
    task = next(iter(store.records("task", sheet.sandbox.workspace, [entry["project_id"]])))
    project = next(one for one in store.records("project", sheet.sandbox.workspace) if one["id"] == entry["project_id"])
    store.save("project", {**project, "id": "ops-2", "name": "Second"})
    store.save("task", {**task, "id": "build-2", "name": "Other", "projectId": "ops-2"})
    made = sheet.ok("add", "--start", "11:00", "--for", "1h", "--project", "ops-2", "--task", "build-2", *YES)["entry"]
    assert (made["project"], made["task"]) == ("Second", "Other")
