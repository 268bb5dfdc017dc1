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
        "reconciler sandbox serve --port 0 --store :memory: --ready-file ready.json",
    ]
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option(
    "--port", type=WholeNumber(0, 65535), default=8000, show_default=True, help="Port to listen on; 0 for a free one."
)
@click.option(
    "--switch",
    "switches",
    metavar="NAME=VALUE",
    multiple=True,
    help="Choose a variant of the API's behaviour. Repeatable.",
)
@click.option("--key", default=None, help="API key to require (default: accept any).")
@click.option(
    "--store", metavar="FILE", default="", help="File of the data, or :memory: (default: the state folder's file)."
)
@click.option("--seed", metavar="FILE", default="", help="Fill an empty store from this JSON document.")
@click.option("--ready-file", metavar="FILE", default="", help="Write URL, port and process id as JSON when ready.")
def serve(
    host: str, port: int, switches: tuple[str, ...], key: str | None, store: str, seed: str, ready_file: str
) -> None:
    """Serve the sandbox on a port of this machine until Ctrl-C.

    Its data is that of `reconciler --sandbox`, unless --store names another. To use it: reconciler --sandbox --base-url
    http://127.0.0.1:8000 plan

    With --key, set RECONCILER_SANDBOX_KEY to the same key.
    """
    from reconciler.cli.actions.sandbox import ServeOptions, serve_sandbox  # noqa: PLC0415 - start-up: see this package

    serve_sandbox(ServeOptions(host, port, switches, key, store, seed, ready_file), current_settings())


@command.command(examples=["reconciler sandbox reset", "reconciler sandbox reset studio.json"])
@click.argument("file", default="")
def reset(file: str) -> None:
    """Delete the sandbox's data and seed it as on first use, or from FILE, a document of `sandbox dump`."""
    from reconciler.cli.actions.sandbox import reset_sandbox  # noqa: PLC0415 - start-up: see this package

    reset_sandbox(file, current_settings())


@command.command(examples=["reconciler sandbox seed --state-dir demo", "reconciler sandbox seed studio.json"])
@click.argument("file", default="")
def seed(file: str) -> None:
    """Seed an empty sandbox with an example workspace, or from FILE, a document of `sandbox dump`.

    Fails (exit code 1) if it already has data.
    """
    from reconciler.cli.actions.sandbox import seed_sandbox  # noqa: PLC0415 - start-up: see this package

    seed_sandbox(file, current_settings())


@command.command(examples=["reconciler sandbox dump -o studio.json", "reconciler sandbox dump"])
@click.option("-o", "--output", metavar="FILE", default="-", help="Write to FILE (default: standard output).")
def dump(output: str) -> None:
    """Write all data of the sandbox as a JSON document, from which a sandbox can be seeded."""
    from reconciler.cli.actions.sandbox import dump_sandbox  # noqa: PLC0415 - start-up: see this package

    dump_sandbox(output, current_settings())
