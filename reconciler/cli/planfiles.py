"""Plans on their way in and out: plan files told from manifests, and a plan in each format that it can be shown in."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from reconciler.applying.approve import short
from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import columns, is_ascii, styled, to_json
from reconciler.errors import PlanFileError
from reconciler.gateway import DEFAULT_BASE_URL
from reconciler.planning import Plan, Target, plan_from_json, plan_to_json
from reconciler.render.html import plan_html
from reconciler.render.markdown import plan_markdown
from reconciler.render.text import plan_lines

MOST_BYTES = 1 << 30


def parse(data: bytes) -> Plan | None:
    """The plan in a file's bytes; None where they are no plan file. Raises PlanFileError where they are a bad one."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        if b'"reconciler.plan/' in data[:200]:
            raise PlanFileError("the plan file is damaged: it is no whole JSON document", hint="plan again") from None
        return None
    return plan_from_json(content) if isinstance(content, dict) and "format" in content else None


def load(path: str) -> Plan:
    """The plan in a file (`-`: standard input). Raises ReconcilerError, or PlanFileError where it is none."""
    plan = parse(files.read(path, limit=MOST_BYTES))
    if plan is None:
        raise PlanFileError(f"{path} is no plan file of reconciler", hint="make one with: reconciler plan -o plan.json")
    return plan


def require_target(target: Target, settings: Settings) -> None:
    """Raise PlanFileError where a plan is meant for another gateway or workspace than the settings are. Sends nothing."""
    for what, theirs, ours in _target_fields(target, settings):
        if theirs != ours:
            raise PlanFileError(
                f"the plan is for the {what} {theirs!r}, not {ours!r}",
                hint="give apply the global options that plan was given",
            )


def is_for_target(target: Target, settings: Settings) -> bool:
    """Whether a plan is meant for where the settings lead."""
    return all(theirs == ours for _, theirs, ours in _target_fields(target, settings))


def _target_fields(target: Target, settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """What a plan is meant for: the word for it, what the plan says, and what the settings say."""
    url = settings.base_url.rstrip("/") or DEFAULT_BASE_URL[settings.gateway]
    wanted = settings.workspace
    workspace = target.workspace_name if wanted in (None, target.workspace_id) else wanted
    return (
        ("gateway", target.gateway, settings.gateway),
        ("base URL", target.base_url, url),
        ("workspace", target.workspace_name, workspace),
    )


def approving_command(plan: Plan, settings: Settings, words: Sequence[str]) -> str:
    """The command that applies exactly this plan; `words` say what to apply. It aims where the plan does.

    Empty where a guard blocks the plan: no command would apply it.
    """
    if plan.summary["blocked"]:
        return ""
    aimed = _settings_for(plan.target, settings)
    return aimed.command("apply", *words, "--approve", short(plan))


def as_word(path: str) -> str:
    """A path as an argument: never taken for an option."""
    return f"./{path}" if path.startswith("-") and path != "-" else path


def as_text(plan: Plan, form: str, command: str) -> str:
    """The plan as `json`, `markdown` or `html`, or as plain `text` of 80 columns."""
    if form == "json":
        return to_json(plan_to_json(plan))
    if form == "markdown":
        return plan_markdown(plan, approve_command=command)
    if form == "html":
        return plan_html(plan, approve_command=command)
    return "".join("".join(span.text for span in line) + "\n" for line in plan_lines(plan, approve_command=command))


def for_stream(plan: Plan, stream: TextIO, settings: Settings, command: str) -> str:
    """The plan as text for a terminal or a pipe, as wide and as colourful as that is."""
    lines = plan_lines(plan, width=columns(stream), approve_command=command, ascii=is_ascii(stream))
    return styled(lines, stream, settings)


def for_stdout(plan: Plan, form: str, settings: Settings, command: str) -> str:
    """The plan in a format, ready for standard output."""
    return for_stream(plan, sys.stdout, settings, command) if form == "text" else as_text(plan, form, command)


def _settings_for(target: Target, settings: Settings) -> Settings:
    given = dict(settings.given)
    if settings.gateway != target.gateway:
        given["gateway"] = target.gateway
    if target.base_url not in (settings.base_url.rstrip("/"), DEFAULT_BASE_URL.get(target.gateway)):
        given["base_url"] = target.base_url
    return replace(settings, given=given)
