"""The journal: on the disk before a write leaves, whole lines only, and nothing sent that cannot be recorded."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from reconciler.applying import Intent, SessionStarted, WriteOutcome
from reconciler.applying.journal.events import WriteResult
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.writer import Journal, utc
from reconciler.errors import JournalError
from reconciler.model import Address

INTENT = Intent(address=Address("tag", ("ä",)), action="create", step="create", method="POST", path="/tags")
OUTCOME = WriteOutcome(n=1, address=INTENT.address, result=WriteResult.DONE)
STARTED = SessionStarted(
    run="r",
    digest="",
    approved_as=None,
    user={},
    gateway="",
    base_url="",
    connection=None,
    workspace={},
    tool_version="",
    pid=1,
    host="",
)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_a_line_is_in_the_file_when_the_call_returns(path: Path) -> None:
    with Journal(path, now=lambda: 0.25) as journal:
        assert journal.intent(INTENT) == 1
        lines = _lines(path)
        assert len(lines[0].pop("sum")) == 16
        assert lines == [{"event": "intent", "at": "1970-01-01T00:00:00.250Z", "n": 1, "address": "tag:ä",
                                 "action": "create", "step": "create", "id": None, "method": "POST", "path": "/tags", "line": 1}]  # fmt: skip
        journal.record(OUTCOME)
        assert [line["event"] for line in _lines(path)] == ["intent", "outcome"]


def test_numbers_go_on_where_an_earlier_session_ended(path: Path) -> None:
    for wanted in (1, 2, 3):
        with Journal(path, now=lambda: 0.0) as journal:
            assert journal.intent(INTENT) == wanted


def test_a_line_that_a_crash_tore_does_not_swallow_the_next_one(path: Path) -> None:
    with Journal(path, now=lambda: 0.0) as journal:
        journal.intent(INTENT)
    path.write_bytes(path.read_bytes() + b'{"event":"outco')
    with Journal(path, now=lambda: 0.0) as journal:
        journal.record(STARTED)
    run = Run(path.parent)
    assert [type(event) for event in run.events] == [Intent, SessionStarted]
    assert run.history.damaged == 1


def test_text_that_no_encoding_has_is_written_and_read_back(path: Path) -> None:
    with Journal(path, now=lambda: 0.0) as journal:
        journal.intent(replace(INTENT, body={"name": "lone \ud800 and \x1b[31m\n"}))
    assert Run(path.parent).history.writes[0].intent.body == {"name": "lone \ud800 and \x1b[31m\n"}


def test_threads_do_not_mix_their_lines_and_every_number_is_given_once(path: Path) -> None:
    with Journal(path, now=lambda: 0.0) as journal:
        threads = [
            threading.Thread(target=lambda: [journal.intent(replace(INTENT, path="x" * 3000)) for _ in range(20)])
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(line["n"] for line in _lines(path)) == list(range(1, 101))


def test_after_a_line_that_could_not_be_written_every_intent_is_refused(path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this platform has no device that is always full")
    with Journal(path, now=lambda: 0.0) as journal, full.open("ab", buffering=0) as device:
        file, journal._file = journal._file, device
        with pytest.raises(JournalError, match="cannot write the journal"):
            journal.record(OUTCOME)
        journal._file = file
        with pytest.raises(JournalError, match="cannot write the journal"):
            journal.intent(INTENT)
    assert path.read_bytes() == b""


class _FullDisk:
    """A file on a disk that has room for the half of a line."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        return int(self._file.write(data[: len(data) // 2]))


def test_a_line_that_was_written_in_part_does_not_swallow_the_next_one(path: Path) -> None:
    with Journal(path, now=lambda: 0.0) as journal:
        file = journal._file
        journal._file = cast("Any", _FullDisk(file))
        with pytest.raises(JournalError, match="only a part of a line could be written"):
            journal.record(STARTED)
        journal._file = file
        journal.record(OUTCOME)
    torn, whole = path.read_text(encoding="utf-8").splitlines()
    assert (json.loads(whole)["event"], torn.endswith("}")) == ("outcome", False)


def test_a_missing_folder_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="missing") as caught:
        Journal(tmp_path / "missing" / "journal.jsonl", now=lambda: 0.0)
    assert "--state-dir" in caught.value.hint


def test_a_closed_journal_drops_every_event(path: Path) -> None:
    journal = Journal(path, now=lambda: 0.0)
    journal.close()
    journal.record(OUTCOME)
    assert path.read_bytes() == b""


def test_times_are_utc_to_the_millisecond() -> None:
    assert utc(1_770_974_282.5) == "2026-02-13T09:18:02.500Z"


@pytest.mark.parametrize(
    ("error", "problem"),
    [(OSError(28, "No space left on device"), "No space left on device"), (OSError("it is odd"), "it is odd")],
)
def test_an_error_without_a_number_is_given_in_its_own_words(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, problem: str
) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr("reconciler.applying.journal.writer.open_private", refuse)
    with pytest.raises(JournalError) as caught:
        Journal(path, now=lambda: 0.0)
    assert caught.value.message == f"cannot write the journal {path}: {problem}"
