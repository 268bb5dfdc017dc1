"""An embedded Clockify with the gateway in front of it: an ASGI application over a SQLite store, an independent reading of the API."""

from reconciler.sandbox.app import SandboxApp, create_app
from reconciler.sandbox.faults import DroppedError, Fault, Faults, IncomingRequest
from reconciler.sandbox.request_log import LoggedRequest
from reconciler.sandbox.seed import blank, seed
from reconciler.sandbox.snapshot import dump, load
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches

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
