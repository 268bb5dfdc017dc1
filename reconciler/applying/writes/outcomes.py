"""What an answer or a failure says of a write."""

from __future__ import annotations

from reconciler.errors import GatewayError, NetworkError
from reconciler.value_types import Wire


def with_id(answer: Wire | None) -> Wire | None:
    """The object of an answer that has a readable id, else None: then the object is looked up by its name."""
    return answer if answer is not None and isinstance(answer.get("id"), str) and answer["id"] else None


def last_word(error: GatewayError) -> GatewayError:
    """The error of a write that a read proved not carried out: if its retry was rejected, the rejection is what is known."""
    return (error.rejection or error) if isinstance(error, NetworkError) else error
