"""What `sandbox` does: serve the embedded server, reset and fill its data."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.connect import SANDBOX_FILE, is_unused, sandbox_store
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import note
from reconciler.errors import ReconcilerError
from reconciler.gateway.config import is_loopback
from reconciler.sandbox import Switches, create_app, seed
from reconciler.sandbox.serve import serve


def serve_sandbox(host: str, port: int, switches: Sequence[str], key: str, settings: Settings) -> None:
    """Serve until interrupted. Raises click's usage error for an unknown switch or a host that is not this machine, and
    ReconcilerError where the port cannot be had.
    """
    try:
        chosen = replace(Switches.parse(",".join(switches)), key=key)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--switch") from error
    if not is_loopback(host):
        raise click.BadParameter(f"{host} is not this machine, and the sandbox serves no other", param_hint="--host")
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with sandbox_store(settings) as store:
        _check_free(host, port)
        note(f"the sandbox is at {url} until Ctrl-C; to use it:")
        note(f"  reconciler --sandbox --base-url {url} whoami")
        try:
            serve(create_app(store, chosen), host, port)
        except SystemExit as error:  # the server's way to say that it could not start, with an exit code of its own
            raise ReconcilerError(f"cannot serve at {url}") from error


def _check_free(host: str, port: int) -> None:
    """Raise ReconcilerError where the port is taken: better said before the address is announced."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as error:
        raise ReconcilerError(f"cannot serve on port {port}: {error.strerror}", hint="try another --port") from error


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
