"""Rename candidates for a terminal: each with both answers, and the `was:` lines that accept them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Plan
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.render import values, words
from reconciler.render.lines import Line, Span, flow
from reconciler.render.screen import PIPE, Screen
from reconciler.state import Desired


def rename_candidate_lines(plan: Plan, screen: Screen = PIPE) -> list[Line]:
    """Every rename candidate of the plan with both answers; those that follow from a parent's rename are counted there."""
    lines: list[Line] = []
    for candidate in words.open_questions(plan):
        for indent, spans in _candidate(candidate, plan):
            lines += flow(spans, screen, indent=indent, hanging=4)
    title = flow((Span(words.RENAMES_TITLE, "bold"),), screen)
    return title + lines if lines else []


def _candidate(candidate: RenameCandidate, plan: Plan) -> Iterator[tuple[int, tuple[Span, ...]]]:
    new, old = (values.name(str(address)) for address in (candidate.create, candidate.remove))
    yield 2, (Span(new, "create"), Span(" looks like "), Span(old, "delete"), Span(f" ({words.similarity(candidate)})"))
    if inside := words.renamed_children(candidate, plan.rename_candidates):
        yield 4, (Span(inside),)
    place = words.source_of(candidate, plan)
    yield 4, (Span(f"{words.if_renamed(candidate)}{f' ({place})' if place else ''}:"),)
    yield 8, (Span(candidate.line, "bold", is_whole=True),)  # alone and unbroken, so that it can be copied
    yield 4, (Span(f"{words.IF_REPLACED} "), Span(words.allowing(candidate.remove), "bold", is_whole=True))


def accepted_rename_lines(
    candidates: Sequence[RenameCandidate],
    desired: Desired,
    screen: Screen = PIPE,
) -> list[Line]:
    """The `was:` lines that a plan with accepted renames assumes, each with its place in the manifests."""
    text = "This plan assumes the following lines. Add them to the manifests, then plan again:"
    lines = flow((Span(text, "bold"),), screen)
    for candidate in candidates:
        source = desired.resources[candidate.create].source
        place = f" ({source})" if source else ""
        lines += flow((Span(f"{candidate.place} {candidate.create}{place}:"),), screen, indent=2)
        lines += flow((Span(candidate.line, "bold", is_whole=True),), screen, indent=6)
    return lines
