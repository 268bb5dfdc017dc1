"""New children sent along with their new parent, where the service keeps them: tasks within the request that creates their project.

The contract allows it, and nobody has recorded that the server does it. So the first parent of a run that has several new
children is a probe: its children are read back at once. If all came as meant the others do the same, and one list read at
the end checks them all; if not, children are posted one by one from then on. Both ways end in the same state.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import missing_fields
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address, Kind, Wire
from reconciler.planning.forecast import inline_groups
from reconciler.planning.plan import Change


class InlineChildren:
    """Knows which children go along with their parents, and what came of them. Safe to share between threads."""

    def __init__(
        self,
        changes: Sequence[Change],
        writer: Writer,
        workspace_id: str,
        users: Mapping[str, str],
        journal: JournalSink,
    ) -> None:
        self._writer, self._workspace, self._users, self._journal = writer, workspace_id, users, journal
        self._lock = threading.Lock()
        self._inside = inline_groups(changes)
        self._works: bool | None = None
        self._sent: dict[Address, tuple[Change, ...]] = {}
        self._unread: dict[Address, str] = {}
        self._read: dict[Address, Wire] = {}

    @property
    def parents(self) -> tuple[Address, ...]:
        """The parents that children may go along with, the probe first."""
        return tuple(self._inside)

    @property
    def is_refused(self) -> bool:
        """Whether children are posted one by one after all."""
        return self._works is False

    def children_of(self, parent: Address) -> tuple[Address, ...]:
        """The children that may go along with a parent."""
        return tuple(change.address for change in self._inside.get(parent, ()))

    def children_to_send(self, parent: Address) -> tuple[Change, ...]:
        """The children to put into the request that creates `parent`."""
        if self._works is False or parent not in self._inside:
            return ()
        with self._lock:
            self._sent[parent] = self._inside[parent]
        return self._inside[parent]

    def disable(self, parent: Address) -> None:
        """The service refused the request of `parent` with its children: nothing went along."""
        with self._lock:
            self._works = False
            self._sent.pop(parent, None)

    def created(self, parent: Address, parent_id: str) -> None:
        """A parent is there. The probe's children are read back at once; raises GatewayError."""
        if parent not in self._sent:
            return
        if self._works is None:
            self._take(parent, self._listed(parent, parent_id))
            as_meant = all(self._is_complete_child(change, parent_id) for change in self._sent[parent])
            self._works = as_meant and self._works is not False
        else:
            with self._lock:
                self._unread[parent] = parent_id

    def read_back(self) -> None:
        """Read all children that went along since the probe: one list for all, and a parent's own where that leaves doubt.

        Raises GatewayError.
        """
        if len(self._unread) > 1:
            kind = BY_NAME[next(iter(self._unread)).kind]
            found = {wire["id"]: wire for wire in self._writer.list(kind, self._workspace).items}
            for parent, parent_id in list(self._unread.items()):
                children = found.get(parent_id, {}).get(self._kind(parent).embedded)
                names = {child.get("name") for child in children or ()}
                # Such an answer may leave out children that are put away: then the parent is asked itself.
                if children is not None and all(child.address.name in names for child in self._sent[parent]):
                    self._take(parent, children)
        for parent, parent_id in list(self._unread.items()):
            self._take(parent, self._listed(parent, parent_id))

    def is_unread(self, address: Address) -> bool:
        """Whether it went along with its parent and was not read back yet."""
        parent = parent_of(address)
        return parent in self._unread and any(change.address == address for change in self._sent[parent])

    def received(self, address: Address) -> Wire | None:
        """A child as it was read back; None where it has to be posted."""
        return self._read.get(address)

    def _kind(self, parent: Address) -> Kind:
        return BY_NAME[self._sent[parent][0].kind]

    def _listed(self, parent: Address, parent_id: str) -> Sequence[Wire]:
        return self._writer.list(self._kind(parent), self._workspace, parent_id).items

    def _take(self, parent: Address, children: Sequence[Wire]) -> None:
        by_name = {child.get("name"): child for child in children}
        for change in self._sent[parent]:
            wire = by_name.get(change.address.name)
            if wire is not None:
                self._read[change.address] = wire
            facts = {"address": str(change.address), "action": str(change.action)}
            facts |= {"result": "found" if wire else "absent"}
            self._journal.record("settled", {**facts, "id": wire["id"] if wire else None})
        with self._lock:
            self._unread.pop(parent, None)

    def _is_complete_child(self, change: Change, parent_id: str) -> bool:
        """Whether going along did all that a create of its own would do: what any create drops does not count."""
        wire, kind = self._read.get(change.address), BY_NAME[change.kind]
        if wire is None:
            return False
        dropped = {field.name for field in kind.fields if field.dropped_on_create}
        missing = missing_fields(change, kind, wire, parent_id, self._users)
        return all(field.name in dropped for field in missing)
