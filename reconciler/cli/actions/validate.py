"""`validate`: load manifests, and print their problems or their counts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence

from reconciler.cli.manifests import load_manifests
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_json, print_result, screen_of, styled
from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest import broken_checks
from reconciler.render import words
from reconciler.render.problems import problem_lines, problems_to_github, problems_to_json


def run_validate(paths: Sequence[str], form: str, settings: Settings, variables: Mapping[str, str]) -> int:
    """Print the problems of the manifests as `text`, `json` or `github`; the exit code. `variables`: values for their variables."""
    problems: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    counts: dict[str, int] = {}
    try:
        desired = load_manifests(paths, variables)
    except ManifestError as error:
        problems = error.problems
    else:
        by_kind = Counter(address.kind for address in desired.resources)
        counts = {kind.plural: by_kind[kind.name] for kind in KINDS}
        problems, warnings = broken_checks(desired)
        warnings = sorted({*warnings, *desired.warnings, *desired.unused})
    if form == "json":
        content = {"problems": problems_to_json(problems), "warnings": problems_to_json(warnings)}
        print_json({"valid": not problems, **content, "resources": counts})
    elif form == "github" and (problems or warnings):
        print_result(document(problems_to_github(problems) + problems_to_github(warnings, "warning")))
    else:
        _print_text(problems, warnings, counts, settings)
    return 1 if problems else 0


def _print_text(
    problems: Sequence[Problem], warnings: Sequence[Problem], counts: Mapping[str, int], settings: Settings
) -> None:
    screen = screen_of(sys.stdout, settings)
    for word, items in (("warning", warnings), ("problem", problems)):
        if items:
            print_result(styled(problem_lines(items, screen, word=word), screen))
    if not problems:
        listed = ", ".join(words.count(counts[kind.plural], kind.name, kind.plural) for kind in KINDS)
        print_result(f"valid: {listed}")
