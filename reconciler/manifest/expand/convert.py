"""Text from a table or a variable → the value that a field takes: booleans, numbers, durations, words and lists."""

from __future__ import annotations

from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.estimates import ESTIMATE_PATTERN
from reconciler.manifest.expand.shape import Shape
from reconciler.manifest.yaml.scalars import BOOL, FLOAT, INT, NULL, STR, convert, tag_of

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1", "on"), "true"),
    **dict.fromkeys(("false", "no", "n", "0", "off"), "false"),
}
_TYPES = {BOOL: "boolean", INT: "integer", FLOAT: "number", NULL: "null"}
_DURATIONS = frozenset((DURATION_PATTERN, ESTIMATE_PATTERN))


def typed(text: str, tag: str, shape: Shape) -> tuple[str, str]:
    """The text and the YAML tag with which a value is taken at a place; as it is where the schema says what is wrong with it."""
    if tag != STR and _takes(shape, tag):
        return text, tag
    if "string" in shape.types or not shape.types:
        return _worded(text, shape), STR
    if "boolean" in shape.types and text.lower() in _BOOLEANS:
        return _BOOLEANS[text.lower()], BOOL
    if shape.types & {"integer", "number"} and (number := _number_tag(text)):
        return text, number
    return text, STR


def is_list(shape: Shape) -> bool:
    """Whether a place takes a list and no single text."""
    return "array" in shape.types and "string" not in shape.types


def parts_of(text: str) -> list[str]:
    """The entries of a list in one cell, separated by commas, semicolons or line breaks."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return [part for each in parts if (part := each.strip())]


def _takes(shape: Shape, tag: str) -> bool:
    return _TYPES[tag] in shape.types or (tag == INT and "number" in shape.types)


def _worded(text: str, shape: Shape) -> str:
    if shape.words:
        return next((word for word in shape.words if word.lower() == text.lower()), text)
    if shape.patterns & _DURATIONS:
        from reconciler.manifest.validation.corrections import correction  # noqa: PLC0415 - start-up: only a problem needs it

        meant = correction(DURATION_PATTERN, text)  # `40h` is certain; `40` is hours or minutes, which the message says
        return meant if meant and " " not in meant else text
    return text


def _number_tag(text: str) -> str:
    """INT or FLOAT for the text of a number; else empty."""
    tag = tag_of(text) if text else STR
    if tag not in (INT, FLOAT):
        return ""
    try:
        convert(tag, text)
    except ValueError:
        return ""
    return tag
