"""What whoever approves a plan should know although nothing blocks it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.kinds import BY_NAME
from reconciler.planning.plan import Action, Change
from reconciler.state import AccessRole, Live


def live_warnings(live: Live) -> Iterator[str]:
    """What is odd about the workspace itself: resources that stand twice."""
    for resource in live.duplicates:
        yield f"the workspace has {resource.address} more than once; the one with the id {resource.id} is left alone"


def change_warnings(changes: Sequence[Change], access_role: AccessRole) -> Iterator[str]:
    """What to know of these changes: names that may be lost for good, and what the one who read might not have seen."""
    burnt = [c for c in changes if c.deletes and not BY_NAME[c.kind].is_embedded and not c.temporary_name]
    if burnt:
        yield (
            "Clockify may keep the names of deleted things reserved; "
            f"you may not be able to use these again: {_listed(burnt)}"
        )
    if access_role is AccessRole.UNKNOWN and any(change.is_removal for change in changes):
        yield (
            "the service does not say whether this key is that of an owner or an admin; somebody who is neither does not see "
            "private projects, nor other people's time"
        )
    created = [change for change in changes if change.action is Action.CREATE]
    if access_role is AccessRole.LIMITED and created:
        yield (
            "the account that this key belongs to does not see everything: "
            f"these may be there already, and fail to be created: {_listed(created)}"
        )


def _listed(changes: Sequence[Change]) -> str:
    return ", ".join(str(change.address) for change in changes[:5]) + (", …" if len(changes) > 5 else "")
