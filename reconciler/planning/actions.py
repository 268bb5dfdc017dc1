"""What changes do, and the requests that they consist of: the words of plan files and journals."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What a change does, in the words of the plan file."""

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DELETE = "delete"


class Step(StrEnum):
    """One request of a change; it is not sent if the answer to the one before shows that it is not needed.

    RENAME gives a resource its temporary name, so that another can take the present one. PATCH writes the fields that have
    an endpoint, UNDECLARED those that no manifest declares, after the create of an undo.
    """

    CREATE = "create"
    RENAME = "rename"
    UPDATE = "update"
    # The word in plans and journals; a digest covers it, so the value cannot follow the name.
    PATCH = "estimate"
    UNDECLARED = "undeclared"
    RESTORE = "restore"
    ARCHIVE = "archive"
    DONE = "done"
    DELETE = "delete"
