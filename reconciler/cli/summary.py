"""`--summary FILE`: what a command found and did, noted while it runs and written when its exit code is known."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reconciler.applying import RunReport
    from reconciler.planning import Plan

FORMAT = "reconciler.summary/1"
"""Keys may be added within a version; the meaning of a key changes only with the version."""

_META = "reconciler.cli.summary"


@dataclass
class Noted:
    """What a command noted so far. `path`: the file of the summary; empty where none is asked for."""

    path: str
    command: str
    plan: Plan | None = None
    report: RunReport | None = None
    messages: list[str] = field(default_factory=list)
    """Of the error that ended it: the message, then the hint."""


def begin(context: click.Context, parameter: click.Parameter, path: str | None) -> None:
    """The callback of the option. Raises click.BadParameter for a file that is no earlier summary: it would be replaced."""
    if path is not None and not _is_replaceable(path):
        raise click.BadParameter(f"{path!r} exists and is not a summary; use another file", param=parameter)
    if path and not context.resilient_parsing:
        context.meta[_META] = Noted(path, context.info_name or "")


def _is_replaceable(path: str) -> bool:
    """Whether a path is free, an empty file or an earlier summary."""
    try:
        if path in ("", "-") or not os.path.lexists(path):
            return path not in ("", "-")
        if not os.path.isfile(path):  # noqa: PTH113 - light: pathlib is not imported here
            return False
        with open(path, "rb") as stream:  # noqa: PTH123 - as above
            beginning = stream.read(200)
    except OSError:
        return False
    return not beginning or FORMAT.encode() in beginning


def noted(context: click.Context | None = None) -> Noted:
    """What the running command notes; without the option something that is not kept."""
    context = context or click.get_current_context(silent=True)
    found: Noted = (context.meta if context else {}).get(_META) or Noted("", "")
    return found
