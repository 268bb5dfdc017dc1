"""The record of planned changes as JSON and back: a redacted plan file, and what the state folder keeps of a plan.

A record that is read is not trusted: its shape and checksum are verified, and it only names what moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from reconciler.errors import PlanFileError
from reconciler.json_text import canonical_json, parse_json
from reconciler.model import Address
from reconciler.planning.plan import DIGEST_VERSION, Action
from reconciler.planning.plan_record import FORMAT, PlannedChange, PlannedRecord

MOST_PROBLEMS: Final = 5


def record_to_json(record: PlannedRecord) -> dict[str, Any]:
    """The record as plain JSON values."""
    content = {
        "format": FORMAT,
        "digest": record.digest,
        "digest_version": record.digest_version,
        "tool_version": record.tool_version,
        "created_at": record.created_at,
        "workspace": record.workspace_id or None,
        "sources": list(record.sources),
        "changes": [_change_to_json(change) for change in record.changes],
        "hashes": dict(record.parts),
    }
    return {**content, "checksum": _checksum(content)}


def _change_to_json(change: PlannedChange) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": str(change.action),
        "removal": change.removal,
        "blocked": change.blocked or None,
        "fields": {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()},
        "live": dict(change.live),
        "hashes": dict(change.parts),
    }


def record_from_json(data: Any) -> PlannedRecord:
    """Read a record back. Raises PlanFileError for any other JSON value, and for one that was modified."""
    from reconciler.planning.plan_record_shape import RECORD  # noqa: PLC0415 - start-up: a new plan writes its record only

    problems = [str(problem) for problem in islice(RECORD.problems(data, ""), MOST_PROBLEMS)]
    if not problems and _checksum(data) != data["checksum"]:
        problems = ["its checksum does not match its content"]
    if not problems and data["digest_version"] > DIGEST_VERSION:
        problems = ["it is of a later version of reconciler"]
    if problems:
        raise PlanFileError(f"the record of planned changes is damaged: {problems[0]}", problems=problems[1:])
    return PlannedRecord(
        digest=data["digest"],
        digest_version=data["digest_version"],
        tool_version=data["tool_version"],
        created_at=data["created_at"],
        workspace_id=data["workspace"] or "",
        sources=tuple(data["sources"]),
        changes=tuple(_change_from_json(change) for change in data["changes"]),
        parts=dict(data["hashes"]),
    )


def _change_from_json(data: Mapping[str, Any]) -> PlannedChange:
    return PlannedChange(
        address=Address.parse(data["address"]),
        action=Action(data["action"]),
        removal=data["removal"],
        blocked=data["blocked"] or "",
        fields={name: (hashes["before"], hashes["after"]) for name, hashes in data["fields"].items()},
        live=dict(data["live"]),
        parts=dict(data["hashes"]),
    )


def parse_record(data: bytes) -> PlannedRecord:
    """The record in a file's bytes. Raises PlanFileError."""
    try:
        content = parse_json(data, unique_keys=True)
    except ValueError as error:
        raise PlanFileError(f"the record of planned changes is damaged: {error}") from None
    return record_from_json(content)


def _checksum(content: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in content.items() if key != "checksum"}
    text = canonical_json(rest)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
