"""`undo` of a time run: the reverse of one write of a time entry, shown, approved and recorded like the write itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from reconciler.applying.journal.time_run import TimeRun
from reconciler.cli import planfiles
from reconciler.cli.actions.time_desk import TimeDesk, open_desk
from reconciler.cli.actions.time_output import report_written, show_changes, show_write
from reconciler.cli.actions.time_write import carry_out, surroundings_of
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import RefusedError, WorkspaceError
from reconciler.timekeeping.labels import Labeller, Labels
from reconciler.timekeeping.listing import ListedEntry
from reconciler.timekeeping.look import Step, TimeWrite
from reconciler.timekeeping.preconditions import require_no_other_timer
from reconciler.timekeeping.undo import undo_write
from reconciler.timekeeping.warnings import entry_warnings

_QUESTIONS = {
    Step.DELETE: "Delete this time entry, as its creation is undone?",
    Step.UPDATE: "Give this time entry its former values?",
    Step.CREATE: "Create this time entry again? It gets a new id.",
}


def undo_time_run(run: TimeRun, token: str | None, form: str, settings: Settings, *, wait: bool = False) -> None:
    """Undo a time run after approval. Raises NotApprovedError, RefusedError where the entry was changed since, TimeEntryError."""
    run.require_trusted()
    planfiles.require_target(run.target, settings)
    with _desk_of(run, settings, wait_for_quota=wait) as desk:
        if desk.workspace.id != run.target.workspace_id:
            raise RefusedError(
                f"run {run.id} is of another workspace, {run.target.workspace_name}; nothing was written"
            )
        write = undo_write(run, desk.reader)
        require_no_other_timer(write, desk.reader, desk.workspace.id)
        labels = _labels(write, desk)
        question = _QUESTIONS[write.step]
        warnings = [] if write.is_own else [f"it is an entry of {labels.user}, not yours"]
        if write.step is not Step.DELETE:
            warnings += entry_warnings(write.subject, surroundings_of(desk, write.subject))
        if write.before is not None and write.wanted is not None:
            show_changes(
                ListedEntry(write.before, _labels(write, desk, before=True)), ListedEntry(write.wanted, labels), desk
            )
        show_write(question, write.subject, labels, desk, warnings)
        confirm(question, token, settings, settings.command("undo", run.id, "--approve", "yes"))
        written = carry_out(write, desk, token)
        if write.step is Step.CREATE and written.entry is not None:
            print_message(f"the entry has a new id, {written.entry.id}; it was {run.history.writes[-1].id}")
        report_written(written, ListedEntry(written.entry or write.subject, labels), desk, form, warnings)


@contextmanager
def _desk_of(run: TimeRun, settings: Settings, *, wait_for_quota: bool) -> Iterator[TimeDesk]:
    """The workspace of the run, which needs no option where the account has several. Raises RefusedError if it does not have that."""
    named = replace(settings, workspace=settings.workspace or run.target.workspace_id)
    with ExitStack() as stack:
        try:
            desk = stack.enter_context(open_desk(named, None, wait_for_quota=wait_for_quota))
        except WorkspaceError as error:
            raise RefusedError(
                f"run {run.id} is of the workspace {run.target.workspace_name}: {error.message}; nothing was written",
                hint="use the API key and the connection of the account that the run was made with",
            ) from error
        yield desk


def _labels(write: TimeWrite, desk: TimeDesk, *, before: bool = False) -> Labels:
    entry = write.before if before and write.before is not None else write.subject
    return Labeller(desk.reader, desk.workspace.id).labels_of(entry.wire())
