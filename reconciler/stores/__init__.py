"""Run stores: the records of a state folder, kept for other machines. The state folder stays the working copy."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.stores.backend import (
        StoreBackend as StoreBackend,
        StoreSnapshot as StoreSnapshot,
    )
    from reconciler.stores.claim import (
        Claim as Claim,
        Holder as Holder,
    )
    from reconciler.stores.factory import (
        open_run_store as open_run_store,
    )
    from reconciler.stores.folder import (
        FolderStore as FolderStore,
    )
    from reconciler.stores.hold import (
        Hold as Hold,
        hold_workspace as hold_workspace,
    )
    from reconciler.stores.shared import (
        SharedStore as SharedStore,
    )
    from reconciler.stores.store import (
        Fetched as Fetched,
        RunStore as RunStore,
    )

export_on_use(
    __name__,
    {
        "backend": "StoreBackend StoreSnapshot",
        "claim": "Claim Holder",
        "factory": "open_run_store",
        "folder": "FolderStore",
        "hold": "Hold hold_workspace",
        "shared": "SharedStore",
        "store": "Fetched RunStore",
    },
)
