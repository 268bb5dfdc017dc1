"""The program's frame: lazy commands, help with examples, usage errors, exit codes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from reconciler.cli.global_options import GLOBAL_HELP, Command, GlobalOption
from reconciler.cli.main import COMMANDS, root
from reconciler.version import __version__
from tests.cli.program import Desk


def every_command() -> Iterator[tuple[tuple[str, ...], Command]]:
    """Every command and group with the words that call it, the program itself included."""
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), root)]
    while waiting:
        words, command = waiting.pop()
        assert isinstance(command, Command), words
        yield words, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None, name
                waiting.append(((*words, name), found))


ALL = sorted(every_command(), key=lambda item: item[0])


@pytest.mark.parametrize(("words", "command"), ALL, ids=[" ".join(words) or "reconciler" for words, _ in ALL])
def test_every_command_says_what_it_does_and_shows_an_example(
    words: tuple[str, ...], command: Command, desk: Desk
) -> None:
    result = desk.call(*words, "--help")
    assert result.exit_code == 0
    assert command.help
    assert command.examples
    assert all(example in result.stdout for example in command.examples)
    assert all(example.startswith(("reconciler ", "RECONCILER_")) for example in command.examples)
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert desk.call(*words, "-h").stdout == result.stdout
    own = [p for p in command.params if isinstance(p, click.Option) and not isinstance(p, GlobalOption)]
    assert all(option.opts[-1] in result.stdout for option in own)
    if words:
        assert "--gateway" not in result.stdout.replace("reconciler --gateway", "")
        assert "-h, --help" not in result.stdout
        assert result.stdout.endswith(f"\n\n{GLOBAL_HELP}\n")


@pytest.mark.parametrize("example", [example for _, command in ALL for example in command.examples])
def test_every_example_is_a_command_line_that_parses(example: str) -> None:
    for line in example.split("&&"):
        words = shlex.split(line.partition(">")[0])[1:]
        command: click.Command = root
        while isinstance(command, click.Group):
            with command.make_context("x", list(words), resilient_parsing=True) as context:
                rest = [*context._protected_args, *context.args]
            if not rest:
                assert command.invoke_without_command
                return
            found = command.get_command(context, rest[0])
            assert found is not None, line
            command, words = found, list(rest[1:])
        command.make_context("x", words)


def test_the_overview_is_in_the_words_of_the_table(desk: Desk) -> None:
    text = desk.call("--help").stdout
    assert all(name in text and summary in text for name, summary in COMMANDS.items())


def test_the_first_screen_has_options_variables_exit_codes_and_documentation(desk: Desk) -> None:
    text = desk.call("--help").stdout
    options = [p for p in root.params if isinstance(p, GlobalOption)]
    assert all(option.opts[-1] in text for option in options)
    for name in ("MATON_API_KEY", "CLOCKIFY_API_KEY", "RECONCILER_WORKSPACE", "-h, --help", "README.md and docs/"):
        assert name in text
    codes = " ".join(text.partition("Exit codes:")[2].splitlines()[1:3])
    assert [int(word) for word in codes.split() if word.isdigit()] == [0, 1, 2, 3, 4, 64, 130]
    assert len(text.splitlines()) <= 64


@pytest.mark.parametrize("words", [words for words, _ in ALL], ids=" ".join)
def test_help_with_a_command_prints_its_help(words: tuple[str, ...], desk: Desk) -> None:
    result = desk.call("help", *words)
    assert (result.exit_code, result.stdout) == (0, desk.call(*words, "--help").stdout)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["help", "pln"], "no such command: pln; did you mean plan?"),
        (["help", "sandbox", "resett"], "no such command: resett; did you mean reset?"),
        (["help", "plan", "x"], "reconciler plan has no subcommands"),
        (["help", "--", "--sandbox"], "no such command: --sandbox; did you mean sandbox?"),
    ],
)
def test_help_of_an_unknown_command_is_a_usage_error(words: list[str], message: str, desk: Desk) -> None:
    result = desk.call(*words)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.startswith(f"error: {message}\n")


def test_the_version_is_a_command_too(desk: Desk) -> None:
    assert desk.call("version").stdout == desk.call("--version").stdout == f"reconciler {__version__}\n"


def test_completing_a_command_name_imports_no_command(desk: Desk) -> None:
    done = desk.run(COMP_WORDS="reconciler pl", COMP_CWORD="1", _RECONCILER_COMPLETE="bash_complete")
    assert done.stdout.split() == ["plain,plan"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["pln"],
        ["plan", "--nonsense"],
        ["plan", "--format", "pdf"],
        ["plan", "--report", "pdf=x"],
        ["plan", "--report", "text"],
        ["plan", "--allow-removals", "walls=2"],
        ["plan", "--allow-removals", "tags=many"],
        ["plan", "--allow-removals", "tags=1", "--allow-removals", "tags=2"],
        ["plan", "--allow-removal", "project:a/b/c"],
        ["plan", "--allow-removal", "task:Website"],
        ["--gateway", "smoke-signals", "plan"],
        ["--timeout", "0", "plan"],
        ["--sandbox", "--rate", "fast", "whoami"],
        ["show"],
        ["workspaces"],
        ["workspaces", "create"],
        ["sandbox", "serve", "--switch", "nonsense=1"],
        ["sandbox", "serve", "--switch", "language=tlh"],
        ["sandbox", "serve", "--host", "0.0.0.0"],  # noqa: S104 - that it is refused is the point
        ["schema", "walls"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_64(words: list[str], desk: Desk) -> None:
    desk.write("version: 1\ntags: [x]\n")
    result = desk.call(*words)
    assert result.exit_code == 64
    assert result.stdout == ""
    assert "error:" in result.stderr or "Usage:" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pln"], "no such command: pln; did you mean plan?"),
        (["diff"], "no such command: diff; did you mean plan?"),
        (["quux"], "no such command: quux"),
        (["workspaces", "crate"], "no such command: crate; did you mean create?"),
        (["apply", "--aprove", "x"], "no such option: --aprove; did you mean --approve?"),
        (["plan", "--sandbx"], "no such option: --sandbx; did you mean --sandbox?"),
        (["plan", "-json"], "no such option: -json; did you mean --json?"),
        (["plan", "--zyzzyva"], "no such option: --zyzzyva"),
        (["plan", "-z"], "no such option: -z"),
    ],
    ids=str,
)
def test_a_misspelt_command_or_option_names_the_probable_one(words: list[str], message: str, desk: Desk) -> None:
    result = desk.call(*words)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.splitlines()[0] == f"error: {message}"
    assert result.stderr.splitlines()[1].startswith("hint: reconciler")


@pytest.mark.parametrize(
    ("words", "name", "advice"),
    [
        (["plan", "-out=x"], "-out", "use -o FILE"),
        (["plan", "-out", "x"], "-out", "use -o FILE"),
        (["plan", "--out", "x"], "--out", "use -o FILE"),
        (["undo", "--out=x", "latest"], "--out", "use -o FILE"),
        (["plan", "-target=x"], "-target", "use plan --target PATTERN"),
        (["undo", "--target", "x"], "--target", "use plan --target PATTERN"),
        (["apply", "--auto-approve"], "--auto-approve", "use --approve TOKEN"),
        (["apply", "-auto-approve"], "-auto-approve", "use --approve TOKEN"),
        (["apply", "--yes"], "--yes", "use --approve TOKEN"),
        (["apply", "-y"], "-y", "use --approve TOKEN"),
        (["apply", "--dry-run"], "--dry-run", "use the command: reconciler plan"),
        (["plan", "-var", "a=b"], "-var", "set the variables of manifests with --var NAME=VALUE"),
        (["undo", "--var=a=b"], "--var", "set the variables of manifests with --var NAME=VALUE"),
        (["plan", "-var-file=x"], "-var-file", "set the variables of manifests with --var NAME=VALUE"),
        (["plan", "-refresh=false"], "-refresh", "not supported: every plan reads the live workspace"),
        (["apply", "--force"], "--force", "there is no force option"),
        (["apply", "-f", "x"], "-f", "there is no force option"),
        (["plan", "-destroy"], "-destroy", "not supported: list resources under `removed:`"),
        (["-target=x", "plan"], "-target", "use plan --target PATTERN"),
        (["plan", "w.yaml", "-x", "-out=f"], "-out", "use -o FILE"),
        (["whoami", "--api-key", "k"], "--api-key", "not supported: set MATON_API_KEY"),
    ],
    ids=str,
)
def test_an_option_of_another_tool_is_a_usage_error_that_names_ours(
    words: list[str], name: str, advice: str, desk: Desk
) -> None:
    result = desk.call(*words)
    assert (result.exit_code, result.stdout) == (64, "")
    assert result.stderr.startswith(f"error: no such option: {name}; {advice}")
    assert list(desk.folder.iterdir()) == []


def test_an_option_of_another_tool_is_only_advised_where_ours_exists(desk: Desk) -> None:
    assert "-o FILE" not in desk.call("validate", "--out", "x").stderr
    assert "use --approve" not in desk.call("plan", "--auto-approve").stderr


@pytest.mark.parametrize("words", [["plan", "--workspace", "-out"], ["plan", "--", "-target.yaml"]])
def test_values_and_paths_that_look_like_such_an_option_stay_values(words: list[str], desk: Desk) -> None:
    assert "no such option" not in desk.call("--sandbox", *words).stderr


JSON_COMMANDS = [
    words
    for words, command in ALL
    if any(
        isinstance(p.type, click.Choice) and "json" in p.type.choices and not isinstance(p, GlobalOption)
        for p in command.params
    )
]


def test_every_command_with_json_output_has_the_short_form() -> None:
    assert JSON_COMMANDS
    for words, command in ALL:
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert ("--json" in flags) is (words in JSON_COMMANDS), words


FORMAT_COMMANDS = [
    words for words, command in ALL if words in JSON_COMMANDS and any("--format" in p.opts for p in command.params)
]


def test_a_command_with_other_forms_has_them_as_output() -> None:
    rest = [command for words, command in ALL if words in JSON_COMMANDS and words not in FORMAT_COMMANDS]
    assert all(any(p.opts == ["-o", "--output"] for p in command.params) for command in rest)


@pytest.mark.parametrize("words", FORMAT_COMMANDS, ids=" ".join)
def test_json_is_short_for_format_json(words: tuple[str, ...], desk: Desk) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\ntags: [x]\npolicy: {prune: {tags: keep}}\n")
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    arguments = {
        ("show",): ["plan.json"],
        ("apply",): ["plan.json"],
        ("undo",): ["latest"],
        ("runs", "show"): ["latest"],
        ("workspaces", "get"): ["Acme Studio"],
        ("connections", "get"): ["nope"],
        ("connections", "create"): ["--approve", "no"],
        ("workspaces", "create"): ["New", "--approve", "no"],
        ("users", "list"): ["--workspace", "Acme Studio"],
        ("forge", "approval"): ["sha256:1"],
    }.get(words, [])
    short, long = (desk.call("--sandbox", *words, *arguments, *form) for form in (["--json"], ["--format", "json"]))
    assert short.exit_code == long.exit_code
    assert short.stderr == long.stderr
    assert _stable(short.stdout) == _stable(long.stdout)
    conflict = desk.call("--sandbox", *words, *arguments, "--json", "--format", "text")
    assert conflict.exit_code == 64
    assert "exclude each other" in conflict.stderr or "ask for different output formats" in conflict.stderr


def _stable(text: str) -> str:
    """Without times, which differ from one call to the next, and the checksum that covers them."""
    return re.sub(r'"(created_at|seconds|checksum)": ?("[^"]*"|[0-9.]+)', "", text)


@pytest.mark.parametrize(
    "words", [["plan", "nowhere.yaml"], ["show", "nowhere.json"], ["apply", "nowhere.json"], ["validate", "nowhere"]]
)
def test_a_missing_file_is_a_failure_and_no_usage_error(words: list[str], desk: Desk) -> None:
    result = desk.call(*words)
    assert result.exit_code == 1
    assert "nowhere" in result.stderr + result.stdout


def test_python_dash_m_is_the_same_program(desk: Desk) -> None:
    assert desk.run("--version").stdout == f"reconciler {__version__}\n"
