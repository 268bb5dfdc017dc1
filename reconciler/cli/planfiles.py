"""Plan files and plan output: reading a plan file, checking its target, and printing a plan in each format."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TextIO

from reconciler.applying.approve import short
from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, screen_of, styled, to_json
from reconciler.errors import PlanFileError
from reconciler.gateway import DEFAULT_BASE_URL
from reconciler.json_text import parse_json
from reconciler.manifest.misnamed import looks_like_manifest
from reconciler.planning import Plan, Target, plan_from_json, plan_to_json
from reconciler.planning.plan import DIGEST_VERSION
from reconciler.planning.planfile import is_plan_document
from reconciler.render.html import plan_html
from reconciler.render.lines import to_plain
from reconciler.render.markdown import plan_markdown
from reconciler.render.text import plan_lines
from reconciler.render.view import PLAIN_VIEW, View
from reconciler.text import command_line

MAX_BYTES = 1 << 30
_SNIFFED = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_DRIFT = "reconciler.drift/"
_REDACTED = "reconciler.planned/"
_CREATE = "create one: reconciler plan -o plan.json"


_PLAN = re.compile(rb"(?:\A[\s{]*|\n)[\"']?format[\"']?\s*:\s*[\"']?reconciler\.plan/")
_MANIFEST = re.compile(rb"(?:\A[\s{]*|\n)[\"']?version[\"']?\s*:")


def is_plan_path(path: str) -> bool:
    """Whether a path has the name of a plan file."""
    return path.lower().endswith(".json")


def names_plan(path: str) -> bool:
    """Whether `apply` takes a path for a plan file: named as one, unless its content is that of a manifest in JSON."""
    # Opening a named pipe would wait for its writer.
    if not is_plan_path(path) or not os.path.isfile(path):  # noqa: PTH113
        return is_plan_path(path)
    return not looks_like_manifest(path) and not _is_manifest(beginning(path))


def beginning(path: str) -> bytes:
    """The beginning of a file; empty if it cannot be read, which is reported where it is."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - as bytes, of which a plan file has many
            return stream.read(_SNIFFED)
    except OSError:
        return b""


def _is_manifest(data: bytes) -> bool:
    """Whether the beginning of a file, or all of it, has the version of a manifest, also if nothing else is right in it."""
    if looks_like_plan(data):
        return False
    if _MANIFEST.search(data[:4000].removeprefix(_BOM)):
        return True
    try:
        content = parse_json(data, unique_keys=False)
    except ValueError:
        return False
    return isinstance(content, Mapping) and "version" in content and "format" not in content


def looks_like_plan(data: bytes) -> bool:
    """Whether the beginning of a file is that of a plan, to name a mistake."""
    return _PLAN.search(data[:1000].removeprefix(_BOM)) is not None


def parse_plan(data: bytes, path: str) -> Plan:
    """The plan in a file's bytes. Raises PlanFileError, which says what the file looks like if it is not a plan file."""
    try:
        content = parse_json(data, unique_keys=True)
    except ValueError as error:
        if looks_like_plan(data):
            raise PlanFileError(f"the plan file is damaged: {error}", hint="plan again") from None
        raise _not_a_plan(path, data) from None
    if not is_plan_document(content):
        raise _not_a_plan(path, data)
    plan = plan_from_json(content)
    _require_no_userinfo(plan.target)
    return plan


def _not_a_plan(path: str, data: bytes) -> PlanFileError:
    """The error for a file that is named as a plan and holds something else."""
    name = "stdin" if path == "-" else path
    if not data.strip():
        return PlanFileError(f"{name} is not a reconciler plan file: it is empty", hint=_CREATE)
    if _DRIFT.encode() in data[:200]:
        hint = "take the workspace over with pull, or carry out the manifests: reconciler plan"
        return PlanFileError(f"{name} is a drift report, which cannot be applied", hint=hint)
    if _REDACTED.encode() in data[:200]:
        hint = "plan the manifests again and verify it: reconciler apply MANIFESTS --plan-file FILE --approve DIGEST"
        return PlanFileError(f"{name} is a redacted plan: it has no values, so it cannot be applied alone", hint=hint)
    if _is_manifest(data):
        hint = (
            "apply manifests without --plan"
            if path == "-"
            else f"plan it: {command_line('reconciler', 'plan', as_argument(path))}"
        )
        return PlanFileError(f"{name} is not a reconciler plan file: it looks like a manifest", hint=hint)
    return PlanFileError(f"{name} is not a reconciler plan file", hint=_CREATE)


