"""Nothing is sent without a record: state directories that cannot be written, and a closed journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.applying import ApplyOptions, Intent, JournalEvent, Result, WriteOutcome, apply, approve
from reconciler.applying.journal.events import WriteResult
from reconciler.applying.journal.writer import Journal
from reconciler.errors import JournalError
from reconciler.model import Address
from tests.faults.commands import command_runner
from tests.faults.scenario_server import scenario_server
from tests.sandbox_client import Stage
from tests.waiting import HANGING


def _file_as_state_directory(state: Path) -> None:
    state.write_text("not a directory")


def _file_as_runs_directory(state: Path) -> None:
    state.mkdir()
    (state / "runs").write_text("not a directory")


# A file in place of the directory: permissions do not stop the superuser.
@pytest.mark.parametrize("make_unwritable", [_file_as_state_directory, _file_as_runs_directory])
def test_a_state_directory_that_cannot_be_written_ends_the_run_before_any_write(
    make_unwritable: Callable[[Path], None],
) -> None:
    with command_runner(scenario_server("inline")) as runner:
        make_unwritable(runner.folder / "state")
        process = runner.start()
        _, output = process.communicate(timeout=HANGING)
        assert process.returncode == 1
        assert "choose another --state-dir" in " ".join(output.split())
        assert "Traceback" not in output
        assert {logged.method for logged in runner.state_folder.app.state.log} <= {"GET"}


def test_a_closed_journal_rejects_intents_and_ignores_outcomes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", now=lambda: 0.0)
    intent = Intent(address=Address.parse("tag:a"), action="create", step="create")
    journal.intent(intent)
    journal.close()
    with pytest.raises(JournalError):
        journal.intent(intent)
    # The outcome of a request that was already sent is ignored.
    journal.record(WriteOutcome(n=1, address=intent.address, result=WriteResult.DONE))


class _FullAfterIntent:
    """A journal that records intents and fails for outcomes."""

    def intent(self, intent: Intent) -> int:
        return len(intent.path)

    def record(self, event: JournalEvent) -> None:
        if isinstance(event, WriteOutcome):
            raise JournalError(f"no space for the outcome of {event.address}", hint="free disk space")


def test_a_write_whose_outcome_cannot_be_recorded_is_in_doubt_in_the_report() -> None:
    with Stage() as stage:
        plan, reading = stage.plan({"clients": ["Acme"], "tags": ["late"]})
        with stage.writer() as writer:
            approved, options = approve(plan, plan.digest), ApplyOptions(max_concurrency=1)
            report = apply(approved, writer, reading, journal=_FullAfterIntent(), options=options)
        assert [outcome.result for outcome in report.outcomes] == [Result.IN_DOUBT, Result.SKIPPED]
        assert report.exit_code == 4
        assert report.stopped == "no space for the outcome of client:Acme; free disk space"
