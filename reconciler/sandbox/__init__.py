"""An embedded Clockify with the gateway in front of it, over a SQLite store: an independent reading of the API.

It is served as an ASGI application, and called directly within a process.
"""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.sandbox.app import SandboxApp as SandboxApp, create_app as create_app
    from reconciler.sandbox.faults import (
        DroppedError as DroppedError,
        Fault as Fault,
        Faults as Faults,
        IncomingRequest as IncomingRequest,
    )
    from reconciler.sandbox.request_log import LoggedRequest as LoggedRequest
    from reconciler.sandbox.seed import blank as blank, seed as seed
    from reconciler.sandbox.service import SandboxService as SandboxService, create_service as create_service
    from reconciler.sandbox.snapshot import dump as dump, load as load
    from reconciler.sandbox.store import Store as Store
    from reconciler.sandbox.switches import Switches as Switches

export_on_use(
    __name__,
    {
        "app": "SandboxApp create_app",
        "faults": "DroppedError Fault Faults IncomingRequest",
        "request_log": "LoggedRequest",
        "seed": "blank seed",
        "service": "SandboxService create_service",
        "snapshot": "dump load",
        "store": "Store",
        "switches": "Switches",
    },
)