def load_plan(path: str) -> Plan:
    """The plan in a file (`-`: stdin). Raises ReconcilerError, or PlanFileError if it is not a plan file."""
    if path != "-" and not is_plan_path(path):
        raise PlanFileError(f"{path} is not a plan file: the name of a plan file ends in .json", hint=_CREATE)
    return parse_plan(files.read(path, limit=MAX_BYTES), path)


def require_target(target: Target, settings: Settings) -> None:
    """Raise PlanFileError if a plan is for another gateway or workspace than the settings. Sends nothing."""
    _require_no_userinfo(target)
    for name, expected, actual in _target_fields(target, settings):
        if expected != actual:
            raise PlanFileError(
                f"the plan is for the {name} {expected!r}, not {actual!r}",
                hint="use the same global options as for plan",
            )


def _require_no_userinfo(target: Target) -> None:
    """Raise PlanFileError for a base URL with a user name or password: a plan is printed, and so are its commands."""
    if "@" in target.base_url:
        raise PlanFileError("the plan's base URL contains a user name or password", hint="plan again")


def is_for_target(target: Target, settings: Settings) -> bool:
    """Whether a plan is for the gateway and the workspace of the settings."""
    return all(expected == actual for _, expected, actual in _target_fields(target, settings))


def _target_fields(target: Target, settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """The parts of a target: name, value in the plan, value in the settings."""
    url = settings.base_url or DEFAULT_BASE_URL[settings.gateway]
    wanted = settings.workspace
    workspace = target.workspace_name if wanted in (None, target.workspace_id) else wanted
    return (
        ("gateway", target.gateway, settings.gateway),
        ("base URL", target.base_url, url),
        ("workspace", target.workspace_name, workspace),
    )


def approving_command(plan: Plan, settings: Settings, arguments: Sequence[str]) -> str:
    """The command that applies exactly this plan, with the global options of the plan's target.

    `arguments` name what to apply. Empty for a blocked plan and for one of 0.1.0, which no command would apply.
    """
    if plan.summary["blocked"] or plan.digest_version < DIGEST_VERSION:
        return ""
    return command_for(plan, settings, "apply", *arguments, "--approve", short(plan))


def command_for(plan: Plan, settings: Settings, *arguments: str) -> str:
    """A command line for copying, with the global options of the plan's target."""
    return _settings_for(plan.target, settings).command(*arguments)


def as_argument(path: str) -> str:
    """A path as an argument that is never parsed as an option."""
    return f"./{path}" if path.startswith("-") and path != "-" else path


def plan_arguments(path: str) -> list[str]:
    """The arguments that name a plan file for `apply`; `-` is stdin."""
    return ["--plan", "-"] if path == "-" else [as_argument(path)]


def format_plan(plan: Plan, form: str, command: str, view: View = PLAIN_VIEW) -> str:
    """The plan as `json`, `markdown`, `html`, or plain `text` of 80 columns."""
    if form == "json":
        return to_json(plan_to_json(plan))
    outcomes = view.outcomes
    if form == "markdown":
        return document(plan_markdown(plan, approve_command=command, outcomes=outcomes))
    if form == "html":
        return document(plan_html(plan, approve_command=command, source_url=view.source_url, outcomes=outcomes))
    return document(to_plain(plan_lines(plan, approve_command=command, is_full=view.is_full, outcomes=outcomes)))


def format_for_stream(plan: Plan, stream: TextIO, settings: Settings, command: str, view: View = PLAIN_VIEW) -> str:
    """The plan as text in the width and the colours of a terminal or a pipe."""
    screen = screen_of(stream, settings)
    lines = plan_lines(plan, screen, approve_command=command, is_full=view.is_full, outcomes=view.outcomes)
    return styled(lines, screen)


def format_for_stdout(plan: Plan, form: str, settings: Settings, command: str, view: View = PLAIN_VIEW) -> str:
    """The plan in a format, ready for stdout."""
    if form == "text":
        return format_for_stream(plan, sys.stdout, settings, command, view)
    return format_plan(plan, form, command, view)


def _settings_for(target: Target, settings: Settings) -> Settings:
    given = dict(settings.given)
    is_embedded = target.base_url == DEFAULT_BASE_URL["sandbox"]
    if settings.gateway != target.gateway or (target.gateway == "sandbox" and settings.base_url and is_embedded):
        given["gateway"] = target.gateway
    if is_embedded:
        given.pop("base_url", None)
    elif target.base_url != (settings.base_url or DEFAULT_BASE_URL[settings.gateway]):
        given["base_url"] = target.base_url
    return replace(settings, given=given)
