"""Which part of a document can be left out for an invalid value in it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds import BY_PLURAL

_ENTRY_LISTS = frozenset((*BY_PLURAL, "removed", "checks"))


def optional_part(path: Sequence[str | int]) -> list[str | int]:
    """The path to the smallest optional part around a value: a key, or an entry of a list of resources."""
    steps = list(path)
    if steps and steps[-1] == "name":
        steps.pop()
    if steps[:1] == ["removed"]:
        del steps[2:]  # an entry without its only key is empty
    if steps[:2] == ["policy", "checks"]:
        del steps[3:]  # a check without one of its keys is a different check
    if steps[:1] == ["defaults"]:
        del steps[3:]
    for index in range(1, len(steps)):  # a field of a resource is one value, also where it has keys of its own
        if isinstance(steps[index - 1], int) and steps[index] not in _ENTRY_LISTS:
            del steps[index + 1 :]
            break
    while steps and isinstance(steps[-1], int) and not _is_entry(steps):
        steps.pop()
    return steps


def _is_entry(steps: list[str | int]) -> bool:
    return steps[-2] in _ENTRY_LISTS or (len(steps) == 3 and steps[0] == "task_sets")
