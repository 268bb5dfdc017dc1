"""What a fresh reading shows of writes whose outcome nobody knows. Pure.

Each write is judged by what it would have done itself, not by whether its change is finished: an archive before a delete may
have been carried out, and the update behind a create may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.applying.journal.history import History
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus
from reconciler.applying.writes.compare import matches_body
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Change, Step
from reconciler.state import Live


def resolutions(
    history: History, changes: Sequence[Change], preconditions: Sequence[PreconditionResult], live: Live
) -> Iterator[Mapping[str, Any]]:
    """The facts of a `settled` line for each write in doubt, and for each create that is not told by a write of its own."""
    by_id = live.by_id
    creates = {
        change.address: precondition
        for change, precondition in zip(changes, preconditions, strict=True)
        if not change.id
    }
    for intent in history.in_doubt:
        address = Address.parse(intent["address"])
        if intent["step"] == Step.CREATE:
            facts = _created(creates[address])
        elif intent["step"] == Step.DELETE:
            facts = {"result": "absent" if intent["id"] in by_id else "gone", "id": intent["id"]}
        else:
            current = by_id.get(intent["id"])
            is_done = current is not None and matches_body(BY_NAME[address.kind], intent["body"], current.wire)
            facts = {"result": "found" if is_done else "absent" if current else "moved", "id": intent["id"]}
        yield {"n": intent["n"], "address": intent["address"], **facts}
    told = {intent["address"] for intent in history.in_doubt if intent["step"] == Step.CREATE}
    for address in sorted(history.doubtful):
        if address in creates and str(address) not in told:
            yield {"address": str(address), **_created(creates[address])}


def _created(precondition: PreconditionResult) -> dict[str, Any]:
    """What there is of the name now; where it is another's, that says nothing of what a create of ours did."""
    found = precondition.status is PreconditionStatus.ALREADY or bool(precondition.id)
    result = "found" if found else "moved" if precondition.status is PreconditionStatus.MOVED else "absent"
    return {"result": result, "id": precondition.id or None}
