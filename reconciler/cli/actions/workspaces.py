"""`workspaces`: list, show and create workspaces."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from reconciler.cli.actions.records import print_record, print_records
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.prompt import confirm
from reconciler.errors import GatewayError, ProtocolError, WorkspaceError
from reconciler.gateway import Reader
from reconciler.live import choose_workspace, created_workspace, require_workspace_name, workspace_of
from reconciler.render.escape import visible
from reconciler.state import Workspace
from reconciler.value_types import Wire


def list_workspaces(form: str, settings: Settings) -> None:
    """Print the workspaces of the account."""
    with open_session(settings) as session:
        workspaces = [_summary(item) for item in session.reader.workspaces()]
    print_records([workspaces], form, ("id", "name"), settings)


def show_workspace(name: str | None, form: str, settings: Settings) -> None:
    """Print one workspace, with the settings that affect writes."""
    with open_session(settings) as session:
        chosen = session.workspace() if name is None else _named(session.reader, name, settings)
        workspace = workspace_of(session.reader.workspace(chosen.id))
    print_record({"id": workspace.id, "name": workspace.name, **workspace.settings}, form, settings)


def _named(reader: Reader, name: str, settings: Settings) -> Workspace:
    """The workspace of this name or id. Raises WorkspaceError."""
    try:
        return choose_workspace(reader, name)
    except WorkspaceError as error:
        error.hint = settings.command("workspaces", "list")
        raise


def create_workspace(name: str, token: str | None, form: str, settings: Settings) -> None:
    """Create a workspace after approval; a lost answer is looked up by the name. Raises NotApprovedError.

    Raises WorkspaceError where one of that name exists: neither a second run nor a slip creates another one.
    """
    require_workspace_name(name)
    words = ("--approve", "yes", "--", name) if name.startswith("-") else (name, "--approve", "yes")
    command = settings.command("workspaces", "create", *words)
    confirm(f"Create the workspace {visible(name)}?", token, settings, command)
    with open_session(settings) as session:
        if (existing := created_workspace(session.reader, name)) is not None:
            hint = settings.command("workspaces", "get", existing.id)
            raise WorkspaceError(f"a workspace named {name!r} exists already ({existing.id})", hint=hint)
        try:
            created = workspace_of(session.writer().create_workspace(name))
        except GatewayError as error:
            created = _despite(error, name, session.reader, settings)
        print_record({"id": created.id, "name": created.name}, form, settings)


def _despite(error: GatewayError, name: str, reader: Reader, settings: Settings) -> Workspace:
    """The workspace that was created although the answer was lost; raises the error where there is none."""
    if not (error.unknown or isinstance(error, ProtocolError)):
        raise error
    error.hint = f"the workspace may have been created; look first: {settings.command('workspaces', 'list')}"
    with suppress(GatewayError):
        if (found := created_workspace(reader, name)) is not None:
            return found
    raise error


def _summary(workspace: Wire) -> dict[str, Any]:
    return {"id": workspace.get("id"), "name": workspace.get("name")}
