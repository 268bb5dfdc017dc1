"""Plan files and plan output: reading a plan file, checking its target, and printing a plan in each format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TextIO

from reconciler.applying.digests import short
from reconciler.cli import files
from reconciler.cli.plan_names import as_argument, is_manifest, looks_like_plan
from reconciler.cli.plan_output import plan_pieces
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import SafeText, screen_of
from reconciler.errors import PlanFileError
from reconciler.gateway import DEFAULT_BASE_URL
from reconciler.json_text import parse_json
from reconciler.planning import Plan, Target
from reconciler.planning.plan import DIGEST_VERSION
from reconciler.planning.plan_format import is_plan_document
from reconciler.render.view import PLAIN_VIEW, View
from reconciler.text import command_line

MAX_BYTES = 1 << 30
_DRIFT = "reconciler.drift/"
_REDACTED = "reconciler.planned/"
CREATE_PLAN = "create one: reconciler plan -o plan.json"


def parse_plan(data: bytes, path: str) -> Plan:
    """The plan in a file's bytes. Raises PlanFileError, which says what the file looks like if it is not a plan file."""
    try:
        content = parse_json(data, unique_keys=True)
    except ValueError as error:
        if looks_like_plan(data):
            raise PlanFileError(f"{name_of(path)}: the plan file is damaged: {error}", hint="plan again") from None
        raise _not_a_plan(path, data) from None
    if not is_plan_document(content):
        raise _not_a_plan(path, data)
    from reconciler.planning import plan_from_json  # noqa: PLC0415 - start-up: a new plan is not read

    with naming(path):
        plan = plan_from_json(content)
        _require_no_userinfo(plan.target)
    return plan


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Name the file in a PlanFileError that is raised within: a command may have been given several."""
    try:
        yield
    except PlanFileError as error:
        message = f"{name_of(path)}: {error.message}"
        raise PlanFileError(message, problems=error.problems, hint=error.hint) from error


def is_redacted(data: bytes) -> bool:
    """Whether a file begins as a redacted plan does, whole or not."""
    return _REDACTED.encode() in data[:200]


def name_of(path: str) -> str:
    """What messages call a file that was read; `-` is stdin."""
    return "stdin" if path == "-" else path


def _not_a_plan(path: str, data: bytes) -> PlanFileError:
    """The error for a file that is named as a plan and holds something else."""
    name = name_of(path)
    if not data.strip():
        return PlanFileError(f"{name} is not a reconciler plan file: it is empty", hint=CREATE_PLAN)
    if _DRIFT.encode() in data[:200]:
        hint = "take the workspace over with pull, or carry out the manifests: reconciler plan"
        return PlanFileError(f"{name} is a drift report, which cannot be applied", hint=hint)
    if is_redacted(data):
        hint = "plan the manifests again and verify it: reconciler apply MANIFESTS --plan-file FILE --approve DIGEST"
        return PlanFileError(f"{name} is a redacted plan: it has no values, so it cannot be applied alone", hint=hint)
    if is_manifest(data):
        hint = (
            "apply manifests without --plan"
            if path == "-"
            else f"plan it: {command_line('reconciler', 'plan', as_argument(path))}"
        )
        return PlanFileError(f"{name} is not a reconciler plan file: it looks like a manifest", hint=hint)
    return PlanFileError(f"{name} is not a reconciler plan file", hint=CREATE_PLAN)


def load_plan(path: str) -> Plan:
    """The plan in a file (`-`: stdin). Raises ReconcilerError, or PlanFileError if it is not a plan file."""
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


def plan_arguments(path: str) -> list[str]:
    """The arguments that name a plan file for `apply`; `-` is stdin."""
    return ["--plan", "-"] if path == "-" else [as_argument(path)]


def format_plan(plan: Plan, form: str, command: str, view: View = PLAIN_VIEW) -> SafeText:
    """The plan as `json`, `markdown`, `html`, annotations for `github`, or plain `text` of 80 columns."""
    return SafeText("".join(plan_pieces(plan, form, command, view)))


def format_for_stream(
    plan: Plan, stream: TextIO, settings: Settings, command: str, view: View = PLAIN_VIEW
) -> SafeText:
    """The plan as text in the width and the colours of a terminal or a pipe."""
    return SafeText("".join(plan_pieces(plan, "text", command, view, screen_of(stream, settings))))


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
