"""What the answers of a service proved about its lists, for the rest of a run."""

from __future__ import annotations

from dataclasses import dataclass, field

Shape = tuple[str, frozenset[str]]
"""A kind and the names of the parameters of its list: what one answer proves holds for the next one of the same shape."""


@dataclass(slots=True)
class ListFacts:
    """Kept by the clients of a run together; safe to share between threads.

    `rejected`: page sizes that the service rejects. `served`: the items on a page of a service that cuts pages to fewer than
    were asked for; 0: none did.
    """

    rejected: set[int] = field(default_factory=set)
    served: int = 0
    _with_archived: set[Shape] = field(default_factory=set)

    def note_archived(self, kind: str, params: tuple[tuple[str, str], ...]) -> None:
        """Note that a list without a filter for archived items contained one."""
        self._with_archived.add(_shape(kind, params))

    def shows_archived(self, kind: str, params: tuple[tuple[str, str], ...]) -> bool:
        """Whether such a list is proved to contain archived items where there are any.

        Only an archived item in an answer of the same shape proves it: no other kind, and no list with another filter.
        """
        return _shape(kind, params) in self._with_archived


def _shape(kind: str, params: tuple[tuple[str, str], ...]) -> Shape:
    return kind, frozenset(name for name, _ in params)
