"""The score of a run: by room, with its survivors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutation.mutants import Mutant
from tests.mutation.rooms import GOAL, STRICT_GOAL, STRICT_ROOMS
from tests.mutation.workshop import Result


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one mutant, and the change that it is."""

    room: str
    mutant: Mutant
    result: Result
    before: str
    after: str

    @property
    def is_detected(self) -> bool:
        """Whether a test noticed it, by failing or by not ending."""
        return self.result in (Result.NOTICED, Result.TIMED_OUT)


def lines_of(findings: Sequence[Finding], equivalent: int) -> Iterator[str]:
    """The report: each survivor, then a line a room, then the total."""
    for finding in sorted(findings, key=lambda finding: finding.mutant):
        if not finding.is_detected:
            yield f"{finding.result}: {finding.mutant}\n    - {finding.before}\n    + {finding.after}"
    totals = Counter(finding.room for finding in findings)
    detected = Counter(finding.room for finding in findings if finding.is_detected)
    for room, total in totals.items():
        yield f"{room:14} {detected[room]:5} of {total:5}  {detected[room] / total:7.1%}"
    total = len(findings)
    yield f"{'all':14} {sum(detected.values()):5} of {total:5}  {sum(detected.values()) / max(total, 1):7.1%}"
    yield f"equivalent mutants left out: {equivalent}"


def survivors_in(text: str) -> set[str]:
    """The mutants that the printed report of a run lists as not noticed, each as `str(mutant)`."""
    words = [line.partition(": ") for line in text.splitlines()]
    return {mutant for result, colon, mutant in words if colon and result in (Result.SURVIVED, Result.UNTESTED)}


def is_good(findings: Sequence[Finding]) -> bool:
    """Whether every goal is reached: of the whole, and of each strict room."""
    strict = [[finding for finding in findings if finding.room == room] for room in STRICT_ROOMS]
    return _share(findings) >= GOAL and all(_share(room) >= STRICT_GOAL for room in strict)


def _share(findings: Sequence[Finding]) -> float:
    return sum(finding.is_detected for finding in findings) / len(findings) if findings else 1.0
