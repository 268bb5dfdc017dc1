"""`drift`: plan, and say of each difference whose change it is. Sends reads only."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.applying import Run, Runs
from reconciler.cli import files
from reconciler.cli.actions.deliver import Report, require_no_source
from reconciler.cli.git_files import MOST_COMMITS, Repository
from reconciler.cli.manifests import load_manifests, values_for
from reconciler.cli.plan_names import as_argument
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.session import open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import variable_arguments
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import document, print_message, print_result, screen_of, styled, to_json
from reconciler.errors import JournalError, ReconcilerError
from reconciler.manifest.expand.variables import is_value
from reconciler.planning.drift import Drift, find_drift
from reconciler.render.drift import drift_lines, drift_markdown, drift_to_json
from reconciler.render.html import drift_html
from reconciler.render.lines import to_plain
from reconciler.state import Allowances, Desired, SourceFile


@dataclass(frozen=True, slots=True)
class DriftRequest:
    """What to compare: manifests with the values of their variables, and the commit of the base, if it is named; and how to say it.

    `since_last`: whether lists that the feeds of changes show to be needless are left out.
    """

    paths: Sequence[str]
    base: str | None
    form: str
    reports: Sequence[Report]
    variables: Mapping[str, str]
    since_last: bool = False


def run_drift(request: DriftRequest, settings: Settings) -> bool:
    """Print and report the drift; whether there is none. Raises ReconcilerError where no base is known."""
    for report in request.reports:
        files.require_report_target(report.path)
    git = load_manifests(request.paths, request.variables)
    named = _base_of_ref(request, request.base) if request.base else None
    fetch_runs(settings, StoreUse.DRIFT)
    with open_session(settings, since_last=request.since_last) as session:
        prepared = session.prepare(git, Allowances())
    plan, workspace = prepared.plan, prepared.workspace
    require_no_source([report.path for report in request.reports], plan)
    words, declared = named or _base_of_run(request, git, Runs(settings.state_dir), workspace.id)
    drift = Drift(plan.target, words, tuple(find_drift(plan.changes, git, declared, prepared.reading.live.by_id)))
    arguments = [*map(as_argument, request.paths), *variable_arguments(request.variables)]
    commands = [settings.command(name, *arguments) for name in ("pull", "plan")]
    for report in request.reports:
        write = files.append if report.appends else files.write
        write(report.path, _formatted(drift, report.form, commands))
    if request.form == "text":
        screen = screen_of(sys.stdout, settings)
        print_result(styled(drift_lines(drift, commands, screen), screen))
    else:
        print_result(_formatted(drift, request.form, commands))
    if plan.target.is_new:
        print_message("the workspace does not exist yet; the first apply creates it")
    return drift.is_empty


def _formatted(drift: Drift, form: str, commands: Sequence[str]) -> str:
    if form == "json":
        return to_json(drift_to_json(drift))
    if form == "markdown":
        return document(drift_markdown(drift, commands))
    if form == "html":
        return document(drift_html(drift, commands))
    return document(to_plain(drift_lines(drift, commands)))


def _base_of_ref(request: DriftRequest, ref: str) -> tuple[str, Desired]:
    repository = Repository(request.paths)
    commit = repository.commit(ref)
    return f"{ref} ({commit[:12]})", repository.desired_at(commit, values_for(request.variables))


def _base_of_run(request: DriftRequest, git: Desired, runs: Runs, workspace_id: str) -> tuple[str, Desired]:
    """The manifests of the newest complete run on the workspace: those of now if they are the same, else those of a commit."""
    run = next((run for run in runs if not run.problem and run.is_complete and run.concerns(workspace_id)), None)
    if run is None:
        raise ReconcilerError(
            "no base to compare with: this state folder has no complete run on the workspace",
            hint="name the commit that was applied last: --base REF",
        )
    sources = _sources_of(run)
    if {source.sha256 for source in sources} == {source.sha256 for source in git.sources}:
        return f"run {run.id}, of the same manifests", git
    repository = Repository(request.paths)
    read = [source for source in sources if not is_value(source)]
    for commit in repository.commits():
        if repository.has(commit, read):
            desired = repository.desired_at(commit, values_for(request.variables))
            return f"run {run.id}, of commit {commit[:12]}", desired
    raise ReconcilerError(
        f"the manifests of run {run.id} are in none of the last {MOST_COMMITS} commits that changed them",
        hint="name the commit that was applied last: --base REF",
    )


def _sources_of(run: Run) -> Sequence[SourceFile]:
    try:
        return run.plan.sources
    except JournalError as error:
        raise ReconcilerError(error.message, hint="name the commit that was applied last: --base REF") from error
