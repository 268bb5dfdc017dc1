"""Address patterns that say what a plan is limited to: matched as those of `policy.protect` are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.names import join_path
from reconciler.planning.guards.protect import folded, may_match_below
from reconciler.planning.spelling import folded_address
from reconciler.policy import matches


class TargetPatterns:
    """Patterns, each once and sorted. Spellings of one name are the same; `*` stands for any characters, `/` included."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self.patterns = tuple(sorted(set(patterns)))
        written = folded(self.patterns)
        self._literal: Mapping[str, str] = {text: name for text, name in written.items() if "*" not in text}
        self._wild: Mapping[str, str] = {text: name for text, name in written.items() if "*" in text}
        kinds = {text.partition(":")[0] for text in written}
        self._kinds = BY_NAME.keys() & kinds if kinds <= BY_NAME.keys() else BY_NAME.keys()
        self._known: dict[Address, bool] = {}

    def __bool__(self) -> bool:
        return bool(self.patterns)

    @property
    def written(self) -> frozenset[str]:
        """One pattern for each meaning, as it was written."""
        return frozenset((*self._literal.values(), *self._wild.values()))

    def covering(self, address: Address) -> list[str]:
        """The patterns that cover an address, as they were written."""
        text = str(folded_address(address))
        literal = [self._literal[text]] if text in self._literal else []
        return literal + [name for pattern, name in self._wild.items() if matches(pattern, text)]

    def covers(self, address: Address) -> bool:
        """Whether a pattern covers an address."""
        if address.kind not in self._kinds:
            return False
        if address not in self._known:
            self._known[address] = bool(self.covering(address))
        return self._known[address]

    def may_cover_inside(self, address: Address) -> bool:
        """Whether a pattern may cover something that is embedded in the resource of this address, such as a task in a project."""
        inside = [kind.name for kind in BY_NAME.values() if kind.is_embedded and kind.parent == address.kind]
        if self._kinds.isdisjoint(inside):
            return False
        path = join_path(folded_address(address).path)
        return any(
            may_match_below(text, f"{kind}:{path}/") for kind in inside for text in (*self._literal, *self._wild)
        )


NO_TARGETS = TargetPatterns()
"""No pattern: everything."""
