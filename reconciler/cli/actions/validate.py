"""`validate`: validate manifests, and print their problems and warnings, or their counts."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from reconciler.cli.manifests import validate_manifests
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_json, print_result, screen_of, styled
from reconciler.kinds import KINDS
from reconciler.manifest import Validation
from reconciler.render.counts import count
from reconciler.render.problems import problem_lines, problems_to_github, problems_to_json
from reconciler.render.sarif import problems_to_sarif


def run_validate(
    paths: Sequence[str], form: str, settings: Settings, variables: Mapping[str, str], *, is_strict: bool
) -> int:
    """Print the problems of the manifests as `text`, `json`, `github` or `sarif`; the exit code. Strict: warnings fail too."""
    found = validate_manifests(paths, variables)
    is_valid = not found.problems and not (is_strict and found.warnings)
    if form == "json":
        content = {"problems": problems_to_json(found.problems), "warnings": problems_to_json(found.warnings)}
        print_json({"valid": is_valid, **content, "resources": dict(found.resources) if found.desired else {}})
    elif form == "sarif":
        print_json(problems_to_sarif(found.problems, found.warnings))
    elif form == "github" and (found.problems or found.warnings):
        annotations = problems_to_github(found.problems) + problems_to_github(found.warnings, "warning")
        print_result(document(annotations))
    else:
        _print_text(found, settings, is_valid=is_valid)
    return 0 if is_valid else 1


def _print_text(found: Validation, settings: Settings, *, is_valid: bool) -> None:
    screen = screen_of(sys.stdout, settings)
    for word, items in (("warning", found.warnings), ("problem", found.problems)):
        if items:
            print_result(styled(problem_lines(items, screen, word=word), screen))
    if is_valid:
        listed = ", ".join(count(found.resources[kind.plural], kind.name, kind.plural) for kind in KINDS)
        print_result(f"valid: {listed}")
