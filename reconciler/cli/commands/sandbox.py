"""`reconciler sandbox`: the embedded server, and its data."""

from __future__ import annotations

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import settings


@click.group(cls=Group, examples=["reconciler sandbox serve --port 8000", "reconciler sandbox reset"])
def command() -> None:
    """The embedded server, which behaves as Clockify and Maton do: serve it on a port, or see to its data."""


@command.command(
    examples=[
        "reconciler sandbox serve --port 8000",
        "reconciler sandbox serve --switch rate=30/h --switch hydrated=without-done",
    ]
)
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address: it serves this machine only.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port.")
@click.option(
    "--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Change how the API is read. Repeatable."
)
@click.option("--key", default="", help="The one key to accept; any without it.")
def serve(host: str, port: int, switches: tuple[str, ...], key: str) -> None:
    """Serve the sandbox on a port of this machine until Ctrl-C.

    Its data are those of `reconciler --sandbox`. To use it: reconciler --sandbox --base-url http://127.0.0.1:8000 plan
    """
    from reconciler.cli.actions.sandbox import serve_sandbox  # noqa: PLC0415 - start-up: see this package

    serve_sandbox(host, port, switches, key, settings())


@command.command(examples=["reconciler sandbox reset"])
def reset() -> None:
    """Throw the sandbox's data away and fill it anew, as on first use."""
    from reconciler.cli.actions.sandbox import reset_sandbox  # noqa: PLC0415 - start-up: see this package

    reset_sandbox(settings())


@command.command(examples=["reconciler sandbox seed --state-dir play"])
def seed() -> None:
    """Fill an empty sandbox with a lived-in workspace. One that holds data already is left as it is (1)."""
    from reconciler.cli.actions.sandbox import seed_sandbox  # noqa: PLC0415 - start-up: see this package

    seed_sandbox(settings())
