"""The JSON Schema (draft 2020-12) of manifests, generated from the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from reconciler.kinds import KINDS, example_path
from reconciler.kinds.durations import PERIOD_PATTERN
from reconciler.kinds.field_types import TEXT_PATTERN
from reconciler.manifest.schema.checks import check_definitions, checks_property
from reconciler.manifest.schema.defaults import with_default
from reconciler.manifest.schema.editors import editor_definitions
from reconciler.manifest.schema.for_each import document_properties
from reconciler.manifest.schema.kinds import DRAFT, defaults_definition, kind_definition, nested_name
from reconciler.manifest.schema.nesting import SET_KIND, is_section
from reconciler.manifest.schema.patterns import SHARE_PATTERN, with_messages
from reconciler.manifest.schema.published import with_placeholders
from reconciler.model import Kind
from reconciler.state import Policy, Prune, TrackedTime

MANIFEST_ID = "urn:reconciler:manifest:1"

_POLICY = "Rules for removing unlisted resources, and checks of resources and changes."
_TASK_SETS = f"Named lists of {SET_KIND.plural}, which projects include with `use`."
_REMOVED = "Resources to remove regardless of `policy.prune`: one address per entry."


@cache
def manifest_schema() -> dict[str, Any]:
    """The schema that is published, for editors. Shared: callers must not change it."""
    return with_placeholders(with_messages(_schema(editor_definitions())))


@cache
def validation_schema() -> dict[str, Any]:
    """The schema that validation uses: the same without messages and placeholders, which are filled in before, and with what only validation can say about checks left to it."""
    return _schema(check_definitions())


def _schema(checks: Mapping[str, Any]) -> dict[str, Any]:
    """The whole schema, with a `$defs` entry for each kind, and these ones for checks."""
    definitions: dict[str, Any] = {}
    for kind in KINDS:
        definitions[kind.name] = kind_definition(kind, _reference)
        if nested_name(kind) != kind.name:
            definitions[nested_name(kind)] = kind_definition(kind, _reference, is_nested=True)
        definitions[f"{kind.name}_defaults"] = defaults_definition(kind)
    definitions["task_sets"] = _task_sets()
    definitions["policy"] = _policy()
    definitions |= checks
    definitions["removed"] = _removed()
    return {
        "$schema": DRAFT,
        "$id": MANIFEST_ID,
        "title": "Manifest",
        "description": "The desired state of a Clockify workspace. Kinds without a section in any manifest are left unchanged.",
        "type": "object",
        "properties": _manifest_properties(),
        "required": ["version"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _reference(name: str) -> str:
    return f"#/$defs/{name}"


def _manifest_properties() -> dict[str, Any]:
    return {
        "version": {"description": "Version of the manifest format. Required in every document.", "const": 1},
        "workspace": _workspace(),
        **document_properties(),
        "policy": _referring("policy", _POLICY, {}),
        "defaults": _defaults(),
        "task_sets": _referring("task_sets", _TASK_SETS, {}),
        **{kind.plural: _section(kind) for kind in KINDS if is_section(kind)},
        "removed": _referring("removed", _REMOVED, []),
    }


def _workspace() -> dict[str, Any]:
    name = {"type": "string", "minLength": 1, "maxLength": 250, "pattern": TEXT_PATTERN}
    create = {
        "description": "Whether `apply` creates the workspace, before anything in it, where the account has none of this name. "
        "The API cannot delete a workspace.",
        "type": "boolean",
        "default": False,
    }
    return {
        "description": "Name or id of the workspace; the option `--workspace` overrides it. "
        "Omit to use the only workspace of the account. With `create: true` it is created where there is none of this name.",
        "examples": ["Acme Studio", {"name": "Acme Studio", "create": True}],
        "type": ["string", "object"],
        "minLength": 1,
        "maxLength": 250,
        "pattern": TEXT_PATTERN,
        "properties": {"name": {**name, "description": "Name of the workspace."}, "create": create},
        "required": ["name"],
        "additionalProperties": False,
    }


def _referring(name: str, description: str, default: Any) -> dict[str, Any]:
    return with_default({"$ref": _reference(name), "description": description}, default)


def _defaults() -> dict[str, Any]:
    by_kind = {
        kind.name: {"$ref": _reference(f"{kind.name}_defaults"), "description": f"Defaults of {kind.plural}."}
        for kind in KINDS
    }
    return _mapping("Defaults", "Values by kind for fields that a resource omits.", by_kind, {})


def _section(kind: Kind) -> dict[str, Any]:
    nested = f" Those of a {kind.parent} can also nest under it." if kind.parent else ""
    return {
        "description": f"All {kind.plural} of the workspace.{nested} If present, `policy.prune` applies to unlisted "
        f"{kind.plural}; [] lists none.",
        "type": "array",
        "items": {"$ref": _reference(kind.name)},
    }


def _task_sets() -> dict[str, Any]:
    return {
        "title": "Task sets",
        "description": _TASK_SETS,
        "type": "object",
        "additionalProperties": {
            "description": f"The {SET_KIND.plural} of this set.",
            "type": "array",
            "items": {"$ref": _reference(SET_KIND.name)},
        },
        "examples": [{"web-build": ["Discovery", "Design", "Build"]}],
    }


def _policy() -> dict[str, Any]:
    defaults = Policy().to_json()
    prune = {
        kind.plural: with_default(
            {
                "description": f"Action for unlisted {kind.plural}.",
                "type": "string",
                "enum": [str(goal) for goal in Prune if kind.is_archivable or goal is not Prune.ARCHIVE],
            },
            defaults["prune"][kind.plural],
        )
        for kind in KINDS
    }
    tracked_time = {
        "description": "Action for removed resources that have, or may have, tracked time: `keep` archives them; `delete` deletes them and "
        "detaches the time.",
        "type": "string",
        "enum": [str(word) for word in TrackedTime],
    }
    protect = {
        "description": "Addresses that are never removed and lose no members, in any letter case; `*` matches any characters. "
        "A pattern protects until a plan without it has been applied.",
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "uniqueItems": True,
        "examples": [["client:Acme Corp", "project:Acme Corp/*"]],
    }
    plan_expires = {
        "description": "Age at which a plan can no longer be applied, as an ISO 8601 duration. Default: a plan does not expire.",
        "type": "string",
        "pattern": PERIOD_PATTERN,
        "examples": ["P3D", "PT12H"],
    }
    properties = {
        "prune": _mapping("Prune", "Action for unlisted resources, by kind.", prune, defaults["prune"]),
        "tracked_time": with_default(tracked_time, defaults["tracked_time"]),
        "removal_budget": _removal_budget(defaults["removal_budget"]),
        "protect": with_default(protect, []),
        "checks": checks_property(),
        "plan_expires": plan_expires,
    }
    return _mapping("Policy", _POLICY, properties, {})


def _removal_budget(defaults: Mapping[str, Any]) -> dict[str, Any]:
    budget: dict[str, dict[str, Any]] = {
        "count": {
            "description": "Maximum number of removals of one kind.",
            "type": "integer",
            "minimum": 0,
            "maximum": 1_000_000,
        },
        "share": {
            "description": "Maximum share of the live resources of one kind, in percent.",
            "type": "string",
            "pattern": SHARE_PATTERN,
            "examples": ["25%"],
        },
    }
    return _mapping(
        "Removal budget",
        "Removals of one kind allowed without confirmation: the smaller of `count` and `share`, and never all resources of a kind.",
        {key: with_default(budget[key], value) for key, value in defaults.items()},
        defaults,
    )


def _mapping(title: str, description: str, properties: Mapping[str, Any], default: Any) -> dict[str, Any]:
    schema = {
        "title": title,
        "description": description,
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return with_default(schema, default)


def _removed() -> dict[str, Any]:
    addresses = {
        kind.name: {
            "description": f"Address of a {kind.name} to remove: `{example_path(kind)}`.",
            "type": "string",
            "minLength": 1,
        }
        for kind in KINDS
    }
    return {
        "title": "Removed",
        "description": _REMOVED,
        "type": "array",
        "items": {
            "title": "Entry of removed",
            "description": "Exactly one key, the kind. In a name, write / as `\\/` and \\ as `\\\\`.",
            "type": "object",
            "properties": addresses,
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    }
