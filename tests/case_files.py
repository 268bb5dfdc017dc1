"""Reads the YAML files of cases; with libyaml where PyYAML has it, because every process that collects tests reads them all."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_cases(path: Path) -> Any:
    """The content of a file of cases, the same object every time: cases are not changed."""
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - one of the two safe loaders
