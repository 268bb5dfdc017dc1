"""All runs of a state folder, in the order of the numbers that they carry: folder names decide nothing, and clocks only beside them."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.applying.journal.folder import IDS, JOURNAL, PLAN, TIME, is_time_run
from reconciler.applying.journal.renames import recorded_renames
from reconciler.applying.private_files import make_folder, make_state_folder, write_private
from reconciler.errors import JournalError
from reconciler.model import Address
from reconciler.planning.forecast import forecast_all
from reconciler.planning.plan import Plan

if TYPE_CHECKING:
    from reconciler.applying.journal.run import Run
    from reconciler.applying.journal.time_run import TimeRun

_Key = tuple[tuple[int, int], ...]


class Runs:
    """All runs of a state folder."""

    def __init__(self, state_dir: str | Path) -> None:
        self.path = Path(state_dir, "runs")
        self._read: dict[Path, tuple[_Key, Run]] = {}
        """Runs read before, each with the state of its files: they are asked for several times in one command."""

    def __iter__(self) -> Iterator[Run]:
        """The runs of plans, newest first: by sequence; runs of 0.1.0 have none, and come last, by name.

        Time runs are not among them: no guard, policy or recovery rests on one. Raises JournalError where the folder cannot
        be read.
        """
        return (run for run in self.every() if run.head_file == PLAN)

    def every(self) -> Iterator[Run]:
        """All runs, time runs included, newest first (RunOrder). Raises JournalError where the folder cannot be read."""
        try:
            if self.path.is_symlink():
                raise OSError(errno.ELOOP, "it is a symbolic link")  # noqa: TRY301 - one message for the folder
            folders = [path for path in self.path.iterdir() if path.is_dir()]
        except FileNotFoundError:
            return
        except OSError as error:
            raise JournalError(
                f"cannot read the runs in {self.path}: {error.strerror}",
                hint="make it a readable folder, or choose another --state-dir",
            ) from error
        from reconciler.applying.journal.order import RunOrder  # noqa: PLC0415 - start-up: only where a run is recorded

        runs = list(map(self._run, folders))
        yield from sorted(runs, key=RunOrder.of(runs).key, reverse=True)

    def _run(self, path: Path) -> Run:
        key = tuple(map(_state_of, (path / PLAN, path / JOURNAL, path / IDS, path / TIME)))
        if path not in self._read or self._read[path][0] != key:
            self._read[path] = key, _recorded(path)
        return self._read[path][1]

    def named(self, name: str) -> Run:
        """The run with this id or a unique prefix of it; `latest` is the newest run, of any sort. Raises JournalError."""
        runs = list(self.every())
        matches = [run for run in runs if run.id == name] or [run for run in runs if name and run.id.startswith(name)]
        if name == "latest":
            matches = runs[:1]
        if len(matches) == 1:
            return matches[0]
        listed = ", ".join(run.id for run in (matches or runs)[:5])
        what = f"{len(matches)} runs begin with {name!r}" if matches else f"no run {name!r}"
        raise JournalError(
            f"{what} in {self.path}", hint=f"the newest runs are: {listed}" if listed else "no run is recorded yet"
        )

    @property
    def changed(self) -> tuple[Run, ...]:
        """The runs that were changed after they were recorded, newest first."""
        return tuple(run for run in self if run.problem)

    @property
    def position(self) -> tuple[int, int]:
        """The last session's number and the lines of its run so far, for a plan that is made now."""
        return max((run.position for run in self if run.is_sealed and not run.problem), default=(0, 0))

    def next_sequence(self) -> int:
        """The number of the next session. Only under the lock of the state folder."""
        runs = (run for run in self.every() if run.head.sessions)
        return 1 + max((run.head.sessions[-1].started.sequence for run in runs), default=0)

    def include(self, workspace_id: str) -> bool:
        """Whether a plan was applied to a workspace from this state folder. Raises JournalError."""
        return any(run.concerns(workspace_id) for run in self)

    def last_policy(self, workspace_id: str) -> Mapping[str, Any]:
        """The policy of the newest complete run on a workspace; empty without one. Raises JournalError."""
        for run in self:
            if not run.problem and run.is_complete and run.concerns(workspace_id):
                return run.policy
        return {}

    def protections(self, workspace_id: str) -> tuple[str, ...]:
        """The protect patterns in force: of all runs on a workspace, without those that a complete run withdrew.

        A run that was changed, and a run of 0.1.0, withdraws nothing. Raises JournalError where a plan cannot be read.
        """
        in_force: set[str] = set()
        for run in reversed(list(self)):
            if not run.concerns(workspace_id):
                continue
            if run.is_sealed and run.is_complete and not run.problem:
                in_force -= set(run.withdrawn)
            in_force |= set(run.policy["protect"])
        return tuple(sorted(in_force))

    def renames(self, workspace_id: str) -> Mapping[Address, tuple[str, str]]:
        """What the runs on a workspace know of exchanged names, as `Desired.renamed`. Raises JournalError."""
        return recorded_renames(self, workspace_id)

    def ids_before(self, run: Run) -> frozenset[str]:
        """The ids that runs before this one refer to: they existed before it.

        Of a run that went on after this one began, those that it had seen when it began itself. One that another machine may have
        made beside this one refers to what this one created: it is left out, and the run's own record decides.
        """
        from reconciler.applying.journal.order import RunOrder  # noqa: PLC0415 - start-up: only an undo asks

        runs = list(self)
        order = RunOrder.of(runs)
        earlier = (one for one in runs[runs.index(run) + 1 :] if not order.is_beside(one, run))
        return frozenset().union(*(_ids_of(one, over=one.position[0] < max(run.sequence, 1)) for one in earlier))

    def of(self, plan: Plan, *, complete: bool) -> Run | None:
        """The newest run of exactly this plan, if that run is complete, or incomplete, as asked."""
        for run in self.of_digest(plan.digest.removeprefix("sha256:")):
            return run if run.is_complete is complete else None
        return None

    def begin(self, plan: Plan, now: float, ids: Collection[str] = ()) -> Run:
        """Create the folder of a run, with the plan and the ids that exist in it. Raises JournalError where that fails."""
        from reconciler.planning.planfile_text import planfile_pieces  # noqa: PLC0415 - start-up: most commands begin no run

        plan = replace(plan, forecast=forecast_all(plan.forecast, plan.changes))
        content = (piece.encode() for piece in planfile_pieces(plan, indent=1, is_ascii=True))
        listed = "".join(f"{one}\n" for one in sorted(ids)).encode()
        return _recorded(self._new_folder(plan.digest, now, {IDS: listed, PLAN: content}))

    def begin_time(self, head: Mapping[str, Any], now: float) -> TimeRun:
        """Create the folder of a time run; `head` says what it does, with its `digest`. Raises JournalError where that fails."""
        from reconciler.applying.journal.time_run import TimeRun  # noqa: PLC0415 - start-up: most commands begin no run

        content = (json.dumps(head, indent=1) + "\n").encode()
        return TimeRun(self._new_folder(head["digest"], now, {TIME: content}))

    def _new_folder(self, digest: str, now: float, files: Mapping[str, bytes | Iterable[bytes]]) -> Path:
        from reconciler.applying.journal.writer import utc  # noqa: PLC0415 - start-up: most commands begin no run

        stamp = re.sub(r"[-:.]", "", utc(now))  # to the millisecond, for people who look into the folder
        path = self.path / f"{stamp}-{digest.removeprefix('sha256:')[:8]}"
        try:
            make_state_folder(self.path.parent)
            make_folder(self.path)
            path = _make_new_folder(path)
            for name, content in files.items():
                write_private(path / name, content)
        except OSError as error:
            raise JournalError(
                f"cannot create the run folder {path}: {error.strerror}",
                hint="make the folder writable, or choose another --state-dir; nothing was sent",
            ) from error
        return path

    def of_digest(self, digits: str) -> Iterator[Run]:
        """The runs of plans whose digest begins with these hex digits (12 at least), newest first. Raises JournalError.

        Runs that were changed, and those of 0.1.0, are left out.
        """
        for run in self:
            # The folder's name rules most of them out.
            if f"-{digits[:8]}" not in run.id or run.problem or not run.is_sealed:
                continue
            if any(session.started.digest.startswith(f"sha256:{digits}") for session in run.head.sessions):
                yield run


