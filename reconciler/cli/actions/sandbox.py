"""`sandbox`: serve the embedded server, reset and seed its data."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import replace

import click

from reconciler.cli.connect import SANDBOX_FILE, is_empty, open_sandbox_store
from reconciler.cli.settings import KEYS, Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ReconcilerError
from reconciler.gateway.config import is_loopback
from reconciler.sandbox import Switches, create_app, seed
from reconciler.sandbox.serve import serve


def serve_sandbox(host: str, port: int, switches: Sequence[str], key: str, settings: Settings) -> None:
    """Serve until interrupted.

    Raises click.BadParameter for an unknown switch or a host that is not loopback, ReconcilerError for a port in use.
    """
    try:
        chosen = replace(Switches.parse(",".join(switches)), key=key)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--switch") from error
    if not is_loopback(host):
        raise click.BadParameter(f"{host!r} is not a loopback address", param_hint="--host")
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    with open_sandbox_store(settings) as store:
        _require_free_port(host, port)
        print_message(f"serving the sandbox at {url}; stop it with Ctrl-C. To use it:")
        print_message(f"  reconciler --sandbox --base-url {url} whoami")
        if key:
            print_message(f"set {KEYS['sandbox']} to the value of --key first")
        try:
            serve(create_app(store, chosen), host, port)
        except SystemExit as error:  # how the server reports that it could not start
            raise ReconcilerError(f"cannot serve at {url}") from error


def _require_free_port(host: str, port: int) -> None:
    """Raise ReconcilerError for a port in use, before the address is printed."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as error:
        raise ReconcilerError(f"cannot serve on port {port}: {error.strerror}", hint="use another --port") from error


def reset_sandbox(settings: Settings) -> None:
    """Delete the data, and seed it as on first use."""
    with open_sandbox_store(settings, seeded=False) as store:
        store.clear()
        seed(store)
    print_message(f"the sandbox in {settings.state_dir}/{SANDBOX_FILE} is reset")


def seed_sandbox(settings: Settings) -> None:
    """Seed an empty sandbox. Raises ReconcilerError if it has data."""
    with open_sandbox_store(settings, seeded=False) as store:
        if not is_empty(store):
            raise ReconcilerError(
                "the sandbox already has data", hint=f"replace it: {settings.local_command('sandbox', 'reset')}"
            )
        seed(store)
    print_message(f"seeded {settings.state_dir}/{SANDBOX_FILE}")
