"""The default: the state folder is the store. The lock of the folder, which every apply holds, is the claim."""

from __future__ import annotations

from reconciler.stores.store import Fetched


class FolderStore:
    """Nothing to fetch, to claim or to push."""

    name = "folder"
    is_shared = False
    lost = ""

    def fetch(self) -> Fetched:
        """Everything is in the folder."""
        return Fetched()

    def claim(self, workspace_id: str, digest: str) -> str:  # noqa: ARG002 - the signature is RunStore's
        """The lock of the folder is held by the caller."""
        return ""

    def push(self) -> tuple[str, ...]:
        """Everything is in the folder."""
        return ()

    def release(self) -> tuple[str, ...]:
        """The lock of the folder ends with the caller."""
        return ()
