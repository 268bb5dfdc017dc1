"""The plan file: Plan → JSON and back. Reading verifies: it refuses everything that the planner would not have written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from reconciler.errors import PlanFileError
from reconciler.json_text import canonical_json
from reconciler.model import Address
from reconciler.planning.plan import (
    DIGEST_VERSION,
    Action,
    Blocked,
    Change,
    Excluded,
    FieldChange,
    Forecast,
    Impact,
    Plan,
    Step,
    Target,
    Targeting,
)
from reconciler.planning.plan_format import FORMAT, is_plan_document
from reconciler.planning.planfile_parts import pair_from_json, pair_to_json, proof_from_json, proof_to_json
from reconciler.planning.planfile_shape import PLAN_1, PLAN_2
from reconciler.planning.precondition import Precondition
from reconciler.planning.verification import verify_plan
from reconciler.state import Policy, SourceFile
from reconciler.text import sanitize

MOST_PROBLEMS = 20
"""Most problems of one file that an error lists."""


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan file's content, as DESIGN and `schemas/plan.schema.json` fix it; plain JSON values."""
    content = content_to_json(plan, [change_to_json(change) for change in plan.changes])
    return {**content, "checksum": _checksum(content)}


def content_to_json(plan: Plan, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The content of a plan file without its checksum, with these as its changes."""
    forecast = plan.forecast
    content: dict[str, Any] = {
        "format": FORMAT,
        "digest": plan.digest,
        "tool_version": plan.tool_version,
        "created_at": plan.created_at,
        "gateway": plan.target.gateway,
        "base_url": plan.target.base_url,
        "workspace": plan.target.workspace_to_json(),
        "sources": [{"path": source.path, "sha256": source.sha256} for source in plan.sources],
        "policy": plan.policy.to_json(),
        "changes": changes,
        "unmanaged": dict(plan.unmanaged),
        "warnings": list(plan.warnings),
        "summary": plan.summary,
        "forecast": {
            "requests": forecast.requests,
            "seconds": forecast.seconds,
            "reading": forecast.reading,
            "writing": forecast.writing,
            "verifying": forecast.verifying,
            "saved": forecast.saved,
        },
        "allowances": dict(plan.allowances),
        "allowed_removals": [str(address) for address in plan.allowed_removals],
        "look_alikes": [pair_to_json(pair, plan.digest_version) for pair in plan.rename_candidates],
        "withdrawn": list(plan.withdrawn),
        "proof": proof_to_json(plan.proof),
        "left_out": [
            {"address": str(left.address), "action": str(left.action), "why": left.why, "removal": left.removal}
            for left in plan.excluded
        ],
    }
    if plan.digest_version > 1:  # a file of 0.1.0 is written back as it was read
        content["digest_version"] = plan.digest_version
        content["max_requests"] = plan.max_requests
        content["made_after"] = dict(zip(("session", "line"), plan.made_after, strict=True))
    if plan.targeting is not None:
        content["targets"] = plan.targeting.to_json()
    return content


def _checksum(content: Mapping[str, Any]) -> str:
    """Over the whole file, the digest included: shown text (reasons, impact, warnings) must not be edited either."""
    rest = {key: value for key, value in content.items() if key != "checksum"}
    text = canonical_json(rest)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def change_to_json(change: Change) -> dict[str, Any]:
    """A change as plain JSON values."""
    blocked = change.blocked
    return {
        "address": str(change.address),
        "kind": change.kind,
        "action": str(change.action),
        "steps": [str(step) for step in change.steps],
        "id": change.id or None,
        "fields": [{"name": f.name, "before": f.before, "after": f.after} for f in change.fields],
        "precondition": change.precondition.to_json(),
        "needs": [str(address) for address in change.needs],
        "reason": change.reason,
        "source": change.source or None,
        "impact": {
            "tracked_seconds": change.impact.tracked_seconds,
            "time_entries": change.impact.time_entries,
            "users": change.impact.users,
            "running": change.impact.running,
            "last_used": change.impact.last_used,
            "name_free": change.impact.name_free,
            "along": [str(address) for address in change.impact.embedded],
            **({"lost": list(change.impact.lost)} if change.impact.lost else {}),
        },
        "blocked": {"guard": blocked.guard, "reason": blocked.reason, "allow": blocked.allow} if blocked else None,
        "removal": change.removal,
        "temporary_name": change.temporary_name or None,
    }


def plan_from_json(data: Any) -> Plan:
    """Read a plan file back, and verify it: what it holds is what the planner could have made.

    Raises PlanFileError for any other JSON value, with every problem and its path. A file of 0.1.0 is read by the rules of its
    time, to be shown; `approve` refuses it.
    """
    if not is_plan_document(data):
        raise PlanFileError("not a reconciler plan file", hint="create one: reconciler plan -o plan.json")
    form = data["format"]
    if form != FORMAT:
        raise PlanFileError(
            f"the plan file has the format {form[:60]!r}; this version reads {FORMAT!r}",
            hint="use the reconciler version that created it, or create a new plan",
        )
    shape = PLAN_2 if "digest_version" in data else PLAN_1
    _refuse("the plan file is damaged", [str(problem) for problem in islice(shape.problems(data, ""), MOST_PROBLEMS)])
    try:
        plan = _plan(data)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        # What the shape does not know, such as a share of 1.1.1%.
        raise PlanFileError(f"the plan file is damaged: {sanitize(str(error))}", hint="plan again") from error
    if (plan.digest, plan.summary, _checksum(data)) != (data["digest"], data["summary"], data["checksum"]):
        raise PlanFileError(
            "the plan file was modified: its digest or checksum does not match its content",
            hint="create a new plan instead of editing a plan file",
        )
    if plan.digest_version == DIGEST_VERSION:
        _refuse("the plan file is not one that the planner makes", verify_plan(plan, data, plan_to_json(plan)))
    return plan


def _refuse(message: str, problems: Sequence[str]) -> None:
    """Raise PlanFileError if there are problems."""
    if not problems:
        return
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    raise PlanFileError(f"{message}: {problems[0]}{more}", problems=problems[1:], hint="plan again")


def _plan(data: Mapping[str, Any]) -> Plan:
    forecast, made_after = data["forecast"], data.get("made_after", {"session": 0, "line": 0})
    return Plan(
        target=Target.from_json(data),
        changes=tuple(_change_from_json(change) for change in data["changes"]),
        policy=Policy.from_json(data["policy"]),
        sources=tuple(SourceFile(source["path"], source["sha256"]) for source in data["sources"]),
        unmanaged=dict(data["unmanaged"]),
        warnings=tuple(data["warnings"]),
        forecast=Forecast(**{name: forecast[name] for name in ("reading", "writing", "verifying", "seconds", "saved")}),
        allowances=dict(data["allowances"]),
        allowed_removals=tuple(Address.parse(address) for address in data["allowed_removals"]),
        rename_candidates=tuple(pair_from_json(pair) for pair in data["look_alikes"]),
        withdrawn=tuple(data["withdrawn"]),
        proof=proof_from_json(data["proof"]),
        excluded=tuple(
            Excluded(Address.parse(left["address"]), Action(left["action"]), left["why"], left["removal"])
            for left in data["left_out"]
        ),
        max_requests=data.get("max_requests"),
        tool_version=data["tool_version"],
        created_at=data["created_at"],
        made_after=(made_after["session"], made_after["line"]),
        digest_version=data.get("digest_version", 1),
        targeting=Targeting.from_json(data.get("targets")),
        is_loaded=True,
    )


def _change_from_json(data: Mapping[str, Any]) -> Change:
    impact, blocked = data["impact"], data["blocked"]
    return Change(
        address=Address.parse(data["address"]),
        action=Action(data["action"]),
        steps=tuple(Step(step) for step in data["steps"]),
        id=data["id"] or "",
        fields=tuple(FieldChange(f["name"], frozen(f["before"]), frozen(f["after"])) for f in data["fields"]),
        precondition=Precondition.from_json(frozen(data["precondition"])),
        needs=tuple(Address.parse(address) for address in data["needs"]),
        reason=data["reason"],
        source=data["source"] or "",
        impact=Impact(
            impact["tracked_seconds"],
            impact["time_entries"],
            tuple(Address.parse(address) for address in impact["along"]),
            impact["users"],
            impact["last_used"],
            impact["running"],
            impact["name_free"],
            tuple(impact.get("lost", ())),
        ),
        blocked=Blocked(blocked["guard"], blocked["reason"], blocked["allow"]) if blocked else None,
        temporary_name=data["temporary_name"] or "",
        removal=data["removal"],
    )


def frozen(value: Any) -> Any:
    """A JSON value as a canonical value: tuples instead of arrays."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return value
