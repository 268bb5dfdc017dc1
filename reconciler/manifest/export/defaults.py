"""The defaults that make manifests shortest: for each field the value that saves most, if one saves anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reconciler.manifest.export.declarable import Declarable, is_empty
from reconciler.manifest.export.tree import Entry
from reconciler.model import UNSET, Field, FieldRole, Kind

_AROUND_DEFAULT = 4
_FEWEST = 2
"""A default for one resource is no default, even where it takes fewer characters."""

Form = Callable[[Field, Any], str]
"""The text of a field's value."""


def is_usual(field: Field, value: Any) -> bool:
    """Whether a value is that of a resource of which nothing is declared, so that it is left out."""
    if is_empty(value) or (field.default is not UNSET and value == field.default):
        return True
    return bool(field.endpoint) and field.created_as is not None and bool(value == field.created_as)


def infer_defaults(kind: Kind, entries: Iterable[Entry], declarable: Declarable, form: Form) -> dict[str, Any]:
    """The defaults of a kind, as canonical values. None for a field that an entry does not declare: it would get the default."""
    entries = list(entries)
    defaults = {}
    for field in kind.fields:
        if field.role is not FieldRole.LIFECYCLE and all(field.name in entry.values for entry in entries):
            counts = Counter(entry.values[field.name] for entry in entries)
            best = _best(kind, field, counts, declarable, form)
            if best is not UNSET:
                defaults[field.name] = best
    return defaults


def _best(kind: Kind, field: Field, counts: Mapping[Any, int], declarable: Declarable, form: Form) -> Any:
    """The value with the shortest text in all; UNSET if none is shorter than writing each value where it is."""
    # Besides the key and its colon: comma and blanks, or indentation and line break.
    around = len(field.name) + 2 + (4 if kind.is_embedded else 9 if kind.parent else 5)
    cost = {value: around + len(form(field, value)) for value in counts}
    usual = {value for value in counts if is_usual(field, value)}
    if not all(declarable.can_write(kind, field, value) for value in usual):
        return UNSET
    everything = sum(cost[value] * count for value, count in counts.items())
    found, least = UNSET, sum(cost[value] * count for value, count in counts.items() if value not in usual)
    candidates: Sequence[Any] = sorted(
        (v for v in counts if counts[v] >= _FEWEST and not is_empty(v)), key=lambda v: (-counts[v], str(v))
    )
    for value in candidates:
        line = len(field.name) + 2 + len(form(field, value)) + _AROUND_DEFAULT
        total = everything - cost[value] * counts[value] + line
        if total < least:
            found, least = value, total
    return found
