"""Query parameters from keywords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def query_of(params: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Keywords as query parameters in kebab case, booleans as `true` and `false`, a tuple repeated; None is omitted."""
    pairs = ((key.replace("_", "-"), one) for key, value in params.items() for one in _each(value) if one is not None)
    return tuple((key, str(one).lower() if isinstance(one, bool) else str(one)) for key, one in pairs)


def _each(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
