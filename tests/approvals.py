"""What an approval may do to a workspace, held against what was done: nothing that its plan does not name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reconciler.applying import ApprovedPlan
from reconciler.kinds import BY_NAME, BY_PLURAL
from reconciler.planning import Plan
from reconciler.planning.plan import Action, Change
from reconciler.sandbox import LoggedRequest
from tests.test_convergence import only_named_changed

PLURALS = ("clients", "projects", "tasks", "tags")


@dataclass
class Approval:
    """An approved plan; `made` are the ids of what it created. `is_alone`: nothing else has written since it was made."""

    approved: ApprovedPlan
    made: set[str] = field(default_factory=set)
    is_alone: bool = True
    is_done: bool = False
    was_killed: bool = False

    @property
    def plan(self) -> Plan:
        return self.approved.plan


def writes_in(log: Any) -> list[LoggedRequest]:
    return [logged for logged in log if logged.method != "GET"]


def nothing_but_what_was_approved(
    approval: Approval, before: dict[str, Any], after: dict[str, Any], writes: list[LoggedRequest]
) -> None:
    """Every write is about something that the plan names, and nothing differs that it does not name."""
    changes = approval.plan.changes
    creates = {(BY_PLURAL[p].name, c.address.name) for p in PLURALS for c in changes if c.action is Action.CREATE}
    for plural in PLURALS:
        was, now = ({item["id"]: item for item in state[plural]} for state in (before, after))
        for new in now.keys() - was.keys():
            assert (BY_PLURAL[plural].name, now[new]["name"]) in creates
            approval.made.add(new)
        gone = {change.id for change in changes if change.action is Action.DELETE}
        for lost in was.keys() - now.keys():
            assert lost in gone or was[lost].get("projectId") in gone
        named = {change.id: {f.name for f in change.fields} | _lifecycle(change) for change in changes if change.id}
        for same in (was.keys() & now.keys()) - approval.made:
            only_named_changed(BY_PLURAL[plural], was[same], now[same], named.get(same, set()))
    known = {change.id for change in changes} | approval.made
    for write in writes:
        parts = write.path.rstrip("/").split("/")
        assert write.method == "POST" or parts[-1] in known or parts[-2] in known, write
    assert after["time_entries"] == before["time_entries"]


def _lifecycle(change: Change) -> set[str]:
    """What else a change may touch when it is cut short: a delete puts away first, under a temporary name where it needs one."""
    if change.action is not Action.DELETE:
        return set()
    return {BY_NAME[change.kind].lifecycle_name, *(["name"] if change.temporary_name else [])}
