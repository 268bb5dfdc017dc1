"""What `runs` does: list what is recorded, or show one run."""

from __future__ import annotations

import sys

from reconciler.applying import Runs
from reconciler.applying.journal.summary import run_to_json, runs_to_json
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import columns, is_ascii, say, say_json, styled
from reconciler.render.runs import NONE_YET, run_lines, run_list_lines


def list_runs(form: str, settings: Settings) -> None:
    """Print a line for each run, newest first."""
    content = runs_to_json(Runs(settings.state_dir))
    if form == "json":
        say_json(content)
    else:
        lines = run_list_lines(content["runs"], width=columns(sys.stdout), ascii=is_ascii(sys.stdout))
        say(styled(lines, sys.stdout, settings) if lines else NONE_YET)


def show_run(name: str, form: str, settings: Settings) -> None:
    """Print everything that is recorded of a run. Raises JournalError where there is no such run."""
    content = run_to_json(Runs(settings.state_dir).named(name))
    if form == "json":
        say_json(content)
    else:
        lines = run_lines(content, width=columns(sys.stdout), ascii=is_ascii(sys.stdout))
        say(styled(lines, sys.stdout, settings))
