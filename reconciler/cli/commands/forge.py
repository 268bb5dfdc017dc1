"""`reconciler forge`: a plan on a pull request of GitHub or a merge request of GitLab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconciler.cli.global_options import Command, Group
from reconciler.cli.settings import current_settings
from reconciler.cli.shared_options import output_format, paths, variables

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _target(command: _Function) -> _Function:
    """Which forge and which request: by default those of the job."""
    forge = click.option("--forge", "name", type=click.Choice(("github", "gitlab")), help="Default: that of the job.")
    request = click.option(
        "--request",
        "number",
        metavar="N",
        type=click.IntRange(1),
        help="Number of the pull or merge request (default: that of the job, or of its commit).",
    )
    return forge(request(command))


_FOLDER = click.option(
    "--folder", metavar="NAME", default=".", help="What the plan is of; one comment for each (default: .)."
)


@click.group(
    cls=Group,
    examples=[
        "reconciler forge comment summary.json --folder manifests/",
        "reconciler forge annotate manifests/ --plan plan.json",
        "reconciler forge outputs summary.json",
    ],
)
def command() -> None:
    """Comment, annotate and find approvals on GitHub and GitLab.

    Needs the variables of a job and its token: GITHUB_TOKEN, or GITLAB_TOKEN or CI_JOB_TOKEN. Sends nothing to Clockify.
    """


@command.command(
    cls=Command,
    examples=[
        "reconciler forge comment summary.json --folder manifests/",
        "reconciler forge comment summary.json --print",
    ],
)
@click.argument("summary")
@click.option("--body", metavar="FILE", help="Markdown to show instead of the counts, e.g. of --report markdown=FILE.")
@click.option("--print", "is_print", is_flag=True, help="Print the comment instead of writing it; needs no job.")
@_FOLDER
@_target
def comment(
    summary: str, body: str | None, folder: str, name: str | None, number: int | None, *, is_print: bool
) -> None:
    """Create or update the comment about a plan.

    SUMMARY is the file of `plan --summary FILE`. Without --body the comment holds counts and the digest, no name of the workspace.
    There is one comment for each workspace option and folder: later calls update it.
    """
    from reconciler.cli.actions.forge import (  # noqa: PLC0415 - start-up: see this package
        Place,
        post_comment,
        print_comment,
    )

    if is_print:
        print_comment(summary, body, folder)
        return
    post_comment(summary, body, Place(name, number, folder), current_settings())


@command.command(
    cls=Command,
    examples=["reconciler forge annotate manifests/", "reconciler forge annotate manifests/ --plan plan.json"],
)
@paths
@variables
@click.option(
    "--plan", "plan_file", metavar="FILE", help="Saved plan (.json) whose removals and blocked changes to show."
)
@_FOLDER
@_target
def annotate(
    paths: tuple[str, ...],
    variables: dict[str, str],
    plan_file: str | None,
    folder: str,
    name: str | None,
    number: int | None,
) -> None:
    """Show problems, removals and blocked changes at the manifest lines that cause them.

    On GitHub as a check run of the commit (permission `checks: write`), on GitLab as one comment with links to the lines.
    """
    from reconciler.cli.actions.forge import Place, post_annotations  # noqa: PLC0415 - start-up: see this package

    post_annotations(paths, variables, plan_file, Place(name, number, folder), current_settings())


@command.command(
    cls=Command,
    examples=[
        'reconciler forge approval "$(reconciler show plan.json --digest)"',
    ],
)
@click.argument("digest")
@click.option("--not-author", is_flag=True, help="Ignore approvals by the author of the request.")
@output_format("text", "json")
@_target
def approval(digest: str, name: str | None, number: int | None, form: str, *, not_author: bool) -> None:
    """Find the comment that approves a digest; exit code 3 without one.

    The comment is nothing but `/reconciler approve DIGEST`, unedited, by a person with write access. In a job that runs what a
    fork contains, nothing is approved.
    """
    from reconciler.cli.actions.forge import Place, print_approval  # noqa: PLC0415 - start-up: see this package

    print_approval(digest, Place(name, number), current_settings(), by_author=not not_author, is_json=form == "json")


@command.command(cls=Command, examples=["reconciler forge outputs summary.json"])
@click.argument("summary")
def outputs(summary: str) -> None:
    """Print digest, changes, removals, blocked and exitcode of a summary as NAME=VALUE lines, for later steps of a job.

    SUMMARY is the file of `--summary FILE` or of `drift --report json=FILE`.
    """
    from reconciler.cli.actions.forge import print_outputs  # noqa: PLC0415 - start-up: see this package

    print_outputs(summary)
