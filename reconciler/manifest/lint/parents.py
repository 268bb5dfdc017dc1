"""Parents named by a key (`client: Acme`) that no manifest declares, although a section lists all of their kind."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME
from reconciler.manifest.lint.places import Places, problem_at, quoted
from reconciler.manifest.load import Loaded
from reconciler.policy import Prune


def undeclared_parents(loaded: Loaded) -> Iterator[Problem]:
    """Parents that a section does not list: a live one would be removed from above its child, others do not exist."""
    places = Places(loaded.composer)
    for address, source in loaded.composer.references if loaded.is_whole else ():
        key = places.meaning(address)
        plural = BY_NAME[address.kind].plural
        if key in places.declared or not loaded.desired.is_authoritative(address.kind):
            continue
        if key in places.renamed:
            present = places.declared[places.renamed[key]].address
            message = f"{quoted(address)} is the earlier name of {quoted(present)}"
            yield problem_at(source, message, f"write {present.kind}: {present.name}")
        elif loaded.desired.policy.prune[address.kind] is not Prune.KEEP:
            message = f"{quoted(address)} has declared children, but is not listed in '{plural}'"
            yield problem_at(source, message, f"declare it in {plural}, or set policy.prune.{plural} to keep")
