"""The values of an argument or an option, by what its metavar names, from local files only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import click
from click.shell_completion import CompletionItem

from reconciler.cli.completion.inert import is_inert
from reconciler.cli.completion.recorded import SANDBOX_FILE, recorded_workspaces, run_ids
from reconciler.cli.settings import option_value

_Item = CompletionItem[Any]
_MOST = 200
"""Names of files that are offered beside run ids."""


def candidates(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[_Item]:
    """What the value may be. Those of `NAME=VALUE`, and of anything that only the service knows, are not completed."""
    metavar = parameter.metavar or parameter.name or ""
    if "=" in metavar:
        return []
    named = frozenset("".join(char if char.isalpha() else " " for char in metavar.upper()).split())
    if "RUN" in named:
        return _runs(context, incomplete, with_files="PLAN" in named)
    if named >= {"NAME", "ID"}:
        return list(_workspaces(context, incomplete))
    if "COMMAND" in named:
        return _commands(context, incomplete)
    if named & {"FILE", "PATH"}:
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(incomplete, type="dir")] if "DIR" in named else []


def _state_dir(context: click.Context) -> str:
    return str(option_value(context, "state_dir") or ".reconciler")


def _runs(context: click.Context, incomplete: str, *, with_files: bool) -> list[_Item]:
    """`latest` and the ids, newest first; where a plan file may stand too, those of this folder, or any path."""
    ids = run_ids(_state_dir(context))
    found = [CompletionItem("latest", help="the newest run")] if ids else []
    found += [CompletionItem(name) for name in ids]
    if with_files:
        found = [CompletionItem(name) for name in _plan_files()] + found
    matching = [item for item in found if str(item.value).startswith(incomplete)]
    return matching if matching or not with_files else [CompletionItem(incomplete, type="file")]


def _plan_files() -> list[str]:
    """The files of the current folder that may be plan files."""
    with suppress(OSError), os.scandir() as entries:
        return sorted(entry.name for entry in entries if entry.name.endswith(".json") and is_inert(entry.name))[:_MOST]
    return []


def _workspaces(context: click.Context, incomplete: str) -> Iterator[_Item]:
    """Their names, or the id where a name cannot stand for one workspace or has an effect of its own."""
    found = _known_workspaces(context)
    names = list(found.values())
    for workspace_id, name in found.items():
        is_name_usable = is_inert(name) and not name.startswith("-") and names.count(name) == 1
        if is_name_usable and name.startswith(incomplete):
            yield CompletionItem(name, help=workspace_id)
        elif workspace_id.startswith(incomplete) and (incomplete or not is_name_usable):
            yield CompletionItem(workspace_id, help=name if is_inert(name) else None)


def _known_workspaces(context: click.Context) -> dict[str, str]:
    """Id → name, of the gateway that the command line chooses; of all where it chooses none."""
    gateway = "sandbox" if option_value(context, "sandbox") else option_value(context, "gateway")
    state_dir = _state_dir(context)
    found = recorded_workspaces(state_dir, gateway)
    path = os.path.join(state_dir, SANDBOX_FILE)  # noqa: PTH118 - light: pathlib is not imported here
    if gateway in (None, "sandbox") and os.path.isfile(path):  # noqa: PTH113 - as above
        from reconciler.sandbox.workspace_names import workspace_names  # noqa: PLC0415 - start-up: sqlite3

        found = {**found, **workspace_names(path)}
    return {key: name for key, name in found.items() if key.isascii() and key.isalnum()}


def _commands(context: click.Context, incomplete: str) -> list[_Item]:
    """The commands behind those that are given, for `help`."""
    command: click.Command | None = context.find_root().command
    for name in context.params.get("names") or ():
        command = command.get_command(context, name) if isinstance(command, click.Group) else None
    if not isinstance(command, click.Group):
        return []
    return [CompletionItem(name) for name in command.list_commands(context) if name.startswith(incomplete)]
