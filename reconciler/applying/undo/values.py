"""The values that an undo gives back to a resource: those of its fields, and of what was deleted also what no manifest declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.applying.undo.places import Item
from reconciler.kinds.people import GROUP, identity_of, rename_people
from reconciler.live import read_readable
from reconciler.model import Address, FieldRole
from reconciler.planning.losses import losses_of_values
from reconciler.planning.requirements import MEMBERS
from reconciler.state import Live
from reconciler.value_types import MembersType

_NOT_RECORDED = "the journal of the run does not have them"


class ValueRestorer:
    """Fills items with values. What cannot be restored is noted in the item."""

    def __init__(self, live: Live) -> None:
        self._users, self._settings = live.users, live.workspace.settings
        self._emails = set(live.users.values())
        self._has_groups = any(each.startswith(f"{GROUP} ") for each in self._emails)

    def fill(self, item: Item, address: Address, values: Mapping[str, Any], raw: Mapping[str, Any] | None) -> None:
        """Give a deleted resource its values back; `raw` is the copy that the journal keeps, if it does."""
        item.values |= {
            n: self.value(item, address, n, value) for n, value in values.items() if value not in (None, ())
        }
        if any(values.get(name) == () for name in MEMBERS[item.kind.name]):
            item.notes.append(_had_none(address))
        kind = item.kind
        # The snapshot of an earlier version lacks the fields that manifests did not have then. The lifecycle is not that of the copy,
        # which was archived on the way to the delete.
        since = (f for f in kind.fields if f.name not in values and f.role is not FieldRole.LIFECYCLE)
        fields = (*since, *kind.undeclared)
        if raw is None:
            if fields:
                names = ", ".join(field.name for field in fields)
                item.notes.append(f"{address} is created without its {names}: {_NOT_RECORDED}")
            return
        copied = read_readable(fields, raw, self._users)
        for field in fields:
            value = copied.get(field.name)
            if field.name not in copied and field.is_answered(raw):
                item.notes.append(f"{address} is created without its {field.name}: the recorded value cannot be read")
            elif value not in (None, ()) and value != self._settings.get(field.setting):
                item.values[field.name] = self.value(item, address, field.name, value)
            elif isinstance(field.type, MembersType) and value == ():
                item.notes.append(_had_none(address))
        if lost := list(losses_of_values(kind, raw)):
            item.notes.append(f"{address} is created again without {', '.join(lost)}")

    def value(self, item: Item, address: Address, name: str, value: Any) -> Any:
        """The value; of people, the e-mail addresses of those who are still members: a journal may have an id instead."""
        if item.kind.field_named(name).role is not FieldRole.PEOPLE:
            return value
        named = rename_people(value, self._users)
        known = []
        for entry in named:
            person = identity_of(entry)
            if person in self._emails or (person.startswith(f"{GROUP} ") and not self._has_groups):
                known.append(entry)
            elif person.startswith(f"{GROUP} "):
                item.notes.append(
                    f"the {GROUP} {person.removeprefix(f'{GROUP} ')} is no longer there, for {name} of {address}"
                )
            elif name == "assignees":
                item.notes.append(f"{address} is not assigned to {person} again: no longer a member of the workspace")
            else:
                item.notes.append(
                    f"{address} is created without {person} in {name}: no longer a member of the workspace"
                )
        return tuple(sorted(known))


def _had_none(address: Address) -> str:
    return f"the user of the API key becomes a member of {address}, which had none"
