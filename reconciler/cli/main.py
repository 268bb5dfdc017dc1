"""Where the program starts: the table of commands, loaded on demand, and the exit code of every failure."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from reconciler import collector
from reconciler.cli.global_options import GlobalOption, Group, is_help, write_lines, write_options
from reconciler.cli.settings import has_written, report_settings
from reconciler.cli.summary import Noted, noted
from reconciler.cli.terminal.streams import LOG_FORMATS, echo_error, failure_of_stdout, guard_streams, set_log_format

COMMANDS = {
    "init": "Write a first manifest.",
    "export": "Write the live workspace as manifests.",
    "import-csv": "Write a manifest from a CSV file or a workbook.",
    "validate": "Validate manifests offline.",
    "plan": "Show the changes between the manifests and the workspace.",
    "show": "Show a saved plan.",
    "apply": "Apply an approved plan.",
    "approve": "Sign an approval of a plan.",
    "pull": "Take live changes over into the manifests.",
    "fmt": "Format manifests.",
    "runs": "List past runs, or show one.",
    "drift": "Show what differs, and whose change it was.",
    "forge": "Comment, annotate and find approvals on GitHub and GitLab.",
    "undo": "Plan the reverse of a run.",
    "schema": "Print the JSON Schema of manifests or plan files.",
    "sandbox": "Serve the embedded server, or manage its data.",
    "connections": "List, create, show or delete Maton connections.",
    "whoami": "Show the authenticated user, gateway and connection.",
    "workspaces": "List, show or create workspaces.",
    "users": "List the users of a workspace.",
    "get": "List live clients, projects, tasks, tags or users.",
    "time": "List, add, start, stop, edit and delete time entries.",
    "doctor": "Show whether everything is set up.",
    "completion": "Print the script that completes commands in a shell.",
    "help": "Show the help of a command.",
    "version": "Print the version.",
}
"""Every command with its summary; each has a module of its name in `reconciler.cli.commands`, with _ for -."""

ENVIRONMENT = (
    "MATON_API_KEY, CLOCKIFY_API_KEY            API key of the gateway",
    "MATON_ACCESS_TOKEN, CLOCKIFY_ADDON_TOKEN   token instead of the API key",
    "RECONCILER_WORKSPACE, RECONCILER_...       global options as variables",
)
EXIT_CODES = (
    "0 success  1 error  2 changes pending (--detailed-exitcode)",
    "3 refused, nothing written  4 partly applied  64 usage error  130 interrupted",
)
DOCUMENTATION = "documentation: README.md and docs/ in the source repository"

WRITING_COMMANDS = ("apply", "connections", "workspaces")
"""Commands whose exit code says what was written to the service; a full disk behind stdout does not change it."""
USAGE_ERROR = 64
INTERRUPTED = 130


class Root(Group):
    """The outermost group: imports a command when it is called, so that --version and --help stay fast."""

    outermost = True
    has_report = False
    noted = Noted("", "")

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of this name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = importlib.import_module(f"reconciler.cli.commands.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The table above, without importing a command; `version` is the option --version in another form."""
        with formatter.section("Commands"):
            formatter.write_dl([row for row in COMMANDS.items() if row[0] != "version"])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, the global options, the variables, the exit codes and the examples."""
        self.format_commands(ctx, formatter)
        options = [p for p in self.get_params(ctx) if isinstance(p, GlobalOption) or is_help(p)]
        write_options("Global options (before or after the command)", options, ctx, formatter)
        for title, lines in (
            ("Environment", ENVIRONMENT),
            ("Exit codes", EXIT_CODES),
            ("Example", self.examples),
        ):
            with formatter.section(title):
                write_lines(lines, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """One line that says where the documentation is."""
        formatter.write(f"\n{DOCUMENTATION}\n")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Command names from the table, so that completing them imports no command; then the options."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - start-up: only completion needs it

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a failure is reported on stderr and becomes an exit code."""
        try:
            code = super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:  # noqa: BLE001 - the one place that turns every failure into an exit code
            from reconciler.cli.terminal.errors import error_texts, report_error  # noqa: PLC0415 - start-up: failures

            code = report_error(error, report_settings())
            noted(ctx).messages = error_texts(error)
        finally:
            self.noted = noted(ctx)
        self.has_report = ctx.invoked_subcommand in WRITING_COMMANDS or has_written(ctx)
        return code

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As click's, with the exit codes of this program. Output that cannot be written never ends a command."""
        self.has_report, self.noted = False, Noted("", "")
        set_log_format(LOG_FORMATS[0])
        kwargs["prog_name"] = "reconciler"
        kwargs["standalone_mode"] = False
        if shell := os.environ.get("_RECONCILER_COMPLETE", ""):
            from reconciler.cli.completion.answer import answer  # noqa: PLC0415 - start-up: only completion needs it

            with guard_streams():
                if answer(self, shell):
                    sys.exit(0)
        with guard_streams():
            try:
                code = super().main(*args, **kwargs)
            except (click.Abort, KeyboardInterrupt):  # a second Ctrl-C interrupts click's answer to the first one
                echo_error("interrupted")
                self.noted.messages = ["interrupted"]
                code = INTERRUPTED
            except click.UsageError as error:
                code = _report_usage_error(error)
                self.noted.messages = [error.format_message()]
            except click.ClickException as error:
                from reconciler.cli.terminal.output import print_message  # noqa: PLC0415 - start-up: rarely needed

                print_message(f"error: {error.format_message()}")
                code = 1
            code = self._code_after_output(code or 0)
            if self.noted.path:
                from reconciler.cli.write_summary import write_summary  # noqa: PLC0415 - start-up: rarely needed

                code = write_summary(self.noted, code, is_report=self.has_report)
        sys.exit(code)

    def _code_after_output(self, code: int) -> int:
        """The exit code: 1 if a part of the result could not be written, unless the code says what was done."""
        failure = failure_of_stdout()
        if failure is None:
            return code
        echo_error(f"error: cannot write to stdout: {failure.strerror or 'unknown error'}; the output is incomplete")
        return code if self.has_report or code not in (0, 2) else 1


def command_help(context: click.Context, names: tuple[str, ...]) -> str:
    """The help of the command that the names lead to. Raises click.UsageError for an unknown one."""
    context = context.find_root()
    for name in names:
        group = context.command
        if not isinstance(group, Group):
            raise click.UsageError(f"{context.command_path} has no subcommands", context)
        found = group.get_command(context, name)
        if found is None:
            from reconciler.cli.usage_errors import no_such_command  # noqa: PLC0415 - start-up: only an error needs it

            raise no_such_command(name, group, context)
        context = click.Context(found, parent=context, info_name=name)
    return context.get_help()


def _report_usage_error(error: click.UsageError) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        echo_error(error.format_message())
    else:
        from reconciler.cli.terminal.errors import report_usage_error  # noqa: PLC0415 - start-up: only an error needs it
        from reconciler.cli.usage_errors import usage_message  # noqa: PLC0415 - start-up: only an error needs it

        path, settings = (error.ctx.command_path, report_settings(error.ctx)) if error.ctx else ("reconciler", None)
        report_usage_error(usage_message(error), path, settings)
    return USAGE_ERROR


root = Root(
    "reconciler",
    help="Manage a Clockify workspace as code: declare it, plan, approve, apply.",
    examples=("reconciler init && reconciler plan -o plan.json && reconciler apply plan.json",),
)


def main() -> None:
    """Entry point of the console script; always ends in SystemExit."""
    collector.switch_off()
    try:
        root.main()
    finally:
        collector.forget_all()
