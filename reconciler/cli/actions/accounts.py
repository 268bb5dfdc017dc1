"""What `whoami`, `workspaces` and `users` do: read accounts and show them; create a workspace once that is approved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import say, say_json, table
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import ReconcilerError
from reconciler.live import choose_workspace
from reconciler.model import Wire
from reconciler.render.escape import visible

LONGEST_NAME = 250


def show_user(form: str, settings: Settings) -> None:
    """Print whose key this is."""
    with open_session(settings) as session:
        user, config = session.reader.user(), session.config
    told = {
        "name": user.get("name"),
        "email": user.get("email"),
        "id": user.get("id"),
        "gateway": config.name,
        "base_url": config.base_url,
        "connection": config.connection or None,
        "default_workspace": user.get("defaultWorkspace"),
    }
    _print_record(told, form)


def list_workspaces(form: str, settings: Settings) -> None:
    """Print the workspaces of the account."""
    with open_session(settings) as session:
        found = [_short(item) for item in session.reader.workspaces()]
    _print_records(found, form)


def show_workspace(name: str | None, form: str, settings: Settings) -> None:
    """Print one workspace, with the settings that change how writes behave."""
    with open_session(settings) as session:
        workspace = choose_workspace(session.reader, name) if name else session.workspace()
    _print_record({"id": workspace.id, "name": workspace.name, **workspace.settings}, form)


def create_workspace(name: str, token: str | None, form: str, settings: Settings) -> None:
    """Create a workspace, once that is approved. Raises NotApprovedError."""
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise ReconcilerError(f"{name!r} is no name for a workspace: 1 to {LONGEST_NAME} characters, no blank edges")
    command = settings.command("workspaces", "create", name, "--approve", "yes")
    confirm(f"Create the workspace {visible(name)}?", token, settings, command)
    with open_session(settings) as session:
        _print_record(_short(session.writer().create_workspace(name)), form)


def list_users(form: str, settings: Settings) -> None:
    """Print the people of the workspace."""
    with open_session(settings) as session:
        workspace = session.workspace()
        people = session.reader.users(workspace.id).items
    _print_records([{key: person.get(key) for key in ("id", "name", "email", "status")} for person in people], form)


def _short(workspace: Wire) -> dict[str, Any]:
    return {"id": workspace.get("id"), "name": workspace.get("name")}


def _print_record(told: Mapping[str, Any], form: str) -> None:
    if form == "json":
        say_json(told)
    else:
        rows = [(key.replace("_", " "), value) for key, value in told.items() if value is not None]
        say(table([(key, _cell(value)) for key, value in rows]))


def _print_records(items: Sequence[Mapping[str, Any]], form: str) -> None:
    if form == "json":
        say_json(list(items))
    else:
        say(table([[_cell(value) for value in item.values()] for item in items]))


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
