"""What an answer or a failure says of a write."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reconciler.applying.writes.intent import WorkItem
from reconciler.errors import ApiError, ForbiddenError, GatewayError, NetworkError, StoppedError
from reconciler.value_types import Wire


def with_id(answer: Wire | None, body: Mapping[str, Any]) -> Wire | None:
    """The object of an answer that has a readable id, else None: then the object is looked up by its name.

    An id in the request itself is that of another object, such as the one to copy.
    """
    if answer is None or not isinstance(answer.get("id"), str) or not answer["id"]:
        return None
    return None if answer["id"] in body.values() else answer


def last_word(error: GatewayError) -> GatewayError:
    """The error of a write that a read proved not carried out: if its retry was rejected, the rejection is what is known."""
    return (error.rejection or error) if isinstance(error, NetworkError) else error


def is_refusal(error: GatewayError, statuses: Container[int] = (400,)) -> bool:
    """Whether the service refused the content of a request, as opposed to the role or subscription of its sender."""
    return isinstance(error, ApiError) and error.status in statuses and not isinstance(error, ForbiddenError)


@contextmanager
def resolving(item: WorkItem, cause: GatewayError) -> Iterator[None]:
    """The item stays in doubt if the read fails that would resolve the unknown outcome of its write."""
    try:
        yield
    except StoppedError as stopped:
        if not cause.unknown:
            raise
        # That the read was not sent must not be taken for the write.
        message = f"{cause.message}; the run stopped before the outcome was read"
        raise StoppedError(message, request=cause.request) from stopped
    item.in_doubt = False
