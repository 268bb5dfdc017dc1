"""`reconciler sandbox`: the embedded server and its data."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.numbers import WholeNumber
from reconciler.cli.settings import current_settings


@click.group(cls=Group, examples=["reconciler sandbox serve --port 8000", "reconciler sandbox reset"])
def command() -> None:
    """Serve the embedded server, which behaves like Clockify and Maton, or manage its data."""


@command.command(
    examples=[
        "reconciler sandbox serve --port 8000",
        "reconciler sandbox serve --switch rate=30/h --switch hydrated=without-done",
    ]
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option("--port", type=WholeNumber(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--switch",
    "switches",
    metavar="NAME=VALUE",
    multiple=True,
    help="Choose a variant of the API's behaviour. Repeatable.",
)
@click.option("--key", default="", help="API key to require (default: accept any).")
def serve(host: str, port: int, switches: tuple[str, ...], key: str) -> None:
    """Serve the sandbox on a port of this machine until Ctrl-C.

    Its data is that of `reconciler --sandbox`. To use it: reconciler --sandbox --base-url http://127.0.0.1:8000 plan

    With --key, set RECONCILER_SANDBOX_KEY to the same key.
    """
    from reconciler.cli.actions.sandbox import serve_sandbox  # noqa: PLC0415 - start-up: see this package

    serve_sandbox(host, port, switches, key, current_settings())


@command.command(examples=["reconciler sandbox reset"])
def reset() -> None:
    """Delete the sandbox's data and seed it as on first use."""
    from reconciler.cli.actions.sandbox import reset_sandbox  # noqa: PLC0415 - start-up: see this package

    reset_sandbox(current_settings())


@command.command(examples=["reconciler sandbox seed --state-dir demo"])
def seed() -> None:
    """Seed an empty sandbox with an example workspace. Fails (exit code 1) if it already has data."""
    from reconciler.cli.actions.sandbox import seed_sandbox  # noqa: PLC0415 - start-up: see this package

    seed_sandbox(current_settings())
