"""Where nothing can be recorded, nothing is sent: folders that cannot be written, and a journal that is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.applying import ApplyOptions, Intent, JournalEvent, Result, WriteOutcome, apply, approve
from reconciler.applying.journal.events import WriteResult
from reconciler.applying.journal.writer import Journal
from reconciler.errors import JournalError
from reconciler.model import Address
from tests.faults.commands import counterdesk
from tests.faults.scenario_server import world
from tests.sandbox_client import Stage


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


def test_once_the_journal_is_closed_a_late_thread_cannot_record_an_intent(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", now=lambda: 0.0)
    intent = Intent(address=Address.parse("tag:a"), action="create", step="create")
    journal.intent(intent)
    journal.close()
    with pytest.raises(JournalError):
        journal.intent(intent)
    # The outcome of a request that had left: it is dropped, and nothing breaks.
    journal.record(WriteOutcome(n=1, address=intent.address, result=WriteResult.DONE))


class _FullAfterTheIntent:
    """A journal with room for intents, and no room for outcomes."""

    def intent(self, intent: Intent) -> int:
        return len(intent.path)

    def record(self, event: JournalEvent) -> None:
        if isinstance(event, WriteOutcome):
            raise JournalError(f"no room for the outcome of {event.address}", hint="make room")


def test_a_write_whose_outcome_cannot_be_recorded_is_in_doubt_in_the_report_as_it_is_in_the_journal() -> None:
    with Stage() as stage:
        plan, reading = stage.plan({"clients": ["Acme"], "tags": ["late"]})
        with stage.writer() as writer:
            approved, options = approve(plan, plan.digest), ApplyOptions(max_concurrency=1)
            report = apply(approved, writer, reading, journal=_FullAfterTheIntent(), options=options)
        assert [outcome.result for outcome in report.outcomes] == [Result.IN_DOUBT, Result.SKIPPED]
        assert report.exit_code == 4
        assert report.stopped == "no room for the outcome of client:Acme; make room"
