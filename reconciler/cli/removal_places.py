"""Which line of the manifests causes a removal that no line names: that of its parent, or of the section of its kind."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.cli import files
from reconciler.errors import ReconcilerError
from reconciler.kinds import BY_NAME, KINDS
from reconciler.kinds.hierarchy import ancestors
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.planning.plan import Change
from reconciler.state import Desired

_SUFFIXES = (".yaml", ".yml")


class RemovalPlaces:
    """`path:line:column` by change. The manifests are read on first use; what cannot be read has no line."""

    def __init__(self, desired: Desired) -> None:
        self._desired = desired
        self._found: dict[str, str] | None = None

    def __call__(self, change: Change) -> str:
        """The declaration of the nearest parent that is declared, else the section of the kind, else nothing."""
        for address in ancestors(change.address):
            resource = self._desired.resources.get(address)
            if resource is not None and resource.source is not None and resource.source.line:
                return str(resource.source)
        if self._found is None:
            self._found = dict(self._sections())
        return self._found.get(BY_NAME[change.kind].plural, "")

    def _sections(self) -> Iterator[tuple[str, str]]:
        """The plural of each kind with the first line that opens a section of it."""
        found: set[str] = set()
        for source in self._desired.sources:
            for number, line in enumerate(_lines(source.path), 1):
                for kind in KINDS:
                    if kind.plural not in found and line.startswith(f"{kind.plural}:"):
                        found.add(kind.plural)
                        yield kind.plural, f"{source.path}:{number}:1"


def _lines(path: str) -> list[str]:
    if not path.lower().endswith(_SUFFIXES):
        return []
    try:
        return files.read(path, limit=MOST_BYTES).decode("utf-8", "replace").splitlines()
    except ReconcilerError:
        return []
