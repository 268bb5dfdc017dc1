"""What must hold of a forecast: no apply without trouble sends more requests than it says.

docs/cli.md, "Forecast", names what is not counted because it is not known before. Of that, exactly the requests are allowed
that the log shows, each with its cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reconciler.sandbox import LoggedRequest
from tests.search.oracles import Problem
from tests.search.simulated_user import Json, Ran

_FORECAST = re.compile(r"Forecast: ([\d,]+) requests?\b")

_UPDATES = {"rename", "update", "archive", "done", "restore"}
_FURTHER_PAGE = re.compile(r"(?:^|&)page=(?!1(?:&|$))")


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
    sent = len(ran.log) - unforeseen(plan, ran.log, switches)
    if sent > own:
        yield Problem("forecast", f"{what}: {sent} requests were sent, the forecast of apply is {own}")
    if sent > planned and not verifies:
        yield Problem("forecast", f"{what}: {sent} requests were sent, the forecast is {plan['forecast']}")


def unforeseen(plan: Json, log: Sequence[LoggedRequest], switches: Sequence[str]) -> int:
    """The requests that no forecast counts, by docs/cli.md."""
    number = sum(_after_refused_tag_deletes(log)) if "tag_delete_needs_archive" in switches else 0
    if "put_answers=empty" in switches:
        number += sum(logged.method in ("PUT", "PATCH") for logged in log)
    if "put_projects=replace" in switches:  # clears a rate that an update omits
        number += _repeated_updates(plan, log, "project")
    if "task_post_ignores=billable+assignees+estimate" in switches:  # ignores a declared field
        number += _repeated_updates(plan, log, "task")
    if "page_cap=2" in switches:
        number += _first_further_pages(log)
    return number


def _first_further_pages(log: Sequence[LoggedRequest]) -> int:
    """A service with pages of fewer than 50 items: further pages, where no list before the first write took any."""
    first = next((position for position, logged in enumerate(log) if logged.method != "GET"), len(log))
    is_further = [bool(_FURTHER_PAGE.search(logged.query)) for logged in log]
    return 0 if any(is_further[:first]) else sum(is_further)


def _after_refused_tag_deletes(log: Sequence[LoggedRequest]) -> Iterator[int]:
    """A service that deletes a tag only once it is archived: what follows on each refusal, to the second delete."""
    for position, logged in enumerate(log):
        if logged.method == "DELETE" and logged.status == 400 and "/tags/" in logged.path:
            rest = [(later.method, later.path) for later in log[position + 1 :]]
            yield rest.index(("DELETE", logged.path)) + 1


def _repeated_updates(plan: Json, log: Sequence[LoggedRequest], kind: str) -> int:
    """The updates of a kind that are sent once more, since the answer to the first lacks a value."""
    sent = sum(logged.method == "PUT" and f"{kind}s" == logged.path.split("/")[-2] for logged in log)
    steps = sum(step in _UPDATES for change in plan["changes"] if change["kind"] == kind for step in change["steps"])
    return max(0, sent - steps)
