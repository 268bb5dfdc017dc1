"""Patterns of checks, matched in time that grows with the text and never beyond it.

Python's `re` goes back and tries again, so that a pattern such as `(a+)+b` can keep it busy for years; a limit on the lengths
would have to be absurdly small to help. The automata behind the schema checker look at each character once. They know neither
back references nor look-around, which is the price, and refuse a pattern that would make them large.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LONGEST = 500
"""Characters of a pattern."""

_LARGEST = 1 << 20
"""Bytes of an automaton."""


def is_match(pattern: str, text: str) -> bool:
    """Whether the whole text is as the pattern says. Raises ValueError for a pattern that is none."""
    return bool(_compiled(f"^(?:{pattern})$").is_valid(text))


def pattern_error(pattern: str) -> str:
    """What is wrong with a pattern; empty for a good one."""
    try:
        _compiled(pattern)  # by itself: within the brackets that is_match adds, `a)|(b` would seem to be one
        _compiled(f"^(?:{pattern})$")
    except ValueError:
        return _explain(pattern)
    return ""


def _explain(pattern: str) -> str:
    """Python's words for what both refuse; it knows more kinds of patterns than may be used here."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return "it has a back reference, look-around or something else that takes no fixed time, or it is too large"


@cache
def _compiled(pattern: str) -> Any:
    # Imported late: most manifests have no check with a pattern, and `--help` comes this way.
    import jsonschema_rs  # noqa: PLC0415 - see above

    options = jsonschema_rs.RegexOptions(size_limit=_LARGEST)
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
