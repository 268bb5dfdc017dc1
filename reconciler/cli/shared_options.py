"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.plan_exit import FAIL_ON, ExitRules
from reconciler.cli.settings import remember
from reconciler.cli.summary import begin

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


def variables(command: _Function) -> _Function:
    """`--var NAME=VALUE`: values of variables of manifests, by name: as `variables`."""
    text = "Value of a variable of the manifests; also RECONCILER_VAR_NAME. Repeatable."
    option = click.option("--var", "variables", metavar="NAME=VALUE", multiple=True, callback=_variables, help=text)
    return option(command)


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


def wait(command: _Function) -> _Function:
    """`--wait`: as `wait`."""
    text = "Wait for an exhausted rate limit instead of ending the run."
    return click.option("--wait", is_flag=True, help=text)(command)


def quiet(command: _Function) -> _Function:
    """`-q`, `--quiet`: a part of the settings."""
    text = "Print no progress."
    option = click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_remember_quiet, help=text)
    return option(command)


def _remember_quiet(context: click.Context, _option: click.Parameter, value: Any) -> None:
    if value:
        remember(context, "quiet", value, from_command_line=True)


def strict(command: _Function) -> _Function:
    """`--strict`, also as RECONCILER_STRICT: as `is_strict`."""
    text = "Refuse a plan with warnings (exit code 3); also RECONCILER_STRICT=1."
    return click.option("--strict", "is_strict", is_flag=True, envvar="RECONCILER_STRICT", help=text)(command)


def since_last(command: _Function) -> _Function:
    """`--since-last`: as `since_last`."""
    text = "Skip lists that the service's feeds of changes show to be needless; read in full if in doubt."
    return click.option("--since-last", is_flag=True, help=text)(command)


def report_files(command: _Function) -> _Function:
    """`--report FORMAT=FILE`: as `reports`."""
    text = "Also write the result to FILE as FORMAT; text=+FILE and markdown=+FILE append to it. Repeatable."
    return click.option("--report", "reports", metavar="FORMAT=FILE", multiple=True, help=text)(command)


def plan_outputs(*more: str) -> Callable[[_Function], _Function]:
    """Where a new plan is written, `-o`, `--format` and `--report`, and its exit code as one value: `rules`.

    `more`: formats of stdout beside those of a report.
    """
    return lambda command: _plan_outputs(command, more)


def _plan_outputs(command: _Function, more: tuple[str, ...]) -> _Function:
    @wraps(command)
    def with_rules(*args: Any, detailed_exitcode: bool, fail_on: tuple[str, ...], **kwargs: Any) -> Any:
        return command(*args, rules=ExitRules(is_detailed=detailed_exitcode, fail_on=fail_on), **kwargs)

    options = (
        click.option(
            "-o", "--output", metavar="FILE", callback=_plan_path, help="Save the plan to FILE (.json), for apply."
        ),
        output_format(*FORMATS, *more),
        report_files,
        click.option(
            "--detailed-exitcode",
            is_flag=True,
            help="Exit with code 2 if there are changes, 3 if apply would refuse them.",
        ),
        click.option(
            "--fail-on",
            multiple=True,
            type=click.Choice(tuple(FAIL_ON)),
            help="Exit with code 3 if the plan has blocked changes, removals or warnings. Repeatable.",
        ),
    )
    decorated: Any = with_rules
    for option in reversed(options):
        decorated = option(decorated)
    result: _Function = decorated
    return result


def summary(command: _Function) -> _Function:
    """`--summary FILE`: noted by `reconciler.cli.summary`, and no argument of the command."""
    text = "Also write a summary for programs to FILE: exit code, counts, removals, blocked changes, the run (JSON)."
    option = click.option("--summary", metavar="FILE", expose_value=False, is_eager=True, callback=begin, help=text)
    return option(command)


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


def _variables(_context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{item[:40]!r} is not NAME=VALUE", param=parameter)
        if values.setdefault(name, value) != value:
            raise click.BadParameter(f"two different values for {name[:40]!r}", param=parameter)
    return values


def variable_arguments(given: Mapping[str, str]) -> list[str]:
    """The values of variables as arguments, for a command that is printed for copying."""
    return [argument for name, value in given.items() for argument in ("--var", f"{name}={value}")]
