"""What the absence of a resource proves. One that is not in the live state does not exist only if the list that would show it was read.

Lists of a whole workspace are read to their end, or the read fails. Children embedded in their parents may come without the
archived ones (DONE tasks), so that for each of these only the list of its own parent proves anything. Everything that concludes
from absence asks here: what is read, the guards, the preconditions, recovery, verification and undo. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_NAME, KINDS
from reconciler.planning.plan import Action, Change
from reconciler.planning.resolve import AddressResolver
from reconciler.state import Live

UNREAD = "the list of tasks of its project was not read completely"
"""Why nothing follows from the absence of a task."""


def proves_absence(live: Live, kind_name: str, parent_id: str) -> bool:
    """Whether a resource of this kind, last known in this parent, does not exist if `live` does not have it.

    `parent_id` is its id, whatever its name and address are now; "" is not known, or no parent.
    """
    kind = BY_NAME[kind_name]
    if kind.is_embedded and parent_id in live.by_id:
        return parent_id in live.tasks_proven
    # Embedded resources are deleted with their parent, so that the list of the parents decides.
    listed = kind if not kind.is_embedded else BY_NAME[kind.parent] if parent_id else None
    return listed is not None and any(proof.what == listed.plural and proof.ended_by for proof in live.proofs)


def unread_parent(change: Change, live: Live, resolver: AddressResolver) -> str:
    """The id of the live parent whose children must be listed before `change` is judged; "" if what was read is enough.

    A delete rests on the whole list. So does a change whose resource is not seen, and one that takes a name which nothing
    that is seen has: an archived resource may have it. What is archived is seen, and archived ones play no part in that.
    """
    kind = BY_NAME[change.kind]
    if not kind.is_embedded:
        has_embedded = any(other.is_embedded and other.parent == kind.name for other in KINDS)
        parent_id = change.id if has_embedded and change.deletes else ""
    elif change.deletes or _rests_on_absence(change, live, resolver):
        known = live.by_id.get(change.id) or change.precondition
        parent_id = known.parent_id if change.id else resolver.parent_id_of(change.address) or ""
    else:
        return ""
    return parent_id if parent_id in live.by_id and parent_id not in live.tasks_proven else ""


def unread_parents(changes: Sequence[Change], live: Live) -> dict[int, str]:
    """All such parents of a plan, by the position of the change, also below what an earlier session of its run has created."""
    if not any(BY_NAME[change.kind].is_embedded or change.deletes for change in changes):
        return {}
    unread = {}
    resolver = AddressResolver(changes, live)
    touched = {change.id for change in changes if change.id}
    for position, change in enumerate(changes):
        if change.action is Action.CREATE and (current := resolver.id_in_place(change.address)) not in touched:
            resolver.created.update({change.address: current} if current else {})
        if parent_id := unread_parent(change, live, resolver):
            unread[position] = parent_id
    return unread


def _rests_on_absence(change: Change, live: Live, resolver: AddressResolver) -> bool:
    """Whether its resource, or the holder of the name that it takes, is not seen."""
    current = live.by_id.get(change.id)
    if change.id and current is None:
        return True
    is_named = current is not None and current.name == change.address.name
    return not is_named and resolver.id_in_place(change.address) is None
