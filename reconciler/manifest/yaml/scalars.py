"""Which type a plain YAML scalar has: the core schema of YAML 1.2, where `no`, `on`, `1:30` and dates are text."""

from __future__ import annotations

import math
import re

from reconciler.manifest.yaml.text import shown

STR = "tag:yaml.org,2002:str"
NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
FLOAT = "tag:yaml.org,2002:float"
SEQ = "tag:yaml.org,2002:seq"
MAP = "tag:yaml.org,2002:map"

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), BOOL),
}
# Most scalars are names: one look at the first character says that they are no number.
_OF_NUMBERS = frozenset("+-.0123456789")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_LONGEST_NUMBER = 18
"""Digits: within 64 bits, so that both validators and every reader of the plan file see the same number."""


def tag_of(text: str) -> str:
    """The tag of a plain scalar."""
    word = _WORDS.get(text)
    if word is not None:
        return word
    if text[0] not in _OF_NUMBERS:
        return STR
    if _INT.fullmatch(text):
        return INT
    return FLOAT if _FLOAT.fullmatch(text) else STR


def convert(tag: str, text: str) -> bool | int | float | None:
    """The value of a scalar that is no text; raises ValueError where the text is not of that tag, or the number is out of bounds."""
    found = tag_of(text)
    if found != tag and not (tag == FLOAT and found == INT):
        raise ValueError(f"{shown(text)} is no {tag.rpartition(':')[2]}")
    if tag == NULL:
        return None
    if tag == BOOL:
        return text.lower() == "true"
    if tag == INT:
        return _whole(text)
    number = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if not math.isfinite(number):
        raise ValueError("a number must be finite")
    return number


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError("the number is too large")
    return int(text, 8) if text[:2] == "0o" else int(text, 16) if text[:2] == "0x" else int(text)
