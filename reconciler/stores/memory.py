"""What a state folder knows of its stores, in the file `store.json`: the version it saw last, and the claims that are its own.

It shows that a store lost what it had, and which claim a crash of this folder's own run has left behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from reconciler.applying.private_files import make_state_folder, read_private, write_private
from reconciler.errors import StoreError
from reconciler.json_text import parse_json

FILE: Final = "store.json"
FORMAT: Final = "reconciler.store_memory/1"


@dataclass
class Memory:
    """Of one store. `versions`: by workspace. `sums`: by workspace and path. `claims`: the ids of this folder's claims, by workspace."""

    versions: dict[str, str] = field(default_factory=dict)
    sums: dict[str, dict[str, str]] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    is_claiming: bool = field(default=False, compare=False)
    """Whether this process claims: one that only looks keeps the claims that the file has by then, which are another one's."""

    @classmethod
    def read(cls, folder: Path, store: str) -> Self:
        """What is known of the store of this name. A file that cannot be read is as none: it is no authority."""
        content: Any = _content(folder).get(store)
        try:
            texts = {name: _texts(content[name]) for name in ("versions", "claims")}
            return cls(texts["versions"], {key: _texts(sums) for key, sums in content["sums"].items()}, texts["claims"])
        except (KeyError, TypeError, AttributeError):
            return cls()

    def write(self, folder: Path, store: str) -> None:
        """Write it, beside what is known of other stores. Raises StoreError."""
        claims = self.claims if self.is_claiming else type(self).read(folder, store).claims
        content = {**_content(folder), store: {"versions": self.versions, "sums": self.sums, "claims": claims}}
        data = (json.dumps({"format": FORMAT, "stores": content}, indent=1, sort_keys=True) + "\n").encode()
        try:
            if (folder / FILE).exists() and read_private(folder / FILE) == data:
                return
            make_state_folder(folder)
            write_private(folder / FILE, data)
        except OSError as error:
            raise StoreError(
                f"cannot write {folder / FILE}: {error.strerror}",
                hint="make the folder writable, or choose another --state-dir",
            ) from error


def _content(folder: Path) -> Mapping[str, Any]:
    try:
        content = parse_json(read_private(folder / FILE))
        stores = content["stores"] if content["format"] == FORMAT else {}
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return {}
    return stores if isinstance(stores, dict) else {}


def _texts(content: Any) -> dict[str, str]:
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise TypeError("a value is not text")
    return dict(content)
