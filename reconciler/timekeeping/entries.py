"""A time entry as a typed value: from the wire, as the body of a request, and compared field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from reconciler.errors import ProtocolError
from reconciler.value_types import Wire

WRITABLE_TYPES: Final = ("REGULAR", "BREAK")
"""The types that a request may contain; entries of time off and of holidays belong to other parts of Clockify."""
_SOURCES: Final = ("WORKSPACE", "PROJECT", "TIMEENTRY")
_COMPARED: Final = (
    "start",
    "end",
    "description",
    "project_id",
    "task_id",
    "tag_ids",
    "billable",
    "type",
    "custom_fields",
)


@dataclass(frozen=True, slots=True)
class CustomValue:
    """The value of a custom field: the field's id, where the value comes from (may be empty), and the value as JSON."""

    field_id: str
    source: str
    value: Any


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A time entry. Times are UTC, to the second; `end` is None while it runs. Empty ids mean none; `tag_ids` are sorted."""

    id: str
    user_id: str
    start: datetime
    end: datetime | None = None
    description: str = ""
    project_id: str = ""
    task_id: str = ""
    tag_ids: tuple[str, ...] = ()
    billable: bool = False
    type: str = "REGULAR"
    is_locked: bool = False
    custom_fields: tuple[CustomValue, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it is a running timer."""
        return self.end is None

    def duration(self, now: datetime) -> timedelta:
        """Its length, up to `now` while it runs; never negative."""
        return max((self.end or now) - self.start, timedelta())

    def body(self) -> dict[str, Any]:
        """The whole entry as the body of a `POST` or `PUT`: what a body leaves out, a `PUT` removes."""
        body: dict[str, Any] = {
            "start": iso_utc(self.start),
            "description": self.description,
            "billable": self.billable,
            "tagIds": list(self.tag_ids),
            "type": self.type,
        }
        optional = {"end": self.end and iso_utc(self.end), "projectId": self.project_id, "taskId": self.task_id}
        body |= {key: value for key, value in optional.items() if value}
        if self.custom_fields:
            body["customFields"] = [_custom_body(value) for value in self.custom_fields]
        return body

    def wire(self) -> dict[str, Any]:
        """The entry in the form of an answer, which `entry_of` reads."""
        return {
            "id": self.id,
            "userId": self.user_id,
            "timeInterval": {"start": iso_utc(self.start), "end": self.end and iso_utc(self.end)},
            "description": self.description,
            "projectId": self.project_id or None,
            "taskId": self.task_id or None,
            "tagIds": list(self.tag_ids),
            "billable": self.billable,
            "type": self.type,
            "isLocked": self.is_locked,
            "customFieldValues": [
                {"customFieldId": one.field_id, "type": one.source, "value": one.value} for one in self.custom_fields
            ],
        }

    def differences(self, other: TimeEntry) -> tuple[str, ...]:
        """The names of the fields in which another entry has other values; ids and locks are not compared."""
        return tuple(name for name in _COMPARED if getattr(self, name) != getattr(other, name))

    def with_id(self, entry_id: str) -> TimeEntry:
        """The same values under another id."""
        return replace(self, id=entry_id)


def entry_of(wire: Wire) -> TimeEntry:
    """A time entry from an answer. Raises ProtocolError for anything that the API contract does not allow."""
    try:
        interval = _exactly(wire["timeInterval"], Mapping)
        end = interval.get("end")
        return TimeEntry(
            id=_text(wire, "id"),
            user_id=_text(wire, "userId"),
            start=parse_utc(_exactly(interval["start"], str)),
            end=None if end is None or end == "" else parse_utc(_exactly(end, str)),
            description=_optional(wire, "description"),
            project_id=_optional(wire, "projectId"),
            task_id=_optional(wire, "taskId"),
            tag_ids=tuple(sorted({_exactly(one, str) for one in _default(wire, "tagIds", [])})),
            billable=_default(wire, "billable", default=False),
            type=_optional(wire, "type") or "REGULAR",
            is_locked=_default(wire, "isLocked", default=False),
            custom_fields=_custom_values(_default(wire, "customFieldValues", [])),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(f"the service answered with an invalid time entry: {_reason(error)}") from error


def parse_utc(text: str) -> datetime:
    """An instant of the API, to the second. Raises ValueError for a text without a zone, and OverflowError beyond the calendar."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text[:40]!r} has no time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def iso_utc(moment: datetime) -> str:
    """An instant as the API takes it: `2026-02-13T09:00:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _custom_values(values: list[Any]) -> tuple[CustomValue, ...]:
    found = []
    for value in values:
        item = _exactly(value, Mapping)
        if item.get("value") is not None:
            found.append(CustomValue(_text(item, "customFieldId"), _optional(item, "type"), item["value"]))
    return tuple(sorted(found, key=lambda one: one.field_id))


def _custom_body(value: CustomValue) -> dict[str, Any]:
    source = {"sourceType": value.source} if value.source in _SOURCES else {}
    return {"customFieldId": value.field_id, **source, "value": value.value}


def _text(wire: Mapping[str, Any], key: str) -> str:
    value: str = _exactly(wire[key], str)
    if not value:
        raise ValueError(f"{key} is empty")
    return value


def _optional(wire: Mapping[str, Any], key: str) -> str:
    value: str = _default(wire, key, "")
    return value


def _default(wire: Mapping[str, Any], key: str, default: Any) -> Any:
    """The value of a key, of the type of its default; the default where it is absent or null."""
    value = wire.get(key)
    return default if value is None else _exactly(value, type(default))


def _exactly(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} instead of {kind.__name__}")
    return value


def _reason(error: Exception) -> str:
    return f"it has no {error.args[0]}" if isinstance(error, KeyError) else str(error)
