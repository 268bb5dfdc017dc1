"""Regular expressions of checks, matched in linear time.

Python's `re` backtracks: a pattern such as `(a+)+b` can take years, and a limit on lengths would have to be absurdly small
to help. The automata of the schema validator read each character once. They support neither back references nor
look-around, and reject patterns whose automaton is too large.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

LONGEST = 500
"""Maximum length of a pattern, in characters."""

_MAX_AUTOMATON = 1 << 20
"""Maximum size of an automaton, in bytes."""

_EXPLAINED_AUTOMATON = 1 << 24
"""Maximum size of an automaton that a message calls too large, in bytes: a larger one takes too long to make."""


def is_match(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text. Raises ValueError for an invalid pattern."""
    return bool(_compiled(f"^(?:{pattern})$").is_valid(text))


def pattern_error(pattern: str) -> str:
    """Why a pattern is invalid; empty for a valid one."""
    try:
        _compiled(pattern)  # on its own: inside the brackets that is_match adds, `a)|(b` would be valid
        _compiled(f"^(?:{pattern})$")
    except ValueError:
        return _explain(pattern)
    return ""


def _explain(pattern: str) -> str:
    r"""The error of Python's `re` if it rejects the pattern too; `re` accepts more patterns than are allowed here, and lacks some.

    What is valid with a larger automaton is no error of `re`, which does not know `\p{L}`.
    """
    try:
        for whole in (pattern, f"^(?:{pattern})$"):
            _schema(whole, _EXPLAINED_AUTOMATON)
    except ValueError:
        pass
    else:
        return "it is too large; a repeated class such as `\\p{L}` has many characters: repeat it less often, or use a smaller one"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        if not str(error).startswith("bad escape \\"):
            return str(error)
    return "it has a back reference, look-around or another construct without linear time, or it is too large"


@cache
def _compiled(pattern: str) -> Any:
    return _schema(pattern, _MAX_AUTOMATON)


def _schema(pattern: str, size: int) -> Any:
    # Imported on first use: most manifests have no pattern, and `--help` imports this module.
    import jsonschema_rs  # noqa: PLC0415 - see above

    options = jsonschema_rs.RegexOptions(size_limit=size)
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
