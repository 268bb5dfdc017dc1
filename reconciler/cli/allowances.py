"""The options that allow or limit a plan, as one value `allowed`, and the same as arguments for copying."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

import click

from reconciler.cli.numbers import WholeNumber, is_whole_number
from reconciler.kinds import BY_NAME, REMOVAL_COUNTS, example_path, path_lengths
from reconciler.model import Address
from reconciler.state import Allowances


def allowances(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--allow-removals`, `--allow-removal`, `--max-requests` and `--except-blocked`, together as one value: `allowed`."""

    @click.option(
        "--allow-removals",
        "numbers",
        metavar="KIND=N",
        multiple=True,
        callback=_numbers,
        help="Allow exactly N removals of a kind, or of members of projects, beyond the budget, e.g. projects=2. Repeatable.",
    )
    @click.option(
        "--allow-removal",
        "addresses",
        metavar="ADDRESS",
        multiple=True,
        callback=_addresses,
        help="Allow a removal that looks like a rename, e.g. project:Acme/Website. Repeatable.",
    )
    @click.option(
        "--max-requests",
        "max_requests",
        metavar="N",
        type=WholeNumber(min=0),
        help="Block the plan if its forecast exceeds N requests.",
    )
    @click.option(
        "--except-blocked",
        "except_blocked",
        is_flag=True,
        help="Exclude blocked changes and their dependents; the digest is that of the rest.",
    )
    @wraps(command)
    def with_allowances(
        *args: Any,
        numbers: Mapping[str, int],
        addresses: frozenset[Address],
        max_requests: int | None,
        except_blocked: bool,
        **kwargs: Any,
    ) -> Any:
        allowed = Allowances(numbers, addresses, max_requests=max_requests, except_blocked=except_blocked)
        return command(*args, allowed=allowed, **kwargs)

    return with_allowances


def targets(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--target`, which belongs into `allowed`; below `allowances` among the decorators."""

    @click.option(
        "--target",
        "patterns",
        metavar="PATTERN",
        multiple=True,
        callback=_patterns,
        help="Plan only what an address pattern covers, with what it needs: client:Acme is the client alone, *:Acme/* all inside. "
        "Repeatable.",
    )
    @wraps(command)
    def with_targets(*args: Any, patterns: tuple[str, ...], allowed: Allowances, **kwargs: Any) -> Any:
        return command(*args, allowed=replace(allowed, targets=patterns), **kwargs)

    return with_targets


def _numbers(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, int]:
    names = {word: name for plural, name in REMOVAL_COUNTS.items() for word in (name, plural)}
    allowed: dict[str, int] = {}
    for item in given:
        word, _, number = item.partition("=")
        name = names.get(word)
        if name is None or not is_whole_number(number):
            plurals = ", ".join(REMOVAL_COUNTS)
            raise click.BadParameter(f"{item[:40]!r} is not KIND=N; the kinds are: {plurals}", param=parameter)
        if allowed.setdefault(name, int(number)) != int(number):
            raise click.BadParameter(f"two different numbers for {word}", param=parameter)
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
            raise click.BadParameter(f"unknown kind in {item!r}; the kinds are: {kinds}", param=parameter)
        kind = BY_NAME[address.kind]
        if len(address.path) not in path_lengths(kind):
            form = f"write it as {kind.name}:{example_path(kind)}"
            raise click.BadParameter(f"invalid address {item!r}; {form}", param=parameter)
        addresses.add(address)
    return frozenset(addresses)


def _patterns(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """Patterns in the order of a plan. Raises click.BadParameter for one that no address can match."""
    if not given:
        return ()
    from reconciler.manifest.compose.protect import pattern_problem  # noqa: PLC0415 - start-up: few commands have targets

    for pattern in given:
        if problem := pattern_problem(pattern):
            raise click.BadParameter("; ".join(problem), param=parameter)
    return tuple(sorted(set(given)))


def target_arguments(allowed: Allowances) -> list[str]:
    """The targets as arguments, for a command that is printed for copying; a plan file has them inside."""
    return [argument for pattern in allowed.targets for argument in ("--target", pattern)]


def allowance_arguments(allowed: Allowances) -> list[str]:
    """The allowances as arguments, for a command that is printed for copying."""
    plurals = {name: plural for plural, name in REMOVAL_COUNTS.items()}
    options = [("--allow-removals", f"{plurals[name]}={number}") for name, number in allowed.numbers.items()]
    options += [("--allow-removal", str(address)) for address in sorted(allowed.addresses)]
    if allowed.max_requests is not None:
        options.append(("--max-requests", str(allowed.max_requests)))
    arguments = [argument for option in options for argument in option]
    return [*arguments, "--except-blocked"] if allowed.except_blocked else arguments
