"""An approved plan carried out under the claim of its workspace, in one that exists or in a new one; and a policy without changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.applying import (
    ApplyHooks,
    ApplyOptions,
    ApprovedPlan,
    RunReport,
    Runs,
    apply_in_new_workspace,
    apply_recorded,
    record_policy,
)
from reconciler.cli.run_notes import report_created
from reconciler.cli.run_store import hold_for
from reconciler.gateway import Writer
from reconciler.live import Reading
from reconciler.planning import Plan
from reconciler.state import Workspace
from reconciler.stores import Hold, RunStore


@dataclass(frozen=True, slots=True)
class RecordedApply:
    """What an apply needs besides its plan. `verifies`: read the workspace again afterwards."""

    runs: Runs
    hooks: ApplyHooks
    hold: Hold
    connection: str
    options: ApplyOptions
    verifies: bool

    def run(
        self,
        approved: ApprovedPlan,
        writer: Writer,
        reading: Reading,
        workspace: Workspace,
        read_again: Callable[[Workspace], Reading],
    ) -> RunReport:
        """Apply with a journal. Raises StalePlanError and BlockedError before the first write."""
        common: dict[str, Any] = {"connection": self.connection, "options": self.options}
        hooks = self.hold.hooks(self.hooks)
        if not approved.plan.target.is_new:
            common["reading_again"] = (lambda: read_again(workspace)) if self.verifies else None
            return apply_recorded(approved, writer, reading, self.runs, hooks, **common)

        def on_created(created: Workspace) -> None:
            report_created(created)
            self.hold.take(created.id, approved.plan.digest)

        common |= {"verifies": self.verifies, "on_created": on_created, "reading": reading}
        return apply_in_new_workspace(approved, writer, read_again, self.runs, hooks, **common)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records a policy: `user` asks whose API key it is."""

    user: Callable[[], Mapping[str, Any]]
    connection: str


def record_policy_of(plan: Plan, workspace: Workspace, runs: Runs, store: RunStore, recorder: Recorder) -> str:
    """Record the policy of a plan without changes under the claim of its workspace; why it is not stored, "" if it is."""
    with hold_for(store, plan, workspace) as hold:
        record_policy(plan, runs, time.time, user=recorder.user, connection=recorder.connection)
    return hold.problem
