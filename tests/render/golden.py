"""Golden files: what an output looked like when a person last looked at it. Renew them with RENEW_GOLDEN=1 and read the diff."""

from __future__ import annotations

import os
import re
from pathlib import Path

_FOLDER = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """The text is what the file says, to the letter."""
    path = _FOLDER / name
    if os.environ.get("RENEW_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"differs from {path.name}; see golden.py"


def without_own_files(source: str) -> str:
    """A page without its style, its script and their hashes, which its content does not change."""
    source = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", source, flags=re.DOTALL)
    return re.sub(r"'sha256-[^']*'", "'sha256-…'", source)
