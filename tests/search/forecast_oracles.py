"""What must hold of a forecast: no apply without trouble sends more requests than it says.

docs/cli.md, "Forecast", names what is not counted because it is not known before. Of that, exactly the requests are allowed
that the log shows, each with its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from reconciler.sandbox import LoggedRequest
from tests.search.oracles import Problem
from tests.search.user import Json, Ran

_FORECAST = re.compile(r"Forecast: ([\d,]+) requests?\b")


def forecast_of(ran: Ran) -> int | None:
    """The forecast that an apply printed with its plan, which counts what its own options cost; None if there is none."""
    match = _FORECAST.search(" ".join(ran.errors.split()))
    return int(match[1].replace(",", "")) if match else None


def forecast_problems(what: str, plan: Json, ran: Ran, switches: Sequence[str], *, verifies: bool) -> Iterator[Problem]:
    """`ran` is an apply of `plan` that met no trouble and ended with 0. `verifies`: with `--verify read`, which `plan` does
    not know of.
    """
    own, planned = forecast_of(ran), plan["forecast"]["requests"]
    if own is None:
        yield Problem("forecast", f"{what}: apply prints none: {ran.message}")
        return
    sent = len(ran.log) - unforeseen(ran.log, switches)
    if sent > own:
        yield Problem("forecast", f"{what}: {sent} requests were sent, the forecast of apply is {own}")
    if sent > planned and not verifies:
        yield Problem("forecast", f"{what}: {sent} requests were sent, the forecast is {plan['forecast']}")


def unforeseen(log: Sequence[LoggedRequest], switches: Sequence[str]) -> int:
    """The requests that no forecast counts, by docs/cli.md."""
    number = sum(_after_refused_tag_deletes(log)) if "tag_delete_needs_archive" in switches else 0
    if "put_answers=empty" in switches:
        number += sum(logged.method in ("PUT", "PATCH") for logged in log)
    if "put_projects=replace" in switches:
        number += _repeated_updates(log)
    return number


def _after_refused_tag_deletes(log: Sequence[LoggedRequest]) -> Iterator[int]:
    """A service that deletes a tag only once it is archived: what follows on each refusal, to the second delete."""
    for position, logged in enumerate(log):
        if logged.method == "DELETE" and logged.status == 400 and "/tags/" in logged.path:
            rest = [(later.method, later.path) for later in log[position + 1 :]]
            yield rest.index(("DELETE", logged.path)) + 1


def _repeated_updates(log: Sequence[LoggedRequest]) -> int:
    """A service that clears an undeclared rate which an update omits: the rate is sent once more, right after it."""
    return sum(
        one.method == other.method == "PUT" and one.path == other.path and "/projects/" in one.path
        for one, other in pairwise(log)
    )
