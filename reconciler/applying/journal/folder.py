"""The files in the folder of a run, by which it is known what sort of run it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PLAN: Final = "plan.json"
JOURNAL: Final = "journal.jsonl"
IDS: Final = "ids.txt"
TIME: Final = "time.json"


def is_time_run(folder: Path) -> bool:
    """Whether a folder is that of a time run."""
    return (folder / TIME).exists() and not (folder / PLAN).exists()
