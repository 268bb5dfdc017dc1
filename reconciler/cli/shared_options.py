"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.numbers import WholeNumber, is_whole_number
from reconciler.kinds import BY_NAME, REMOVAL_COUNTS, example_path, path_lengths
from reconciler.model import Address
from reconciler.state import Allowances

DEFAULT_PATH = "workspace.yaml"
FORMATS = ("text", "json", "markdown", "html")
OUTPUTS = ("table", "json", "yaml", "csv")
"""Forms of records; those with addresses have the form `address` as well."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def filter_text(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The text of a filter. Raises click.BadParameter for a blank one, which would look like a filter and let everything through."""
    if value is not None and not value.strip():
        raise click.BadParameter("it is empty; leave the option out to list all", context, option)
    return value


def paths(command: _Function) -> _Function:
    """`PATH…`: manifests; by default workspace.yaml."""
    return click.argument("paths", metavar="[PATH]...", nargs=-1, callback=_or_default)(command)


def output_format(*choices: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--format`, by default the first of the choices, and `--json`, its short form; together as one value: `form`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("--format", "form", type=click.Choice(choices), help=f"Output format (default: {choices[0]}).")
        @click.option("--json", "is_json", is_flag=True, help="Short for --format json.")
        @wraps(command)
        def with_format(*args: Any, form: str | None, is_json: bool, **kwargs: Any) -> Any:
            if is_json and form not in (None, "json"):
                raise click.UsageError(f"--json and --format {form} exclude each other", click.get_current_context())
            return command(*args, form="json" if is_json else form or choices[0], **kwargs)

        return with_format

    return decorate


def record_output(
    *more: str, has_format: bool = False, forms: tuple[str, ...] = OUTPUTS
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`-o`, `--output`: one of `forms` or `more`, by default the first; and `--json`, short for `-o json`. As one value: `form`.

    `has_format`: whether `--format text|json`, the name of these forms in earlier versions, is an option too.
    """
    choices = (*forms, *more)

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option("-o", "--output", type=click.Choice(choices), help=f"Output format (default: {choices[0]}).")
        @click.option("--json", "is_json", is_flag=True, help="Short for -o json.")
        @wraps(command)
        def with_output(*args: Any, output: str | None, is_json: bool, text: str | None = None, **kwargs: Any) -> Any:
            given = {"--format": "table" if text == "text" else text, "--output": output, "--json": is_json and "json"}
            named = {option: form for option, form in given.items() if form}
            if len(set(named.values())) > 1:
                context = click.get_current_context()
                raise click.UsageError(f"{' and '.join(named)} ask for different output formats", context)
            return command(*args, form=next(iter(named.values()), choices[0]), **kwargs)

        if not has_format:
            return with_output
        choice = click.Choice(("text", "json"))
        return click.option("--format", "text", type=choice, help="text: as -o table; json: as -o json.")(with_output)

    return decorate


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


def strict(command: _Function) -> _Function:
    """`--strict`, also as RECONCILER_STRICT: as `is_strict`."""
    text = "Refuse a plan with warnings (exit code 3); also RECONCILER_STRICT=1."
    return click.option("--strict", "is_strict", is_flag=True, envvar="RECONCILER_STRICT", help=text)(command)


def plan_outputs(command: _Function) -> _Function:
    """Where a new plan is written: `-o`, `--format`, `--report`, `--detailed-exitcode`."""
    options = (
        click.option(
            "-o", "--output", metavar="FILE", callback=_plan_path, help="Save the plan to FILE (.json), for apply."
        ),
        output_format(*FORMATS),
        click.option(
            "--report",
            "reports",
            metavar="FORMAT=FILE",
            multiple=True,
            help="Also write the plan to FILE as FORMAT. Repeatable.",
        ),
        click.option("--detailed-exitcode", is_flag=True, help="Exit with code 2 if there are changes."),
    )
    decorated: Any = command
    for option in reversed(options):
        decorated = option(decorated)
    result: _Function = decorated
    return result


def _or_default(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    if any("://" in path for path in given):
        raise click.BadParameter("a manifest is a file or a folder, not a URL", param_hint="PATH")
    return tuple(given) or (DEFAULT_PATH,)


def _plan_path(_context: click.Context, parameter: click.Parameter, given: str | None) -> str | None:
    """A path that `apply` takes for a plan file; devices and pipes as well, which are not applied by their name."""
    is_file = given is not None and given != "-" and (Path(given).is_file() or not Path(given).exists())
    if given and is_file and not given.lower().endswith(".json"):
        raise click.BadParameter(f"{given!r} is not a name of a plan file: it ends in .json", param=parameter)
    return given


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


def allowance_arguments(allowed: Allowances) -> list[str]:
    """The allowances as arguments, for a command that is printed for copying."""
    plurals = {name: plural for plural, name in REMOVAL_COUNTS.items()}
    options = [("--allow-removals", f"{plurals[name]}={number}") for name, number in allowed.numbers.items()]
    options += [("--allow-removal", str(address)) for address in sorted(allowed.addresses)]
    if allowed.max_requests is not None:
        options.append(("--max-requests", str(allowed.max_requests)))
    arguments = [argument for option in options for argument in option]
    return [*arguments, "--except-blocked"] if allowed.except_blocked else arguments
