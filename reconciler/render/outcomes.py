"""What became of the changes of a plan: the results of a recorded run, for the outputs that show the plan with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying.report import COMPLETED, RESULT_WORDS, Result, counts_text
from reconciler.planning.plan import Change
from reconciler.render import words
from reconciler.render.runs import session_texts, status_of

NOT_REACHED = "not reached"
"""The result of a change that the journal does not mention."""


@dataclass(frozen=True)
class RunOutcomes:
    """The record of a run, as `runs show --format json` prints it, read for its plan."""

    run: Mapping[str, Any]
    show_command: str
    """The command that shows every write."""
    undo_command: str
    """The command that plans the reverse."""
    _results: Mapping[tuple[str, str], Mapping[str, Any]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        results = {(change["address"], change["action"]): change for change in self.run["changes"]}
        object.__setattr__(self, "_results", results)

    def result(self, change: Change) -> Result | None:
        """How a change ended; None if the run did not come to it."""
        ended = self._results.get((str(change.address), str(change.action)))
        return Result(ended["result"]) if ended else None

    def word(self, change: Change) -> str:
        """The result as people read it."""
        result = self.result(change)
        return RESULT_WORDS[result] if result else NOT_REACHED

    def message(self, change: Change) -> str:
        """The error of a change, or nothing."""
        ended = self._results.get((str(change.address), str(change.action)))
        return str(ended.get("message") or "") if ended else ""

    def is_done(self, change: Change) -> bool:
        """Whether live state matched the plan after it."""
        return self.result(change) in COMPLETED

    def key(self, change: Change) -> object:
        """What identical changes have in common besides their fields."""
        return self.word(change), self.message(change)

    @property
    def title(self) -> str:
        """`Run 20261124T201359123Z-0a1b2c3d`."""
        return f"Run {self.run['run']}"

    @property
    def status(self) -> str:
        """`complete`, `partial`, `interrupted`, or that it was changed."""
        return status_of(self.run)[0]

    @property
    def facts(self) -> list[str]:
        """A line for each session, the counts, and what is wrong with the record."""
        lines = [text for session in self.run["sessions"] for text in session_texts(session)]
        if self.run.get("problem"):
            lines.append(f"Problem: {self.run['problem']}. The run is not used.")
        if self.run["damaged_lines"]:
            damaged = words.count(self.run["damaged_lines"], "line")
            lines.append(f"{damaged} of the journal cannot be read (possibly truncated by a crash).")
        return lines

    @property
    def counts(self) -> str:
        """`3 done, 1 failed, 2 not reached`."""
        return counts_text(self.run["summary"]) or "nothing done"
