"""The registry of kinds, parents before children. A new kind needs its own file and one entry here."""

from reconciler.kinds.client import CLIENT
from reconciler.kinds.hierarchy import ancestors, example_path, parent_of, path_lengths
from reconciler.kinds.project import PROJECT
from reconciler.kinds.registry import BY_NAME, BY_PLURAL, KINDS, REMOVAL_COUNTS, fields_of
from reconciler.kinds.tag import TAG
from reconciler.kinds.task import TASK

__all__ = [
    "BY_NAME",
    "BY_PLURAL",
    "CLIENT",
    "KINDS",
    "PROJECT",
    "REMOVAL_COUNTS",
    "TAG",
    "TASK",
    "ancestors",
    "example_path",
    "fields_of",
    "parent_of",
    "path_lengths",
]
