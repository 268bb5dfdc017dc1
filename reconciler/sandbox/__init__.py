"""An embedded Clockify with the gateway in front of it: an ASGI application over a SQLite store, an independent reading of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.sandbox.faults import DroppedError, Fault, Faults, IncomingRequest
from reconciler.sandbox.request_log import LoggedRequest
from reconciler.sandbox.seed import blank, seed
from reconciler.sandbox.snapshot import dump, load
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

if TYPE_CHECKING:
    from reconciler.sandbox.app import SandboxApp, create_app

__all__ = [
    "DroppedError",
    "Fault",
    "Faults",
    "IncomingRequest",
    "LoggedRequest",
    "SandboxApp",
    "Store",
    "Switches",
    "blank",
    "create_app",
    "dump",
    "load",
    "seed",
]


def __getattr__(name: str) -> Any:
    """The application, imported when it is asked for: what only reads the store needs no server."""
    if name in ("SandboxApp", "create_app"):
        from reconciler.sandbox import app  # noqa: PLC0415 - see above

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
