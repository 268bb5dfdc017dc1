"""Choosing for each difference whether it is taken: by the rules of the command line, or by asking at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.prompt import ask, is_terminal
from reconciler.differences import Difference
from reconciler.errors import NotApprovedError
from reconciler.manifest.pull import Left
from reconciler.planning.takes import Take, Takes, settle
from reconciler.render.differences import difference_text

_ANSWERS = {"l": Take.LIVE, "live": Take.LIVE, "g": Take.GIT, "git": Take.GIT}
_QUESTION = "live, git, all live, all git, quit [l/g/L/G/q]: "


def choose(found: Sequence[Difference], takes: Takes, settings: Settings) -> tuple[list[Difference], list[Left]]:
    """The differences to take, and those that cannot be taken beside the others. Raises NotApprovedError where it cannot ask."""
    asked = any(takes.of(each) is Take.ASK for each in found)
    if asked and not is_terminal():
        hint = "take everything from the workspace with --take live, or choose with --take git:ADDRESS#FIELD"
        raise NotApprovedError("--take ask needs a terminal; nothing was written", hint=hint)
    taken, refused = settle(found, list(_chosen(found, takes, settings)))
    return taken, [Left(each.address, each.field, reason, key=each.key) for each, reason in refused]


def _chosen(found: Sequence[Difference], takes: Takes, settings: Settings) -> Iterator[Difference]:
    rest: Take | None = None
    for number, each in enumerate(found, start=1):
        take = takes.of(each)
        if take is Take.ASK:
            if rest is None:
                take, rest = _answer(f"({number}/{len(found)}) {difference_text(each)}\n", settings)
            else:
                take = rest
        if take is Take.LIVE:
            yield each


def _answer(text: str, settings: Settings) -> tuple[Take, Take | None]:
    """The choice for one difference, and the one for all that follow, if that was said."""
    while True:
        answer = ask(f"{text}{_QUESTION}", settings)
        if answer in ("L", "G"):
            take = _ANSWERS[answer.lower()]
            return take, take
        if answer.lower() in _ANSWERS:
            return _ANSWERS[answer.lower()], None
        if answer.lower() in ("", "q", "quit"):
            raise NotApprovedError("not approved; nothing was written")
