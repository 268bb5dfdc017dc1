"""Defaults in the schema: as the keyword `default`, and at the end of the description, which editors show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def with_default(schema: Mapping[str, Any], value: Any) -> dict[str, Any]:
    """The schema with a default. The description names it unless it is null or empty."""
    text = f" Default: {_yaml(value)}." if value not in (None, [], {}) else ""
    return {**schema, "description": schema["description"] + text, "default": value}


def _yaml(value: Any) -> str:
    """A value in the flow style of YAML: `{count: 10, share: 25%}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(part)}" for key, part in value.items()) + "}"
    return value if isinstance(value, str) else json.dumps(value)
