"""Two copies of one run, in the state folder and in the store, become one: the longest valid chain of its journal. Pure.

Two continuations of one journal cannot be one: the stored one stays, and the other is kept beside it under a name of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from reconciler.applying.journal.chain import Sealed, seed_of, verify
from reconciler.applying.journal.folder import IDS, JOURNAL, PLAN, TIME

RUN_FILES = (PLAN, TIME, IDS, JOURNAL)
"""The files of a run in the order in which they are written: the journal last, as nothing rests on a run without one."""


@dataclass(frozen=True, slots=True)
class MergedRun:
    """What becomes of a run's files, by name: `local` are written to the folder, `stored` to the store.

    `kept`: content that neither has any more, under the name of its copy. `notes`: messages for people.
    """

    local: Mapping[str, bytes] = field(default_factory=dict)
    stored: Mapping[str, bytes] = field(default_factory=dict)
    kept: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def merge_run(run: str, local: Mapping[str, bytes], stored: Mapping[str, bytes]) -> MergedRun:
    """Merge the files of a run; an absent file is not in the mapping."""
    differing = [name for name in (PLAN, TIME, IDS) if name in local and name in stored and local[name] != stored[name]]
    if differing:
        files = {name: stored[name] for name in stored}
        kept = {_copy_name(run, name, data): data for name, data in local.items() if data != stored.get(name)}
        note = f"run {run}: its {differing[0]} in this folder is not that of the run store; the stored run is used"
        return MergedRun(local=files, kept=kept, notes=(_with_copies(note, kept),))
    missing = {name: data for name, data in stored.items() if name not in local}
    extra = {name: data for name, data in local.items() if name not in stored}
    if JOURNAL in extra:
        extra[JOURNAL] = _whole_lines(extra[JOURNAL])
    if JOURNAL in missing or JOURNAL in extra or local.get(JOURNAL) == stored.get(JOURNAL):
        return MergedRun(missing, extra)
    head = next((files[name] for name in (PLAN, TIME) for files in (stored, local) if name in files), b"")
    merged = _merge_journals(run, local[JOURNAL], stored[JOURNAL], seed_of(run, head))
    return MergedRun({**missing, **merged.local}, {**extra, **merged.stored}, merged.kept, merged.notes)


def _merge_journals(run: str, local: bytes, stored: bytes, seed: str) -> MergedRun:
    if local.startswith(stored):
        whole = _whole_lines(local)
        return MergedRun(stored={JOURNAL: whole} if len(whole) > len(stored) else {})
    if stored.startswith(local):
        return MergedRun(local={JOURNAL: stored})
    ours, theirs = verify(local.splitlines(), seed), verify(stored.splitlines(), seed)
    if theirs.problem and not ours.problem:
        kept = {_copy_name(run, JOURNAL, stored): stored}
        note = f"run {run} was changed in the run store after it was recorded: {theirs.problem}; this folder's record is used"
        return MergedRun(stored={JOURNAL: _whole_lines(local)}, kept=kept, notes=(_with_copies(note, kept),))
    if not theirs.problem and ours.lines == theirs.lines[: len(ours.lines)]:
        return MergedRun(
            local={JOURNAL: stored}
        )  # without the rest of a line that a crash cut off, of a write never sent
    if not ours.problem and theirs.lines == ours.lines[: len(theirs.lines)]:
        return MergedRun(stored={JOURNAL: _whole_lines(local)})
    return _take_stored(run, local, stored, ours, theirs)


def _take_stored(run: str, local: bytes, stored: bytes, ours: Sealed, theirs: Sealed) -> MergedRun:
    """The stored journal, with the folder's kept as a copy: it was changed, or it is another continuation."""
    kept = {_copy_name(run, JOURNAL, local): local}
    if ours.problem:
        note = f"run {run} was changed in this folder after it was recorded: {ours.problem}; the stored record is used"
        return MergedRun(local={JOURNAL: stored}, kept=kept, notes=(_with_copies(note, kept),))
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours.lines, theirs.lines, strict=False)))
    writes = sum(b'"event":"intent"' in line for line in ours.lines[common:])
    note = (
        f"run {run} has two continuations after line {common}: two machines went on with it. The stored one is used; "
        f"this folder's, with {writes} write{'s' * (writes != 1)} that the stored one does not have"
    )
    return MergedRun(local={JOURNAL: stored}, kept=kept, notes=(_with_copies(note, kept, joined=", is "),))


def _with_copies(note: str, kept: Mapping[str, bytes], *, joined: str = "; the other is ") -> str:
    return f"{note}{joined}kept as {', '.join(f'conflicts/{name}' for name in kept)}" if kept else note


def _copy_name(run: str, name: str, data: bytes) -> str:
    return f"{run}.{hashlib.sha256(data).hexdigest()[:12]}.{name}"


def _whole_lines(journal: bytes) -> bytes:
    """Without the rest after the last line end: another thread may be writing it."""
    return journal[: journal.rfind(b"\n") + 1]
