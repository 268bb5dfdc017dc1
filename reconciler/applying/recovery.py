"""Recovery: what a new session of a run takes over from its journal, and what a fresh reading shows of writes in doubt. Pure.

Each write is judged by its own effect, not by whether its change is finished: the archive before a delete may have been carried
out while the delete was not, and the update after a create may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.applying.journal.events import Intent, Resolution, Resolved
from reconciler.applying.journal.history import EMPTY_HISTORY, History
from reconciler.applying.journal.run import Run
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus
from reconciler.applying.writes.compare import matches_body
from reconciler.kinds import BY_NAME
from reconciler.live import read_undeclared
from reconciler.model import Resource
from reconciler.planning.absence import proves_absence
from reconciler.planning.plan import Change, Plan, Step
from reconciler.planning.planfile import frozen
from reconciler.state import Live


def history_for(plan: Plan, run: Run | None) -> History:
    """What the run has written so far, as far as it holds for `plan`, which has the digest of the run's plan.

    By the numbers of sessions and lines, a plan that was made after the run's last line was computed from what exists now: if the run created something and it was
    deleted since, this plan creates it again. By the run's own plan that change is stale.
    """
    if run is None:
        return EMPTY_HISTORY
    return replace(run.history, created={}) if plan.made_after >= run.position else run.history


def resolutions(
    history: History, changes: Sequence[Change], preconditions: Sequence[PreconditionResult], live: Live
) -> Iterator[Resolved]:
    """An event for each write in doubt, and for each create in doubt that has no write of its own (sent inside its parent)."""
    by_id = live.by_id
    parents = {change.id: change.precondition.parent_id for change in changes if change.id}
    creates = {
        change.address: precondition
        for change, precondition in zip(changes, preconditions, strict=True)
        if not change.id
    }
    resolved = set()
    for intent in history.in_doubt:
        if intent.step == Step.CREATE and intent.address not in creates:
            continue
        if intent.step == Step.CREATE:
            resolved.add(intent.address)
            result, resource_id = _resolve_create(creates[intent.address])
        else:
            current, resource_id = by_id.get(intent.id or ""), intent.id
            if current is None and not proves_absence(live, intent.address.kind, parents.get(intent.id or "", "")):
                continue  # the write stays in doubt
            result = _resolve_write(intent, current, live.users)
        yield Resolved(n=intent.n, address=intent.address, result=result, id=resource_id)
    for address in sorted(history.doubtful - resolved):
        if address in creates:
            result, resource_id = _resolve_create(creates[address])
            yield Resolved(address=address, result=result, id=resource_id)


def _resolve_write(intent: Intent, current: Resource | None, users: Mapping[str, str]) -> Resolution:
    if intent.step == Step.DELETE:
        return Resolution.GONE if current is None else Resolution.ABSENT
    if current is None:
        return Resolution.MOVED
    if intent.step == Step.UNDECLARED:
        before = frozen((intent.before or {}).get("undeclared", {}))
        now = read_undeclared(BY_NAME[intent.address.kind], current.wire, users)
        return Resolution.ABSENT if now == before else Resolution.FOUND
    is_done = matches_body(BY_NAME[intent.address.kind], intent.body or {}, current.wire)
    return Resolution.FOUND if is_done else Resolution.ABSENT


def _resolve_create(precondition: PreconditionResult) -> tuple[Resolution, str | None]:
    """What has the name now, and its id. What another hand made proves nothing about the create."""
    if precondition.status is PreconditionStatus.ALREADY or precondition.id:
        return Resolution.FOUND, precondition.id or None
    is_stale = precondition.status is PreconditionStatus.MOVED
    return (Resolution.MOVED if is_stale else Resolution.ABSENT), None
