"""`fmt`: format manifests in place, or report those that are not formatted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.cli import files
from reconciler.cli.actions.rewrite import print_diffs, write_files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_message, print_result
from reconciler.errors import ManifestError, Problem
from reconciler.manifest.files import STDIN, File, read_files
from reconciler.manifest.fmt import format_file
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.render import words


@dataclass(frozen=True, slots=True)
class FormatRequest:
    """What to format. `checks`: report instead of writing. `shows_diff`: with the diff."""

    paths: tuple[str, ...]
    checks: bool = False
    shows_diff: bool = False


def run_fmt(request: FormatRequest, settings: Settings) -> int:
    """Format; 1 if `checks` and a file is not formatted. Raises ManifestError for a file that cannot be: then nothing is written."""
    found = _formatted(request.paths)
    changed = {path: (before, after) for path, before, after in found if before != after}
    if request.shows_diff:
        print_diffs(changed, settings)
    if request.checks:
        for path in changed if not request.shows_diff else ():
            print_result(path)
        is_or_are = "is" if len(changed) == 1 else "are"
        print_message(f"{words.count(len(found), 'file')}: {len(changed)} {is_or_are} not formatted")
        return 1 if changed else 0
    for path, _, after in found:
        if path == STDIN:
            print_result(document(after.decode("utf-8-sig").removesuffix("\n")))
    write_files({path: pair for path, pair in changed.items() if path != STDIN})
    if STDIN not in request.paths:
        print_message(
            f"{words.count(len(found), 'file')}: {len(changed)} formatted, {len(found) - len(changed)} unchanged"
        )
    return 0


def _formatted(paths: Sequence[str]) -> list[tuple[str, bytes, bytes]]:
    """Each file with its bytes before and after."""
    contents, problems = read_files(paths, lambda: files.read(STDIN, limit=MOST_BYTES))
    result: list[tuple[str, bytes, bytes]] = []
    for path, data in contents:
        after = _attempt((path, data), problems)
        result.append((path, data, after))
    if problems:
        raise ManifestError(problems)
    return result


def _attempt(file: File, problems: list[Problem]) -> bytes:
    try:
        return format_file(*file)
    except ManifestError as error:
        problems += error.problems
    return file[1]
