"""`users`: list the users of a workspace."""

from __future__ import annotations

from reconciler.cli.actions.records import print_records
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings


def list_users(form: str, settings: Settings) -> None:
    """Print the users of the workspace."""
    with open_session(settings) as session:
        workspace = session.workspace()
        users = session.reader.users(workspace.id).items
    columns = ("id", "name", "email", "status")
    print_records([[{key: user.get(key) for key in columns} for user in users]], form, columns, settings)
