"""What each command has of a run store, and what it does without one: the words for a store that cannot be reached."""

from __future__ import annotations

from enum import Enum

NOT_KNOWN = "the protections of the last run, unfinished runs and exchanged names that other machines recorded"
_RUNS = "runs that other machines recorded"


class StoreUse(Enum):
    """For a command that goes on without its store: what it then does not know, and what that means for it."""

    APPLY = NOT_KNOWN, "nothing is written"
    PLAN = NOT_KNOWN, "the plan rests on the state folder, and is refused if it removes anything"
    UNDO = NOT_KNOWN, "the undo rests on the state folder, and a plan that removes anything is refused"
    DRIFT = _RUNS, "the comparison rests on the runs in the state folder"
    PULL = "renames that other machines recorded", "the comparison rests on the runs in the state folder"
    LIST = _RUNS, "only those in the state folder are listed"
    SHOW = _RUNS, "the run is looked up in the state folder alone"
    TIME = _RUNS, "writes are recorded in the state folder, and stored by the next command that reaches the store"

    @property
    def unknown(self) -> str:
        """What is not known, as the object of a sentence."""
        return self.value[0]

    @property
    def meaning(self) -> str:
        """What the command does instead, as a sentence without its end."""
        return self.value[1]
