"""The options of `apply` about signed approvals, as one value `signed`, and the periods that options have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from reconciler.applying.statement import is_principal
from reconciler.cli.numbers import WholeNumber


@dataclass(frozen=True, slots=True)
class RequiredApprovals:
    """What `apply` is asked for: the number of signers (0: none), their file, the approvals, and who must not be among them."""

    number: int = 0
    allowed_signers: str = ""
    paths: Sequence[str] = ()
    not_authors: Sequence[str] = ()


NONE_REQUIRED = RequiredApprovals()
"""No signed approval is required."""


def signed_approvals(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--require-approvals`, `--allowed-signers`, `--approval` and `--not-author`, together as one value: `signed`."""

    @click.option(
        "--require-approvals",
        "number",
        metavar="N",
        type=WholeNumber(min=1),
        help="Require signed approvals of exactly this plan by N distinct signers.",
    )
    @click.option("--allowed-signers", metavar="FILE", help="Who may sign, in the format of ssh-keygen(1), as for git.")
    @click.option(
        "--approval",
        "approvals",
        metavar="FILE|FOLDER",
        multiple=True,
        help="A signed approval, or a folder of files that end in .approval. Repeatable.",
    )
    @click.option(
        "--not-author",
        "not_authors",
        metavar="PRINCIPAL",
        multiple=True,
        help="Do not count approvals of this signer, or with a key of this signer. Repeatable.",
    )
    @wraps(command)
    def with_approvals(
        *args: Any,
        number: int | None,
        allowed_signers: str | None,
        approvals: tuple[str, ...],
        not_authors: tuple[str, ...],
        **kwargs: Any,
    ) -> Any:
        _require_together(
            number, {"--allowed-signers": allowed_signers, "--approval": approvals, "--not-author": not_authors}
        )
        signed = RequiredApprovals(number or 0, allowed_signers or "", approvals, not_authors)
        return command(*args, signed=signed, **kwargs)

    return with_approvals


def _require_together(number: int | None, given: Mapping[str, Any]) -> None:
    """Raise click.UsageError for options that need others."""
    context = click.get_current_context(silent=True)
    if number is None and (alone := [name for name, value in given.items() if value]):
        raise click.UsageError(f"{alone[0]} needs --require-approvals N", context)
    if number is not None and not (given["--allowed-signers"] and given["--approval"]):
        raise click.UsageError("--require-approvals needs --allowed-signers FILE and --approval FILE", context)
    if given["--allowed-signers"] == "-":
        raise click.UsageError("--allowed-signers names a file, not standard input", context)
    # A name that no signer can have would exclude no signer, such as that of a variable that is not set.
    for name in given["--not-author"]:
        if not is_principal(name):
            raise click.UsageError(
                f"--not-author {name!r} is no principal; write it as the allowed signers do", context
            )


def plan_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--plan-file FILE`: as `plan_file`."""
    text = "Plan the manifests again, and refuse a plan that is not the one in FILE, which may be redacted."
    return click.option("--plan-file", "plan_file", metavar="FILE", help=text)(command)
