"""Selects the workspace of a run by id or exact name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from reconciler.errors import ProtocolError, WorkspaceError
from reconciler.gateway import Reader
from reconciler.kinds import KINDS
from reconciler.kinds.rates import Rate
from reconciler.names import fold
from reconciler.state import Workspace
from reconciler.text import sanitize
from reconciler.value_types import Wire

# Settings that change how writes behave (docs/clockify.md section 4), besides those that are defaults of fields.
_BEHAVIOUR_SETTINGS: Final = (
    "entityCreationPermissions",
    "onlyAdminsCreateProject",
    "onlyAdminsCreateTag",
    "onlyAdminsCreateTask",
    "onlyAdminsCanChangeBillableStatus",
)
_MAX_CHOICES = 10
_MAX_SHOWN: Final = 60
"""Characters of an invalid name in its message."""
MAX_NAME: Final = 50
"""Characters of the name of a new workspace (docs/clockify.md section 4)."""
SETTINGS: Final = frozenset(_BEHAVIOUR_SETTINGS) | {f.setting for kind in KINDS for f in kind.every_field if f.setting}


def choose_workspace(reader: Reader, wanted: str | None, *, create: bool = False) -> Workspace:
    """The workspace with this id or exact name; with None the only workspace of the account. One request.

    Raises WorkspaceError if there is no match or several; the message lists the choices. With `create` no match is a workspace
    without an id, to be created. The account's "active" workspace is ignored: it changes with a click in the browser.
    """
    known = reader.workspaces()
    if create and wanted is not None and not any(wanted in (item["id"], item.get("name")) for item in known):
        return _new_workspace(wanted, known)
    if not known:
        raise WorkspaceError("this account has no workspace", hint="check the API key and --connection")
    matches = [item for item in known if wanted is None or wanted in (item["id"], item.get("name"))]
    if len(matches) == 1:
        return workspace_of(matches[0])
    is_id_and_name = wanted is not None and len({item.get("name") for item in matches}) > 1
    hint = "rename the workspace whose name is an id" if is_id_and_name else "select one with --workspace ID"
    raise WorkspaceError(_problem(wanted, matches, known), hint=hint)


def _new_workspace(name: str, known: Sequence[Wire]) -> Workspace:
    """A workspace to create. A name that differs from a live one in spelling alone is a slip that nothing could undo."""
    require_workspace_name(name)
    for item in known:
        if fold(str(item.get("name") or "")) == fold(name):
            raise WorkspaceError(
                f"no workspace {sanitize(name)!r}, and {_name(item)!r} differs from it in spelling only",
                hint=f"write its name as it is: {_name(item)}",
            )
    return Workspace(id="", name=name)


def require_workspace_name(name: str) -> None:
    """Raise WorkspaceError for a name that a new workspace cannot have."""
    if not name.strip() or name != name.strip() or len(name) > MAX_NAME or not name.isprintable():
        shown = (
            name if len(name) <= _MAX_SHOWN else f"{name[:_MAX_SHOWN]}…"
        )  # its blanks and breaks are what is wrong with it
        raise WorkspaceError(
            f"invalid workspace name {shown!r}",
            hint=f"a name has 1 to {MAX_NAME} printable characters, and no leading or trailing blanks",
        )


def created_workspace(reader: Reader, plan_name: str, workspace_id: str = "") -> Workspace | None:
    """The workspace that was created by this name, by its id where that is known; None where there is none. One request.

    Raises WorkspaceError where several have the name and none the id.
    """
    matches = [
        item
        for item in reader.workspaces()
        if (item["id"] == workspace_id if workspace_id else item.get("name") == plan_name)
    ]
    if len(matches) > 1:
        raise WorkspaceError(
            _problem(plan_name, matches, matches), hint="rename or delete one in Clockify, then run again"
        )
    return workspace_of(matches[0]) if matches else None


def _problem(wanted: str | None, matches: Sequence[Wire], known: Sequence[Wire]) -> str:
    if wanted is None:
        return f"this account has {len(known)} workspaces: {_choices(known)}"
    if matches:
        return f"{len(matches)} workspaces match {sanitize(wanted)!r}: {_choices(matches)}"
    names = {_name(item).casefold(): _name(item) for item in known}
    from difflib import get_close_matches  # noqa: PLC0415 - start-up: only a name that is not there needs it

    similar = get_close_matches(wanted.casefold(), names, 1)
    suggestion = f"; did you mean {names[similar[0]]!r}?" if similar else ";"
    return f"no workspace {sanitize(wanted)!r}{suggestion} there are: {_choices(known)}"


def _choices(items: Sequence[Wire]) -> str:
    """Names and ids, sorted by name; at most _MAX_CHOICES of them."""
    choices = [f"{name!r} ({id_})" for name, id_ in sorted((_name(item), sanitize(item["id"], 60)) for item in items)]
    omitted = len(choices) - _MAX_CHOICES
    return ", ".join(choices[:_MAX_CHOICES]) + (f" and {omitted} more" if omitted > 0 else "")


def _name(item: Wire) -> str:
    return sanitize(str(item.get("name") or ""), 100)


def workspace_of(item: Wire) -> Workspace:
    """A workspace from its JSON object, as a list or a create answers it. Raises ProtocolError for one without an id."""
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise ProtocolError("a workspace in a response has no id")
    listed = item.get("workspaceSettings")
    settings = {**(listed if isinstance(listed, Mapping) else {}), **_default_currency(item)}
    return Workspace(
        id=item["id"],
        name=str(item.get("name") or ""),
        settings={key: settings[key] for key in sorted(SETTINGS) if key in settings},
        shows_members="memberships" in item,
        currency=_currency(item),
        default_rates=dict(_default_rates(item)),
        inactive=dict(_inactive(item)),
    )


def _currency(item: Wire) -> str:
    """The ISO 4217 code of the default currency, else that of the workspace's rate; empty if neither is answered."""
    currencies = item.get("currencies")
    listed = [each for each in currencies if isinstance(each, dict)] if isinstance(currencies, list) else []
    default = next((each for each in listed if each.get("isDefault") is True), None)
    rate = item.get("hourlyRate")
    code = default.get("code") if default else rate.get("currency") if isinstance(rate, dict) else None
    return code.upper() if isinstance(code, str) else ""


def _default_rates(item: Wire) -> Iterator[tuple[str, str]]:
    """The rates of the workspace that are set. One that cannot be read is left out: nothing is written by it."""
    for name, key in (("hourly_rate", "hourlyRate"), ("cost_rate", "costRate")):
        with suppress(TypeError):
            if amount := Rate().read(item.get(key)):
                yield name, amount


def _inactive(item: Wire) -> Iterator[tuple[str, str]]:
    """The users whose membership of the workspace is not ACTIVE, with its status."""
    members = item.get("memberships")
    for member in members if isinstance(members, list) else ():
        if isinstance(member, dict):
            user, status = member.get("userId"), member.get("membershipStatus")
            if isinstance(user, str) and isinstance(status, str) and status != "ACTIVE":
                yield user, status


def _default_currency(item: Wire) -> dict[str, str]:
    """The currency of new clients, as a setting."""
    currencies = item.get("currencies")
    for currency in currencies if isinstance(currencies, list) else ():
        if isinstance(currency, dict) and currency.get("isDefault") is True and isinstance(currency.get("id"), str):
            return {"currencyId": currency["id"]}
    return {}
