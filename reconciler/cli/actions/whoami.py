"""`whoami`: show the authenticated user, the gateway and the connection."""

from __future__ import annotations

from reconciler.cli.actions.records import print_record
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings


def show_user(form: str, settings: Settings) -> None:
    """Print the user of the API key, the gateway and the connection."""
    with open_session(settings) as session:
        user, config = session.reader.user(), session.config
    record = {
        "name": user.get("name"),
        "email": user.get("email"),
        "id": user.get("id"),
        "gateway": config.name,
        "base_url": config.base_url,
        "connection": config.connection or None,
        "default_workspace": user.get("defaultWorkspace"),
    }
    print_record(record, form, settings)
