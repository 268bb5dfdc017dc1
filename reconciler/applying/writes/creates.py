"""Creates one resource: alone, with its new children inline, or as a copy of another one; or takes what its parent's create made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.applying.writes.copies import copy_body, not_approved, touched_fields
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.outcomes import is_refusal
from reconciler.applying.writes.payloads import create_body
from reconciler.applying.writes.send import WriteSender
from reconciler.errors import ApiError, CredentialsError, GatewayError, MovedError, RateLimitError
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address, Kind
from reconciler.planning.plan import Change
from reconciler.state import Live
from reconciler.text import sanitize
from reconciler.value_types import Wire


class Creator:
    """Creates the resources of a run. Methods raise GatewayError, and MovedError for what is not as it was approved."""

    def __init__(
        self,
        writer: Writer,
        sender: WriteSender,
        live: Live,
        people: Mapping[str, str],
        children: InlineChildren,
        unread_copies: Collection[Address] = (),
    ) -> None:
        self._sender, self._now, self._people, self._live = sender, writer.now, people, live
        self._unread_copies = set(unread_copies)
        self._users, self._settings = live.users, live.workspace.settings
        self._children, self._copies = children, children.copies

    def create(self, item: WorkItem) -> None:
        """Create the resource of an item without an id; it then has id and object."""
        self._unread_copies.discard(item.change.address)
        received = self._children.received(item.change.address)
        item.take(*(received or (self._send(item), self._now())))
        item.id = item.wire["id"]
        # Somebody renamed it before it was read back.
        if received and item.wire.get("name") != item.change.address.name:
            raise MovedError(f"its name is now {sanitize(str(item.wire.get('name')))!r}")

    def usual_values(self, item: WorkItem) -> dict[str, Any]:
        """What a usual create sets besides the declared values, as far as a copy shows it: its name, its place and its flags, by the
        name of the field, the parent's id by its key. Empty for what is no copy.
        """
        change, kind, wire = item.change, item.kind, item.wire
        is_copy = self._children.is_copied(change.address)
        if not is_copy and change.address not in self._unread_copies:
            return {}
        body = self._body(change, kind, item.parent_id)
        template = self._copies.original_of(change.address, change.address)[0] if is_copy else {}
        flags = [field for field in kind.fields if field.reset_if_omitted and field.is_answered(wire)]
        wanted = {field.name: body.get(field.wire, field.raw(template)) for field in flags}
        place = {kind.parent_wire: item.parent_id} if kind.parent_wire in wire else {}
        name = {"name": change.address.name} if "name" in wire else {}
        return {**name, **place, **{key: value for key, value in wanted.items() if value is not None}}

    def require_approved(self, item: WorkItem) -> None:
        """Raise MovedError for a copy that has more than its template was approved with, and make no more of them."""
        address = item.change.address
        copy = next((one for one in (address, parent_of(address)) if one and self._children.is_copied(one)), None)
        if copy is not None:
            names = not_approved(item.change, *self._copies.original_of(address, copy), item.wire, self._users)
            stranger, source = self._children.stranger_beside(address), str(self._copies.source_of(copy))
        elif address in self._unread_copies:
            names = touched_fields(item.change, item.wire, self._users)
            stranger, source = self._stranger_inside(item), "another project"
        else:
            return
        if stranger:
            why = f"{'beside' if copy else 'in'} it is {sanitize(stranger)!r}, which was not approved"
        elif names:
            why = f"it has values that were not approved: {', '.join(names)}"
        else:
            return
        self._copies.refuse()
        raise MovedError(f"{why}; {copy or address} was made as a copy of {source}")

    def _stranger_inside(self, item: WorkItem) -> str:
        """The name of a child of a copy that is not in the plan; else empty."""
        known = {change.address.name for change in self._copies.children_of(item.change.address)}
        return min((child.name for child in self._live.children_of(item.id) if child.name not in known), default="")

    def _send(self, item: WorkItem) -> Wire:
        body = self._body(item.change, item.kind, item.parent_id)
        template = self._children.template_of(item.change.address)
        if template is not None:
            return self._send_copy(item, body, template)
        inside = self._children.children_to_send(item.change.address)
        if inside:
            child = BY_NAME[inside[0].kind]
            children = [self._body(change, child, "") for change in inside]
            try:
                wire = self._sender.create(item, {**body, child.inline: children}, [c.address for c in inside])
            except ApiError as error:
                if not is_refusal(error):
                    raise
                self._children.disable(item.change.address)  # the inline children may be the reason
            else:
                if item.is_found:
                    self._children.found(item.change.address)
                return wire
        return self._sender.create(item, body)

    def _send_copy(self, item: WorkItem, body: Wire, template: Wire) -> Wire:
        """Create the resource as a copy of `template`, with its children; as usual if the service refuses that."""
        address, is_probe = item.change.address, self._copies.works is None
        inside = self._children.children_to_copy(address)
        try:
            wire = self._sender.create(item, copy_body(item.kind, body, template), [c.address for c in inside])
        except GatewayError as error:
            self._children.disable(address)
            # A copy may need a template, a subscription or a route that is not there.
            is_refused = isinstance(error, ApiError) and not isinstance(error, CredentialsError | RateLimitError)
            if error.unknown or not is_refused:
                raise
            return self._sender.create(item, body)
        if item.is_found:
            self._children.found(address)
        elif is_probe:
            item.id = wire["id"]
            return self._sender.get(item)  # an answer to the request may lack what it copied
        return wire

    def _body(self, change: Change, kind: Kind, parent_id: str) -> dict[str, Any]:
        return create_body(kind, change, parent_id, self._settings, self._people)
