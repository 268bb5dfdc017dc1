"""The run store: which one is used, whether it can be reached, who holds a workspace, and conflicts whose copies are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from reconciler.cli.run_store import open_store
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import NOT_KNOWN
from reconciler.errors import ReconcilerError
from reconciler.render.diagnoses import Diagnosis, Health
from reconciler.render.words import count
from reconciler.state import Workspace
from reconciler.stores.records import CONFLICTS


def diagnose_store(settings: Settings, workspace: Workspace | None) -> Iterator[Diagnosis]:
    """Fetches the store, so that what is seen of the state folder afterwards is what the store knows."""
    try:
        store = open_store(settings)
        found = store.fetch()
    except ReconcilerError as error:
        cure = error.hint or "make it reachable; until then apply is refused, as is a plan that removes anything"
        yield Diagnosis("store", Health.FAIL, f"{error.message}; not known are {NOT_KNOWN}", cure)
        return
    if not store.is_shared:
        message = f"folder: runs are in {settings.state_dir} alone, and other machines do not know of them"
        yield Diagnosis("store", Health.OK, message)
        return
    yield Diagnosis("store", Health.OK, f"{store.name} is reachable; {settings.state_dir} has what it has")
    for note in found.notes:
        yield Diagnosis("store", Health.WARN, note, "look at both copies")
    now = time.time()
    for key, claim in found.claims.items():
        if workspace is None or key == workspace.id:
            cure = (
                "apply takes the claim over"
                if claim.is_stale(now)
                else "wait until it has ended; apply is refused beside it"
            )
            yield Diagnosis("claim", Health.WARN, f"the workspace {key} is held by {claim.words()}", cure)
    folder = Path(settings.state_dir, CONFLICTS)
    if copies := sorted(folder.iterdir()) if folder.is_dir() else []:
        message = f"{count(len(copies), 'copy', 'copies')} of conflicting records in {folder}, newest {copies[-1].name}"
        yield Diagnosis("conflicts", Health.WARN, message, "compare each with the journal of its run, then delete it")
