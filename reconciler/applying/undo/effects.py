"""What a run did, change by change, as far as its journal proves it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.journal.history import DONE, IN_DOUBT, Write
from reconciler.applying.journal.run import Run
from reconciler.applying.writes.compare import answered_value, fields_sent
from reconciler.errors import JournalError
from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Step
from reconciler.planning.planfile import frozen


@dataclass(frozen=True, slots=True)
class EmbeddedResource:
    """A resource that was deleted together with its parent."""

    id: str
    address: Address
    values: Mapping[str, Any]
    raw: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that was carried out, in part or whole. `number` is its position in the run's plan, counted from 1.

    `fields` are (name, before, after); a parent is named by its kind and given by id. `values`, `name` and `parent_id` are the
    whole resource before the run, for one that was deleted (`is_gone`); of one that was created, what it was created as.
    `raw`: of one that was deleted, everything that the service answered of it; None in journals before 0.3.
    `existed`: the record calls a resource created whose id existed before the run.
    """

    address: Address
    action: Action
    id: str
    number: int
    fields: tuple[tuple[str, Any, Any], ...] = ()
    name: str = ""
    parent_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, Any] | None = None
    embedded: tuple[EmbeddedResource, ...] = ()
    is_gone: bool = False
    is_in_doubt: bool = False
    had_time: bool = False
    existed: bool = False

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.address.kind


def effects_of(run: Run, ids_before: Collection[str] = ()) -> tuple[Effect, ...]:
    """Every change of a run that wrote anything, in the plan's order.

    `ids_before` are ids that existed before the run, besides those that it recorded itself. Raises JournalError where the run
    cannot be read or was changed.
    """
    run.require_trusted()
    try:
        return _effects(run, {*ids_before, *run.existed, *(change.id for change in run.plan.changes)})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise JournalError(
            f"cannot undo run {run.id}: a write of its journal is damaged ({type(error).__name__}: {str(error)[:80]})",
            hint=f"what the run did is in: reconciler runs show {run.id}",
        ) from error


def _effects(run: Run, existed: Collection[str]) -> tuple[Effect, ...]:
    writes: dict[tuple[Address, str], list[Write]] = {}
    for write in run.history.writes:
        writes.setdefault((write.intent.address, write.intent.action), []).append(write)
    effects = (
        _created(change, number, run, existed)
        if change.action is Action.CREATE
        else _effect(
            change, number, [w for w in writes.get((change.address, change.action), []) if w.intent.id == change.id]
        )
        for number, change in enumerate(run.plan.changes, 1)
    )
    return tuple(effect for effect in effects if effect is not None)


def _created(change: Change, number: int, run: Run, existed: Collection[str]) -> Effect | None:
    """A create with what it was created as: the name of the plan, and the parent that was recorded."""
    history = run.history
    created = history.created.get(change.address, "")
    in_doubt = change.address in history.doubtful
    if not created and not in_doubt:
        return None
    return Effect(
        change.address,
        change.action,
        created,
        number,
        name=change.address.name,
        parent_id=_recorded_parent(change, run),
        is_in_doubt=in_doubt,
        existed=created in existed,
    )


def _recorded_parent(change: Change, run: Run) -> str:
    """The id of the parent that a resource was created under; "" for none, and where the record does not tell."""
    parent = parent_of(change.address)
    if parent is None:
        return ""
    if parent in run.history.created:
        return run.history.created[parent]
    planned = next((one.id for one in run.plan.changes if one.address == parent and one.id and not one.removal), "")
    if planned:
        return planned
    kind = BY_NAME[change.kind]
    creates = (
        w.intent for w in run.history.writes if w.intent.address == change.address and w.intent.step == Step.CREATE
    )
    intent = next(creates, None)
    if intent is None:
        return ""
    return str((intent.body or {}).get(kind.parent_wire, "")) if kind.parent_wire else intent.path.split("/")[-2]


def _effect(change: Change, number: int, writes: list[Write]) -> Effect | None:
    done = [write for write in writes if write.result == DONE]
    if not done:
        in_doubt = any(write.result == IN_DOUBT for write in writes)
        return Effect(change.address, change.action, change.id, number, is_in_doubt=True) if in_doubt else None
    before: Mapping[str, Any] = next((write.intent.before for write in writes if write.intent.before), {})
    deleted = next((write for write in done if write.intent.step == Step.DELETE), None)
    return Effect(
        change.address,
        change.action,
        change.id,
        number,
        fields=tuple(_fields(change, before, _left_by(change, done), is_between=done[-1].intent.step == Step.RENAME)),
        name=str(before.get("name") or change.address.name),
        parent_id=str(before.get("parent_id") or change.precondition.parent_id),
        values=frozen(before.get("values", {})),
        raw=(deleted.intent.before or {}).get("raw") if deleted else None,
        embedded=_embedded(deleted),
        is_gone=deleted is not None,
        had_time=bool(change.impact.tracked_seconds or change.impact.time_entries),
    )


def _embedded(deleted: Write | None) -> tuple[EmbeddedResource, ...]:
    children = (deleted.intent.before or {}).get("along", ()) if deleted else ()
    return tuple(
        EmbeddedResource(str(child["id"]), Address.parse(child["address"]), frozen(child["values"]), child.get("raw"))
        for child in children
    )


def _left_by(change: Change, done: Sequence[Write]) -> dict[str, Any]:
    """What the writes of a change left, by field: what the last answer has, and what was sent since without one.

    An answer is empty with some services, and may be lost; a look at the workspace showed then that the write was carried out.
    """
    kind = BY_NAME[change.kind]
    left: dict[str, Any] = {}
    for write in done:
        answered = (write.outcome.after if write.outcome else None) or {}
        body = write.intent.body or {}
        if answered:
            left = {kind.parent: answered.get("parent_id"), **frozen(answered.get("values", {}))}
        elif write.intent.step != Step.RENAME:  # that sends the values as they were
            sent = (change.field_named(field.name) for field in fields_sent(kind, body))
            left |= {field.name: answered_value(kind, field) for field in sent if field is not None}
            if kind.parent_wire and kind.parent_wire in body:
                left[kind.parent] = body[kind.parent_wire] or ""
    return left


def _fields(
    change: Change, before: Mapping[str, Any], left: Mapping[str, Any], *, is_between: bool
) -> Iterator[tuple[str, Any, Any]]:
    """The fields that the change set: of a removal the lifecycle, else the declared ones; `left` is what its writes left.

    `is_between`: an interrupted run left the temporary name.
    """
    kind = BY_NAME[change.kind]
    was = frozen(before.get("values", {}))
    if change.removal:
        yield from ((name, was.get(name), value) for name, value in kind.archived_values.items())
        if change.temporary_name:
            yield "name", before.get("name"), change.temporary_name
        return
    for declared in change.fields:
        if declared.name == "name":
            yield "name", before.get("name"), change.temporary_name if is_between else declared.after
        elif declared.name == kind.parent:
            yield kind.parent, before.get("parent_id", ""), left.get(kind.parent)
        else:
            yield declared.name, was.get(declared.name), left.get(declared.name, answered_value(kind, declared))
