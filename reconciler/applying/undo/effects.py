"""What a run did, change by change, as far as its journal proves it: the ground that an undo stands on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.journal.runs import Run
from reconciler.applying.journal.summary import writes_of
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Action, Change
from reconciler.planning.planfile import frozen


@dataclass(frozen=True, slots=True)
class EmbeddedResource:
    """A resource that went along with one that was deleted."""

    address: Address
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """One change that was carried out, in part or in whole.

    `fields` are (name, before, after), the parent's kind with ids. `values`, `name`, `parent_id`: the whole resource before the
    run, for what was deleted (`is_gone`). `line` is the journal's line of its first write, counted from 1.
    """

    address: Address
    action: Action
    id: str
    line: int
    fields: tuple[tuple[str, Any, Any], ...] = ()
    name: str = ""
    parent_id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    embedded: tuple[EmbeddedResource, ...] = ()
    is_gone: bool = False
    is_in_doubt: bool = False
    had_time: bool = False

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return self.address.kind


def effects_of(run: Run) -> tuple[Effect, ...]:
    """Every change of a run that wrote anything, in the plan's order. Raises JournalError where the run cannot be read."""
    writes: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for write in writes_of(run.lines):
        writes.setdefault((write["address"], write["action"]), []).append(write)
    lines = {line["n"]: at for at, line in enumerate(run.lines, 1) if line["event"] == "intent"}
    return tuple(
        effect
        for change in run.plan.changes
        if (effect := _effect(change, writes.get((str(change.address), str(change.action)), []), run, lines))
        is not None
    )


def _effect(change: Change, writes: list[Mapping[str, Any]], run: Run, lines: Mapping[int, int]) -> Effect | None:
    done = [write for write in writes if write["result"] == "done"]
    line = lines[writes[0]["n"]] if writes else 0
    if change.action is Action.CREATE:
        made = run.history.created.get(change.address, "")
        in_doubt = change.address in run.history.doubtful
        return Effect(change.address, change.action, made, line, is_in_doubt=in_doubt) if made or in_doubt else None
    if not done:
        in_doubt = any(write["result"] == "in_doubt" for write in writes)
        return Effect(change.address, change.action, change.id, line, is_in_doubt=True) if in_doubt else None
    before: Mapping[str, Any] = next((write["before"] for write in writes if write.get("before")), {})
    deleted = next((write for write in done if write["step"] == "delete"), None)
    return Effect(
        change.address,
        change.action,
        change.id,
        line,
        fields=tuple(_fields(change, before, next((w["after"] for w in reversed(done) if w.get("after")), {}))),
        name=str(before.get("name") or change.address.name),
        parent_id=str(before.get("parent_id") or change.precondition.parent_id),
        values=frozen(before.get("values", {})),
        embedded=tuple(
            EmbeddedResource(Address.parse(child["address"]), frozen(child["values"]))
            for child in (deleted or {}).get("before", {}).get("along", ())
        ),
        is_gone=deleted is not None,
        had_time=bool(change.impact.tracked_seconds or change.impact.time_entries),
    )


def _fields(change: Change, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The fields that the change set: a removal its lifecycle, everything else what it declares; `after` as the answers had it."""
    kind = BY_NAME[change.kind]
    was, became = frozen(before.get("values", {})), frozen(after.get("values", {}))
    if change.removal:
        yield from ((name, was.get(name), value) for name, value in kind.archived_values.items())
        if change.temporary_name:
            yield "name", before.get("name"), change.temporary_name
        return
    for declared in change.fields:
        if declared.name == "name":
            yield "name", before.get("name"), declared.after
        elif declared.name == kind.parent:
            yield kind.parent, before.get("parent_id", ""), after.get("parent_id")
        else:
            yield declared.name, was.get(declared.name), became.get(declared.name, declared.after)
