"""The JSON Schema (draft 2020-12) of manifests, derived from the kinds: nothing of it is written down twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.field_types import TEXT_PATTERN
from reconciler.manifest.schema.checks import check_definitions, checks_property
from reconciler.manifest.schema.kinds import DRAFT, defaults_definition, kind_definition
from reconciler.manifest.schema.nesting import SET_KIND, example_path, is_section
from reconciler.state import Policy, Prune, TrackedTime

MANIFEST_ID = "urn:reconciler:manifest:1"
SHARE_PATTERN = r"^(?:100(?:\.0{1,6})?|[0-9]{1,2}(?:\.[0-9]{1,6})?)%$"


@cache
def manifest_schema() -> dict[str, Any]:
    """The whole schema in one piece, with a `$defs` entry for each kind. Treat it as read-only: it is shared."""
    definitions: dict[str, Any] = {}
    for kind in KINDS:
        definitions[kind.name] = kind_definition(kind, _inside)
        definitions[f"{kind.name}_defaults"] = defaults_definition(kind)
    definitions["task_sets"] = _task_sets()
    definitions["policy"] = _policy()
    definitions |= check_definitions()
    definitions["removed"] = _removed()
    return {
        "$schema": DRAFT,
        "$id": MANIFEST_ID,
        "title": "Manifest",
        "description": "What a Clockify workspace should hold. A section that no manifest has is left alone.",
        "type": "object",
        "properties": _manifest_properties(),
        "required": ["version"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _inside(name: str) -> str:
    return f"#/$defs/{name}"


def _manifest_properties() -> dict[str, Any]:
    sections = {
        kind.plural: {
            "description": f"The {kind.plural} of the workspace"
            + (f", those under a {kind.parent} as well where they do not nest there" if kind.parent else "")
            + ". Where the key is present, what the workspace has beyond them counts as removed; see `policy`.",
            "type": "array",
            "items": {"$ref": _inside(kind.name)},
        }
        for kind in KINDS
        if is_section(kind)
    }
    return {
        "version": {"description": "Version of this format. Every document says it.", "const": 1},
        "workspace": {
            "description": "Name or id of the workspace; the command line overrides it.",
            "type": "string",
            "minLength": 1,
            "maxLength": 250,
            "pattern": TEXT_PATTERN,
            "examples": ["Acme Studio"],
        },
        "policy": {
            "$ref": _inside("policy"),
            "description": "Rules for what is not declared any more, and for what may be.",
            "default": {},
        },
        "defaults": {
            "title": "Defaults",
            "description": "Field values by kind, filled in where a resource leaves the field out.",
            "type": "object",
            "properties": {
                kind.name: {"$ref": _inside(f"{kind.name}_defaults"), "description": f"Defaults of {kind.plural}."}
                for kind in KINDS
            },
            "additionalProperties": False,
            "default": {},
        },
        "task_sets": {"$ref": _inside("task_sets"), "description": "Lists of tasks by name.", "default": {}},
        **sections,
        "removed": {
            "$ref": _inside("removed"),
            "description": "What must be gone, whatever `prune` says.",
            "default": [],
        },
    }


def _task_sets() -> dict[str, Any]:
    return {
        "title": "Task sets",
        "description": f"Lists of {SET_KIND.plural} that projects take over with `use`, by the set's name.",
        "type": "object",
        "additionalProperties": {
            "description": f"The {SET_KIND.plural} of this set.",
            "type": "array",
            "items": {"$ref": _inside(SET_KIND.name)},
        },
        "examples": [{"web-build": ["Discovery", "Design", "Build"]}],
    }


def _policy() -> dict[str, Any]:
    defaults = Policy().to_json()
    prune = {
        kind.plural: {
            "description": f"What happens to {kind.plural} that the manifests do not list.",
            "type": "string",
            "enum": [str(goal) for goal in Prune if kind.is_archivable or goal is not Prune.ARCHIVE],
            "default": defaults["prune"][kind.plural],
        }
        for kind in KINDS
    }
    properties = {
        "prune": _settings("Prune", "What happens to what is not listed, by kind.", prune, defaults["prune"]),
        "tracked_time": {
            "description": "keep: what has tracked time, or might, is archived and never deleted.",
            "type": "string",
            "enum": [str(word) for word in TrackedTime],
            "default": defaults["tracked_time"],
        },
        "removal_budget": _removal_budget(defaults["removal_budget"]),
        "protect": {
            "description": "Addresses that are never removed, nor in a plan that takes the protection away; * stands for any characters.",
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "uniqueItems": True,
            "default": [],
            "examples": [["client:Acme Corp", "project:Acme Corp/*"]],
        },
        "checks": checks_property(),
    }
    return _settings("Policy", "Rules for what is not declared any more, and for what may be.", properties, {})


def _removal_budget(defaults: Mapping[str, Any]) -> dict[str, Any]:
    budget: dict[str, dict[str, Any]] = {
        "count": {
            "description": "So many removals of one kind need no extra word.",
            "type": "integer",
            "minimum": 0,
            "maximum": 1_000_000,
        },
        "share": {
            "description": "So large a part of what is there may go without an extra word; the smaller of the two counts.",
            "type": "string",
            "pattern": SHARE_PATTERN,
            "examples": ["25%"],
        },
    }
    for key, value in defaults.items():
        budget[key]["default"] = value
    return _settings(
        "Removal budget",
        "How much may go without a further word, per kind: the smaller of the two, and never all.",
        budget,
        defaults,
    )


def _settings(title: str, description: str, properties: Mapping[str, Any], default: Any) -> dict[str, Any]:
    return {
        "title": title,
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "default": default,
    }


def _removed() -> dict[str, Any]:
    entry = {
        kind.name: {
            "description": f"Address of a {kind.name} that must be gone, such as `{example_path(kind)}`.",
            "type": "string",
            "minLength": 1,
        }
        for kind in KINDS
    }
    return {
        "title": "Removed",
        "description": "What must be gone, whatever `prune` says: one address an entry.",
        "type": "array",
        "items": {
            "title": "Entry of removed",
            "description": "One key, the kind; its value is the address, with `\\/` and `\\\\` for a slash and a backslash in a name.",
            "type": "object",
            "properties": entry,
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
        "examples": [[{"tag": "old-tag"}, {"project": "Acme Corp/Intranet"}]],
    }
