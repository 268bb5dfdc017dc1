"""Where nothing can be recorded, nothing is sent: folders that cannot be written, and a journal that is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.applying.journal import Journal
from reconciler.errors import JournalError
from tests.faults.commands import counterdesk
from tests.faults.world import world


def _a_file_for_a_folder(state: Path) -> None:
    state.write_text("no folder")


def _a_file_for_the_runs(state: Path) -> None:
    state.mkdir()
    (state / "runs").write_text("no folder")


# A file where the folder should be, for the superuser is stopped by no permission.
@pytest.mark.parametrize("spoil", [_a_file_for_a_folder, _a_file_for_the_runs])
def test_a_state_folder_that_cannot_be_written_ends_the_run_before_it_writes(spoil: Callable[[Path], None]) -> None:
    with counterdesk(world("inline")) as desk:
        spoil(desk.folder / "state")
        process = desk.start()
        _, shown = process.communicate(timeout=25)
        assert process.returncode == 1
        assert "choose another --state-dir" in " ".join(shown.split())
        assert "Traceback" not in shown
        assert {logged.method for logged in desk.office.app.state.log} <= {"GET"}


def test_once_nobody_waits_any_more_a_thread_that_is_late_gets_no_intent_down(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", now=lambda: 0.0)
    journal.intent({"address": "tag:a"})
    journal.close()
    with pytest.raises(JournalError):
        journal.intent({"address": "tag:b"})
    journal.record("outcome", {"n": 1})  # that of a request which had left; nobody reads it, and nothing breaks
