"""Which live resource each address meant when it was last applied, by the records of runs: its id stays when it is renamed by hand."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.applying.journal.run import Run
from reconciler.applying.report import Result
from reconciler.model import Address

_DONE = frozenset((Result.DONE, Result.ALREADY, Result.NOT_ACCEPTED))


def known_ids(runs: Iterable[Run], workspace_id: str) -> dict[Address, str]:
    """The ids of what the runs on a workspace created or changed, by the declared address, of each the latest; `runs`: newest first.

    A run that was changed proves nothing.
    """
    found: dict[Address, str] = {}
    for run in reversed(list(runs)):
        if run.problem or not run.concerns(workspace_id):
            continue
        for change in run.history.changes:
            if change.result not in _DONE or not change.id:
                continue
            if change.action == "delete":
                found.pop(change.address, None)
            else:
                found[change.address] = change.id
    return found
