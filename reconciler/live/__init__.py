"""Reads a workspace through the gateway into a Live state, with proof that every list is complete."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.live.build import (
        read_readable as read_readable,
        read_undeclared as read_undeclared,
        read_values as read_values,
        tracked_seconds as tracked_seconds,
    )
    from reconciler.live.everything import (
        read_everything as read_everything,
    )
    from reconciler.live.fetch import (
        all_users as all_users,
        timekeepers as timekeepers,
    )
    from reconciler.live.listing import (
        Listed as Listed,
        Lister as Lister,
        hours_of as hours_of,
        task_count as task_count,
    )
    from reconciler.live.new_workspace import (
        empty_reading as empty_reading,
        read_new as read_new,
    )
    from reconciler.live.read import (
        read as read,
        read_for_undo as read_for_undo,
        reread as reread,
        with_access_role as with_access_role,
    )
    from reconciler.live.reading import (
        Reading as Reading,
    )
    from reconciler.live.usage import (
        usage_of as usage_of,
    )
    from reconciler.live.workspace import (
        choose_workspace as choose_workspace,
        created_workspace as created_workspace,
        require_workspace_name as require_workspace_name,
        workspace_of as workspace_of,
    )

export_on_use(
    __name__,
    {
        "build": "read_readable read_undeclared read_values tracked_seconds",
        "everything": "read_everything",
        "fetch": "all_users timekeepers",
        "listing": "Listed Lister hours_of task_count",
        "new_workspace": "empty_reading read_new",
        "read": "read read_for_undo reread with_access_role",
        "reading": "Reading",
        "usage": "usage_of",
        "workspace": "choose_workspace created_workspace require_workspace_name workspace_of",
    },
)
