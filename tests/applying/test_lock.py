"""One run at a time in a state folder."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from reconciler.applying import exclusive_lock
from reconciler.errors import JournalError, LockedError


def test_a_second_run_is_refused_and_told_whose_the_first_is(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path, "jo", now=lambda: 0.0) as left:
        assert left == ""
        with pytest.raises(LockedError) as caught, exclusive_lock(tmp_path, "kim", now=lambda: 0.0):
            pass
    message = caught.value.message
    assert all(word in message for word in ("jo", str(os.getpid()), socket.gethostname(), "1970-01-01T00:00:00.000Z"))
    assert caught.value.exit_code == 3


def test_the_file_names_its_holder_while_it_is_held_and_nobody_afterwards(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path, "jo", now=lambda: 0.0):
        note = json.loads((tmp_path / "lock").read_text(encoding="utf-8"))
        assert (note["owner"], note["pid"]) == ("jo", os.getpid())
    assert (tmp_path / "lock").read_text(encoding="utf-8") == ""


def test_it_is_let_go_after_a_failure_too(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive_lock(tmp_path, "jo", now=lambda: 0.0):
        raise ZeroDivisionError
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as left:
        assert left == ""


def test_what_a_dead_run_left_is_no_obstacle_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text('{"owner": "jo", "pid": 7, "host": "h", "since": "yesterday"}\n', encoding="utf-8")
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as left:
        assert left == "jo, process 7 on h, since yesterday"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"owner": 1}', "\x00\xff"])
def test_a_file_that_says_nothing_is_no_obstacle(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock").write_text(text, encoding="utf-8")
    with exclusive_lock(tmp_path, "kim", now=lambda: 0.0) as left:
        assert left == ""


def test_a_folder_that_cannot_be_one_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(JournalError, match="file") as caught, exclusive_lock(tmp_path / "file", "jo", now=lambda: 0.0):
        pass
    assert "--state-dir" in caught.value.hint
