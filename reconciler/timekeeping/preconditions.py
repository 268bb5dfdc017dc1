"""What must still hold right before a time entry is written: it is as it was shown, and no second timer would run."""

from __future__ import annotations

from reconciler.errors import MovedError
from reconciler.gateway import Reader
from reconciler.timekeeping.entries import entry_of, iso_utc
from reconciler.timekeeping.look import TimeWrite, fetch_entry


def require_unmoved(write: TimeWrite, reader: Reader, workspace_id: str) -> None:
    """Raise MovedError where the entry is not as it was read before the approval."""
    if write.before is None:
        return
    current = fetch_entry(reader, workspace_id, write.before.id)
    if current is None:
        raise MovedError(f"the time entry {write.before.id} is no longer there; nothing was written")
    if changed := write.before.differences(current):
        raise MovedError(
            f"the time entry {current.id} was changed meanwhile ({', '.join(changed)}); nothing was written",
            hint="run the command again to see it as it is now",
        )


def require_no_other_timer(write: TimeWrite, reader: Reader, workspace_id: str) -> None:
    """Raise MovedError where the write makes an entry run while another one of the same user runs.

    Reads nothing for a write after which the entry has an end, or of an entry that runs already.
    """
    wanted, before = write.wanted, write.before
    if wanted is None or not wanted.is_running or (before is not None and before.is_running):
        return
    for wire in reader.running_entries_of(workspace_id, wanted.user_id):
        other = entry_of(wire)
        if other.id != wanted.id:
            raise MovedError(
                f"another timer of the same user is running since {iso_utc(other.start)}, id {other.id}; nothing was written",
                hint="stop it first: reconciler time stop",
            )
