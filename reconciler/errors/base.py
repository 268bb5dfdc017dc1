"""The base class of every error of this package."""

from __future__ import annotations

from typing import ClassVar


class ReconcilerError(Exception):
    """Base class of the errors of this package. `hint` is the next step; `exit_code` is the exit code of the command."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
