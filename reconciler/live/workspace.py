"""Which workspace a run is about: one that is named by id or exact name, never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconciler.errors import WorkspaceError
from reconciler.gateway import Reader
from reconciler.kinds import KINDS
from reconciler.model import Wire
from reconciler.state import Workspace
from reconciler.text import sanitize

# Settings that change how writes behave (docs/clockify.md section 4), besides those that fields of kinds fall back on.
_BEHAVIOUR_SETTINGS: Final = (
    "entityCreationPermissions",
    "onlyAdminsCreateProject",
    "onlyAdminsCreateTag",
    "onlyAdminsCreateTask",
    "onlyAdminsCanChangeBillableStatus",
)
SETTINGS: Final = frozenset(_BEHAVIOUR_SETTINGS) | {f.setting for kind in KINDS for f in kind.fields if f.setting}


def choose_workspace(reader: Reader, wanted: str | None) -> Workspace:
    """The workspace with this id or exact name; with None the only one there is. One request.

    Raises WorkspaceError where that is none or several; the message lists them. The account's "active" workspace counts for
    nothing: it changes with a click in the browser.
    """
    known = reader.workspaces()
    if wanted is None:
        found = list(known)
        problem = f"this account has {len(known)} workspaces"
    else:
        found = [item for item in known if wanted in (item["id"], item.get("name"))]
        problem = f"{len(found) or 'no'} workspace{'s have' if len(found) > 1 else ' has'} the name or id {sanitize(wanted)!r}"
    if not known:
        raise WorkspaceError("this account has no workspace", hint="is this the right key, and the right connection?")
    if len(found) != 1:
        raise WorkspaceError(f"{problem}: {_listed(found or known)}", hint="choose one with --workspace ID")
    return _workspace(found[0])


def _listed(items: Sequence[Wire]) -> str:
    return ", ".join(f"{sanitize(str(item.get('name') or ''), 100)!r} ({sanitize(item['id'], 60)})" for item in items)


def _workspace(item: Wire) -> Workspace:
    settings = item.get("workspaceSettings") or {}
    return Workspace(
        id=item["id"],
        name=str(item.get("name") or ""),
        settings={key: settings[key] for key in sorted(SETTINGS) if key in settings},
        shows_members="memberships" in item,
    )
