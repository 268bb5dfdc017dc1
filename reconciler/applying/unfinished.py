"""What the last run of a workspace left undone that a new plan must look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from reconciler.errors import JournalError
from reconciler.kinds import BY_NAME

if TYPE_CHECKING:
    from reconciler.applying.journal.run import Run


def unfinished_deletes(runs: Iterable[Run], workspace_id: str) -> Mapping[str, str]:
    """The tasks that the newest run of a workspace was to delete and did not, each with the id of its project.

    The run may have set them to DONE already, so that only the list of their project shows them to a new plan. `runs`: newest
    first.
    """
    run = next((run for run in runs if run.concerns(workspace_id)), None)
    if run is None or run.is_complete or run.problem:
        return {}
    from reconciler.applying.report import COMPLETED  # noqa: PLC0415 - start-up: only an incomplete run needs it

    with suppress(JournalError):  # the plan of another version
        ended = {(change.address, change.action): change.result for change in run.history.changes}
        return {
            change.id: change.precondition.parent_id
            for change in run.plan.changes
            if change.deletes
            and BY_NAME[change.kind].is_embedded
            and ended.get((change.address, str(change.action))) not in COMPLETED
        }
    return {}
