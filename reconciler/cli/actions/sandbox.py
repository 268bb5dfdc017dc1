"""`sandbox`: serve the embedded server, reset, seed and dump its data."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from reconciler import collector
from reconciler.cli import files
from reconciler.cli.connect import SANDBOX_FILE, is_empty, open_sandbox_store
from reconciler.cli.settings import KEYS, Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ReconcilerError
from reconciler.gateway.config import is_loopback
from reconciler.json_text import parse_json
from reconciler.sandbox import Store, Switches, create_app, dump, load, seed
from reconciler.sandbox.serve import listen, serve

_MOST_BYTES = 64 << 20
"""Of a document to seed from."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The options of `sandbox serve`. `store` is a path, `:memory:`, or empty for the state folder; empty paths are not given."""

    host: str
    port: int
    switches: Sequence[str]
    key: str | None
    store: str
    seed: str
    ready_file: str


def serve_sandbox(options: ServeOptions, settings: Settings) -> None:
    """Serve until interrupted.

    Raises click.BadParameter for an unknown switch or a host that is not loopback, ReconcilerError for a port in use.
    """
    try:
        chosen = Switches.parse(",".join(options.switches))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--switch") from error
    if options.key is not None:
        if not options.key.isascii() or not options.key.isprintable() or " " in options.key or not options.key:
            raise click.BadParameter("a key is ASCII characters without blanks and line breaks", param_hint="--key")
        chosen = replace(chosen, key=options.key)
    if not is_loopback(options.host):
        raise click.BadParameter(f"{options.host!r} is not a loopback address", param_hint="--host")
    fill = _filling(options.seed)
    with open_sandbox_store(settings, seeded=False, place=options.store) as store:
        if is_empty(store):
            fill(store)
        elif options.seed:
            raise _has_data(settings)
        with _listen(options.host, options.port) as listening:
            _serve(store, chosen, listening, options, fill)


def _serve(
    store: Store, switches: Switches, listening: socket.socket, options: ServeOptions, fill: Callable[[Store], object]
) -> None:
    """Serve on a socket, with a ready file as long as requests are accepted."""
    port = listening.getsockname()[1]
    url = f"http://[{options.host}]:{port}" if ":" in options.host else f"http://{options.host}:{port}"
    print_message(f"serving the sandbox at {url}; stop it with Ctrl-C. To use it:")
    print_message(f"  reconciler --sandbox --base-url {url} whoami")
    if switches.key:
        print_message(f"set {KEYS['sandbox']} to the required key first")

    def announce() -> None:
        if options.ready_file:
            files.write(options.ready_file, json.dumps(_ready(url, port), indent=2) + "\n")

    def withdraw() -> None:
        if options.ready_file:
            with suppress(OSError):
                Path(options.ready_file).unlink()

    try:
        with collector.switched_on():
            serve(create_app(store, switches, initial=fill), listening, on_ready=announce, on_end=withdraw)
    except SystemExit as error:  # how the server reports that it could not start
        raise ReconcilerError(f"cannot serve at {url}") from error


def _ready(url: str, port: int) -> dict[str, Any]:
    """The content of a ready file: where the sandbox is, and the process to end."""
    return {
        "url": url,
        "port": port,
        "pid": os.getpid(),
        "clockify": f"{url}/api/v1",
        "maton": f"{url}/clockify/api/v1",
        "control": f"{url}/_sandbox",
    }


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ReconcilerError for a port in use, before the address is printed."""
    try:
        return listen(host, port)
    except OSError as error:
        raise ReconcilerError(f"cannot serve on port {port}: {error.strerror}", hint="use another --port") from error


def _filling(path: str) -> Callable[[Store], object]:
    """What fills an empty store: the sample workspaces, or a document (`-`: stdin). Raises ReconcilerError for one that cannot be read."""
    if not path:
        return seed
    try:
        document = parse_json(files.read(path, limit=_MOST_BYTES))
    except ValueError as error:
        raise ReconcilerError(f"cannot read {path}: it is not JSON") from error
    with Store(":memory:") as trial:
        load(trial, document)
    return partial(_load, document)


def _load(document: Any, store: Store) -> None:
    """Fill a store from a document, as `seed` does from the sample."""
    load(store, document)


def _has_data(settings: Settings) -> ReconcilerError:
    """The error for a sandbox that is not empty."""
    return ReconcilerError(
        "the sandbox already has data", hint=f"replace it: {settings.local_command('sandbox', 'reset')}"
    )


def reset_sandbox(path: str, settings: Settings) -> None:
    """Delete the data, and seed it as on first use, or from a document."""
    fill = _filling(path)
    with open_sandbox_store(settings, seeded=False) as store, store.transaction():
        store.clear()
        fill(store)
    print_message(f"the sandbox in {settings.state_dir}/{SANDBOX_FILE} is reset")


def seed_sandbox(path: str, settings: Settings) -> None:
    """Seed an empty sandbox with the sample or from a document. Raises ReconcilerError if it has data."""
    fill = _filling(path)
    with open_sandbox_store(settings, seeded=False) as store:
        if not is_empty(store):
            raise _has_data(settings)
        fill(store)
    print_message(f"seeded {settings.state_dir}/{SANDBOX_FILE}")


def dump_sandbox(path: str, settings: Settings) -> None:
    """Write all data as a document (`-`: stdout)."""
    with open_sandbox_store(settings) as store:
        document = dump(store)
    files.write(path, json.dumps(document, indent=1) + "\n")
