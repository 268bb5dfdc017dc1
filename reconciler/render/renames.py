"""Look-alikes for a terminal: each pair with its question and both answers, and the lines that would say that all are renames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Plan
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.render import words
from reconciler.render.lines import Line, Span, flow
from reconciler.state import Desired

TITLE = "Renamed, or replaced?"


def pair_lines(plan: Plan, *, width: int, in_ascii: bool) -> list[Line]:
    """Every pair of the plan; those that go with their parents are counted under them."""
    lines: list[Line] = []
    for pair in plan.rename_candidates:
        if pair.was:
            for indent, spans in _pair(pair, plan):
                lines += flow(spans, cells=width, indent=indent, hanging=4, in_ascii=in_ascii)
    title = flow((Span(TITLE, "bold"),), cells=width, in_ascii=in_ascii)
    return title + lines if lines else []


def _pair(pair: RenameCandidate, plan: Plan) -> Iterator[tuple[int, tuple[Span, ...]]]:
    new, old = (words.name(str(address)) for address in (pair.create, pair.remove))
    yield 2, (Span(new, "create"), Span(" looks like "), Span(old, "delete"), Span(f", {pair.score} of 100"))
    if inside := words.renamed_children(pair, plan.rename_candidates):
        yield 4, (Span(inside),)
    place = words.source_of(pair, plan)
    yield 4, (Span(f"renamed: put this beside its name{f' ({place})' if place else ''}"),)
    yield 8, (Span(pair.line, "bold"),)  # alone, so that it can be copied; where it is folded, YAML reads it as one
    yield 4, (Span("replaced: "), Span(words.allowing(pair.remove), "bold"))


def rename_lines(
    pairs: Sequence[RenameCandidate],
    desired: Desired,
    *,
    width: int = 80,
    ascii: bool = False,  # noqa: A002 - the word that callers know
) -> list[Line]:
    """What the plan as if supposes: each line to paste, and where."""
    text = "This plan is made as if the manifests had these lines. Put them in, then plan again:"
    lines = flow((Span(text, "bold"),), cells=width, in_ascii=ascii)
    for pair in pairs:
        source = desired.resources[pair.create].source
        place = f" ({source})" if source else ""
        lines += flow((Span(f"under {pair.create}{place}:"),), cells=width, indent=2, in_ascii=ascii)
        lines += flow((Span(pair.line, "bold"),), cells=width, indent=6, in_ascii=ascii)
    return lines
