"""The shape of a plan file: its keys and types, as `schemas/plan.schema.json` publishes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.checks.check import Level, Operator
from reconciler.kinds import BY_NAME, BY_PLURAL, REMOVAL_COUNTS
from reconciler.kinds.durations import PERIOD_PATTERN
from reconciler.names import Notation
from reconciler.planning.plan import DIGEST_VERSION, Action, Step
from reconciler.planning.shape import (
    ADDRESS,
    COUNT,
    FILLED,
    FLAG,
    NUMBER,
    TEXT,
    VALUE,
    ListOf,
    MapOf,
    Object,
    Optional,
    Scalar,
    Shape,
    ShapeProblem,
    matching,
    one_of,
)
from reconciler.state import AccessRole, Prune, TrackedTime

_KIND, _PLURAL, _ACTION = one_of(BY_NAME), one_of(BY_PLURAL), one_of(tuple(Action))
_DIGEST = matching("sha256: and 64 hex digits", r"sha256:[0-9a-f]{64}")
_DAY = matching("a date, YYYY-MM-DD", r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONDITIONS = ListOf(Object({"field": TEXT, "operator": one_of(tuple(Operator)), "value": VALUE}))

_CHECK = Object(
    {
        "message": TEXT,
        "level": one_of(tuple(Level)),
        "name": TEXT,
        "kinds": ListOf(_KIND),
        "actions": ListOf(_ACTION),
        "when": _CONDITIONS,
        "require": _CONDITIONS,
        "forbid": _CONDITIONS,
    }
)


class _PrunePolicy:
    """A word for each registered kind."""

    word = one_of(tuple(Prune))

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of an object with the kinds of the registry."""
        return Object(dict.fromkeys(BY_PLURAL, self.word)).problems(value, path)


_POLICY = Object(
    {
        "prune": _PrunePolicy(),
        "tracked_time": one_of(tuple(TrackedTime)),
        "removal_budget": Object({"count": COUNT, "share": matching("a percentage", r"[0-9][0-9.e+-]*%")}),
        "protect": ListOf(TEXT),
        "checks": ListOf(_CHECK),
        "plan_expires": matching("a period such as P3D", PERIOD_PATTERN),
    },
    optional=frozenset({"plan_expires"}),
)


_TRUE = Scalar("true", lambda value: value is True)
_ANCESTORS = ListOf(Object({"address": ADDRESS, "id": FILLED, "archived": FLAG}))


class _Precondition:
    """`{"absent": true}`, or what was live; with the ancestors either way, where there are some."""

    present = Object(
        {
            "address": ADDRESS,
            "parent_id": TEXT,
            "values": MapOf(TEXT, VALUE),
            "tracked_seconds": Optional(COUNT),
            "time_entries": Optional(COUNT),
            "ancestors": _ANCESTORS,
        },
        optional=frozenset({"tracked_seconds", "time_entries", "ancestors"}),
    )
    absent = Object(
        {"absent": _TRUE, "ancestors": _ANCESTORS, "beside": _TRUE}, optional=frozenset({"ancestors", "beside"})
    )

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of the form that the keys show."""
        is_absent = isinstance(value, Mapping) and "absent" in value
        yield from (self.absent if is_absent else self.present).problems(value, path)


class _Workspace:
    """The id and name of a workspace, or the name of the one to create."""

    existing = Object({"id": FILLED, "name": TEXT})
    new = Object({"id": Scalar("null", lambda value: value is None), "name": FILLED, "create": _TRUE})

    def problems(self, value: Any, path: str) -> Iterator[ShapeProblem]:
        """Those of the form that the keys show."""
        is_new = isinstance(value, Mapping) and "create" in value
        yield from (self.new if is_new else self.existing).problems(value, path)


_IMPACT = Object(
    {
        "tracked_seconds": Optional(COUNT),
        "time_entries": Optional(COUNT),
        "users": Optional(COUNT),
        "running": Optional(COUNT),
        "last_used": Optional(_DAY),
        "name_free": Optional(FLAG),
        "along": ListOf(ADDRESS),
        "lost": ListOf(FILLED),
    },
    optional=frozenset({"lost"}),
)
_CHANGE = Object(
    {
        "address": ADDRESS,
        "kind": _KIND,
        "action": _ACTION,
        "steps": ListOf(one_of(tuple(Step))),
        "id": Optional(FILLED),
        "fields": ListOf(Object({"name": TEXT, "before": VALUE, "after": VALUE})),
        "precondition": _Precondition(),
        "needs": ListOf(ADDRESS),
        "reason": TEXT,
        "source": Optional(FILLED),
        "impact": _IMPACT,
        "blocked": Optional(Object({"guard": TEXT, "reason": TEXT, "allow": TEXT})),
        "removal": FLAG,
        "temporary_name": Optional(FILLED),
    }
)
_FORECAST = Object(
    {
        "requests": COUNT,
        "seconds": NUMBER,
        "reading": COUNT,
        "writing": COUNT,
        "verifying": COUNT,
        "saved": COUNT,
    }
)
_PROOF = Object(
    {
        "lists": ListOf(Object({"what": TEXT, "items": COUNT, "pages": COUNT, "ended_by": TEXT})),
        "role": one_of(tuple(AccessRole)),
        "connection": Optional(FILLED),
    }
)
_OLD_RENAME_CANDIDATE: dict[str, Shape] = {
    "kind": _KIND,
    "create": ADDRESS,
    "remove": ADDRESS,
    "was": Optional(FILLED),
    "score": COUNT,
}
_RENAME_CANDIDATE = Object(
    {
        **_OLD_RENAME_CANDIDATE,
        "declared": Object({"notation": one_of(tuple(Notation)), "was": ListOf(FILLED)}),
        "line": Optional(FILLED),
    }
)
_OLD_KEYS: dict[str, Shape] = {
    "format": TEXT,
    "digest": _DIGEST,
    "tool_version": TEXT,
    "created_at": TEXT,
    "gateway": TEXT,
    "base_url": TEXT,
    "workspace": Object({"id": TEXT, "name": TEXT}),
    "sources": ListOf(Object({"path": TEXT, "sha256": matching("64 hex digits", r"[0-9a-f]{64}")})),
    "policy": _POLICY,
    "changes": ListOf(_CHANGE),
    "unmanaged": MapOf(_PLURAL, COUNT),
    "warnings": ListOf(TEXT),
    "summary": Object(dict.fromkeys((*Action, "blocked"), COUNT)),
    "forecast": _FORECAST,
    "allowances": MapOf(one_of(REMOVAL_COUNTS), COUNT),
    "allowed_removals": ListOf(ADDRESS),
    "look_alikes": ListOf(Object(_OLD_RENAME_CANDIDATE)),
    "withdrawn": ListOf(TEXT),
    "proof": _PROOF,
    "left_out": ListOf(Object({"address": ADDRESS, "action": _ACTION, "why": TEXT, "removal": FLAG})),
    "checksum": _DIGEST,
}
PLAN_1 = Object(_OLD_KEYS)
"""A plan file of 0.1.0, without `digest_version`."""
PLAN_2 = Object(
    {
        **_OLD_KEYS,
        "workspace": _Workspace(),
        "look_alikes": ListOf(_RENAME_CANDIDATE),
        "digest_version": Scalar(str(DIGEST_VERSION), lambda value: type(value) is int and value == DIGEST_VERSION),
        "max_requests": Optional(COUNT),
        "made_after": Object({"session": COUNT, "line": COUNT}),
        "targets": Object({"patterns": ListOf(FILLED), "left_out": COUNT, "exact": FLAG}),
    },
    optional=frozenset({"targets"}),
)
