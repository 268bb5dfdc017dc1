"""From the settings and the environment's keys to a GatewayConfig, the sandbox within this process included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.applying.private_files import make_state_folder, open_private
from reconciler.cli.credentials import find_credential
from reconciler.cli.settings import Settings
from reconciler.errors import ConfigurationError
from reconciler.gateway import GatewayConfig, Rate

if TYPE_CHECKING:
    from reconciler.gateway.config import InProcessApp
    from reconciler.sandbox import Store

SANDBOX_FILE = "sandbox.sqlite3"


def configure_gateway(settings: Settings, stack: ExitStack) -> GatewayConfig:
    """The gateway of the settings; what must be closed is pushed onto `stack`. Raises ConfigurationError."""
    try:
        rate = Rate.parse(settings.rate)
    except ConfigurationError as error:
        raise click.BadParameter(f"{error.message}; {error.hint}", param_hint="--rate") from error
    app = create_app(stack.enter_context(open_sandbox_store(settings))) if settings.is_in_process else None
    credential = find_credential(settings)
    return GatewayConfig(
        settings.gateway,
        base_url=settings.base_url,
        key=credential.key,
        key_kind=credential.kind,
        key_source=credential.source,
        connection=settings.connection,
        rate=rate,
        timeout=settings.timeout,
        app=app,
    )


def create_app(store: Store) -> InProcessApp:
    """The sandbox of this process over a store."""
    from reconciler import sandbox  # noqa: PLC0415 - start-up: only the sandbox needs its handlers

    return sandbox.create_service(store)


def seed(store: Store) -> None:
    """Fill an empty store with the sample workspaces."""
    from reconciler import sandbox  # noqa: PLC0415 - start-up: only the sandbox needs its data

    sandbox.seed(store)


@contextmanager
def open_sandbox_store(settings: Settings, *, seeded: bool = True, place: str = "") -> Iterator[Store]:
    """The sandbox's data in the state folder (or in the file `place`, or `:memory:`), created and seeded on first use.

    Raises ConfigurationError.
    """
    from reconciler.sandbox import Store  # noqa: PLC0415 - start-up: only the sandbox needs its server

    if place != ":memory:":
        _make_store_file(Path(place) if place else Path(settings.state_dir, SANDBOX_FILE))
    with Store(place or str(Path(settings.state_dir, SANDBOX_FILE))) as store:
        if seeded and is_empty(store):
            seed(store)
        yield store


def _make_store_file(path: Path) -> None:
    """Create the file of a store and its folder, for this user alone. Raises ConfigurationError."""
    try:
        make_state_folder(path.parent)
    except OSError as error:
        raise ConfigurationError(
            f"cannot create the folder {path.parent}: {error.strerror}", hint="choose another folder"
        ) from error
    try:
        os.close(open_private(path, os.O_RDWR | os.O_CREAT))
    except OSError as error:
        raise ConfigurationError(f"cannot open the sandbox's data in {path}: {error.strerror}") from error


def is_empty(store: Store) -> bool:
    """Whether the store has no data yet."""
    return not store.records("workspace")
