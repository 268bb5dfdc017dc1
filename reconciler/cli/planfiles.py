"""Plan files and plan output: reading a plan file, checking its target, and printing a plan in each format."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from reconciler.applying.approve import short
from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, screen_of, styled, to_json
from reconciler.errors import PlanFileError
from reconciler.gateway import DEFAULT_BASE_URL
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
        content = json.loads(data)
    except (ValueError, RecursionError):
        if b'"reconciler.plan/' in data[:200]:
            raise PlanFileError("the plan file is damaged: not a complete JSON document", hint="plan again") from None
        return None
    if not isinstance(content, dict) or "format" not in content:
        return None
    plan = plan_from_json(content)
    _require_no_userinfo(plan.target)
    return plan


def load_plan(path: str) -> Plan:
    """The plan in a file (`-`: stdin). Raises ReconcilerError, or PlanFileError if it is not a plan file."""
    plan = parse_plan(files.read(path, limit=MAX_BYTES))
    if plan is None:
        raise PlanFileError(f"{path} is not a reconciler plan file", hint="create one: reconciler plan -o plan.json")
    return plan


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
        return document(plan_markdown(plan, approve_command=command))
    if form == "html":
        return document(plan_html(plan, approve_command=command))
    return document(to_plain(plan_lines(plan, approve_command=command)))


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
    is_embedded = target.base_url == DEFAULT_BASE_URL["sandbox"]
    if settings.gateway != target.gateway or (target.gateway == "sandbox" and settings.base_url and is_embedded):
        given["gateway"] = target.gateway
    if is_embedded:
        given.pop("base_url", None)
    elif target.base_url != (settings.base_url or DEFAULT_BASE_URL[settings.gateway]):
        given["base_url"] = target.base_url
    return replace(settings, given=given)
