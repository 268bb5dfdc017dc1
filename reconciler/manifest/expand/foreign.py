"""Names that look as if another tool should have filled them in: `${CLIENT}`, `{{ client }}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reconciler.errors import Problem
from reconciler.manifest.yaml.text import quote
from reconciler.model import Resource, Source

_FOREIGN = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}")
_HINT = (
    "a variable is written {name} here, and declared under `vars:` or a column of a `for_each`; "
    "to keep the braces, write {{ for each { where one of them applies, and leave them as they are elsewhere"
)


def foreign_variable(name: str) -> tuple[str, str] | None:
    """The message and the hint for a name with a variable of another tool in it; None for any other name."""
    found = _FOREIGN.search(name) if "{" in name else None
    if found is None:
        return None
    return f"the name {quote(name)} contains {quote(found[0])}, which looks like a variable of another tool", _HINT


def foreign_names(resources: Iterable[Resource]) -> Iterator[Problem]:
    """A warning for each declared name with a variable of another tool in it."""
    for resource in resources:
        violation = foreign_variable(resource.name)
        if violation is not None:
            source = resource.source or Source("")
            yield Problem(source.path, source.line, source.column, *violation, row=source.row)
