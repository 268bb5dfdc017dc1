"""What `plan` and `show` do: make or load a plan, save it, and print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from reconciler.cli import files, plans
from reconciler.cli.checking import load_manifests
from reconciler.cli.output import note, say
from reconciler.cli.parameters import FORMATS, allowance_words
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan and where to put it. `reports` are pairs of format and file."""

    paths: Sequence[str]
    allowed: Mapping[str, int]
    output: str | None
    form: str
    reports: Sequence[tuple[str, str]]
    max_requests: int | None = None
    except_blocked: bool = False


def reports_of(given: Sequence[str]) -> list[tuple[str, str]]:
    """`FORMAT=FILE` taken apart; raises click's usage error."""
    reports = []
    for item in given:
        form, equals, path = item.partition("=")
        if not equals or not path or form not in FORMATS:
            raise click.BadParameter(f"{item!r} is not FORMAT=FILE with {', '.join(FORMATS)}", param_hint="--report")
        reports.append((form, path))
    return reports


def planned(request: PlanRequest, settings: Settings) -> bool:
    """Plan, save, report and print; whether there is nothing to do."""
    desired = load_manifests(request.paths)
    with open_session(settings) as session:
        plan = session.prepare(
            desired, request.allowed, max_requests=request.max_requests, except_blocked=request.except_blocked
        ).plan
    subject = [request.output] if request.output else list(request.paths)
    given = allowance_words(request.allowed, max_requests=request.max_requests, except_blocked=request.except_blocked)
    words = [*map(plans.as_word, subject), *given]
    command = plans.approving_command(plan, settings, words)
    for form, path in [("json", request.output), *request.reports]:
        if path:
            files.write(path, plans.as_text(plan, form, command))
    say(plans.for_stdout(plan, request.form, settings, command))
    if request.output:
        note(f"saved the plan in {request.output}")
    return plan.is_empty and not plan.left_out


def shown(path: str, form: str, settings: Settings) -> None:
    """Print a saved plan."""
    plan = plans.load(path)
    command = plans.approving_command(plan, settings, [plans.as_word(path)])
    say(plans.for_stdout(plan, form, settings, command))


def digest_of(path: str) -> None:
    """Print the digest of a saved plan, and nothing else."""
    say(plans.load(path).digest)
