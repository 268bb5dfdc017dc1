"""`runs`: list the recorded runs, or show one."""

from __future__ import annotations

import sys

from reconciler.applying import Runs
from reconciler.applying.journal.summary import run_to_json, runs_to_json
from reconciler.cli.actions.show import show_recorded
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_json, print_result, screen_of, styled
from reconciler.render.runs import NONE_YET, run_lines, run_list_lines
from reconciler.render.view import PLAIN_VIEW


def list_runs(form: str, settings: Settings) -> None:
    """Print the runs, newest first."""
    fetch_runs(settings, StoreUse.LIST)
    content = runs_to_json(Runs(settings.state_dir).every())
    if form == "json":
        print_json(content)
    else:
        screen = screen_of(sys.stdout, settings)
        lines = run_list_lines(content["runs"], screen)
        print_result(styled(lines, screen) if lines else NONE_YET)


def show_run(name: str, form: str, settings: Settings) -> None:
    """Print the record of a run. Raises JournalError for an unknown run."""
    fetch_runs(settings, StoreUse.SHOW)
    run = Runs(settings.state_dir).named(name)
    content = run_to_json(run)
    if form == "json":
        print_json(content)
    elif form != "text":
        show_recorded(run, form, PLAIN_VIEW, settings)
    else:
        screen = screen_of(sys.stdout, settings)
        print_result(styled(run_lines(content, screen), screen))
