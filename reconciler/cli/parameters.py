"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click

from reconciler.kinds import KINDS

DEFAULT_PATH = "workspace.yaml"
FORMATS = ("text", "json", "markdown", "html")

_Function = TypeVar("_Function", bound=Callable[..., Any])


def paths(command: _Function) -> _Function:
    """`PATH…`: manifests; without any, workspace.yaml."""
    return click.argument("paths", metavar="[PATH]...", nargs=-1, callback=_or_default)(command)


def output_format(*choices: str) -> Callable[[_Function], _Function]:
    """`--format`, the first of the choices by default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(choices),
        default=choices[0],
        help=f"How to print it (default: {choices[0]}).",
    )


def approve(text: str) -> Callable[[_Function], _Function]:
    """`--approve TOKEN`."""
    return click.option("--approve", "token", metavar="TOKEN", help=text)


def allow_removals(command: _Function) -> _Function:
    """`--allow-removals KIND=N`, as a mapping from the kind's name to the number."""
    return click.option(
        "--allow-removals",
        "allowed",
        metavar="KIND=N",
        multiple=True,
        callback=_allowed,
        help="Allow exactly N removals of a kind beyond the budget, e.g. projects=2. Repeatable.",
    )(command)


def max_requests(command: _Function) -> _Function:
    """`--max-requests N`."""
    return click.option(
        "--max-requests",
        metavar="N",
        type=click.IntRange(min=0),
        help="Block the whole plan where carrying it out is forecast to take more requests than N.",
    )(command)


def except_blocked(command: _Function) -> _Function:
    """`--except-blocked`."""
    return click.option(
        "--except-blocked",
        is_flag=True,
        help="Leave out what a guard blocks, and what depends on it; the rest is a plan with a digest of its own.",
    )(command)


def _or_default(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    return tuple(given) or (DEFAULT_PATH,)


def _allowed(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, int]:
    names = {word: kind.name for kind in KINDS for word in (kind.name, kind.plural)}
    allowed: dict[str, int] = {}
    for item in given:
        word, _, number = item.partition("=")
        name = names.get(word)
        if name is None or not number.isascii() or not number.isdigit():
            plurals = ", ".join(kind.plural for kind in KINDS)
            raise click.BadParameter(f"{item!r} is not KIND=N; kinds are {plurals}", param=parameter)
        if allowed.setdefault(name, int(number)) != int(number):
            raise click.BadParameter(f"{word} is given twice with different numbers", param=parameter)
    return allowed


def allowance_words(
    allowed: Mapping[str, int], *, max_requests: int | None = None, except_blocked: bool = False
) -> list[str]:
    """The options again, for a command to copy."""
    plurals = {kind.name: kind.plural for kind in KINDS}
    words = [word for name, number in allowed.items() for word in ("--allow-removals", f"{plurals[name]}={number}")]
    if max_requests is not None:
        words += ["--max-requests", str(max_requests)]
    return [*words, "--except-blocked"] if except_blocked else words
