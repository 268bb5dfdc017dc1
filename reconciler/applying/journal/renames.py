"""What the runs of a state folder know of exchanged names, as a value for planning: names alone do not show that they were exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.errors import JournalError
from reconciler.model import Address
from reconciler.planning.order import gives_place
from reconciler.planning.plan import Change

if TYPE_CHECKING:
    from reconciler.applying.journal.run import Run


def recorded_renames(runs: Iterable[Run], workspace_id: str) -> Mapping[Address, tuple[str, str]]:
    """Desired address → live id and temporary name, of each rename that a run carried out while it exchanged names.

    `runs` are the newest first, and the newest rename of a resource counts. Those of an undo count for nothing: it leads back to
    the state before the manifests. Neither do runs that were changed, or whose plan is of another version.
    """
    result: dict[Address, tuple[str, str]] = {}
    seen: set[str] = set()
    for run in runs:
        if run.problem or not run.is_sealed or not run.exchanges_names or not run.concerns(workspace_id):
            continue
        with suppress(JournalError):
            is_from_manifests = bool(run.plan.sources)
            for change in _carried_out(run):
                if change.id not in seen and is_from_manifests:
                    result.setdefault(change.address, (change.id, change.temporary_name))
                seen.add(change.id)
    return result


def _carried_out(run: Run) -> Iterator[Change]:
    """The renames and moves of a run that it has written, or may have written."""
    written = {write.intent.id for write in run.history.writes if write.may_have_changed}
    for change in run.plan.changes:
        if change.id in written and gives_place(change) and not change.removal:
            yield change
