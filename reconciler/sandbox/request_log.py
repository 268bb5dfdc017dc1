"""The log of a sandbox: every request with its body and the status of the response. Headers, and so keys, are not logged."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SIZE = 100_000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request in the log, with its body and the status of the response."""

    method: str
    path: str
    query: str
    status: int
    body: bytes


class RequestLog:
    """The latest requests, oldest first. Each has a number, counted from 0 since the start; clearing does not restart it."""

    def __init__(self) -> None:
        self._items: deque[LoggedRequest] = deque(maxlen=_SIZE)
        self._lock = threading.Lock()
        self.next_number = 0

    def append(self, item: LoggedRequest) -> None:
        """Add a request."""
        with self._lock:
            self._items.append(item)
            self.next_number += 1

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._items.clear()

    def since(self, number: int) -> list[dict[str, Any]]:
        """The requests from a number on, as the control API shows them; a body that is not UTF-8 has replacement characters."""
        with self._lock:
            items, first = list(self._items), self.next_number - len(self._items)
        return [
            {
                "number": first + index,
                "method": item.method,
                "path": item.path,
                "query": item.query,
                "status": item.status,
                "body": item.body.decode("utf-8", "replace"),
            }
            for index, item in enumerate(items)
            if first + index >= number
        ]

    def __repr__(self) -> str:
        return f"RequestLog({list(self)!r})"

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(list(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> LoggedRequest:
        return self._items[index]
