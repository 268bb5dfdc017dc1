"""Creates new resources as copies of one that the same run created: a project with its tasks in one request.

It is what is left where the service does not keep children that are sent inline (`inline_children`). The template of a copy is never a
project that was there before, whose rates, members and tasks are in no plan: it is the first new project of several with the same
approved values and tasks, once all its changes are done. Neither what a copy contains nor which projects the service copies is on record
(docs/clockify.md section 17). So the first copy of a run is a probe, which is read at once; and each copy is compared with its template.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.applying.writes.compare import is_untouched, missing_fields
from reconciler.kinds import BY_NAME
from reconciler.live import read_readable
from reconciler.model import UNSET, Address, Field, Kind
from reconciler.planning.forecast import inline_groups
from reconciler.planning.plan import Change, FieldChange
from reconciler.value_types import Wire

SAVES_AT_LEAST = 6
"""Requests that the copies of one template must save: twice what trying takes, the probe with its children and one list at the end."""


class Copies:
    """Chooses the templates of a run, and tracks whether the service copies as needed. Safe to share between threads.

    `works`: None until the probe has shown it.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        self._inside = inline_groups(changes, most=None)
        self._group = _groups(changes, self._inside)
        self._change = {change.address: change for change in changes if change.address in self._group}
        self._template: dict[int, Address] = {}
        self._probe: Address | None = None
        self._family: dict[Address, tuple[Address, ...]] = {}
        self._members: set[Address] = set()
        self._fresh: dict[Address, Wire] = {}
        """Templates and their children, as they were when they had just been created."""
        self._ended: dict[Address, Wire | None] = {}
        """The changes of templates that have ended, with the resource if it is as approved."""
        self._lock = threading.Lock()
        self.works: bool | None = None

    def children_of(self, parent: Address) -> tuple[Change, ...]:
        """The children that a copy for `parent` has."""
        return self._inside[parent]

    def created(self, address: Address, wire: Wire) -> None:
        """Note what was created as usual, one by one: the first parent of a group is the template of the others."""
        with self._lock:
            if address in self._group:
                self._choose(self._group[address], address)
            if address in self._members:
                self._fresh[address] = wire

    def waits_for(self, parent: Address) -> tuple[Address, ...]:
        """What has to end before `parent` is created: all changes of its template, then the probe's.

        Empty where it is created now: as usual if `template_of` has none.
        """
        group = self._group.get(parent)
        if group is None or self.works is False:
            return ()
        with self._lock:
            template = self._choose(group, parent)
            if template == parent:
                return ()
            if any(address not in self._ended for address in self._family[template]):
                return self._family[template]
            if self.works or not self._is_done(template):
                return ()
            self._probe = self._probe or parent
            return () if self._probe == parent else (self._probe,)

    def ended(self, address: Address, wire: Wire | None) -> None:
        """Note the end of a change, with the resource as it was answered last; None unless that is all that was approved."""
        with self._lock:
            if address in self._members:
                self._ended[address] = wire

    def template_of(self, parent: Address) -> Wire | None:
        """The resource to copy for `parent`; None to create it as usual."""
        group = self._group.get(parent)
        with self._lock:
            template = self._template.get(group) if group is not None else None
            if template is None or template == parent or self.works is False or not self._is_done(template):
                return None
            return self._ended[template]

    def lacking_fields(self, copy: Address, wire: Wire, users: Mapping[str, str]) -> list[Field]:
        """The fields that a usual create would have set, and a copy lacks."""
        kind = BY_NAME[copy.kind]
        parent_id = wire.get(kind.parent_wire) or ""
        missing = missing_fields(self._change[copy], kind, wire, parent_id, users)
        fields = [kind.field_named(one.name) for one in missing]
        return [field for field in fields if not field.dropped_on_create]

    def source_of(self, copy: Address) -> Address:
        """The address of what a copy was made of."""
        return self._template[self._group[copy]]

    def original_of(self, address: Address, copy: Address) -> tuple[Wire, Wire]:
        """What a copy, or a child of it, was made of: as it was when it had just been created, and as it was answered last."""
        source = self.source_of(copy)
        original = source if address == copy else source.child(address.kind, address.name)
        return self._fresh.get(original, {}), self._ended.get(original) or {}

    def refuse(self) -> None:
        """Make no more copies: the service refused one, or one was not as needed."""
        self.works = False

    def _choose(self, group: int, parent: Address) -> Address:
        """The template of a group: `parent` if it has none."""
        template = self._template.setdefault(group, parent)
        if template not in self._family:
            self._family[template] = (template, *(change.address for change in self._inside[template]))
            self._members.update(self._family[template])
        return template

    def _is_done(self, template: Address) -> bool:
        return all(self._ended.get(address) is not None for address in self._family[template])


