"""The global options, and the command and group classes that accept them before or after the command's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.core import ParameterSource

from reconciler.cli.settings import GATEWAYS, REGIONS, remember
from reconciler.cli.terminal.streams import LOG_FORMATS, echo, set_log_format
from reconciler.version import __version__

GLOBAL_HELP = "global options: reconciler --help"
HELP_OPTIONS = ["-h", "--help"]
SINGLE_DASH_WORD = re.compile(r"-[a-z][a-z-]+(=.*)?", re.DOTALL)

Callback = Callable[[click.Context, click.Parameter, Any], None]


class DecimalNumber(click.FloatRange):
    """A decimal number within a range: Python also reads `nan`, `1e3` and `1_000`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click's. Raises click.BadParameter also for other notations."""
        digits = value.strip().removeprefix("-").replace(".", "", 1) if isinstance(value, str) else "0"
        if not (digits.isascii() and digits.isdigit()):
            self.fail(f"{value[:40]!r} is not a decimal number", param, ctx)
        return super().convert(value, param, ctx)


class _Text(click.types.StringParamType):
    """The type of a text, which is completed by what its metavar names: a file, a run, a workspace."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """What the text may be, from local files."""
        from reconciler.cli.completion.candidates import candidates  # noqa: PLC0415 - start-up: only completion needs it

        return candidates(ctx, param, incomplete)


_TEXT = _Text()


class GlobalOption(click.Option):
    """An option of every command; its value becomes a part of Settings."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """As click's, without the range of a number: the list must fit one screen."""
        record = super().get_help_record(ctx)
        return record and (record[0], re.sub(r"  \[[^]]*\]$", "", record[1]))


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    name = option.name or ""
    source = context.get_parameter_source(name)
    if source not in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT) or value is False:
        return
    if name == "log_format":
        set_log_format(value)
    if name == "no_color":
        name, value = "color", False
    remember(context, name, value, from_command_line=source is ParameterSource.COMMANDLINE)


def _print_version(context: click.Context, _option: click.Parameter, value: Any) -> None:
    if value and not context.resilient_parsing:
        echo(f"reconciler {__version__}")
        context.exit()


@dataclass(frozen=True, slots=True)
class _Spec:
    flags: tuple[str, ...]
    help: str
    type: Any = str
    metavar: str | None = None
    callback: Callback = _remember

    def option(self, *, environment: bool) -> GlobalOption:
        """The option; only the outermost group reads the environment, once."""
        is_flag = self.type is bool
        is_version = self.callback is _print_version
        name = self.flags[-1].removeprefix("--")
        return GlobalOption(
            list(self.flags),
            help=self.help,
            is_flag=is_flag,
            type=None if is_flag else self.type,
            metavar=self.metavar,
            callback=self.callback,
            expose_value=False,
            is_eager=is_version,
            envvar=f"RECONCILER_{name.upper().replace('-', '_')}" if environment and not is_version else None,
        )


_SPECS = (
    _Spec(("--gateway",), "API gateway: maton (default), clockify or sandbox.", click.Choice(GATEWAYS), "NAME"),
    _Spec(("--sandbox",), "Short for --gateway sandbox (embedded, no account).", bool),
    _Spec(("--base-url",), "Base URL of the gateway (http only to loopback).", metavar="URL"),
    _Spec(("--region",), "Region of gateway clockify: eu, us, uk or au.", click.Choice(REGIONS), "NAME"),
    _Spec(("--key-command",), "Command that prints the API key; run without a shell.", metavar="CMD"),
    _Spec(("--workspace",), "Workspace to use; overrides the manifests.", metavar="NAME|ID"),
    _Spec(("--connection",), "Maton connection (default: the only active one).", metavar="ID"),
    _Spec(("--rate",), "Maximum request rate, e.g. 50/s (default) or 30/h.", metavar="N/s|N/h"),
    _Spec(
        ("--timeout",),
        "Timeout of a request (default: 30).",
        DecimalNumber(0.1, 3600),
        "SECONDS",
    ),
    _Spec(("--state-dir",), "Folder of run records and sandbox data (.reconciler).", metavar="DIR"),
    _Spec(("--store",), "Where runs are kept: folder (default), git or sql.", metavar="STORE"),
    _Spec(("-v", "--verbose"), "Log requests; show tracebacks of internal errors.", bool),
    _Spec(("--log-format",), "Form of messages on stderr: text (default) or json.", click.Choice(LOG_FORMATS), "NAME"),
    _Spec(("--no-color",), "Disable colours; the variable NO_COLOR does the same.", bool),
    _Spec(("--version",), "Print the version.", bool, callback=_print_version),
)


class Command(click.Command):
    """A command that accepts the global options and shows examples in its help."""

    outermost = False

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context_settings = {"help_option_names": HELP_OPTIONS, **self.context_settings}
        self.examples = tuple(examples)
        own = {flag for parameter in self.params for flag in parameter.opts}  # `sandbox serve --store` is its database
        specs = (spec for spec in _SPECS if own.isdisjoint(spec.flags))
        self.params.extend(spec.option(environment=self.outermost) for spec in specs)
        for parameter in self.params:
            if parameter.type is click.STRING:
                parameter.type = _TEXT

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's; but `-out=x` is an error, where click would read it as `-o ut=x`."""
        if not ctx.resilient_parsing and any(map(SINGLE_DASH_WORD.fullmatch, args)):
            from reconciler.cli.usage_errors import find_foreign_option  # noqa: PLC0415 - start-up: rarely needed

            if (name := find_foreign_option(ctx, args)) is not None:
                raise click.NoSuchOption(name, ctx=ctx)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options, then its examples."""
        own = [p for p in self.get_params(ctx) if not isinstance(p, GlobalOption) and not is_help(p)]
        write_options("Options", own, ctx, formatter)
        if self.examples:
            with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
                write_lines(self.examples, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """One line that says where the global options are listed."""
        formatter.write(f"\n{GLOBAL_HELP}\n")


def is_help(parameter: click.Parameter) -> bool:
    """Whether it is the option `--help`."""
    return "--help" in parameter.opts


def write_options(
    title: str, parameters: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    """Write a section with these options, if there are any."""
    records = [parameter.get_help_record(ctx) for parameter in parameters if isinstance(parameter, click.Option)]
    if rows := [record for record in records if record is not None]:
        with formatter.section(title):
            formatter.write_dl(rows)


def write_lines(lines: Iterable[str], formatter: click.HelpFormatter) -> None:
    """Write lines as they are, indented."""
    formatter.write("".join(f"{'':{formatter.current_indent}}{line}\n" for line in lines))


class Group(Command, click.Group):
    """A group whose commands accept the global options, and which suggests a command for a misspelt one."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises click.UsageError with a suggestion for an unknown one."""
        is_option = args[0].startswith("-")
        if not ctx.resilient_parsing and not is_option and self.get_command(ctx, args[0]) is None:
            from reconciler.cli.usage_errors import no_such_command  # noqa: PLC0415 - start-up: rarely needed

            raise no_such_command(args[0], self, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, then the options and the examples."""
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)
