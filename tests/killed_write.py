"""A process that is killed while it writes a file: a child that ends, without any handler, at one call of what writing calls."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

KILLED = 9


class _File:
    """A file that is written in two pieces; the child may end between them."""

    def __init__(self, real: Any, ending: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._real, self._ending = real, ending

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def write(self, data: bytes) -> None:
        middle = len(data) // 2
        self._real.write(data[:middle])
        self._real.flush()
        self._ending(self._real.write)(data[middle:])

    def flush(self) -> None:
        self._ending(self._real.flush)()

    def fileno(self) -> int:
        return int(self._real.fileno())


def killed_at(step: int, action: Callable[[], None], *, is_after: bool = False) -> int:
    """Run an action in a child that ends at the call of this number, before it or behind it; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _install(step, is_after=is_after)  # pragma: no cover - another process, here and below
    action()
    os._exit(0)


def _install(step: int, *, is_after: bool) -> None:  # pragma: no cover
    count = 0

    def ending(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == step and not is_after:
                os._exit(KILLED)
            result = function(*args, **options)
            if count == step:
                os._exit(KILLED)
            return result

        return called

    real = os.fdopen
    changed: Any = os
    changed.fdopen = lambda *args, **options: _File(real(*args, **options), ending)
    changed.fsync = ending(os.fsync)
    for owner, name in ((tempfile, "mkstemp"), (Path, "chmod"), (Path, "replace")):
        setattr(owner, name, ending(getattr(owner, name)))
