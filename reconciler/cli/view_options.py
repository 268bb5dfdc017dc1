"""Options that say how a plan is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Function = TypeVar("_Function", bound=Callable[..., Any])


def full(command: _Function) -> _Function:
    """`--full`: as `is_full`."""
    text = "In text, show every change and every reason; by default identical ones are summed up."
    return click.option("--full", "is_full", is_flag=True, help=text)(command)


def source_url(command: _Function) -> _Function:
    """`--source-url URL`: as `source_url`, without a slash at its end, "" without the option."""
    text = (
        "In HTML, link the places in the manifests to URL/PATH#LLINE, e.g. https://github.com/acme/workspace/blob/main."
    )
    return click.option("--source-url", metavar="URL", callback=_web_address, help=text)(command)


def _web_address(_context: click.Context, parameter: click.Parameter, given: str | None) -> str:
    from reconciler.render.links import require_source_url  # noqa: PLC0415 - start-up: see the package of the commands

    try:
        return require_source_url(given) if given is not None else ""
    except ValueError as error:
        raise click.BadParameter(f"{given!r} is not the URL of a repository: {error}", param=parameter) from None
