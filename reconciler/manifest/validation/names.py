"""Names of resources: rejects what Clockify rejects, and characters that make two different names look equal.

A reference to a name (`was`, `removed`, `client`, a pattern of `protect`) is held to the same rules, with one exception: it may
contain invisible characters, since a live name may.
"""

from __future__ import annotations

import unicodedata

from reconciler.manifest.yaml.text import quote

_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"
_HIDDEN_CATEGORIES = frozenset(("Cf", "Cs", "Zl", "Zp"))
# Letters and marks without a visible glyph; their categories are those of visible ones.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def validate_name(name: str) -> tuple[str, str] | None:
    """The message and the hint for an invalid name; None for a valid one. The schema limits the length."""
    if name.isascii() and name.isprintable() and not ("<" in name or ">" in name or name[0] == " " or name[-1] == " "):
        return None
    reason, hint = _violation(name)
    return (f"invalid name {quote(name)}: {reason}", hint) if reason else None


def validate_reference(name: str) -> tuple[str, str] | None:
    """As `validate_name`, for a name that refers to a resource."""
    if name.isascii() and validate_name(name) is None:
        return None
    reason, hint = _spelling_violation(name)
    return (f"invalid name {quote(name)}: {reason}", hint) if reason else None


def validate_pattern(pattern: str) -> tuple[str, str] | None:
    """As `validate_reference`, for a pattern whose `*` stands for any characters; blanks beside it belong to the name."""
    for part in pattern.split("/"):
        violation = validate_reference(part) if part.strip() else None
        if violation is not None:
            return violation
    return None


def _violation(name: str) -> tuple[str, str]:
    reason, hint = _spelling_violation(name)
    if reason:
        return reason, hint
    hidden = _hidden_character(name)
    return (f"contains the invisible character U+{ord(hidden):04X}", "remove the character") if hidden else ("", "")


def _spelling_violation(name: str) -> tuple[str, str]:
    if name != name.strip():
        return "leading or trailing whitespace", "remove the whitespace"
    control = next((character for character in name if unicodedata.category(character) == "Cc"), "")
    if control:
        return f"contains the control character U+{ord(control):04X}", "remove the character"
    if "<" in name or ">" in name:
        return "contains < or >, which Clockify rejects", "remove the character"
    if not unicodedata.is_normalized("NFC", name):
        return (
            "not in Unicode normalization form C (NFC)",
            f"write {quote(unicodedata.normalize('NFC', name))} with composed characters",
        )
    return "", ""


def _hidden_character(name: str) -> str:
    """The first invisible character that has no function at its position; empty if there is none."""
    padded = f" {name} "
    for before, character, after in zip(padded, name, padded[2:], strict=False):
        if character.isascii():
            continue
        if character in _JOINERS:
            # Valid between two letters or emoji of scripts that join; invisible in ASCII.
            is_valid = not before.isascii() and not after.isascii()
        elif "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
            is_valid = not before.isspace() and not (before.isascii() and before.isalpha())
        elif "\U000e0020" <= character <= "\U000e007f":
            is_valid = before == _FLAG or "\U000e0020" <= before <= "\U000e007e"  # the flags of Scotland and Wales
        else:
            is_valid = character not in _BLANK_LETTERS and unicodedata.category(character) not in _HIDDEN_CATEGORIES
        if not is_valid:
            return character
    return ""
