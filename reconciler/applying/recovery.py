"""What a fresh reading shows of writes whose outcome nobody knows. Pure.

Each write is judged by what it would have done itself, not by whether its change is finished: an archive before a delete may
have been carried out, and the update behind a create may not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.applying.journal.history import Ledger
from reconciler.applying.preconditions import Standing, Verdict
from reconciler.applying.writes.compare import as_sent
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Change, Step
from reconciler.state import Live


def settlements(
    ledger: Ledger, changes: Sequence[Change], verdicts: Sequence[Verdict], live: Live
) -> Iterator[Mapping[str, Any]]:
    """The facts of a `settled` line for each write in doubt, and for each create that is not told by a write of its own."""
    by_id = {resource.id: resource for resource in live.everything}
    creates = {change.address: verdict for change, verdict in zip(changes, verdicts, strict=True) if not change.id}
    for intent in ledger.in_doubt:
        address = Address.parse(intent["address"])
        if intent["step"] == Step.CREATE:
            facts = _created(creates[address])
        elif intent["step"] == Step.DELETE:
            facts = {"result": "absent" if intent["id"] in by_id else "gone", "id": intent["id"]}
        else:
            there = by_id.get(intent["id"])
            is_done = there is not None and as_sent(BY_NAME[address.kind], intent["body"], there.wire)
            facts = {"result": "found" if is_done else "absent" if there else "moved", "id": intent["id"]}
        yield {"n": intent["n"], "address": intent["address"], **facts}
    told = {intent["address"] for intent in ledger.in_doubt if intent["step"] == Step.CREATE}
    for address in sorted(ledger.doubtful):
        if address in creates and str(address) not in told:
            yield {"address": str(address), **_created(creates[address])}


def _created(verdict: Verdict) -> dict[str, Any]:
    """What there is of the name now; where it is another's, that says nothing of what a create of ours did."""
    found = verdict.standing is Standing.ALREADY or bool(verdict.id)
    result = "found" if found else "moved" if verdict.standing is Standing.MOVED else "absent"
    return {"result": result, "id": verdict.id or None}
