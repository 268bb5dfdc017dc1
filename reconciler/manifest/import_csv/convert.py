"""Bytes → manifest: the table is read, its rows collected, the manifest written and validated, and every problem put at its cell."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.errors import ManifestError, Problem
from reconciler.kinds import KINDS
from reconciler.manifest.import_csv.collect import Collector, Entry
from reconciler.manifest.import_csv.columns import ImportOptions, find_columns
from reconciler.manifest.import_csv.write import Writer, manifest_of
from reconciler.manifest.load import load
from reconciler.manifest.table import Table, parse_table
from reconciler.manifest.yaml.text import quote
from reconciler.model import Kind

_STDIN = "-"
_SCHEMA_LINE = "# yaml-language-server: $schema=manifest.schema.json"
_PRUNE_COMMENT = (
    "# It removes nothing: what the file does not name is kept. Another manifest of the workspace may have the policy instead.",
)


@dataclass(frozen=True)
class ImportedManifest:
    """The text of a manifest, how many resources of each kind it declares, and sentences about how the file was read."""

    text: str
    counts: Mapping[str, int]
    notices: tuple[str, ...]


def import_csv(data: bytes, path: str, options: ImportOptions | None = None) -> ImportedManifest:
    """The manifest of a file in Clockify's import format. Raises ManifestError with all problems, at their rows and columns.

    It declares what the file names and removes nothing (`prune: keep`), as Clockify's import does. What is archived in the workspace
    is restored, where that import passes it over.
    """
    options = options or ImportOptions()
    table, problems = parse_table(data, path, options.sheet)
    columns = find_columns(table, options, problems)
    collector = Collector(table, columns, problems)
    if columns.names:
        for row in table.rows:
            collector.add(row)
    counts = Counter(entry.kind for entry in _every(collector))
    if columns.names and not counts and not problems:
        problems.append(Problem(path, 0, 0, "the file names no resources", "fill in a row below the header"))
    listed = ", ".join(_count(counts[kind.name], kind) for kind in KINDS if counts[kind.name])
    comments = (_SCHEMA_LINE, f"# From {quote(path)}, by reconciler import-csv: {listed}.", *_PRUNE_COMMENT)
    writer = manifest_of(comments, options.workspace, collector)
    if counts:
        reported = {(problem.line, problem.column) for problem in problems}
        problems += (each for each in _located(table, writer) if (each.line, each.column) not in reported)
    if problems:
        raise ManifestError(problems)
    return ImportedManifest(writer.text, counts, (*table.notices, *_notices(collector)))


def _every(collector: Collector) -> Iterator[Entry]:
    waiting = [*collector.clients.values(), *collector.projects.values(), *collector.tags.values()]
    while waiting:
        entry = waiting.pop()
        waiting += entry.children.values()
        yield entry


def _count(number: int, kind: Kind) -> str:
    return f"{number:,} {kind.name if number == 1 else kind.plural}"


def _notices(collector: Collector) -> Iterator[str]:
    if collector.columns.ignored:
        yield f"columns not imported: {', '.join(map(quote, collector.columns.ignored))}"
    if collector.composed:
        yield f"names that were not in Unicode normalization form C and are written in it: {collector.composed:,}"


def _located(table: Table, writer: Writer) -> Iterator[Problem]:
    """What a manifest has of problems, each at the cell that it comes from."""
    try:
        load([_STDIN], stdin=writer.text.encode)
    except ManifestError as error:
        places = [place for place, _ in writer.origins]
        for problem in error.problems:
            index = bisect_right(places, (problem.line, problem.column)) - 1
            if index < 0:  # what no cell holds, such as the name of the workspace
                yield replace(problem, path=table.path, line=0, column=0, excerpt="")
                continue
            origin = writer.origins[index][1]
            yield table.problem(origin.row, origin.column, problem.message, problem.hint)
