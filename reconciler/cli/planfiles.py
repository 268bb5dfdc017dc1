"""Plan files and plan output: reading a plan file, checking its target, and printing a plan in each format."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from reconciler.applying.approve import short
from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import screen_of, styled, to_json
from reconciler.errors import PlanFileError
from reconciler.gateway import DEFAULT_BASE_URL
from reconciler.json_text import parse_json
from reconciler.planning import Plan, Target, plan_from_json, plan_to_json
from reconciler.render.html import plan_html
from reconciler.render.lines import to_plain
from reconciler.render.markdown import plan_markdown
from reconciler.render.text import plan_lines

MAX_BYTES = 1 << 30


def parse_plan(data: bytes) -> Plan | None:
    """The plan in a file's bytes; None if it is not a plan file. Raises PlanFileError for a damaged one."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        content = parse_json(data, unique_keys=True)
    except ValueError as error:
        if b'"reconciler.plan/' in data[:200]:
            raise PlanFileError(f"the plan file is damaged: {error}", hint="plan again") from None
        return None
    return plan_from_json(content) if isinstance(content, dict) and "format" in content else None


def load_plan(path: str) -> Plan:
    """The plan in a file (`-`: stdin). Raises ReconcilerError, or PlanFileError if it is not a plan file."""
    plan = parse_plan(files.read(path, limit=MAX_BYTES))
    if plan is None:
        raise PlanFileError(f"{path} is not a reconciler plan file", hint="create one: reconciler plan -o plan.json")
    return plan


def require_target(target: Target, settings: Settings) -> None:
    """Raise PlanFileError if a plan is for another gateway or workspace than the settings. Sends nothing."""
    for name, expected, actual in _target_fields(target, settings):
        if expected != actual:
            raise PlanFileError(
                f"the plan is for the {name} {expected!r}, not {actual!r}",
                hint="use the same global options as for plan",
            )


def is_for_target(target: Target, settings: Settings) -> bool:
    """Whether a plan is for the gateway and the workspace of the settings."""
    return all(expected == actual for _, expected, actual in _target_fields(target, settings))


def _target_fields(target: Target, settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """The parts of a target: name, value in the plan, value in the settings."""
    url = settings.base_url.rstrip("/") or DEFAULT_BASE_URL[settings.gateway]
    wanted = settings.workspace
    workspace = target.workspace_name if wanted in (None, target.workspace_id) else wanted
    return (
        ("gateway", target.gateway, settings.gateway),
        ("base URL", target.base_url, url),
        ("workspace", target.workspace_name, workspace),
    )


def approving_command(plan: Plan, settings: Settings, arguments: Sequence[str]) -> str:
    """The command that applies exactly this plan, with the global options of the plan's target.

    `arguments` name what to apply. Empty for a blocked plan, which no command would apply.
    """
    if plan.summary["blocked"]:
        return ""
    return _settings_for(plan.target, settings).command("apply", *arguments, "--approve", short(plan))


def as_argument(path: str) -> str:
    """A path as an argument that is never parsed as an option."""
    return f"./{path}" if path.startswith("-") and path != "-" else path


def format_plan(plan: Plan, form: str, command: str) -> str:
    """The plan as `json`, `markdown`, `html`, or plain `text` of 80 columns."""
    if form == "json":
        return to_json(plan_to_json(plan))
    if form == "markdown":
        return plan_markdown(plan, approve_command=command)
    if form == "html":
        return plan_html(plan, approve_command=command)
    return to_plain(plan_lines(plan, approve_command=command))


def format_for_stream(plan: Plan, stream: TextIO, settings: Settings, command: str) -> str:
    """The plan as text in the width and the colours of a terminal or a pipe."""
    screen = screen_of(stream, settings)
    return styled(plan_lines(plan, screen, approve_command=command), screen)


def format_for_stdout(plan: Plan, form: str, settings: Settings, command: str) -> str:
    """The plan in a format, ready for stdout."""
    if form == "text":
        return format_for_stream(plan, sys.stdout, settings, command)
    return format_plan(plan, form, command)


def _settings_for(target: Target, settings: Settings) -> Settings:
    given = dict(settings.given)
    if settings.gateway != target.gateway:
        given["gateway"] = target.gateway
    if target.base_url not in (settings.base_url.rstrip("/"), DEFAULT_BASE_URL.get(target.gateway)):
        given["base_url"] = target.base_url
    return replace(settings, given=given)
