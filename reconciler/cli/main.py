"""Where the program starts: the command table, loaded lazily, and the way from a failure to an exit code."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from reconciler.cli.global_options import Group
from reconciler.cli.settings import settings

COMMANDS = {
    "init": "Write a starter manifest.",
    "validate": "Check manifests, offline.",
    "plan": "Compare manifests with the workspace; show what would change.",
    "show": "Show a saved plan.",
    "apply": "Carry out a plan that you approve.",
    "runs": "What was applied here: list the runs, or show one.",
    "undo": "Plan the way back from a run.",
    "schema": "Print the JSON Schema of manifests or plan files.",
    "sandbox": "The embedded server: serve it, or reset its data.",
    "whoami": "Show whose key this is.",
    "workspaces": "List, show or create workspaces.",
    "users": "List the people of a workspace.",
}
"""Every command with its line in the overview; each has a module of its name in `reconciler.cli.commands`."""

USAGE_ERROR = 64
INTERRUPTED = 130


class Root(Group):
    """The outermost group: imports a command when it is called, so that --version and --help stay quick."""

    outermost = True

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; a near miss is said together with what it may have meant."""
        if cmd_name in COMMANDS:
            module = importlib.import_module(f"reconciler.cli.commands.{cmd_name}")
            command: click.Command = module.command
            return command
        if cmd_name.startswith("-") or ctx.resilient_parsing:
            return None
        import difflib  # noqa: PLC0415 - start-up: only a typing error needs it

        near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        raise click.UsageError(f"No such command {cmd_name!r}.{meant}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table above, without importing a single command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Command names from the table, so that completing them imports none; then the options."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - start-up: only completion needs it

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure is told on standard error and becomes its exit code."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:  # noqa: BLE001 - the one place that turns every failure into an exit code
            from reconciler.cli.terminal.errors import report_error  # noqa: PLC0415 - start-up: only a failure needs it

            return report_error(error, settings())
        return code

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click's, but with the exit codes of this program."""
        kwargs["prog_name"] = "reconciler"
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.Abort:
            click.echo("interrupted", err=True)
            code = INTERRUPTED
        except click.UsageError as error:
            code = _report_usage_error(error)
        except click.ClickException as error:
            click.echo(f"error: {error.format_message()}", err=True)
            code = 1
        sys.exit(code or 0)


def _report_usage_error(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "reconciler"
    if type(error).__name__ == "NoArgsIsHelpError":
        click.echo(error.format_message(), err=True)
    else:
        click.echo(f"error: {error.format_message()}\nhint: {path} --help says how it is used", err=True)
    return USAGE_ERROR


root = Root(
    "reconciler",
    help="Keep a Clockify workspace as files: manifests say what it should hold, a plan shows what would change, "
    "and apply carries out exactly the plan that was approved.",
    examples=(
        "reconciler init && reconciler plan -o plan.json",
        "reconciler apply plan.json",
    ),
)


def main() -> None:
    """Entry point of the console script; always ends in SystemExit."""
    root.main()
