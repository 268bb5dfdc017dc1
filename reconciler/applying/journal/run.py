"""One recorded run: a folder with its plan, the ids that existed before it, and its journal. The first two never change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

from reconciler.applying.journal.chain import Sealed, seed_of, verify
from reconciler.applying.journal.events import JournalEvent, SessionStarted, UnknownEvent, parse_line
from reconciler.applying.journal.folder import IDS, JOURNAL, PLAN
from reconciler.applying.journal.history import History, history_of
from reconciler.applying.journal.writer import Journal
from reconciler.applying.private_files import read_private
from reconciler.errors import JournalError, PlanFileError
from reconciler.json_text import parse_json
from reconciler.planning.plan import Plan
from reconciler.planning.planfile import plan_from_json

_SESSION = b'{"event":"session_'


@dataclass(frozen=True)
class Run:
    """A recorded run: its folder, named by its id (a UTC time, then digits of the plan's digest).

    Each reading method raises JournalError where a file exists and cannot be read.
    """

    path: Path
    head_file: ClassVar[str] = PLAN
    """The file that says what the run does. The seals of the journal start with it."""

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.path.name

    @cached_property
    def plan(self) -> Plan:
        """The plan that was approved. Raises JournalError where it cannot be read."""
        try:
            return plan_from_json(self._plan_json)
        except (ValueError, RecursionError, PlanFileError) as error:
            raise JournalError(f"cannot read the plan of run {self.id}: {error}") from error

    @property
    def policy(self) -> Mapping[str, Any]:
        """The policy of that plan, also of one that another version of this program made. Raises JournalError."""
        policy: Mapping[str, Any] = self._plan_facts["policy"]
        return policy

    @property
    def withdrawn(self) -> tuple[str, ...]:
        """The protect patterns that its plan withdraws. Raises JournalError."""
        return tuple(self._plan_facts.get("withdrawn", ()))

    @property
    def exchanges_names(self) -> bool:
        """Whether its plan gives a resource that stays a temporary name. False for a plan that cannot be read."""
        try:
            return any(change["temporary_name"] and not change["removal"] for change in self._plan_json["changes"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return False

    @property
    def is_sealed(self) -> bool:
        """Whether its lines have checksums; journals of 0.1.0 have none."""
        return self._sealed.is_sealed

    @cached_property
    def problem(self) -> str:
        """What proves that its record was changed, or "". Such a run is shown, and nothing rests on it."""
        if self.path.is_symlink():
            return "its folder is a symbolic link"
        return self._sealed.problem or self._session_problem()

    def require_trusted(self) -> None:
        """Raise JournalError for a run that was changed."""
        if self.problem:
            raise JournalError(
                f"run {self.id} was changed after it was recorded: {self.problem}",
                hint=f"look into {self.path}; to go on without the run, move that folder away",
            )

    @property
    def events(self) -> tuple[JournalEvent | UnknownEvent, ...]:
        """The lines of its journal that can be read."""
        return self._parsed[0]

    @cached_property
    def history(self) -> History:
        """What its journal records."""
        return replace(history_of(*self._parsed), existed=self.existed)

    @cached_property
    def head(self) -> History:
        """Its sessions alone: where it was applied, in what order, and whether it is complete."""
        if not self.is_sealed:
            return self.history
        sessions = (parse_line(text) for text in self._sealed.lines if text.startswith(_SESSION))
        return history_of(event for event in sessions if event is not None)

    @property
    def is_complete(self) -> bool:
        """Whether every change of its plan is done."""
        return self.head.is_complete

    @property
    def sequence(self) -> int:
        """Its place among all runs: the number of its first session; 0 for a run of 0.1.0."""
        return self.head.sessions[0].started.sequence if self.head.sessions else 0

    @property
    def position(self) -> tuple[int, int]:
        """The number of its last session, and the number of lines so far."""
        return (self.head.sessions[-1].started.sequence if self.head.sessions else 0), self._sealed.end.line

    @cached_property
    def existed(self) -> frozenset[str]:
        """The ids that existed when the run started; none for a run of 0.1.0."""
        return frozenset(self._ids_bytes.decode("utf-8", "replace").split("\n")) - {""}

    @property
    def ids_sum(self) -> str:
        """The SHA-256 of the list of these ids."""
        return hashlib.sha256(self._ids_bytes).hexdigest()

    def concerns(self, workspace_id: str) -> bool:
        """Whether the run is one of this workspace. A run whose record cannot tell counts as one."""
        named = {session.started.workspace.get("id") for session in self.head.sessions}
        try:
            named.add(self._plan_json["workspace"]["id"])
        except (ValueError, KeyError, TypeError, RecursionError):
            if not named:
                return bool(self._plan_bytes or self._journal_bytes)
        return workspace_id in named

    def journal(self, now: Callable[[], float]) -> Journal:
        """Open its journal for appending; `now` gives Unix time. Raises JournalError."""
        journal = Journal(self.path / JOURNAL, now=now, seed=self._seed)
        # An apply holds its plan already: the file is read again where it is asked for.
        self.__dict__.pop("_plan_bytes", None)
        self.__dict__.pop("_plan_json", None)
        return journal

    @cached_property
    def _parsed(self) -> tuple[tuple[JournalEvent | UnknownEvent, ...], int]:
        """The events, and the number of damaged lines: a crash may have cut off the last one."""
        lines = [parse_line(text) for text in self._sealed.lines]
        events = tuple(event for event in lines if event is not None)
        return events, self._sealed.damaged + len(lines) - len(events)

    @cached_property
    def _sealed(self) -> Sealed:
        return verify(self._journal_bytes.splitlines(), self._seed)

    @cached_property
    def _seed(self) -> str:
        return seed_of(self.id, self._plan_bytes)

    def _session_problem(self) -> str:
        """What does not fit between the starts of its sessions and the rest of the folder."""
        if not self._sealed.lines:
            return ""
        if not self.head.sessions:
            return "its journal does not start with a session" if self.is_sealed else ""
        started = [session.started for session in self.head.sessions]
        if any(one.digest != self._plan_digest for one in started):
            return "its plan is not the plan of its journal"
        if not self.is_sealed:
            return ""
        return self._seal_problem(started)

    def _seal_problem(self, started: Sequence[SessionStarted]) -> str:
        """What does not fit in what 0.1.0 did not record."""
        if any(one.run != self.id for one in started):
            return f"its journal is that of run {next(one.run for one in started if one.run != self.id)!r}"
        sequences = [0, *(one.sequence for one in started)]
        if any(later <= earlier for earlier, later in pairwise(sequences)):
            return "the numbers of its sessions do not rise"
        if any(one.ids != self.ids_sum for one in started):
            return f"its {IDS} is not the list that its journal names"
        return ""

    @property
    def _plan_digest(self) -> Any:
        try:
            return self._plan_json["digest"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    @cached_property
    def _plan_facts(self) -> Mapping[str, Any]:
        try:
            content: dict[str, Any] = self._plan_json
            patterns = [*content["policy"]["protect"], *content.get("withdrawn", ())]
            if not all(isinstance(pattern, str) for pattern in patterns):
                raise TypeError("a pattern is not text")  # noqa: TRY301 - reported below with every other problem of the file
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise JournalError(
                f"cannot read the plan of run {self.id}: {error}",
                hint=f"it holds protect patterns that were applied; to go on without them, move {self.path} away",
            ) from error
        return content

    @cached_property
    def _plan_json(self) -> Any:
        """The JSON of its plan, as read. Raises ValueError for what is not JSON."""
        return parse_json(self._plan_bytes, unique_keys=True)

    @cached_property
    def _plan_bytes(self) -> bytes:
        return self._read(self.head_file)

    @cached_property
    def _journal_bytes(self) -> bytes:
        return self._read(JOURNAL)

    @cached_property
    def _ids_bytes(self) -> bytes:
        return self._read(IDS)

    def _read(self, name: str) -> bytes:
        try:
            return read_private(self.path / name)
        except FileNotFoundError:
            return b""  # the run was cut short before this file
        except OSError as error:
            raise JournalError(
                f"cannot read {name} of run {self.id}: {error.strerror}",
                hint=f"make it readable; to go on without the run, move {self.path} away",
            ) from error
