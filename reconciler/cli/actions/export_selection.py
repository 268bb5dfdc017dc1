"""The patterns of `export --select`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.kinds import BY_NAME, KINDS, ancestors
from reconciler.manifest.compose.protect import pattern_problem
from reconciler.model import Address, Resource
from reconciler.names import join_path
from reconciler.planning.guards.protect import folded
from reconciler.planning.renames.similarity import nearest_address
from reconciler.planning.spelling import folded_address
from reconciler.policy import matches
from reconciler.state import Live


class Selection:
    """Address patterns as in `policy.protect`; true if there are any."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Raises click.BadParameter for a pattern that no address can match."""
        for pattern in patterns:
            problem = pattern_problem(pattern)
            if problem is not None:
                raise click.BadParameter("; ".join(problem), param_hint="--select")
        self._patterns = folded(patterns)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def matches(self, address: Address) -> bool:
        """Whether a pattern matches an address."""
        text = str(folded_address(address))
        return any(matches(pattern, text) for pattern in self._patterns)

    def may_concern(self, resource: Resource) -> bool:
        """Whether a resource, or a task of a project, may be selected, so that it is worth a request of its own."""
        address = resource.address
        if any(map(self.matches, (address, *ancestors(address)))):
            return True
        starts = [pattern.partition("*")[0] for pattern in self._patterns]
        below = join_path(folded_address(address).path)
        places = [f"{kind.name}:{below}/" for kind in KINDS if kind.is_embedded and kind.parent == address.kind]
        return any(start.startswith(place) or place.startswith(start) for start in starts for place in places)

    def require_matches(self, live: Live, settings: Settings, *, archived: bool) -> None:
        """Raise ReconcilerError for an address that matches nothing, and if nothing is selected at all."""
        texts = {str(folded_address(address)): address for address in live.resources}
        found = {p: [texts[text] for text in texts if matches(p, text)] for p in self._patterns}
        unknown = [text for pattern, text in self._patterns.items() if not found[pattern] and "*" not in text]
        if unknown:
            near = nearest_address(Address.parse(unknown[0]), live.resources)
            guess = f" (did you mean {near}?)" if near else ""
            hint = settings.command("get", _plural(unknown[0]), "--archived")
            raise ReconcilerError(f"no such resource: {unknown[0]}{guess}", hint=hint)
        selected = {address for addresses in found.values() for address in addresses}
        if self._patterns and not selected:
            raise ReconcilerError(f"nothing matches {', '.join(self._patterns.values())}", hint="leave out --select")
        if self._patterns and not archived and all(map(_InArchive(live), selected)):
            raise ReconcilerError("all that matches is archived or done", hint="add --archived")


class _InArchive:
    """Whether what has an address is archived, or embedded in what is."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def __call__(self, address: Address) -> bool:
        parents = ancestors(address)[:1] if BY_NAME[address.kind].is_embedded else ()
        return any(BY_NAME[a.kind].is_archived(self._live.resources[a].values) for a in (address, *parents))


def _plural(pattern: str) -> str:
    return BY_NAME[pattern.partition(":")[0]].plural
