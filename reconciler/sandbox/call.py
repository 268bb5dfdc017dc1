"""A call of the API and its response as plain values: handlers do not depend on ASGI."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.errors import domain, not_convertible, wrong_shape
from reconciler.sandbox.fields import INT32
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.tables import Record

_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Response:
    """Status, JSON value (None: an empty body) and headers."""

    status: int = 200
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """The input of a handler. `now` is Unix time in seconds, `caller` the id of the user of the key."""

    store: Store
    switches: Switches
    now: float
    caller: str
    params: Mapping[str, str]
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    payload: bytes = b""

    @property
    def workspace(self) -> str:
        """The id of the workspace in the path."""
        return self.params["workspace"]

    def body(self, kind: str = "") -> Record:
        """The request's JSON object, without the fields that the switches drop for this kind. Rejects any other JSON."""
        value = self._json()
        if not isinstance(value, dict):
            raise wrong_shape("Cannot deserialize value of the request body")
        for item in self.switches.refuse_fields:
            owner, _, name = item.partition(".")
            if owner == kind:
                value.pop(name, None)
        return value

    def array(self) -> list[Record]:
        """The request's JSON array of objects."""
        value = self._json()
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise wrong_shape("Cannot deserialize value of the request body")
        return value

    def _json(self) -> Any:
        """The request's JSON; an absent or invalid body is rejected."""
        if not self.payload.strip():
            raise wrong_shape("Required request body is missing: public com.clockify.adapter.http.Answer")
        try:
            value = json.loads(self.payload, parse_constant=_refuse_constant)
            json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is not valid text
        except (ValueError, RecursionError):
            raise wrong_shape("JSON parse error") from None
        return value

    def text(self, name: str) -> str:
        """A query parameter, empty if it is absent."""
        return self.query[name][0] if self.query.get(name) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A query parameter of several values, repeated or joined by commas."""
        return tuple(part for value in self.query.get(name, ()) for part in value.split(",") if part)

    def flag(self, name: str) -> bool | None:
        """A boolean query parameter, None if it is absent; values other than true and false are rejected."""
        value = self.text(name)
        if not value:
            return None
        if value.lower() not in _BOOLEANS:
            raise not_convertible(value, name)
        return _BOOLEANS[value.lower()]

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """A query parameter that is one of some words, empty if it is absent; another one cannot be converted."""
        value = self.text(name)
        if value and value not in allowed:
            raise not_convertible(value, name)
        return value

    def integer(self, name: str, default: int) -> int:
        """A 32-bit integer in the query."""
        value = self.text(name)
        if value and not (_INTEGER.fullmatch(value) and abs(int(value)) <= INT32):
            raise not_convertible(value, name)
        return int(value) if value else default

    def number(self, name: str, default: int, error: str) -> int:
        """A positive 32-bit integer in the query; `error` is the key of the message for one that is not positive."""
        number = self.integer(name, default)
        if number < 1:
            raise domain(error)
        return number

    def updated(self, value: Record) -> Response:
        """The response to an update: the object, or an empty body with the switch `put_answers`."""
        return Response(200, value if self.switches.put_answers == "object" else None)

    def deleted(self, value: Record) -> Response:
        """The response to a delete: the deleted object, or 204 with the switch `delete_answers`."""
        return Response(200, value) if self.switches.delete_answers == "object" else Response(204)


def _refuse_constant(name: str) -> None:
    """Reject `NaN` and `Infinity`, which are not JSON."""
    raise ValueError(name)


Handler = Callable[[Call], Response]
Routes = Mapping[tuple[str, str], Handler]
"""(method, path with `{name}` segments) → handler."""