def _recorded(path: Path) -> Run:
    """The run in a folder, by its files."""
    from reconciler.applying.journal.run import Run  # noqa: PLC0415 - start-up: only where a run is recorded
    from reconciler.applying.journal.time_run import TimeRun  # noqa: PLC0415 - start-up: only where a run is recorded

    return TimeRun(path) if is_time_run(path) else Run(path)


def _make_new_folder(path: Path) -> Path:
    """A new folder of this name, or of the name with a number. Raises OSError."""
    for number in range(2, 1000):
        with suppress(FileExistsError):
            make_folder(path, new=True)
            return path
        path = path.with_name(f"{path.name.removesuffix(f'-{number - 1}')}-{number}")
    raise OSError(errno.EEXIST, "too many runs of this name")


def _state_of(path: Path) -> tuple[int, int]:
    try:
        status = path.lstat()
    except OSError:
        return -1, -1
    return status.st_mtime_ns, status.st_size


def _ids_of(run: Run, *, over: bool) -> frozenset[str]:
    """The ids that the record of a run refers to; of one that is not over, those from before it began."""
    ids = set(run.existed)
    if over:
        ids |= {*run.history.created.values(), *(write.id or "" for write in run.history.writes)}
    with suppress(JournalError):  # a plan of another version: the writes are known
        for change in run.plan.changes:
            above = (ancestor.id for ancestor in change.precondition.ancestors)
            ids |= {change.id, change.precondition.parent_id, *above}
    return frozenset(ids - {""})
