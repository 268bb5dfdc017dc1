"""What `validate` does: load manifests, and print what is wrong or what is there."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from reconciler.cli import files
from reconciler.cli.output import columns, is_ascii, painted, say, say_json
from reconciler.cli.settings import Settings
from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest import load
from reconciler.manifest.text import MOST_BYTES
from reconciler.render.problems import problem_lines, problems_to_github, problems_to_json
from reconciler.state import Desired


def load_manifests(paths: Sequence[str]) -> Desired:
    """The desired state; `-` is standard input. Raises ManifestError."""
    return load(paths, stdin=lambda: files.read("-", limit=MOST_BYTES))


def checked(paths: Sequence[str], form: str, settings: Settings) -> int:
    """Print the problems of the manifests as `text`, `json` or `github`; the exit code."""
    problems: tuple[Problem, ...] = ()
    counts: dict[str, int] = {}
    try:
        desired = load_manifests(paths)
    except ManifestError as error:
        problems = error.problems
    else:
        found = Counter(address.kind for address in desired.resources)
        counts = {kind.plural: found[kind.name] for kind in KINDS}
    if form == "json":
        say_json({"valid": not problems, "problems": problems_to_json(problems), "resources": counts})
    elif form == "github" and problems:
        say(problems_to_github(problems))
    elif problems:
        lines = problem_lines(problems, width=columns(sys.stdout), ascii=is_ascii(sys.stdout))
        say(painted(lines, sys.stdout, settings))
    else:
        listed = ", ".join(f"{number:,} {plural}" for plural, number in counts.items())
        say(f"valid: {listed}")
    return 1 if problems else 0
