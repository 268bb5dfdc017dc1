"""The control API below `/_sandbox/`: data, switches, faults, log and clock of a served sandbox, for programs in any language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ConfigurationError
from reconciler.sandbox.call import Response
from reconciler.sandbox.clock import SettableClock
from reconciler.sandbox.control_access import PREFIX, refusal
from reconciler.sandbox.errors import ErrorResponse
from reconciler.sandbox.fault_rules import FaultRules, parse_rule
from reconciler.sandbox.instants import iso_of, parse_instant
from reconciler.sandbox.request_log import RequestLog
from reconciler.sandbox.snapshot import dump, load
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """A request of the control API. `headers` have lower-case names, `client` is the address that it comes from."""

    method: str
    path: str
    headers: Mapping[str, str]
    client: str
    query: Mapping[str, str]
    payload: bytes


class Control:
    """Answers the control API. `apply` puts switches in force; `initial` fills an empty store as on start."""

    def __init__(
        self,
        store: Store,
        clock: SettableClock,
        faults: FaultRules,
        log: RequestLog,
        *,
        switches: Switches,
        apply: Callable[[Switches], None],
        initial: Callable[[Store], object],
    ) -> None:
        self._store, self._clock, self._faults, self._log = store, clock, faults, log
        self._first = self._switches = switches
        self._apply, self._initial = apply, initial
        self._handlers: Mapping[str, Mapping[str, Callable[[ControlRequest], Any]]] = {
            "": {"GET": self._index},
            "reset": {"POST": self._reset},
            "seed": {"GET": lambda _: dump(self._store), "POST": self._seed},
            "switches": {"GET": lambda _: self._switches.as_json(), "POST": self._set_switches, "DELETE": self._unset},
            "faults": {"GET": self._list_faults, "POST": self._add_fault, "DELETE": self._clear_faults},
            "log": {"GET": self._read_log, "DELETE": self._clear_log},
            "clock": {"GET": lambda _: self._time(), "POST": self._set_clock, "DELETE": self._reset_clock},
        }

    def answer(self, request: ControlRequest) -> Response:
        """The response to a request: 403 and 415 for who may not, 404, 405, and 400 with the reason for an invalid one."""
        refused = refusal(request.method, request.headers, request.client)
        if refused:
            return Response(refused[0], {"error": refused[1]})
        handlers = self._handlers.get(request.path.removeprefix(PREFIX).strip("/"))
        if handlers is None:
            return Response(404, {"error": f"no such path; GET {PREFIX}/ lists them"})
        handler = handlers.get(request.method)
        if handler is None:
            allowed = ", ".join(sorted(handlers))
            return Response(405, {"error": f"use {allowed}"}, {"Allow": allowed})
        try:
            return Response(200, handler(request))
        except ConfigurationError as error:
            return Response(400, {"error": error.message})
        except (ValueError, RecursionError) as error:
            return Response(400, {"error": str(error) or "invalid JSON"})

    def _index(self, _: ControlRequest) -> dict[str, Any]:
        """What there is."""
        paths = {f"{PREFIX}/{name}": sorted(handlers) for name, handlers in self._handlers.items()}
        return {"paths": paths, "switches": self._switches.as_json(), "clock": self._time()}

    def _reset(self, request: ControlRequest) -> dict[str, Any]:
        """Everything as on start: data, switches, faults, clock and log."""
        _body(request, ())
        with self._store.transaction():
            self._store.clear()
            self._initial(self._store)
        self._faults.clear()
        self._clock.reset()
        self._log.clear()
        self._use(self._first)
        return {}

    def _seed(self, request: ControlRequest) -> dict[str, Any]:
        """Replace all data by a document."""
        load(self._store, _json(request), now=self._clock())
        return {}

    def _set_switches(self, request: ControlRequest) -> dict[str, Any]:
        """Change the switches that are named."""
        self._use(self._switches.changed(_body(request)))
        return self._switches.as_json()

    def _unset(self, _: ControlRequest) -> dict[str, Any]:
        """The switches as on start."""
        self._use(self._first)
        return self._switches.as_json()

    def _use(self, switches: Switches) -> None:
        self._switches = switches
        self._apply(switches)

    def _list_faults(self, _: ControlRequest) -> dict[str, Any]:
        """The rules that still apply."""
        return {"faults": self._faults.as_json()}

    def _add_fault(self, request: ControlRequest) -> dict[str, Any]:
        """Add a rule."""
        self._faults.add(parse_rule(_body(request)))
        return {"faults": self._faults.as_json()}

    def _clear_faults(self, _: ControlRequest) -> dict[str, Any]:
        """Remove all rules."""
        self._faults.clear()
        return {"faults": []}

    def _read_log(self, request: ControlRequest) -> dict[str, Any]:
        """The requests from number `after` on."""
        after = request.query.get("after", "0")
        if not (after.isascii() and after.isdecimal() and len(after) < 16):
            raise ValueError(f"after must be a whole number, not {after[:40]!r}")
        return {"requests": self._log.since(int(after)), "next": self._log.next_number}

    def _clear_log(self, _: ControlRequest) -> dict[str, Any]:
        """Forget all requests."""
        self._log.clear()
        return {"requests": [], "next": self._log.next_number}

    def _time(self) -> dict[str, Any]:
        """The clock."""
        return {"now": iso_of(self._clock()), "frozen": self._clock.is_frozen, "real": self._clock.is_real}

    def _set_clock(self, request: ControlRequest) -> dict[str, Any]:
        """Set the time to `now` or move it by `advance` seconds; it stands still if `frozen`, which `now` alone makes it."""
        body = _body(request, ("now", "advance", "frozen"))
        now, advance = body.get("now"), body.get("advance", 0)
        frozen = body.get("frozen", self._clock.is_frozen or now is not None)
        if frozen not in (True, False):
            raise ValueError("frozen must be true or false")
        if isinstance(advance, bool) or not isinstance(advance, int | float) or not abs(advance) < 1e12:
            raise ValueError("advance must be a number of seconds")
        self._clock.set((self._clock() if now is None else _seconds(now)) + advance, frozen=bool(frozen))
        self._apply(self._switches)  # with a new rate limit: the old one has seen times to come
        return self._time()

    def _reset_clock(self, _: ControlRequest) -> dict[str, Any]:
        """The real time again."""
        self._clock.reset()
        self._apply(self._switches)
        return self._time()


def _json(request: ControlRequest) -> Any:
    """The JSON of a request."""
    try:
        return json.loads(request.payload)
    except UnicodeDecodeError:
        raise ValueError("the body must be JSON in UTF-8") from None


def _body(request: ControlRequest, allowed: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object. Raises ValueError for a key that is not allowed."""
    value = _json(request) if request.payload.strip() else {}
    if not isinstance(value, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - all of them are answered alike
    unknown = [key for key in value if allowed is not None and key not in allowed]
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r}" + (f"; the keys are {', '.join(allowed)}" if allowed else ""))
    return value


def _seconds(value: Any) -> float:
    """Unix time of an instant."""
    try:
        moment = parse_instant(value) if isinstance(value, str) else None
    except ErrorResponse:
        moment = None
    if moment is None:
        raise ValueError("now must be a time such as 2026-02-13T09:00:00Z")
    return moment.timestamp()
