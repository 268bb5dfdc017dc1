"""One manifest file that is edited: its bytes, its tree and its values."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

from reconciler.errors import Problem
from reconciler.manifest.edit.patch import patched
from reconciler.manifest.edit.tree import Node, UneditableError, parse
from reconciler.manifest.edit.values import Value, value_of
from reconciler.manifest.yaml.text import decode


@dataclass(eq=False)
class ManifestFile:
    """A file with the values of its documents, which may be changed. `path`: as messages show it. `is_new`: not written yet."""

    path: str
    data: bytes
    text: str
    roots: list[Node]
    values: list[Value] = field(default_factory=list)
    is_new: bool = False

    @property
    def mark(self) -> bytes:
        """The byte order mark, if it has one."""
        return codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""

    def rewritten(self) -> bytes:
        """The bytes of the file with the values that it has now. Raises UneditableError where it cannot be edited safely."""
        return self.mark + patched(self.text, self.roots, self.values).encode()


def open_file(path: str, data: bytes) -> ManifestFile:
    """A file that is valid YAML, ready to be edited. Raises UneditableError for one that cannot be, or is no text in UTF-8."""
    source = decode(path, data)
    if isinstance(source, Problem):
        raise UneditableError(source.message)
    file = ManifestFile(path, data, source.text, parse(source.text))
    file.values = [value_of(root) for root in file.roots]
    return file


def new_file(path: str, text: str) -> ManifestFile:
    """A file that is written for the first time, with the text to begin with."""
    file = open_file(path, text.encode())
    file.is_new = True
    return file
