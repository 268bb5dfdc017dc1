"""Creates children along with their parent: tasks within the request that creates their project, if the service keeps them.

The contract allows it; there is no record of a server that does it. So the first parent of a session with several new
children is a probe, whose children are read back at once. If all of them exist with their values, the other parents send
theirs inline too, and one list at the end verifies them. If not, copies of a parent are tried in the same way (`copies`), and
what neither can create is posted one by one. The end state is the same.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence

from reconciler.applying.journal.events import Resolution, Resolved
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.writes.compare import could_be_ours, missing_fields
from reconciler.applying.writes.copies import Copies
from reconciler.gateway import Writer
from reconciler.json_text import parse_json
from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address, Kind
from reconciler.planning.forecast import inline_groups
from reconciler.planning.plan import Change
from reconciler.state import ListProof
from reconciler.value_types import Wire

PARENTS_AT_ONCE = 1000
"""Parents on a page that is read back. Each has all its children in it: a larger page would be more than the rest of a large run."""


class InlineChildren:
    """Tracks which children are created along with their parent, and which of them exist. Safe to share between threads.

    `copies`: the parents that are copies of another one, with its children.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        writer: Writer,
        workspace_id: str,
        users: Mapping[str, str],
        journal: JournalSink,
        proofs: Sequence[ListProof] = (),
    ) -> None:
        self._writer, self._workspace, self._users, self._journal = writer, workspace_id, users, journal
        self._pages = {proof.what: proof.pages for proof in proofs}
        self._lock = threading.Lock()
        self._inside = inline_groups(changes)
        self.copies = Copies(changes)
        self._works: bool | None = None
        self._copied: set[Address] = set()
        self._sent: dict[Address, dict[Address, Change]] = {}
        self._others: dict[Address, str] = {}
        self._unread: dict[Address, str] = {}
        self._read: dict[Address, tuple[bytes, float]] = {}
        """The children that were read back and wait for their turn, as JSON: a quarter of the memory of the values."""

    @property
    def parents(self) -> tuple[Address, ...]:
        """Parents that can send children inline, the probe first."""
        return tuple(self._inside)

    def waits_for(self, parent: Address) -> tuple[Address, ...]:
        """What has to end before `parent` is created, since it may be a copy: see `Copies.waits_for`."""
        return self.copies.waits_for(parent) if self._works is False else ()

    def template_of(self, parent: Address) -> Wire | None:
        """What to copy for `parent`: see `Copies.template_of`."""
        return self.copies.template_of(parent) if self._works is False else None

    def children_to_send(self, parent: Address) -> tuple[Change, ...]:
        """The children to send in the request that creates `parent`."""
        if self._works is False or parent not in self._inside:
            return ()
        return tuple(self._note(parent, self._inside[parent]).values())

    def children_to_copy(self, parent: Address) -> tuple[Change, ...]:
        """The children that are created along with `parent` if it is a copy."""
        with self._lock:
            self._copied.add(parent)
        return tuple(self._note(parent, self.copies.children_of(parent)).values())

    def _note(self, parent: Address, children: Sequence[Change]) -> dict[Address, Change]:
        with self._lock:
            sent = self._sent[parent] = {change.address: change for change in children}
        return sent

    def disable(self, parent: Address) -> None:
        """Create no more children in the way of `parent`: the service refused its request, so none was created."""
        with self._lock:
            self._settle(parent, works=False)
            self._copied.discard(parent)
            self._sent.pop(parent, None)

    def found(self, parent: Address) -> None:
        """Note that somebody else had created `parent`: nothing was created along with it."""
        with self._lock:
            self._copied.discard(parent)
            self._sent.pop(parent, None)

    def is_copied(self, parent: Address) -> bool:
        """Whether a parent was created as a copy."""
        return parent in self._copied

    def _works_for(self, parent: Address) -> bool | None:
        return self.copies.works if parent in self._copied else self._works

    def _settle(self, parent: Address, *, works: bool) -> None:
        if parent in self._copied:
            self.copies.works = works and self.copies.works is not False
        else:
            self._works = works and self._works is not False

    def created(self, parent: Address, wire: Wire) -> None:
        """Note a parent, or a child, that was created now. The children of a probe are read back at once; raises GatewayError."""
        parent_id = wire["id"]
        self._read.pop(parent, None)  # as a child it has its id now
        if parent in self._sent and self._works_for(parent) is not None:
            with self._lock:
                self._unread[parent] = parent_id
            return
        if parent in self._sent:
            self._record_children(parent, self._list_children(parent, parent_id), parent_id)
            self._settle(parent, works=self._is_kept(parent, wire))
        if parent not in self._copied:  # what is not read back yet would wait for its own copies
            self.copies.created(parent, wire)

    def read_back(self) -> None:
        """Read all inline children since the probe: one list of all parents, then the list of each parent that is incomplete.

        Where that list has as many pages as there are such parents, only their own lists are read, so that reading back never
        takes more requests than were saved. Raises GatewayError.
        """
        kind = BY_NAME[next(iter(self._unread)).kind] if self._unread else None
        if kind is not None and len(self._unread) > self._pages.get(kind.plural, 1):
            self._read_from_list(kind)
        for parent, parent_id in list(self._unread.items()):
            self._record_children(parent, self._list_children(parent, parent_id), parent_id)

    def _read_from_list(self, kind: Kind) -> None:
        """Read the children from the list of all parents, page by page: of a large plan, the whole list is more than the plan."""
        parents = {parent_id: parent for parent, parent_id in self._unread.items()}
        # Without the archived ones: new parents are active, and one that is not in it is asked itself.
        for page in self._writer.pages(kind, self._workspace, most=PARENTS_AT_ONCE):
            for wire in page:
                parent = parents.get(wire["id"])
                children = wire.get(self._kind(parent).embedded) if parent else None
                names = {child.get("name") for child in children or ()}
                # This answer may omit archived children; then the parent's own list decides.
                if parent and children is not None and all(one.name in names for one in self._sent[parent]):
                    self._record_children(parent, children, wire["id"])

    def is_unread(self, address: Address) -> bool:
        """Whether a child was created along with its parent and not read back yet."""
        parent = parent_of(address)
        return parent in self._unread and address in self._sent[parent]

    @property
    def has_unread(self) -> bool:
        """Whether `read_back` has something to read."""
        return bool(self._unread)

    def stranger_beside(self, address: Address) -> str:
        """The name of a child that was copied without being approved, for the first child of its parent; else empty."""
        parent = parent_of(address)
        return (
            self._others.get(parent, "") if parent and address == next(iter(self._sent.get(parent, ())), None) else ""
        )

    def received(self, address: Address) -> tuple[Wire, float] | None:
        """A child as read back, and when; None if it has to be posted. Another name is one that somebody else gave it."""
        read = self._read.get(address)
        return (parse_json(read[0], any_text=True), read[1]) if read else None

    def _kind(self, parent: Address) -> Kind:
        return BY_NAME[next(iter(self._sent[parent])).kind]

    def _list_children(self, parent: Address, parent_id: str) -> Sequence[Wire]:
        return self._writer.list(self._kind(parent), self._workspace, parent_id).items

    def _record_children(self, parent: Address, children: Sequence[Wire], parent_id: str) -> None:
        by_name = {child.get("name"): child for child in children}
        renamed = self._renamed_children(parent, children, parent_id)
        for change in self._sent[parent].values():
            wire = by_name.get(change.address.name) or renamed.get(change.address)
            if wire is not None:
                self._read[change.address] = json.dumps(wire, separators=(",", ":")).encode(), self._writer.now()
            result, child = (Resolution.FOUND, wire["id"]) if wire else (Resolution.ABSENT, None)
            self._journal.record(Resolved(address=change.address, action=change.action, result=result, id=child))
        with self._lock:
            self._unread.pop(parent, None)
            known = {address.name for address in self._sent[parent]} | {wire.get("name") for wire in renamed.values()}
            if parent in self._copied and (strangers := [str(name) for name in by_name if name not in known]):
                self._others[parent] = strangers[0]
            if parent in self._copied and (strangers or renamed):
                self.copies.refuse()

    def _renamed_children(self, parent: Address, children: Sequence[Wire], parent_id: str) -> dict[Address, Wire]:
        """The children that somebody renamed since the create: all but their name is as sent, or as a copy may have it, and their
        name was not sent.

        A new parent has no other children. So with as many children as were sent, where the service keeps inline children, each
        missing one is there under another name.
        """
        sent = {change.address.name: change for change in self._sent[parent].values()}
        present = {child.get("name") for child in children}
        is_kept = self._works_for(parent) is True or not present.isdisjoint(sent)
        if not is_kept or len(children) < len(sent):
            return {}
        others = [child for child in children if child.get("name") not in sent]
        renamed: dict[Address, Wire] = {}
        for change in (change for name, change in sent.items() if name not in present):
            wire = next((child for child in others if self._could_be(change, child, parent, parent_id)), None)
            if wire is not None:
                others.remove(wire)
                renamed[change.address] = wire
        return renamed

    def _could_be(self, change: Change, wire: Wire, parent: Address, parent_id: str) -> bool:
        if parent in self._copied:
            return could_be_ours(change, BY_NAME[change.kind], wire, parent_id, self._users)
        return self._is_complete(change, wire, parent_id)

    def _is_kept(self, parent: Address, wire: Wire) -> bool:
        """Whether the children of a probe are there: inline ones with all that was sent. What a copy lacks is updated, which must
        take fewer requests than its children.
        """
        read = [(change, self.received(change.address)) for change in self._sent[parent].values()]
        lacking = sum(found is None or not self._is_complete(change, found[0], wire["id"]) for change, found in read)
        if parent not in self._copied:
            return not lacking
        missing = self.copies.lacking_fields(parent, wire, self._users)
        updates = len({field.endpoint for field in missing})
        return all(found is not None for _, found in read) and lacking + updates < len(read)

    def _is_complete(self, change: Change, wire: Wire, parent_id: str) -> bool:
        """Whether an inline child has all the fields that its own create would set; fields that a create drops do not count."""
        kind = BY_NAME[change.kind]
        dropped = {field.name for field in kind.every_field if field.dropped_on_create or field.endpoint}
        missing = missing_fields(change, kind, wire, parent_id, self._users)
        return all(field.name in dropped for field in missing)
