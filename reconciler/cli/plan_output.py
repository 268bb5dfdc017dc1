"""A plan in each format, in pieces: the first is written before the last is made, and none is made once stdout has no reader."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import islice

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import SafeText, document, print_pieces, screen_of, styled
from reconciler.planning import Plan
from reconciler.render.escape import json_visible
from reconciler.render.lines import Line
from reconciler.render.screen import PIPE, Screen
from reconciler.render.text import stream_plan_lines
from reconciler.render.view import PLAIN_VIEW, View

_LINES = 200
_CHARACTERS = 1 << 16
"""The least size of a piece but the last: each is flushed."""


def print_plan(plan: Plan, form: str, settings: Settings, command: str, view: View = PLAIN_VIEW) -> None:
    """Print a plan on stdout in a format; as text, in the width and the colours of a terminal or a pipe."""
    print_pieces(_ended(plan_pieces(plan, form, command, view, screen_of(sys.stdout, settings))))


def plan_pieces(
    plan: Plan, form: str, command: str, view: View = PLAIN_VIEW, screen: Screen = PIPE
) -> Iterator[SafeText]:
    """The plan as `json`, `markdown`, `html`, annotations for `github`, or `text` for a screen."""
    if form == "json":
        from reconciler.planning.planfile_text import planfile_pieces  # noqa: PLC0415 - start-up: not for text

        return (SafeText(json_visible(piece)) for piece in _joined(planfile_pieces(plan)))
    if form == "html":
        from reconciler.render.html import plan_html_pieces  # noqa: PLC0415 - start-up: a template language

        pieces = plan_html_pieces(plan, approve_command=command, source_url=view.source_url, outcomes=view.outcomes)
        return map(document, _joined(pieces))
    if form == "github":
        from reconciler.render.annotations import plan_to_github  # noqa: PLC0415 - start-up: not for a plan as text

        return iter((document(plan_to_github(plan, view.place)),))
    if form == "markdown":
        from reconciler.render.markdown import plan_markdown  # noqa: PLC0415 - start-up: not for a plan as text

        return iter((document(plan_markdown(plan, approve_command=command, outcomes=view.outcomes)),))
    lines = stream_plan_lines(plan, screen, approve_command=command, is_full=view.is_full, outcomes=view.outcomes)
    return _styled(lines, screen)


def _styled(lines: Iterator[Line], screen: Screen) -> Iterator[SafeText]:
    while several := list(islice(lines, _LINES)):
        yield styled(several, screen)


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in fewer pieces. None ends within a text whose escaping needs both sides: pieces are parts of a structure."""
    waiting, size = list[str](), 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _CHARACTERS:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)


def _ended(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces, with a newline at the end of the last one."""
    piece = ""
    for piece in pieces:
        yield piece
    if not piece.endswith("\n"):
        yield "\n"
