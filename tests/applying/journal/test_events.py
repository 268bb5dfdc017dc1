"""The lines of a journal: every event comes back as it was written, in the contract's keys and order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import JournalEvent, Result
from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    Resolution,
    Resolved,
    SessionEnded,
    SessionStarted,
    UnknownEvent,
    WriteOutcome,
    WriteResult,
    parse_line,
)
from reconciler.applying.journal.run import Run
from reconciler.model import Address

AT = "2026-11-24T20:13:59.123Z"
CLIENT = Address("client", ("A/S", "b\\c"))
VALUES = {"name": "A/S", "values": {"note": None, "cc_emails": ["a@x.example"]}}
TARGET: dict[str, Any] = {"gateway": "maton", "base_url": "https://x.example", "connection": None,
                          "workspace": {"id": "w", "name": "Acme"}, "tool_version": "0.1.0"}  # fmt: skip

EVENTS: dict[str, tuple[JournalEvent, str]] = {
    "session_started": (
        SessionStarted(at=AT, run="r", digest="sha256:ab", approved_as=None, user={"id": "u", "email": None}, pid=7,
                       host="h", **TARGET),
        "event at format run digest approved_as user gateway base_url connection workspace tool_version pid host",
    ),
    "session_started with targets": (
        SessionStarted(at=AT, run="r", digest="sha256:ab", approved_as=None, user={"id": "u", "email": None}, pid=7,
                       host="h", targets=("client:A", "tag:*"), **TARGET),
        "event at format run digest approved_as user gateway base_url connection workspace tool_version pid host targets",
    ),
    "intent of a create": (
        Intent(at=AT, n=1, address=CLIENT, action="create", step="create", method="POST", path="/clients", body={}),
        "event at n address action step id method path body",
    ),
    "intent with children": (
        Intent(at=AT, n=2, address=CLIENT, action="create", step="create", covers=(CLIENT.child("task", "t"),),
               method="POST", path="/projects", body={"name": "x"}),
        "event at n address action step id covers method path body",
    ),
    "intent of a delete": (
        Intent(at=AT, n=3, address=CLIENT, action="delete", step="delete", id="c1", before=VALUES, method="DELETE",
               path="/clients/c1"),
        "event at n address action step id before method path",
    ),
    "outcome": (
        WriteOutcome(at=AT, n=1, address=CLIENT, result=WriteResult.DONE, status=200, attempts=1, id="c1", after=VALUES),
        "event at n address result status attempts id after",
    ),
    "outcome without an answer": (
        WriteOutcome(at=AT, n=1, address=CLIENT, result=WriteResult.UNKNOWN, attempts=5, message="lost"),
        "event at n address result status attempts message",
    ),
    "settled by number": (
        Resolved(at=AT, n=1, address=CLIENT, result=Resolution.ABSENT),
        "event at n address result id",
    ),
    "settled by action": (
        Resolved(at=AT, address=CLIENT, action="create", result=Resolution.FOUND, id="c1"),
        "event at address action result id",
    ),
    "change": (
        ChangeEnded(at=AT, address=CLIENT, action="create", result=Result.DONE, id="c1"),
        "event at address action result id",
    ),
    "change with a message": (
        ChangeEnded(at=AT, address=CLIENT, action="create", result=Result.SKIPPED, id="", message="why"),
        "event at address action result id message",
    ),
    "session_ended": (
        SessionEnded(at=AT, summary={"done": 1}, requests=3, seconds=0.5, stopped=None, interrupted=False, exit_code=0,
                     complete=True),
        "event at summary requests seconds stopped interrupted exit_code complete",
    ),
}  # fmt: skip


def _line(content: Any) -> bytes:
    return json.dumps(content).encode()


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_read_back_as_it_was_written_with_its_keys_in_order(name: str) -> None:
    event, keys = EVENTS[name]
    line = event.to_json()
    assert list(line) == keys.split()
    assert line["event"] == name.partition(" ")[0]
    assert parse_line(_line(line)) == event


@pytest.mark.parametrize("name", EVENTS)
def test_an_unknown_key_is_ignored(name: str) -> None:
    event, _ = EVENTS[name]
    assert parse_line(_line({**event.to_json(), "later": {"x": 1}})) == event


@pytest.mark.parametrize("name", EVENTS)
def test_a_line_without_a_key_or_with_another_type_is_damaged(name: str) -> None:
    event, _ = EVENTS[name]
    line = event.to_json()
    for key in line.keys() - event.optional:
        assert parse_line(_line({k: value for k, value in line.items() if k != key})) is None, key
    for key in line.keys() - {"event"}:
        wrong: Any = [1]
        assert parse_line(_line({**line, key: wrong})) is None, key


@pytest.mark.parametrize("text", [b"{", b"[]", b"null", b"1", b'"x"', b"{}", b'{"event": 1}', b'{"event": "later"}',
                                  b'{"event": ["intent"]}', b'{"event":"change","at":"t","address":"x","action":"create"}'])  # fmt: skip
def test_what_is_not_a_line_of_a_journal_is_damaged(text: bytes) -> None:
    assert parse_line(text) is None


def test_an_unknown_event_is_not_damaged() -> None:
    assert parse_line(_line({"event": "later", "at": AT, "x": 1})) == UnknownEvent(AT)


def test_a_run_counts_damaged_lines_and_keeps_the_others(tmp_path: Path) -> None:
    intent, change = EVENTS["intent of a create"][0], EVENTS["change"][0]
    lines = [_line(intent.to_json()), b"", b'{"event":"outco', _line({**change.to_json(), "result": "shrugged"})]
    lines += [_line({"event": "later", "at": AT}), _line(change.to_json()), b"\x00\xff"]
    (tmp_path / "journal.jsonl").write_bytes(b"\n".join(lines))
    run = Run(tmp_path)
    assert run.events == (intent, UnknownEvent(AT), change)
    assert run.history.damaged == 3


def test_an_outcome_whose_id_an_old_journal_left_null_is_read() -> None:
    outcome = EVENTS["outcome"][0]
    assert isinstance(outcome, WriteOutcome)
    assert parse_line(_line({**outcome.to_json(), "id": None})) == replace(outcome, id=None)
