"""Before the first write: whether live state still matches what each change was computed from, or already its result. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.applying.ancestry import AncestorEvaluator
from reconciler.applying.journal.history import EMPTY_HISTORY, History
from reconciler.applying.writes.compare import answered_value, could_be_ours
from reconciler.kinds import BY_NAME, parent_of
from reconciler.live import read_undeclared
from reconciler.model import UNSET, Resource
from reconciler.planning.absence import UNREAD, proves_absence, unread_parent
from reconciler.planning.order import live_address
from reconciler.planning.plan import Action, Change
from reconciler.planning.resolve import AddressResolver
from reconciler.planning.spelling import LiveNames
from reconciler.state import Live, Usage


class PreconditionStatus(StrEnum):
    """The state of a change against live state."""

    READY = "ready"
    ALREADY = "already"
    """Live state has the result of the change, for example from an earlier session of the run."""
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class PreconditionResult:
    """The status of one change. `why` is what no longer matches. `id` is that of an object that a create finds under its name:
    one with the plan's values, or one that an earlier session of the run created and did not finish.
    """

    status: PreconditionStatus
    why: str = ""
    id: str = ""


NOTHING: Mapping[str, Any] = {}
READY, ALREADY = PreconditionResult(PreconditionStatus.READY), PreconditionResult(PreconditionStatus.ALREADY)
_UNREAD = PreconditionResult(PreconditionStatus.MOVED, UNREAD)


def evaluate_preconditions(
    changes: Sequence[Change],
    live: Live,
    usage: Mapping[str, Usage],
    history: History = EMPTY_HISTORY,
    whole: Sequence[Change] = (),
) -> list[PreconditionResult]:
    """A result for each change, in their order; `history` has what earlier sessions of the run have done.

    `whole`: every change of the plan, if `changes` are only some of them.
    """
    evaluator = PreconditionEvaluator(changes, live, usage, history, whole)
    return [evaluator.evaluate(change) for change in changes]


class PreconditionEvaluator:
    """Evaluates preconditions, before the first write against a whole live state, and later against an object read again."""

    def __init__(
        self,
        changes: Sequence[Change],
        live: Live,
        usage: Mapping[str, Usage],
        history: History,
        whole: Sequence[Change] = (),
    ) -> None:
        self.usage, self.history, self.users = usage, history, live.users
        self.live, self.by_id, self.children_of = live, live.by_id, live.children_of
        self.resolver = AddressResolver(changes, live)
        self.touched = {change.id for change in changes if change.id}
        self.ancestors = AncestorEvaluator(whole or changes, self.by_id)

    def evaluate(self, change: Change) -> PreconditionResult:
        """The state of one change against the whole live state."""
        if unread_parent(change, self.live, self.resolver):
            return _UNREAD
        if change.action is Action.CREATE:
            return self._evaluate_create(change)
        resource = self.by_id.get(change.id)
        if resource is None:
            if not proves_absence(self.live, change.kind, change.precondition.parent_id):
                return _UNREAD
            return ALREADY if change.deletes else PreconditionResult(PreconditionStatus.MOVED, "it no longer exists")
        why = self._moved(change, resource)
        if why:
            return PreconditionResult(PreconditionStatus.MOVED, why)
        return ALREADY if not change.deletes and self._is_done(change, resource) else READY

    def _evaluate_create(self, change: Change) -> PreconditionResult:
        if why := self.ancestors.why_moved(change, self.resolver):
            return PreconditionResult(PreconditionStatus.MOVED, why)
        parent = parent_of(change.address)
        parent_id = self.resolver.parent_id_of(change.address)
        if parent is not None and (parent_id is None or (parent_id and parent_id not in self.by_id)):
            return (
                READY
                if self.resolver.is_planned(parent)
                else PreconditionResult(PreconditionStatus.MOVED, f"{parent} no longer exists")
            )
        current = self.by_id.get(self.resolver.id_in_place(change.address) or "")
        made = self.history.created_id(change.address)
        if current is None and made:
            now = self.by_id.get(made)
            return PreconditionResult(
                PreconditionStatus.MOVED, f"its name is now {now.name!r}" if now else "it no longer exists"
            )
        if current is None or current.id in self.touched:
            return READY if current else self._evaluate_free_name(change)
        is_done = self._is_done(change, current)
        if not is_done and not self._may_be_ours(change, current):
            what = "it was changed after this run created it" if current.id == made else "the name is already in use"
            return PreconditionResult(PreconditionStatus.MOVED, f"{what} ({current.id})")
        self.resolver.created[change.address] = current.id
        # A copy that was not compared with what it was made of is compared first.
        is_done = is_done and change.address not in self.history.unread_copies
        return PreconditionResult(PreconditionStatus.ALREADY if is_done else PreconditionStatus.READY, id=current.id)

    @cached_property
    def _names(self) -> LiveNames:
        return LiveNames(self.live)

    def _evaluate_free_name(self, change: Change) -> PreconditionResult:
        """Whether nothing that the plan does not know of has the name in another spelling."""
        if change.precondition.beside:
            return READY
        parent_id = self.resolver.parent_id_of(change.address)
        for current in self._names.spellings((change.kind, parent_id), change.address.name):
            if current.id not in self.touched:
                why = f"the name is already in use as {current.name!r} ({current.id})"
                return PreconditionResult(PreconditionStatus.MOVED, why)
        return READY

    def _may_be_ours(self, change: Change, current: Resource) -> bool:
        """Whether a create of this run made it, possibly one in doubt, and it has not been changed since."""
        kind, parent_id = BY_NAME[change.kind], self.resolver.parent_id_of(change.address) or ""
        if current.id in self.history.existed:
            return False
        is_known = current.id == self.history.created_id(change.address)
        may_be = is_known or change.address in self.history.doubtful
        is_copy = bool(self.history.copies.intersection((change.address, parent_of(change.address) or change.address)))
        return may_be and could_be_ours(change, kind, current.wire, parent_id, self.users, is_copy=is_copy)

    def _moved(self, change: Change, resource: Resource) -> str:
        children = self.children_of(resource.id)
        return (
            self.why_moved(change, resource)
            or self.ancestors.why_moved(change, self.resolver)
            or self.why_used(change, resource, self.usage.get(resource.id), children)
            or (self.why_parent(change, children) if change.is_removal else "")
        )

    def why_moved(self, change: Change, resource: Resource, ours: Mapping[str, Any] = NOTHING) -> str:
        """What of name, parent and values no longer matches; empty if all do. `ours`: the values after our own last write."""
        then = live_address(change)
        if resource.kind != change.kind:
            return f"its id is that of {resource.address}"
        if resource.name not in {then.name if then else "", change.address.name, change.temporary_name}:
            return f"its name is now {resource.name!r}"
        if resource.parent_id not in (change.precondition.parent_id, self.resolver.parent_id_of(change.address)):
            return f"its parent is now {resource.parent or 'none'}"
        for name, before in change.precondition.values.items():
            now = resource.values.get(name)
            if now not in self._expected(change, name, before) and not (name in ours and now == ours[name]):
                field = BY_NAME[change.kind].field_named(name)
                is_known = before is not None or field.type.parse(None) is None
                return f"{name} is now {_words(now)}, {f'not {_words(before)}' if is_known else 'which was not known'}"
        return ""

    def _expected(self, change: Change, name: str, before: Any) -> tuple[Any, ...]:
        """The values that a field may have: its old one, or one that an interrupted run of this plan may have left."""
        kind = BY_NAME[change.kind]
        field = change.field_named(name)
        archived = (kind.archived_value,) if change.deletes and name == kind.lifecycle_name else ()
        after = (answered_value(kind, field),) if field else ()
        return (before, *after, *archived)

    def why_used(self, change: Change, resource: Resource, used: Usage | None, children: Iterable[Resource]) -> str:
        """Tracked time, or a child deleted with it, that the plan of a delete does not know."""
        if not change.deletes:
            return ""
        known = change.precondition
        if known.tracked_seconds is not UNSET and resource.tracked_seconds != known.tracked_seconds:
            return "time was tracked on it after the plan was made"
        counted = used.time_entries if used is not None and used.known else None
        if isinstance(known.time_entries, int) and counted != known.time_entries:
            return "its time entries changed after the plan was made"
        embedded = {address.name for address in change.impact.embedded}
        inside = [child for child in children if BY_NAME[child.kind].is_embedded]
        new = [child.name for child in inside if child.name not in embedded]
        return f"it has a new child: {min(new)!r}" if new else ""

    def why_parent(self, change: Change, children: Iterable[Resource]) -> str:
        """A child, not embedded, that was added since: the plan deletes or moves all the children it knew of; if it only
        archives this one, all the active ones.
        """
        gone = change.deletes
        staying = [
            child.name
            for child in children
            if not BY_NAME[child.kind].is_embedded
            and child.id not in self.touched
            and (gone or not BY_NAME[child.kind].is_archived(child.values))
        ]
        return f"it has a new child: {min(staying)!r}" if staying else ""

    def _is_done(self, change: Change, resource: Resource) -> bool:
        kind = BY_NAME[change.kind]
        if resource.name != change.address.name and not change.removal:
            return False
        is_new = change.action is Action.CREATE
        undeclared = read_undeclared(kind, resource.wire, self.users) if is_new else {}
        for field in change.fields:
            if field.name == "name":
                continue
            if kind.parent_wire and field.name == kind.parent:
                if resource.parent_id != self.resolver.parent_id_of(change.address):
                    return False
            elif resource.values.get(field.name, undeclared.get(field.name)) != answered_value(kind, field):
                return False
        declared = change.field_named(kind.lifecycle_name)
        return declared is not None or change.action is not Action.CREATE or not kind.is_archived(resource.values)


def _words(value: Any) -> str:
    return "none" if value in (None, ()) else repr(value)
