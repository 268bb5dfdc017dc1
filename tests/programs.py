"""Programs of the machine that some tests need: git and ssh-keygen are not Python's."""

from __future__ import annotations

import shutil

import pytest


def require_program(name: str) -> None:
    """Skip the running test where a program is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
