"""Forged plan files: a plan as JSON, changed, and sealed again with a right digest, summary and checksum."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from reconciler.errors import PlanFileError
from reconciler.planning import Plan, plan_from_json, plan_to_json, planfile
from tests.planning.literals import plan_of

MANIFEST: dict[str, Any] = {
    "policy": {"prune": {"clients": "delete", "projects": "delete", "tasks": "delete", "tags": "delete"}},
    "clients": [
        {
            "name": "Acme Corp",
            "was": "ACME",
            "cc_emails": ["a@x.example"],
            "projects": [
                {"name": "Site", "estimate": "PT10H", "note": "new", "tasks": ["T", {"name": "U", "billable": False}]},
                {"name": "Fresh", "archived": True, "tasks": ["One", "Two"]},
            ],
        },
        {"name": "Globex", "projects": [{"name": "Moved", "was": "ACME/Moved"}, {"name": "Closed", "archived": True}]},
        {"name": "Ring A", "was": "Ring B", "note": "two"},
        {"name": "Ring B", "was": "Ring A", "note": "one"},
    ],
    "projects": [],
    "tags": ["urgent", {"name": "News", "was": "bulletin"}],
}
WORLD: dict[str, Any] = {
    "clients": ["ACME", "Globex", "Gone", {"at": "Ring A", "note": "one"}, {"at": "Ring B", "note": "two"}],
    "projects": [
        {"at": "ACME/Site", "archived": True, "note": "old"},
        "ACME/Moved",
        "Globex/Closed",
        "Internal",
        {"at": "Kept", "seconds": 3600},
    ],
    "tasks": ["ACME/Site/U", "Internal/Plan", "ACME/Site/Old"],
    "tags": ["old", "news", "bulletin", {"at": "retired", "archived": True}],
}
USED = {"p5": 3}


def real_plan() -> Plan:
    """Every action, a rename, a move, a ring of names, a removal that archives, a delete of what is archived."""
    return plan_of(MANIFEST, WORLD, used=USED)


def as_json(plan: Plan) -> Any:
    return json.loads(json.dumps(plan_to_json(plan)))


def sealed(data: Any) -> Any:
    """The file with the summary, the digest and the checksum of its content, where its content can be read at all."""
    with suppress(Exception):  # what cannot be read keeps the seal that it has
        plan = planfile._plan(data)
        data = {**data, "digest": plan.digest, "summary": plan.summary}
    with suppress(Exception):
        data = {**data, "checksum": planfile._checksum(data)}
    return data


def refusal(data: Any) -> str:
    """Every problem for which a file is refused, a line each; empty for one that is read."""
    try:
        plan_from_json(sealed(data))
    except PlanFileError as error:
        return "\n".join((error.message, *error.problems))
    return ""
