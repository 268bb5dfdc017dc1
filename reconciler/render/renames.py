"""Rename candidates for a terminal: each with both answers, and the `was:` lines that accept them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Plan
from reconciler.planning.renames.accept import edits
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
    for text, line in words.common_lines(plan):
        lines += flow((Span(f"{text}:"),), screen, indent=2, hanging=4)
        lines += flow((Span(line, "bold", is_whole=True),), screen, indent=8, hanging=4)
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
    for edit in edits(candidates, desired):
        first, *others = edit.candidates
        source = desired.resources[first.create].source
        more = f" and {words.count(len(others), 'other')}" if others else ""
        place = f" ({source})" if source else ""
        lines += flow((Span(f"{edit.place} {first.create}{more}{place}:"),), screen, indent=2)
        lines += flow((Span(edit.line, "bold", is_whole=True),), screen, indent=6)
    return lines
