"""How a plan file is recognized, without anything that reads one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMAT = "reconciler.plan/1"


def is_plan_document(data: Any) -> bool:
    """Whether a JSON value is a plan file of any format, by its `format`."""
    form = data.get("format") if isinstance(data, Mapping) else None
    return isinstance(form, str) and form.startswith("reconciler.plan/")


def is_planned_document(data: Any) -> bool:
    """Whether a JSON value is a record of planned changes of any format, by its `format`."""
    form = data.get("format") if isinstance(data, Mapping) else None
    return isinstance(form, str) and form.startswith("reconciler.planned/")
