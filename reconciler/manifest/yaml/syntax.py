"""Syntax errors of the YAML parsers as problems, with what to write instead where the line shows it."""

from __future__ import annotations

from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.yaml.document import MAX_DEPTH
from reconciler.manifest.yaml.text import SourceText
from reconciler.manifest.yaml.write import write_scalar

TOO_DEEP = f"more than {MAX_DEPTH} levels of nesting"
_LIBYAML_TOO_DEEP = "exceeded maximum nesting depth"
"""The message of newer libyaml releases for brackets far beyond MAX_DEPTH, raised before composing starts."""
_COLON = "mapping values are not allowed"
_NO_TOKEN = "cannot start any token"  # noqa: S105 - a message of the parser
_HINTS = {
    _COLON: "put a value that contains ': ' in quotes, or fix the indentation",
    "found character '\\t'": "indent with spaces, not tabs",
    _NO_TOKEN: "indent with spaces, not tabs; quote a value that begins with @, ` or %",
    "found a tab": "indent with spaces, not tabs",
    "found undefined alias": "quote a value that begins with *; define an anchor (&name) before its alias",
    "expected alphabetic or numeric": "quote a value that begins with *, & or !",
    "did not find expected key": "fix the indentation or a missing quote here or in the lines above",
    "expected <block end>": "fix the indentation or a missing quote here or in the lines above",
    "did not find expected '-' indicator": "indent all entries of a list to the same column",
    "could not find expected ':'": "add a colon and a space after the key",
    "unexpected end of stream": "close the quote or bracket",
    "incompatible YAML document": "remove the %YAML line, or write %YAML 1.2",
}
_BLOCK_ENDS = ("did not find expected key", "expected <block end>", "did not find expected '-' indicator")
_CLOSING = {'"': '"', "'": "'", "[": "]", "{": "}"}


def problem_of(source: SourceText, error: Any) -> Problem:
    """The problem of a syntax error (a yaml.YAMLError), at the character that the parser names, or at its cause."""
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if message == _LIBYAML_TOO_DEEP:
        return source.problem((mark.line + 1, mark.column + 1) if mark else (0, 0), f"invalid YAML: {TOO_DEEP}")
    if opening is not None and (mark is None or not source.text[mark.index :].strip()):
        mark = opening  # at the end of the file, the opening quote or bracket is the cause
    place = (min(mark.line + 1, len(source.lines)), mark.column + 1) if mark is not None else (0, 0)
    line = source.lines[place[0] - 1] if place[0] else ""
    if "\t" in line[: len(line) - len(line.lstrip(" \t"))] and TOO_DEEP not in message:
        at = place[0], line.index("\t") + 1
        return source.problem(at, "tabs are not allowed for indentation", "indent with spaces, not tabs")
    context = getattr(error, "context", None) or ""
    fact = f"invalid YAML: {message}" + (f" ({context})" if context else "")
    if "flow" in context and mark and (comment := source.unquoted_hash((opening or mark).line, mark.line)):
        return source.problem(comment, fact, _comment_hint(source, comment))
    hint = _hint_for_line(line, max(place[1] - 1, 0), message)
    if not hint and "expected ',' or" in message and opening is not None and opening.line + 1 < place[0]:
        hint = f"close the bracket that line {opening.line + 1} opens"
    return source.problem(place, fact, hint or next((hint for text, hint in _HINTS.items() if text in message), ""))


def _comment_hint(source: SourceText, comment: tuple[int, int]) -> str:
    line, column = comment
    text = source.lines[line - 1][column - 1 :].split()[0].rstrip(",]}")
    return f"put the value in quotes: {write_scalar(text)}; # begins a comment, here up to the closing bracket"


def _hint_for_line(line: str, column: int, message: str) -> str:
    """What to write in the line of an error; empty where the line does not show the cause."""
    before, value = _key_and_value(line)
    first = value[:1]
    if _COLON in message and first not in _CLOSING:
        if ": " in value or value.endswith(":"):
            return f"put the value in quotes: {before}{write_scalar(value)}"
        return "add a colon and a blank after the key in the line above, or fix the indentation" if before else ""
    is_odd_start = _NO_TOKEN in message and first in ("@", "`", "%") and line.find(value) == column
    if is_odd_start or ("expected alphabetic or numeric" in message and first in ("*", "&")):
        return f"put text that begins with {first} in quotes: {before}{write_scalar(value)}"
    ends_early = any(text in message for text in _BLOCK_ENDS) and line[:column].rstrip().endswith(
        _CLOSING.get(first, "\n")
    )
    if ends_early and line.find(value) < column:
        inner = value[1:-1] if len(value) > 2 and first in ('"', "'") and value.endswith(first) else value
        return f"put the whole value in one pair of quotes: {before}{_in_quotes(inner)}"
    return ""


def _in_quotes(text: str) -> str:
    written = write_scalar(text)
    return written if written != text else f'"{text}"'


def _key_and_value(line: str) -> tuple[str, str]:
    """The dash or key in front of a value, and the value as written, without a comment."""
    text = line.strip()
    before = ""
    while text.startswith("- "):
        before, text = "- ", text[2:].lstrip()
    key, colon, rest = text.partition(": ")
    if colon and key.replace("_", "a").isidentifier() and key.islower():
        before, text = f"{key}: ", rest.lstrip()
    return before, text.partition(" #")[0].rstrip()
