"""What an earlier reading proved of lists: at what time nothing of them was hidden, and which ids they had. For an incremental reading.

Every entry is a proof of its own, by lists that were read to their end: what was taken from a record is never recorded as new.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

FORMAT: Final = "reconciler.reading/1"
MAX_AGE: Final = 7 * 24 * 3600
"""Seconds for which an entry may be used. How long the service keeps its feeds is not known; their default window is 30 days."""
MARGIN: Final = 60
"""Seconds that the start of a reading is put back: the service's clocks differ from each other."""
MARGIN_UNKNOWN: Final = 300
"""The same where the service sends no date: this machine's clock may differ more."""
_LONGEST_ID = 100


def reading_start(local: float, service: float | None) -> int:
    """The Unix time that a reading counts from: the earlier of both clocks, put back by a margin."""
    return int(local - MARGIN_UNKNOWN if service is None else min(local, service) - MARGIN)


@dataclass(frozen=True, slots=True)
class ListRecord:
    """A list of which nothing was hidden: in Unix time no later than its reading began, with the ids of its items."""

    at: int
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The lists of a workspace: of the whole workspace by the name of the kind, and of tasks by the id of the project."""

    lists: Mapping[str, ListRecord] = field(default_factory=dict)
    tasks: Mapping[str, ListRecord] = field(default_factory=dict)

    def usable(self, now: int) -> Recorded:
        """The entries that are not too old, and not of a time that is still to come: a clock was set back."""
        kept = ({k: r for k, r in part.items() if 0 <= now - r.at <= MAX_AGE} for part in (self.lists, self.tasks))
        return Recorded(*kept)

    @property
    def since(self) -> int:
        """The time of the oldest entry."""
        return min(record.at for part in (self.lists, self.tasks) for record in part.values())

    @property
    def is_empty(self) -> bool:
        """Whether it has no entry."""
        return not self.lists and not self.tasks


@dataclass(frozen=True, slots=True)
class Binding:
    """What a record belongs to. With another key another user sees other lists, so `key` authenticates it; it is not stored."""

    gateway: str
    base_url: str
    connection: str
    workspace_id: str
    key: str = field(repr=False)

    def place(self) -> dict[str, str]:
        """The binding as JSON, without the key."""
        names = ("gateway", "base_url", "connection", "workspace_id")
        return {name: getattr(self, name) for name in names}


def record_to_json(recorded: Recorded, binding: Binding) -> dict[str, Any]:
    """A record as JSON, with a code over all of it that only a holder of the key can make."""
    content = {"format": FORMAT, **binding.place(), "lists": _part(recorded.lists), "tasks": _part(recorded.tasks)}
    return {**content, "authentication": _code(content, binding.key)}


def record_from_json(data: Any, binding: Binding) -> Recorded:
    """The record. Raises ValueError, with the reason, for one that is damaged, was changed, or belongs to something else."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("the recorded reading has another format")
    if any(data.get(name) != value for name, value in binding.place().items()):
        raise ValueError("the recorded reading is of another workspace, gateway or connection")
    given = data.pop("authentication", None)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), _code(data, binding.key).encode()):
        raise ValueError("the recorded reading was changed, or made with another key")
    return Recorded(_records(data.get("lists")), _records(data.get("tasks")))


def _part(records: Mapping[str, ListRecord]) -> dict[str, Any]:
    return {key: {"at": record.at, "ids": sorted(record.ids)} for key, record in sorted(records.items())}


def _records(value: Any) -> dict[str, ListRecord]:
    if not isinstance(value, dict):
        raise ValueError("the recorded reading is incomplete")  # noqa: TRY004 - as above
    return {key: _record(item) for key, item in value.items()}


def _record(item: Any) -> ListRecord:
    at, ids = (item.get("at"), item.get("ids")) if isinstance(item, dict) else (None, None)
    if type(at) is not int or not isinstance(ids, list):
        raise ValueError("the recorded reading is incomplete")
    if not all(isinstance(one, str) and one.isprintable() and 0 < len(one) <= _LONGEST_ID for one in ids):
        raise ValueError("the recorded reading has an invalid id")
    return ListRecord(at, frozenset(ids))


def _code(content: Mapping[str, Any], key: str) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "hmac-sha256:" + hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