def copy_body(kind: Kind, body: Mapping[str, Any], template: Wire) -> dict[str, Any]:
    """What the request for a copy sends, from the body of a usual create: in which it differs from its template, and that one's id."""
    own = {"name", kind.parent_wire, *kind.copy_keys}
    # A flag that is left out would be false.
    flags = {
        f.wire: f.raw(template) for f in kind.fields if f.wire in own and f.reset_if_omitted and f.is_answered(template)
    }
    return {**flags, **{key: body[key] for key in body if key in own}, kind.copy_source: template["id"]}


def not_approved(change: Change, fresh: Wire, last: Wire, wire: Wire, users: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the undeclared fields in which a copy differs from its template: somebody edited that, or the service set more.

    `fresh`, `last`: the template when it had just been created, and as it was answered last. The latter counts for what has an endpoint
    together with a declared field. What an answer lacks is left out.
    """
    together = {field.endpoint for field, _ in _declared_fields(change) if field.endpoint}
    fields = _compared_fields(change)
    read_fresh, read_last, now = (read_readable(fields, answer, users) for answer in (fresh, last, wire))
    before = {f.name: (read_last if f.endpoint in together else read_fresh).get(f.name, UNSET) for f in fields}
    return tuple(name for name, value in now.items() if before[name] is not UNSET and value != before[name])


def touched_fields(change: Change, wire: Wire, users: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the undeclared fields of a new resource that have another value than one that is created as usual."""
    fields = {field.name: field for field in _compared_fields(change) if not field.reset_if_omitted}
    now = read_readable(fields.values(), wire, users)
    return tuple(name for name, value in now.items() if not is_untouched(fields[name], value))


def _compared_fields(change: Change) -> list[Field]:
    """The undeclared fields that a copy must not have from somebody else: not its color, nor what is derived from its children, the
    options of an estimate that is switched off.
    """
    kind = BY_NAME[change.kind]
    return [
        field
        for field in kind.every_field
        if change.field_named(field.name) is None
        and (field.wire not in kind.copy_keys or field.reset_if_omitted)
        and (field in kind.fields or not field.endpoint or field.default is not UNSET)
    ]


def _groups(changes: Sequence[Change], inside: Mapping[Address, Sequence[Change]]) -> dict[Address, int]:
    """Parent → number of its group: new resources of the same approved values and children."""
    alike: dict[tuple[str, ...], list[Address]] = {}
    for change in changes:
        children = inside.get(change.address, ())
        if change.id or not children or not BY_NAME[change.kind].copy_endpoint:
            continue
        if not _is_archived(change) and all(map(_is_shown, (change, *children))):
            contents = sorted(f"{child.address.name!r} {_values(child)}" for child in children)
            alike.setdefault((_values(change), *contents), []).append(change.address)
    return {
        address: number
        for number, group in enumerate(alike.values())
        if (len(group) - 1) * len(inside[group[0]]) >= SAVES_AT_LEAST
        for address in group
    }


def _is_archived(change: Change) -> bool:
    return BY_NAME[change.kind].is_archived({one.name: one.after for one in change.fields})


def _is_shown(change: Change) -> bool:
    """Whether an answer shows all of every approved value: not since when a rate applies."""
    return all(field.answered(one.after) == one.after for field, one in _declared_fields(change))


def _values(change: Change) -> str:
    """The approved values that all of a group share, as text; of those in which copies may differ, that they are approved."""
    keys = BY_NAME[change.kind].copy_keys
    return repr(
        sorted(
            (one.name, "" if field.wire in keys and not field.reset_if_omitted else repr(one.after))
            for field, one in _declared_fields(change)
        )
    )


def _declared_fields(change: Change) -> Iterator[tuple[Field, FieldChange]]:
    """The fields of a new resource besides its name and parent."""
    kind = BY_NAME[change.kind]
    return ((kind.field_named(one.name), one) for one in change.fields if one.name not in ("name", kind.parent))
