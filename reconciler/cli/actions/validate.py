"""What `validate` does: load manifests, and print what is wrong or what is there."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import columns, is_ascii, say, say_json, styled
from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest import broken_checks, load
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.render.problems import problem_lines, problems_to_github, problems_to_json
from reconciler.state import Desired


def load_manifests(paths: Sequence[str]) -> Desired:
    """The desired state; `-` is standard input. Raises ManifestError."""
    return load(paths, stdin=lambda: files.read("-", limit=MOST_BYTES))


def run_validate(paths: Sequence[str], form: str, settings: Settings) -> int:
    """Print the problems of the manifests as `text`, `json` or `github`; the exit code."""
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    counts: dict[str, int] = {}
    try:
        desired = load_manifests(paths)
    except ManifestError as error:
        problems = error.problems
    else:
        found = Counter(address.kind for address in desired.resources)
        counts = {kind.plural: found[kind.name] for kind in KINDS}
        problems, warnings = broken_checks(desired)
    if form == "json":
        told = {"problems": problems_to_json(problems), "warnings": problems_to_json(warnings)}
        say_json({"valid": not problems, **told, "resources": counts})
    elif form == "github" and (problems or warnings):
        say(problems_to_github(problems) + problems_to_github(warnings, "warning"))
    else:
        _print_text(problems, warnings, counts, settings)
    return 1 if problems else 0


def _print_text(
    problems: Sequence[Problem], warnings: Sequence[Problem], counts: Mapping[str, int], settings: Settings
) -> None:
    for word, found in (("warning", warnings), ("problem", problems)):
        if found:
            lines = problem_lines(found, word=word, width=columns(sys.stdout), ascii=is_ascii(sys.stdout))
            say(styled(lines, sys.stdout, settings))
    if not problems:
        listed = ", ".join(f"{number:,} {plural}" for plural, number in counts.items())
        say(f"valid: {listed}")
