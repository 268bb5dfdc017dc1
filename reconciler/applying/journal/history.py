"""What the journal of a run proves, folded once from its events: for recovery, preconditions, undo and rendering. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    JournalEvent,
    Resolution,
    Resolved,
    SessionEnded,
    SessionStarted,
    UnknownEvent,
    WorkspaceEnded,
    WorkspaceIntent,
    WriteOutcome,
    WriteResult,
)
from reconciler.applying.report import Result
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Step

DONE, NOT_DONE, IN_DOUBT = "done", "not_done", "in_doubt"
_RESOLVED = {Resolution.FOUND: DONE, Resolution.GONE: DONE, Resolution.ABSENT: NOT_DONE, Resolution.MOVED: IN_DOUBT}


@dataclass(frozen=True, slots=True)
class Write:
    """An intent with what came of it: the outcome that was answered, else what a look at the workspace showed."""

    intent: Intent
    outcome: WriteOutcome | None = None
    resolved: Resolved | None = None

    @property
    def result(self) -> str:
        """`done`, `refused`, `not_sent`; of an unknown outcome `in_doubt` until a look shows `done` or `not_done`."""
        if self.outcome is not None and self.outcome.result is not WriteResult.UNKNOWN:
            return str(self.outcome.result)
        return _RESOLVED[self.resolved.result] if self.resolved is not None else IN_DOUBT

    @property
    def id(self) -> str | None:
        """The object's id, as far as it is known."""
        answers = (answer for answer in (self.resolved, self.outcome) if answer is not None)
        return next((answer.id for answer in answers if answer.id), self.intent.id)

    @property
    def may_have_changed(self) -> bool:
        """Whether it was carried out, or may have been before a look showed otherwise."""
        was_lost = self.outcome is not None and self.outcome.result is WriteResult.UNKNOWN
        return was_lost or self.result in (DONE, IN_DOUBT)


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """One apply of the run. `ended` is None where it was cut short, or is still at work."""

    started: SessionStarted
    ended: SessionEnded | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Everything that the journal of a run proves.

    `changes`: how each change stands, by its last session; what a later session finds done was done before.
    `created`: ids of what the run created, as recorded. `existed`: ids that existed before the run. `doubtful`: creates whose outcome is unknown, children in a parent's body included.
    `copies`: creates that asked for a copy of another resource; `unread_copies`: those whose children were not read back, so that
    they were not compared with what they were made of. `end`: the end of the last session, None where that was cut short. `last_at`: time of the last line.
    `workspace`: the id of the workspace that the run created, "" while the outcome is unknown, None if it created none.
    """

    sessions: tuple[RecordedSession, ...] = ()
    writes: tuple[Write, ...] = ()
    changes: tuple[ChangeEnded, ...] = ()
    created: Mapping[Address, str] = field(default_factory=dict)
    existed: frozenset[str] = frozenset()
    doubtful: frozenset[Address] = frozenset()
    copies: frozenset[Address] = frozenset()
    unread_copies: frozenset[Address] = frozenset()
    end: SessionEnded | None = None
    last_at: str = ""
    damaged: int = 0
    workspace: str | None = None

    @property
    def in_doubt(self) -> tuple[Intent, ...]:
        """Intents without a known outcome, oldest first."""
        return tuple(write.intent for write in self.writes if write.result == IN_DOUBT)

    def created_id(self, address: Address) -> str:
        """The id of what the run created there, or "". What existed before the run is not its own, whatever is recorded."""
        created = self.created.get(address, "")
        return "" if created in self.existed else created

    @property
    def wrote(self) -> bool:
        """Whether anything was written, or may have been."""
        return self.workspace is not None or any(write.may_have_changed for write in self.writes)

    @property
    def is_complete(self) -> bool:
        """Whether every change of the plan is done."""
        return self.end is not None and self.end.complete

    @property
    def ended_at(self) -> str | None:
        """When the last session ended that has an end."""
        return next((session.ended.at for session in reversed(self.sessions) if session.ended), None)


EMPTY_HISTORY = History()


def history_of(events: Iterable[JournalEvent | UnknownEvent], damaged: int = 0) -> History:
    """Fold the events of a journal, in their order; `damaged` is the number of its lines that cannot be read."""
    builder = _HistoryBuilder()
    for event in events:
        builder.add(event)
    creates = (intent for intent in builder.open.values() if intent.step == Step.CREATE)
    doubtful = frozenset(builder.unread).union(*((intent.address, *intent.covers) for intent in creates))
    copies = [
        write.intent for write in builder.writes.values() if write.may_have_changed and _asks_for_copy(write.intent)
    ]
    return History(
        sessions=tuple(builder.sessions),
        writes=tuple(builder.writes.values()),
        changes=tuple(builder.changes.values()),
        created=builder.created,
        doubtful=doubtful,
        copies=frozenset(intent.address for intent in copies),
        unread_copies=frozenset(i.address for i in copies if not doubtful.isdisjoint((i.address, *i.covers))),
        end=builder.end,
        last_at=builder.last_at,
        damaged=damaged,
        workspace=builder.workspace,
    )


def _asks_for_copy(intent: Intent) -> bool:
    kind = BY_NAME.get(intent.address.kind)
    return kind is not None and intent.step == Step.CREATE and kind.copy_source in (intent.body or {})


class _HistoryBuilder:
    """Takes event after event."""

    def __init__(self) -> None:
        self.sessions: list[RecordedSession] = []
        self.writes: dict[int, Write] = {}
        self.open: dict[int, Intent] = {}
        """Intents without a known outcome."""
        self.changes: dict[tuple[Address, str], ChangeEnded] = {}
        self.created: dict[Address, str] = {}
        self.unread: set[Address] = set()
        """Created in the body of a parent, or answered without an id: not read back yet."""
        self.end: SessionEnded | None = None
        self.last_at = ""
        self.workspace: str | None = None

    def add(self, event: JournalEvent | UnknownEvent) -> None:
        self.last_at = event.at
        match event:
            case SessionStarted():
                self.sessions.append(RecordedSession(event))
                self.end = None
            case WorkspaceIntent():
                self.workspace = ""
            case WorkspaceEnded():
                self.workspace = event.id
            case Intent():
                self.writes[event.n], self.open[event.n] = Write(event), event
            case WriteOutcome():
                self._close(event)
            case Resolved():
                self._resolve(event)
            case ChangeEnded():
                self._change(event)
            case SessionEnded():
                self.sessions[-1:] = [replace(session, ended=event) for session in self.sessions[-1:]]
                self.end = event

    def _close(self, outcome: WriteOutcome) -> None:
        intent = self.open.get(outcome.n)
        if intent is None:
            return
        self.writes[outcome.n] = replace(self.writes[outcome.n], outcome=outcome)
        if outcome.result is WriteResult.UNKNOWN:
            return
        del self.open[outcome.n]
        if outcome.result is WriteResult.DONE and intent.step == Step.CREATE:
            self.unread |= set(intent.covers)
            if outcome.id:
                self.created[intent.address] = outcome.id
            else:
                self.unread.add(intent.address)

    def _resolve(self, resolved: Resolved) -> None:
        intents = [intent for intent in self.open.values() if resolved.is_of(intent)]
        for intent in intents:
            self.writes[intent.n] = replace(self.writes[intent.n], resolved=resolved)
        if resolved.result is Resolution.MOVED:
            return  # what has the name now is another's: nothing is known of ours
        actions = {intent.action for intent in intents} or {resolved.action or "create"}
        is_create = resolved.address in self.unread and "create" in actions
        self.unread -= {resolved.address} if is_create else set()
        for intent in intents:
            del self.open[intent.n]
            is_create = is_create or intent.step == Step.CREATE
            if resolved.result is Resolution.FOUND:
                self.unread |= set(intent.covers)
        if resolved.result is Resolution.FOUND and is_create and resolved.id:
            self.created[resolved.address] = resolved.id

    def _change(self, change: ChangeEnded) -> None:
        key = change.address, change.action
        before = self.changes.get(key)
        if before is not None and before.result is Result.DONE and change.result is Result.ALREADY:
            change = replace(change, result=Result.DONE)
        self.changes[key] = change
