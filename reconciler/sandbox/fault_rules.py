"""Faults by rule, as the control API sets them: which requests, how often, and after how many."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from reconciler.sandbox.faults import Fault, IncomingRequest

MOST_RULES = 100
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TYPES: Mapping[str, type] = {"fault": str, "method": str, "path": str, "after": int, "times": int}


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault for requests with this method (empty: any) whose path matches a pattern with `*`.

    The first `after` matching requests are served, the next `times` get the fault (0: all of them).
    """

    fault: Fault
    method: str = ""
    path: str = "*"
    after: int = 0
    times: int = 1

    def matches(self, incoming: IncomingRequest) -> bool:
        """Whether a request is meant."""
        return self.method in {"", incoming.method} and fnmatchcase(incoming.path, self.path)

    def as_json(self) -> dict[str, Any]:
        """The rule as the control API shows it."""
        return {name: getattr(self, name) for name in _TYPES} | {"fault": self.fault.value}


class FaultRules:
    """The rules in force; each is counted down by the requests that match it. Called for every request, as `create_app` expects."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []
        self._lock = threading.Lock()

    def __call__(self, incoming: IncomingRequest) -> Fault | None:
        """The fault of the first rule that applies to a request."""
        with self._lock:
            for index, rule in enumerate(self._rules):
                if not rule.matches(incoming):
                    continue
                if rule.after:
                    self._rules[index] = replace(rule, after=rule.after - 1)
                    continue
                if rule.times == 1:
                    del self._rules[index]
                elif rule.times:
                    self._rules[index] = replace(rule, times=rule.times - 1)
                return rule.fault
        return None

    def add(self, rule: FaultRule) -> None:
        """Add a rule after the others. Raises ValueError for one too many."""
        with self._lock:
            if len(self._rules) >= MOST_RULES:
                raise ValueError(f"at most {MOST_RULES} rules")
            self._rules.append(rule)

    def clear(self) -> None:
        """Remove all rules."""
        with self._lock:
            self._rules.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The rules that still apply, with what remains of `after` and `times`."""
        with self._lock:
            return [rule.as_json() for rule in self._rules]


def parse_rule(value: Mapping[str, Any]) -> FaultRule:
    """A rule from JSON. Raises ValueError with the reason."""
    for key, item in value.items():
        if key not in _TYPES:
            raise ValueError(f"unknown key {key!r}; the keys are {', '.join(_TYPES)}")
        if not isinstance(item, _TYPES[key]) or isinstance(item, bool):
            raise ValueError(f"{key} must be {'text' if _TYPES[key] is str else 'a whole number'}")  # noqa: TRY004 - of JSON
    words = [fault.value for fault in Fault]
    if value.get("fault") not in words:
        raise ValueError(f"fault must be one of {', '.join(words)}")
    if value.get("method", "") not in ("", *_METHODS):
        raise ValueError(f"method must be one of {', '.join(_METHODS)}")
    if any(not 0 <= value.get(key, 0) <= 1_000_000 for key in ("after", "times")):
        raise ValueError("after and times must be between 0 and 1000000")
    return FaultRule(**{**value, "fault": Fault(value["fault"])})
