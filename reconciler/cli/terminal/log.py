"""The messages of stderr as JSON, one object a line, for `--log-format json`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

_LEVELS = {"error:": "error", "hint:": "hint", "warning:": "warning"}


def log_record(text: str, **details: Any) -> str:
    """One line: `time` (UTC), `level` (error, warning, hint, info; debug for what has `details`), `message` and the details."""
    word, _, rest = text.strip("\n").partition(" ")
    level = "debug" if details else _LEVELS.get(word, "info")
    message = rest if word in _LEVELS else text.strip("\n")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"time": moment, "level": level, "message": message, **details})
