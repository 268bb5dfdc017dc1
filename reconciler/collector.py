"""The cycle collector of Python: the one place that switches it off and on.

It finds garbage that refers to itself by going through all objects, again and again as they become more. A manifest and a workspace of
100,000 tasks are millions of objects that stay, and next to none of them is such garbage (an apply leaves one for each request): the
collector takes a quarter of the time of a plan, and frees nothing. So it is off while a command runs, whose process ends soon after. A server
runs for ever, and has it on.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def switch_off() -> None:
    """No more collections in this process, until `switched_on`."""
    gc.disable()


def forget_all() -> None:
    """Before the process ends, which frees everything at once: without this, the interpreter first goes through all of it several times."""
    gc.freeze()


@contextmanager
def switched_on() -> Iterator[None]:
    """Collections as usual, for what runs for ever; what is there already is left out of them."""
    was_on = gc.isenabled()
    gc.freeze()
    gc.enable()
    try:
        yield
    finally:
        if not was_on:
            gc.disable()


@contextmanager
def without_gc() -> Iterator[None]:
    """No collections inside: for a caller of the Python interface, who has the collector on. As it was at the end."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
