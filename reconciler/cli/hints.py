"""Commands in hints: they get the global options of the running command, so that they work when copied.

Rooms below the command line name the bare command; what is printed has the options. `Settings.command` makes the same form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from reconciler.cli.settings import Settings
from reconciler.errors import Problem

OFFLINE = frozenset(
    {"init", "import-csv", "validate", "fmt", "schema", "show", "forge", "completion", "help", "version"}
)
"""Commands that no global option changes the subject of."""
LOCAL = frozenset({"approve", "runs", "sandbox"})
"""Commands that read the state folder alone."""
IN_WORKSPACE = frozenset({"get", "users", "time", "export", "doctor"})
"""Commands that need a workspace and read no manifest, which may name it."""
ANYWHERE = frozenset({"plan", "apply", "drift", "pull", "undo", "connections", "whoami", "workspaces"})
"""All other commands."""

_COMMAND = re.compile(r"\breconciler (?P<name>[a-z]+(?:-[a-z]+)?)\b")


def with_options(text: str, settings: Settings) -> str:
    """The text, each bare `reconciler COMMAND` in it with the global options that were given."""

    def completed(match: re.Match[str]) -> str:
        name = match["name"]
        if name in LOCAL:
            return settings.local_command(name)
        if name in IN_WORKSPACE and settings.declared_workspace and not settings.workspace:
            given = {**settings.given, "workspace": settings.declared_workspace}
            return replace(settings, given=given).command(name)
        return settings.command(name) if name in IN_WORKSPACE | ANYWHERE else match[0]

    return _COMMAND.sub(completed, text)


def problems_with_options(problems: Iterable[Problem], settings: Settings) -> list[Problem]:
    """The problems, each with such a hint."""
    return [replace(problem, hint=with_options(problem.hint, settings)) for problem in problems]
