"""Run stores: the records of a state folder, kept for other machines. The state folder stays the working copy."""

from reconciler.stores.backend import StoreBackend, StoreSnapshot
from reconciler.stores.claim import Claim, Holder
from reconciler.stores.factory import open_run_store
from reconciler.stores.folder import FolderStore
from reconciler.stores.hold import Hold, hold_workspace
from reconciler.stores.shared import SharedStore
from reconciler.stores.store import Fetched, RunStore

__all__ = [
    "Claim",
    "Fetched",
    "FolderStore",
    "Hold",
    "Holder",
    "RunStore",
    "SharedStore",
    "StoreBackend",
    "StoreSnapshot",
    "hold_workspace",
    "open_run_store",
]
