"""The link that authorises a connection: shown once on a terminal, or opened in the browser; it goes nowhere else."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def print_link(link: str) -> None:
    """Print a link of visible ASCII on stderr if that is a terminal. It is masked in every other message."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{link}\n")
        sys.stderr.flush()


def open_link(link: str) -> bool:
    """Open a link in the browser; False if there is none."""
    try:
        with _silent_children():
            return webbrowser.open(link)
    except (OSError, webbrowser.Error):
        return False


@contextmanager
def _silent_children() -> Iterator[None]:
    """Within it, new processes write to the null device: a browser that fails to start prints its arguments."""
    saved: dict[int, int] = {}
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in (1, 2):
            with suppress(OSError):
                saved[descriptor] = os.dup(descriptor)
                os.dup2(null, descriptor)
        yield
    finally:
        for descriptor, copy in saved.items():
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(null)
