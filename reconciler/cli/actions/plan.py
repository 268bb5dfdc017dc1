"""What `plan` and `show` do: make or load a plan, save it, and print it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from reconciler.applying import Runs
from reconciler.cli import files, planfiles
from reconciler.cli.actions.accept_renames import with_accepted_renames
from reconciler.cli.actions.validate import load_manifests
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import FORMATS, allowance_words
from reconciler.cli.terminal.output import columns, is_ascii, note, say, styled
from reconciler.planning import Plan, RenameCandidate
from reconciler.render.renames import rename_lines
from reconciler.state import Allowances


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What to plan and where to put it. `reports` are pairs of format and file."""

    paths: Sequence[str]
    allowed: Allowances
    output: str | None
    form: str
    reports: Sequence[tuple[str, str]]
    with_accepted_renames: bool = False


def reports_of(given: Sequence[str]) -> list[tuple[str, str]]:
    """`FORMAT=FILE` taken apart; raises click's usage error."""
    reports = []
    for item in given:
        form, equals, path = item.partition("=")
        if not equals or not path or form not in FORMATS:
            raise click.BadParameter(f"{item!r} is not FORMAT=FILE with {', '.join(FORMATS)}", param_hint="--report")
        reports.append((form, path))
    return reports


def run_plan(request: PlanRequest, settings: Settings) -> bool:
    """Plan, save, report and print; whether there is nothing to do."""
    desired = load_manifests(request.paths)
    pairs: Sequence[RenameCandidate] = ()
    with open_session(settings) as session:
        prepared = session.prepare(desired, request.allowed)
        if request.with_accepted_renames:
            prepared, pairs = with_accepted_renames(session, desired, prepared, request.allowed)
    # What was planned as if is not what the manifests say, so no command would apply it as they are.
    _deliver(prepared.plan, request, settings, is_applicable=not pairs)
    if pairs:
        lines = rename_lines(pairs, desired, width=columns(sys.stderr), ascii=is_ascii(sys.stderr))
        note(styled(lines, sys.stderr, settings))
    return prepared.plan.is_empty and not prepared.plan.excluded


def run_undo(name: str, request: PlanRequest, settings: Settings) -> bool:
    """Plan the way back from a run; save, report and print it. Whether there is nothing to do."""
    run = Runs(settings.state_dir).named(name)
    planfiles.require_target(run.plan.target, settings)
    with open_session(settings) as session:
        plan = session.prepare_undo(run, request.allowed).plan
    _deliver(plan, request, settings, is_applicable=bool(request.output))
    if not request.output and not plan.is_empty:
        again = settings.command("undo", run.id, "-o", "undo.json", *allowance_words(request.allowed))
        note(f"to carry it out, save it first: {again}")
    return plan.is_empty and not plan.excluded


def _deliver(plan: Plan, request: PlanRequest, settings: Settings, *, is_applicable: bool) -> None:
    """Save, report and print a plan, with the command that applies it where one does."""
    subject = [request.output] if request.output else list(request.paths)
    words = [*map(planfiles.as_word, subject), *allowance_words(request.allowed)]
    command = planfiles.approving_command(plan, settings, words) if is_applicable else ""
    for form, path in [("json", request.output), *request.reports]:
        if path:
            files.write(path, planfiles.as_text(plan, form, command))
    say(planfiles.for_stdout(plan, request.form, settings, command))
    if request.output:
        note(f"saved the plan in {request.output}")


def show_plan(path: str, form: str, settings: Settings) -> None:
    """Print a saved plan."""
    plan = planfiles.load(path)
    command = planfiles.approving_command(plan, settings, [planfiles.as_word(path)])
    say(planfiles.for_stdout(plan, form, settings, command))


def show_digest(path: str) -> None:
    """Print the digest of a saved plan, and nothing else."""
    say(planfiles.load(path).digest)
