"""The folders of runs: a plan and a journal each. The plan is written first and never changed; the journal only grows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from reconciler.applying.journal.events import JournalEvent, UnknownEvent, parse_line
from reconciler.applying.journal.history import History, history_of
from reconciler.applying.journal.writer import Journal, utc, write_file
from reconciler.errors import JournalError, PlanFileError
from reconciler.json_text import parse_json
from reconciler.planning.plan import Plan
from reconciler.planning.planfile import plan_from_json, plan_to_json

PLAN, JOURNAL = "plan.json", "journal.jsonl"


@dataclass(frozen=True)
class Run:
    """A recorded run: its folder, named by its id (a UTC time, then digits of the plan's digest)."""

    path: Path

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.path.name

    @cached_property
    def plan(self) -> Plan:
        """The plan that was approved. Raises JournalError where it cannot be read."""
        try:
            return plan_from_json(parse_json((self.path / PLAN).read_bytes(), unique_keys=True))
        except (OSError, ValueError, PlanFileError) as error:
            raise JournalError(f"cannot read the plan of run {self.id}: {error}") from error

    @property
    def policy(self) -> Mapping[str, Any]:
        """The policy of that plan, also of one that another version of this program made. Raises JournalError."""
        try:
            policy = parse_json((self.path / PLAN).read_bytes(), unique_keys=True)["policy"]
            if not all(isinstance(pattern, str) for pattern in policy["protect"]):
                raise TypeError("a pattern is not text")  # noqa: TRY301 - reported below with every other problem of the file
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JournalError(
                f"cannot read the plan of run {self.id}: {error}",
                hint=f"it holds the protect patterns that were applied last; to go on without them, move {self.path} away",
            ) from error
        found: Mapping[str, Any] = policy
        return found

    @property
    def events(self) -> tuple[JournalEvent | UnknownEvent, ...]:
        """The lines of its journal that can be read. Raises JournalError where the file cannot."""
        return self._parsed[0]

    @cached_property
    def _parsed(self) -> tuple[tuple[JournalEvent | UnknownEvent, ...], int]:
        """The events, and the number of damaged lines: a crash may have cut off the last one."""
        try:
            data = (self.path / JOURNAL).read_bytes()
        except FileNotFoundError:
            return (), 0  # it was cut short between its plan and its first line
        except OSError as error:
            raise JournalError(f"cannot read the journal of run {self.id}: {error.strerror}") from error
        lines = [parse_line(text) for text in data.splitlines() if text.strip()]
        events = tuple(event for event in lines if event is not None)
        return events, len(lines) - len(events)

    @cached_property
    def history(self) -> History:
        """What its journal proves. Raises JournalError where the file cannot be read."""
        return history_of(*self._parsed)

    @property
    def is_complete(self) -> bool:
        """Whether every change of its plan is done."""
        return self.history.is_complete

    def journal(self, now: Callable[[], float]) -> Journal:
        """Open its journal for appending; `now` gives Unix time. Raises JournalError."""
        return Journal(self.path / JOURNAL, now=now)


class Runs:
    """All runs of a state folder."""

    def __init__(self, state_dir: str | Path) -> None:
        self.path = Path(state_dir, "runs")

    def __iter__(self) -> Iterator[Run]:
        """Newest first. Raises JournalError where the folder cannot be read."""
        try:
            folders = sorted((p for p in self.path.iterdir() if p.is_dir()), key=lambda p: p.name, reverse=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise JournalError(
                f"cannot read the runs in {self.path}: {error.strerror}",
                hint="make it a readable folder, or choose another --state-dir",
            ) from error
        yield from map(Run, folders)

    def named(self, name: str) -> Run:
        """The run with this id or a unique prefix of it; `latest` is the newest run. Raises JournalError."""
        runs = list(self)
        found = [run for run in runs if run.id == name] or [run for run in runs if name and run.id.startswith(name)]
        if name == "latest":
            found = runs[:1]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(run.id for run in (found or runs)[:5])
        what = f"{len(found)} runs begin with {name!r}" if found else f"no run {name!r}"
        raise JournalError(
            f"{what} in {self.path}", hint=f"the newest runs are: {listed}" if listed else "no run is recorded yet"
        )

    def last_policy(self, workspace_id: str) -> Mapping[str, Any]:
        """The policy of the newest complete run on a workspace; empty without one. Raises JournalError."""
        for run in self:
            sessions = run.history.sessions
            if run.is_complete and any(s.started.workspace.get("id") == workspace_id for s in sessions):
                return run.policy
        return {}

    def of(self, plan: Plan, *, complete: bool) -> Run | None:
        """The newest run of exactly this plan, if that run is complete, or incomplete, as asked."""
        for run in self.of_digest(plan.digest.removeprefix("sha256:")):
            return run if run.is_complete is complete else None
        return None

    def begin(self, plan: Plan, now: float) -> Run:
        """Create the folder of a run, with the plan in it. Raises JournalError where that fails."""
        stamp = re.sub(r"[-:.]", "", utc(now))  # to the millisecond, so that names sort by start time
        name = f"{stamp}-{plan.digest.removeprefix('sha256:')[:8]}"
        for number in range(1, 1000):
            path = self.path / (name if number == 1 else f"{name}-{number}")
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                path.mkdir(mode=0o700)
            except FileExistsError:
                continue
            except OSError as error:
                raise JournalError(
                    f"cannot create the run folder {path}: {error.strerror}",
                    hint="make the folder writable, or choose another --state-dir; nothing was sent",
                ) from error
            write_file(path / PLAN, json.dumps(plan_to_json(plan), indent=1) + "\n")
            return Run(path)
        raise JournalError(f"too many runs named {name} in {self.path}")

    def of_digest(self, digits: str) -> Iterator[Run]:
        """The runs of plans whose digest begins with these hex digits (12 at least), newest first. Raises JournalError."""
        for run in self:
            # The folder's name rules most of them out, without opening a file.
            if f"-{digits[:8]}" in run.id and any(
                session.started.digest.startswith(f"sha256:{digits}") for session in run.history.sessions
            ):
                yield run
