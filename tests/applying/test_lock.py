"""One run at a time in a state folder."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from reconciler.applying import exclusive_lock
from reconciler.errors import JournalError, LockedError


def test_a_second_run_is_refused_with_the_holder_of_the_lock(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path, "jo", now=lambda: 0.0) as previous:
        assert previous == ""
        with pytest.raises(LockedError) as caught, exclusive_lock(tmp_path, "kim", now=lambda: 0.0):
            pass
    message = caught.value.message
    assert all(word in message for word in ("jo", str(os.getpid()), socket.gethostname(), "1970-01-01T00:00:00.000Z"))
    assert caught.value.exit_code == 3


def test_the_file_names_its_holder_while_it_is_held_and_is_empty_afterwards(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path, "jo", now=lambda: 0.0):
        note = json.loads((tmp_path / "lock").read_text(encoding="utf-8"))
        assert (note["owner"], note["pid"]) == ("jo", os.getpid())
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""


def test_it_is_released_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive_lock(tmp_path, "jo", now=lambda: 0.0):
        raise ZeroDivisionError
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as previous:
        assert previous == ""


def test_the_note_of_a_killed_run_does_not_block_and_is_reported(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text('{"owner": "jo", "pid": 7, "host": "h", "since": "yesterday"}\n', encoding="utf-8")
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as previous:
        assert previous == "jo, process 7 on h, since yesterday"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"owner": 1}', "\x00\xff"])
def test_an_unreadable_note_does_not_block(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock").write_text(text, encoding="utf-8")
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as previous:
        assert previous == ""


def test_a_state_folder_that_cannot_be_created_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with (
        pytest.raises(JournalError, match=r"cannot use the state folder .*file") as caught,
        exclusive_lock(tmp_path / "file", "jo", now=lambda: 0.0),
    ):
        pass
    assert "--state-dir" in caught.value.hint
