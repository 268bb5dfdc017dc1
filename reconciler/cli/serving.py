"""What `sandbox` does: serve the embedded server, reset and fill its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.output import note
from reconciler.cli.settings import Settings
from reconciler.cli.way import SANDBOX_FILE, is_unused, sandbox_store
from reconciler.errors import ReconcilerError
from reconciler.sandbox import Switches, create_app, seed
from reconciler.sandbox.serve import serve


def serve_sandbox(host: str, port: int, switches: Sequence[str], key: str, settings: Settings) -> None:
    """Serve until interrupted. Raises click's usage error for an unknown switch, or a host that is not this machine."""
    try:
        chosen = replace(Switches.parse(",".join(switches)), key=key)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--switch") from error
    with sandbox_store(settings) as store:
        shown = f"[{host}]" if ":" in host else host
        note(f"the sandbox is at http://{shown}:{port} (Ctrl-C stops it); to use it:")
        note(f"  reconciler --sandbox --base-url http://{shown}:{port} whoami")
        try:
            serve(create_app(store, chosen), host, port)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--host") from error


def reset_sandbox(settings: Settings) -> None:
    """Empty the data, and fill it as on first use."""
    with sandbox_store(settings, filled=False) as store:
        store.clear()
        seed(store)
    note(f"the sandbox in {settings.state_dir}/{SANDBOX_FILE} is as new")


def seed_sandbox(settings: Settings) -> None:
    """Fill an empty sandbox. Raises ReconcilerError where it is not."""
    with sandbox_store(settings, filled=False) as store:
        if not is_unused(store):
            raise ReconcilerError("the sandbox holds data already", hint="start anew with: reconciler sandbox reset")
        seed(store)
    note(f"filled {settings.state_dir}/{SANDBOX_FILE}")
