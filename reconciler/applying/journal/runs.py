"""The folders of runs: a plan and a journal each, made before the first write and never changed but by adding to the journal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from reconciler.applying.journal.history import History, history_of
from reconciler.applying.journal.writer import Journal, utc, write_file
from reconciler.errors import JournalError, PlanFileError
from reconciler.planning.plan import Plan
from reconciler.planning.planfile import plan_from_json, plan_to_json

PLAN, JOURNAL = "plan.json", "journal.jsonl"


@dataclass(frozen=True)
class Run:
    """One run as its folder has it. `id` is the folder's name: a UTC time, then digits of the plan's digest."""

    path: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @cached_property
    def plan(self) -> Plan:
        """The plan that was approved. Raises JournalError where it cannot be read."""
        try:
            return plan_from_json(json.loads((self.path / PLAN).read_bytes()))
        except (OSError, ValueError, PlanFileError) as error:
            raise JournalError(f"the plan of the run {self.id} cannot be read: {error}") from error

    @property
    def policy(self) -> Mapping[str, Any]:
        """The policy of that plan, also of one that another version of this program made. Raises JournalError."""
        try:
            policy = json.loads((self.path / PLAN).read_bytes())["policy"]
            if not all(isinstance(pattern, str) for pattern in policy["protect"]):
                raise TypeError("a pattern that is no text")  # noqa: TRY301 - told below, as all that is wrong with it
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise JournalError(
                f"the plan of the run {self.id} cannot be read: {error}",
                hint=f"what it protected is not known; if that does not matter any more, move {self.path} away",
            ) from error
        found: Mapping[str, Any] = policy
        return found

    @cached_property
    def lines(self) -> tuple[Mapping[str, Any], ...]:
        """Every line that can be read. Raises JournalError where the file cannot."""
        return tuple(self._parsed[0])

    @property
    def damaged(self) -> int:
        """How many lines cannot be read: a crash may have cut off the last one."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[list[Mapping[str, Any]], int]:
        try:
            data = (self.path / JOURNAL).read_bytes()
        except FileNotFoundError:
            return [], 0  # it was cut short between its plan and its first line
        except OSError as error:
            raise JournalError(f"the journal of the run {self.id} cannot be read: {error.strerror}") from error
        lines, damaged = [], 0
        for text in data.splitlines():
            line = _parsed_line(text)
            if line is None:
                damaged += bool(text.strip())
            else:
                lines.append(line)
        return lines, damaged

    @cached_property
    def history(self) -> History:
        """What it has written so far."""
        return history_of(self.lines)

    @property
    def sessions(self) -> list[Mapping[str, Any]]:
        """Its `session_started` lines: one, and one more for each time that it was taken up again."""
        return [line for line in self.lines if line["event"] == "session_started"]

    @property
    def end(self) -> Mapping[str, Any] | None:
        """The `session_ended` line of its last session, None where that was cut short (or is at work)."""
        last = next((line for line in reversed(self.lines) if line["event"].startswith("session_")), None)
        return last if last is not None and last["event"] == "session_ended" else None

    @property
    def is_complete(self) -> bool:
        """Whether every change of its plan came out as meant."""
        return self.end is not None and bool(self.end.get("complete"))

    def journal(self, now: Any) -> Journal:
        """Its journal, to add to. Raises JournalError."""
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
                f"the runs in {self.path} cannot be read: {error.strerror}",
                hint="make it a folder that can be read, or choose another --state-dir",
            ) from error
        yield from map(Run, folders)

    def named(self, name: str) -> Run:
        """The run of this id, or of the only one that begins with it; `latest` is the newest. Raises JournalError."""
        runs = list(self)
        found = [run for run in runs if run.id == name] or [run for run in runs if name and run.id.startswith(name)]
        if name == "latest":
            found = runs[:1]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(run.id for run in (found or runs)[:5])
        what = f"{len(found)} runs begin with {name!r}" if found else f"there is no run {name!r}"
        raise JournalError(
            f"{what} in {self.path}", hint=f"the newest are: {listed}" if listed else "there are none yet"
        )

    def last_policy(self, workspace_id: str) -> Mapping[str, Any]:
        """The policy of the newest complete run on a workspace; empty where there is none. Raises JournalError."""
        for run in self:
            here = any((line.get("workspace") or {}).get("id") == workspace_id for line in run.sessions)
            if here and run.is_complete:
                return run.policy
        return {}

    def of(self, plan: Plan, *, complete: bool) -> Run | None:
        """The newest run of exactly this plan on its workspace, if that one is complete, or is not."""
        for run in self.of_digest(plan.digest.removeprefix("sha256:")):
            return run if run.is_complete is complete else None
        return None

    def begin(self, plan: Plan, now: float) -> Run:
        """A folder for a run of a plan, with the plan in it. Raises JournalError where it cannot be made."""
        stamp = re.sub(r"[-:.]", "", utc(now))  # to the millisecond, so that names sort as the runs began
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
                    f"the record of the run cannot be made in {path}: {error.strerror}",
                    hint="nothing was sent. Make the folder writable, or choose another --state-dir",
                ) from error
            write_file(path / PLAN, json.dumps(plan_to_json(plan), indent=1) + "\n")
            return Run(path)
        raise JournalError(f"there are too many runs named {name} in {self.path}")

    def of_digest(self, digits: str) -> Iterator[Run]:
        """The runs of plans whose digest begins with these hex digits (12 at least), newest first. Raises JournalError."""
        for run in self:
            # The folder's name alone tells most of them apart, without a file being opened.
            if f"-{digits[:8]}" in run.id and any(
                str(line.get("digest", "")).startswith(f"sha256:{digits}") for line in run.sessions
            ):
                yield run


def _parsed_line(text: bytes) -> Mapping[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and isinstance(line.get("event"), str) else None
