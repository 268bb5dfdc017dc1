"""Types of plain scalars by the core schema of YAML 1.2: `no`, `on`, `1:30` and dates are strings."""

from __future__ import annotations

import math
import re

from reconciler.manifest.yaml.text import quote

STR = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
FLOAT = "tag:yaml.org,2002:float"
SEQ = "tag:yaml.org,2002:seq"
MAP = "tag:yaml.org,2002:map"

_TYPE_NAMES = {NULL: "null", BOOL: "boolean", INT: "integer", FLOAT: "number"}
_KEYWORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), BOOL),
}
# Most scalars are names: the first character rules out a number without a regular expression.
_NUMBER_STARTS = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_MAX_DIGITS = 18
"""Numbers stay within 64 bits, so that both validators and every reader of the plan file get the same value."""


def tag_of(text: str) -> str:
    """The tag of a plain scalar."""
    keyword = _KEYWORDS.get(text)
    if keyword is not None:
        return keyword
    if text[0] not in _NUMBER_STARTS:
        return STR
    if _INT.fullmatch(text):
        return INT
    return FLOAT if _FLOAT.fullmatch(text) else STR


def convert(tag: str, text: str) -> bool | int | float | None:
    """The value of a scalar other than a string. Raises ValueError if the text does not match the tag or the number is out of range."""
    actual = tag_of(text)
    if actual != tag and not (tag == FLOAT and actual == INT):
        raise ValueError(f"invalid {_TYPE_NAMES[tag]} {quote(text)}")
    if tag == NULL:
        return None
    if tag == BOOL:
        return text.lower() == "true"
    if tag == INT:
        return _integer(text)
    number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if not math.isfinite(number):
        raise ValueError("the number is not finite")
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"the number has more than {_MAX_DIGITS} digits")
    return int(text, 8) if text[:2] == "0o" else int(text, 16) if text[:2] == "0x" else int(text)
