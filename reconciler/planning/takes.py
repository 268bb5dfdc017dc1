"""Which side each difference is taken from: the workspace, the manifests, or whichever a person says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.differences import Difference, Where
from reconciler.kinds import BY_NAME, KINDS, ancestors
from reconciler.model import Address
from reconciler.planning.guards.protect import folded
from reconciler.planning.spelling import folded_address
from reconciler.policy import matches

_FIELDS = frozenset(("name", *(kind.parent for kind in KINDS), *(f.name for kind in KINDS for f in kind.fields))) - {""}


class Take(StrEnum):
    """Where a value is taken from. GIT is what the manifests have."""

    LIVE = "live"
    GIT = "git"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class TakeRule:
    """A choice for some differences. `pattern` is compared with addresses as those of `policy.protect`; `field`: empty for all."""

    take: Take
    pattern: str = "*"
    field: str = ""

    @classmethod
    def parse(cls, text: str) -> TakeRule:
        """`live`, `git:client:Acme`, `git:project:Acme/*#color`: a choice, a pattern of addresses, a field. Raises ValueError."""
        word, colon, rest = text.partition(":")
        pattern, hash_sign, field = rest.rpartition("#")
        if not hash_sign or field not in _FIELDS:
            pattern, field = rest, ""
        if word not in set(Take) or (colon and not pattern and not field):
            raise ValueError(f"invalid choice {text!r}; write live, git or ask, or git:ADDRESS, or git:ADDRESS#FIELD")
        if pattern and not pattern.startswith("*") and pattern.partition(":")[0] not in BY_NAME:
            kinds = ", ".join(f"{name}:" for name in BY_NAME)
            raise ValueError(f"invalid address {pattern!r}; begin it with one of {kinds}")
        return cls(Take(word), pattern or "*", field)


class Takes:
    """The rules of a command line; of those that fit, the last one decides. Without any, everything is taken from the workspace."""

    def __init__(self, rules: Iterable[TakeRule] = ()) -> None:
        self._rules = [(next(iter(folded((rule.pattern,)))), rule) for rule in rules]

    def of(self, difference: Difference) -> Take:
        """The choice for a difference, by its declared and its live address."""
        current = difference.current
        addresses = {difference.address, *((current.address,) if current else ())}
        written = [str(folded_address(address)) for address in addresses]
        for pattern, rule in reversed(self._rules):
            if rule.field in ("", difference.field) and any(matches(pattern, address) for address in written):
                return rule.take
        return Take.LIVE


def settle(
    every: Sequence[Difference], taken: Iterable[Difference]
) -> tuple[list[Difference], list[tuple[Difference, str]]]:
    """The differences that can be taken together, and those that cannot with the reason.

    What is gone stays declared while something below it stays. What is new is not added below something that is not.
    """
    wanted = set(taken)
    kept: dict[Address, Address] = {}
    for each in every:
        is_move = each.where is Where.BOTH and each.field == BY_NAME[each.address.kind].parent
        if each not in wanted and (is_move or each.where is Where.MANIFESTS):
            kept |= {above: each.address for above in ancestors(each.address) if above not in kept}
    new = {each.current.id: each for each in every if each.where is Where.WORKSPACE and each.current}
    refused: list[tuple[Difference, str]] = []
    for each in every:
        if each not in wanted:
            continue
        if each.where is Where.MANIFESTS and each.address in kept:
            refused.append((each, f"{kept[each.address]} stays in it"))
        above = new.get(each.current.parent_id) if each.where is Where.WORKSPACE and each.current else None
        if above is not None and above not in wanted:
            refused.append((each, f"{above.address} is not taken"))
    out = {id(each) for each, _ in refused}
    return [each for each in every if each in wanted and id(each) not in out], refused
