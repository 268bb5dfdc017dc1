"""Reads what earlier steps of a job wrote: the summary of a command, or a drift report."""

from __future__ import annotations

from typing import Any

from reconciler.cli import files
from reconciler.cli.summary import FORMAT
from reconciler.errors import ReconcilerError
from reconciler.forge import is_digest
from reconciler.json_text import parse_json
from reconciler.planning.actions import Action
from reconciler.render.drift import FORMAT as DRIFT

_BYTES = 64 << 20
_HINT = "write one: reconciler plan --summary summary.json"


def read_summary(path: str) -> dict[str, Any]:
    """The summary of a command, with all that a comment needs of it. Raises ReconcilerError for another file."""
    content = _document(path)
    if content.get("format") != FORMAT or not _is_whole(content):
        raise ReconcilerError(f"{path} is not a summary", hint=_HINT)
    return content


def outputs_of(path: str) -> dict[str, str]:
    """Digest and numbers of a summary or a drift report, by the name of the output: nothing in them is from outside."""
    content = _document(path)
    if content.get("format") == DRIFT and isinstance(content.get("differences"), list):
        changes = len(content["differences"])
        return _outputs("", changes, 0, 0, 2 if changes else 0)
    plan = read_summary(path).get("plan")
    if plan is None:
        return _outputs("", 0, 0, 0, content["exit_code"])
    counts = plan["changes"]
    changes = sum(counts[action] for action in map(str, Action))
    return _outputs(plan["digest"], changes, len(plan["removals"]), counts["blocked"], content["exit_code"])


def _outputs(digest: str, changes: int, removals: int, blocked: int, code: int) -> dict[str, str]:
    numbers = {"changes": changes, "removals": removals, "blocked": blocked, "exitcode": code}
    return {"digest": digest, **{name: str(number) for name, number in numbers.items()}}


def _document(path: str) -> dict[str, Any]:
    try:
        content = parse_json(files.read(path, limit=_BYTES))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ReconcilerError(f"{path} is not a summary", hint=_HINT)
    return content


def _is_whole(content: dict[str, Any]) -> bool:
    plan, code = content.get("plan"), content.get("exit_code")
    if not _is_count(code):
        return False
    if plan is None:
        return True
    if not isinstance(plan, dict) or not is_digest(plan.get("digest")):
        return False
    counts, lists = plan.get("changes"), (plan.get("removals"), plan.get("warnings"))
    has_counts = isinstance(counts, dict) and all(
        _is_count(counts.get(name)) for name in (*map(str, Action), "blocked")
    )
    return has_counts and all(isinstance(items, list) for items in lists)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
