"""`workspaces`: list, show and create workspaces."""

from __future__ import annotations

from typing import Any

from reconciler.cli.actions.records import print_record, print_records
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import GatewayError, ReconcilerError
from reconciler.live import choose_workspace
from reconciler.render.escape import visible
from reconciler.value_types import Wire

MAX_NAME = 250
"""Characters of a workspace's name."""


def list_workspaces(form: str, settings: Settings) -> None:
    """Print the workspaces of the account."""
    with open_session(settings) as session:
        workspaces = [_summary(item) for item in session.reader.workspaces()]
    print_records([workspaces], form, ("id", "name"), settings)


def show_workspace(name: str | None, form: str, settings: Settings) -> None:
    """Print one workspace, with the settings that affect writes."""
    with open_session(settings) as session:
        workspace = choose_workspace(session.reader, name) if name else session.workspace()
    print_record({"id": workspace.id, "name": workspace.name, **workspace.settings}, form, settings)


def create_workspace(name: str, token: str | None, form: str, settings: Settings) -> None:
    """Create a workspace after approval. Raises NotApprovedError."""
    if not name.strip() or name != name.strip() or len(name) > MAX_NAME or not name.isprintable():
        hint = f"a name has 1 to {MAX_NAME} printable characters, and no leading or trailing blanks"
        raise ReconcilerError(f"invalid workspace name {name!r}", hint=hint)
    words = ("--approve", "yes", "--", name) if name.startswith("-") else (name, "--approve", "yes")
    command = settings.command("workspaces", "create", *words)
    confirm(f"Create the workspace {visible(name)}?", token, settings, command)
    with open_session(settings) as session:
        try:
            created = session.writer().create_workspace(name)
        except GatewayError as error:
            if error.unknown:
                error.hint = (
                    f"the workspace may have been created; look first: {settings.command('workspaces', 'list')}"
                )
            raise
        print_record(_summary(created), form, settings)


def _summary(workspace: Wire) -> dict[str, Any]:
    return {"id": workspace.get("id"), "name": workspace.get("name")}
