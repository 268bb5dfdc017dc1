"""What a declared name may look like: nothing that the service refuses, and nothing that reads like another name."""

from __future__ import annotations

import unicodedata

from reconciler.manifest.yaml.text import shown

_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"
_HIDDEN_CATEGORIES = frozenset(("Cf", "Cs", "Zl", "Zp"))
# Letters and marks that show nothing; their categories are those of letters and marks.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def trouble_with(name: str) -> tuple[str, str] | None:
    """What is wrong with a name (`the name … has blanks around it`) and what to do; None for a good one.

    Length is the schema's business.
    """
    if name.isascii() and name.isprintable() and not ("<" in name or ">" in name or name[0] == " " or name[-1] == " "):
        return None
    if name != name.strip():
        return "has blanks around it", "take them away"
    control = next((character for character in name if unicodedata.category(character) == "Cc"), "")
    if control:
        return f"holds the control character U+{ord(control):04X}", "take it out"
    if "<" in name or ">" in name:
        return "holds < or >, which Clockify refuses", "write it without"
    if not unicodedata.is_normalized("NFC", name):
        hint = f"write it as {shown(unicodedata.normalize('NFC', name))}, each accented letter as one character"
        return "is not in Unicode's composed form (NFC)", hint
    hidden = _hidden(name)
    return (f"holds the invisible character U+{ord(hidden):04X}", "take it out") if hidden else None


def _hidden(name: str) -> str:
    """The first character that cannot be seen and does no honest work where it stands; empty where there is none."""
    padded = f" {name} "
    for before, character, after in zip(padded, name, padded[2:], strict=False):
        if character.isascii():
            continue
        if character in _JOINERS:
            # Between two letters or emoji of scripts that join; in ASCII they only hide.
            fine = not before.isascii() and not after.isascii()
        elif "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
            fine = not before.isspace() and not (before.isascii() and before.isalpha())
        elif "\U000e0020" <= character <= "\U000e007f":
            fine = before == _FLAG or "\U000e0020" <= before <= "\U000e007e"  # the flags of Scotland and Wales
        else:
            fine = character not in _BLANK_LETTERS and unicodedata.category(character) not in _HIDDEN_CATEGORIES
        if not fine:
            return character
    return ""
