"""The registry of kinds, parents before children: the one line that a new kind adds outside its own file."""

from functools import cache

from reconciler.kinds.client import CLIENT
from reconciler.kinds.project import PROJECT
from reconciler.kinds.tag import TAG
from reconciler.kinds.task import TASK
from reconciler.model import Field, Kind

KINDS: tuple[Kind, ...] = (CLIENT, PROJECT, TASK, TAG)

BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
BY_PLURAL: dict[str, Kind] = {kind.plural: kind for kind in KINDS}

MEMBER = "member"
"""The word for a member of a project, which is no kind and whose removals count as those of a kind do."""
REMOVAL_COUNTS: dict[str, str] = {**{kind.plural: kind.name for kind in KINDS}, "members": MEMBER}
"""What the removals of a plan are counted of: plural → name."""


@cache
def fields_of(kind: str, protocol: type) -> tuple[Field, ...]:
    """The fields of a kind whose types have a protocol. Found once: to ask a type takes 10 to 25 µs, and a plan has thousands of resources."""
    return tuple(field for field in BY_NAME[kind].fields if isinstance(field.type, protocol))
