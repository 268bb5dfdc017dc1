"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeVar

import click

from reconciler.kinds import BY_NAME, KINDS
from reconciler.model import Address
from reconciler.state import Allowances

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


def allowances(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--allow-removals`, `--allow-removal`, `--max-requests` and `--except-blocked`, together as one value: `allowed`."""

    @click.option(
        "--allow-removals",
        "numbers",
        metavar="KIND=N",
        multiple=True,
        callback=_numbers,
        help="Allow exactly N removals of a kind beyond the budget, e.g. projects=2. Repeatable.",
    )
    @click.option(
        "--allow-removal",
        "addresses",
        metavar="ADDRESS",
        multiple=True,
        callback=_addresses,
        help="Allow the removal of what looks renamed, and of all under it, e.g. project:Acme/Website. Repeatable.",
    )
    @click.option(
        "--max-requests",
        "most",
        metavar="N",
        type=click.IntRange(min=0),
        help="Block the whole plan where carrying it out is forecast to take more requests than N.",
    )
    @click.option(
        "--except-blocked",
        "partly",
        is_flag=True,
        help="Leave out what a guard blocks, and what depends on it; the rest is a plan with a digest of its own.",
    )
    @wraps(command)
    def with_allowances(
        *args: Any,
        numbers: Mapping[str, int],
        addresses: frozenset[Address],
        most: int | None,
        partly: bool,
        **kwargs: Any,
    ) -> Any:
        allowed = Allowances(numbers, addresses, max_requests=most, except_blocked=partly)
        return command(*args, allowed=allowed, **kwargs)

    return with_allowances


def plan_outputs(command: _Function) -> _Function:
    """What becomes of a plan that is only made: `-o`, `--format`, `--report`, `--detailed-exitcode`."""
    options = (
        click.option("-o", "--output", metavar="FILE", help="Save the plan, to be applied exactly as it is."),
        output_format(*FORMATS),
        click.option(
            "--report",
            "reports",
            metavar="FORMAT=FILE",
            multiple=True,
            help="Write it in another format too. Repeatable.",
        ),
        click.option("--detailed-exitcode", is_flag=True, help="End with 2 where changes are pending."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _or_default(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    return tuple(given) or (DEFAULT_PATH,)


def _numbers(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, int]:
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


def _addresses(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> frozenset[Address]:
    addresses = set()
    for item in given:
        try:
            address = Address.parse(item)
        except ValueError as error:
            raise click.BadParameter(str(error), param=parameter) from error
        if address.kind not in BY_NAME:
            kinds = ", ".join(BY_NAME)
            raise click.BadParameter(f"{item!r} begins with no kind; kinds are {kinds}", param=parameter)
        addresses.add(address)
    return frozenset(addresses)


def allowance_words(allowed: Allowances) -> list[str]:
    """The options again, for a command to copy."""
    said = [("--allow-removals", f"{BY_NAME[name].plural}={number}") for name, number in allowed.numbers.items()]
    said += [("--allow-removal", str(address)) for address in sorted(allowed.addresses)]
    if allowed.max_requests is not None:
        said.append(("--max-requests", str(allowed.max_requests)))
    words = [word for option in said for word in option]
    return [*words, "--except-blocked"] if allowed.except_blocked else words
