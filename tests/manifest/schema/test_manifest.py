from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from reconciler.kinds import KINDS
from reconciler.manifest import manifest_schema
from reconciler.manifest.schema.kinds import kind_schema
from reconciler.model import UNSET, Kind

SCHEMAS = Path(__file__).parents[3] / "schemas"
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield f"{path}/{name}", part
        for key, part in schema.items():
            if key != "if":  # it selects, and describes nothing
                yield from properties(part, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from properties(part, f"{path}/{index}")


def test_the_schema_is_valid_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(manifest_schema())
    assert manifest_schema()["$id"] == "urn:reconciler:manifest:1"


def schemas_within(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from schemas_within(part)


def test_every_pattern_has_a_message_in_words_for_editors() -> None:
    found = [part for part in schemas_within(manifest_schema()) if isinstance(part.get("pattern"), str)]
    assert len(found) > 40
    for part in found:
        text = part.get("errorMessage", part.get("patternErrorMessage", ""))
        assert text.startswith("invalid "), part
        assert part["pattern"] not in text


def test_a_nested_project_has_every_key_but_its_client() -> None:
    definitions = manifest_schema()["$defs"]
    assert set(definitions["project"]["properties"]) - set(definitions["project_nested"]["properties"]) == {"client"}
    assert definitions["client"]["properties"]["projects"]["items"] == {"$ref": "#/$defs/project_nested"}


def test_every_property_is_described() -> None:
    described = dict(properties(manifest_schema()))
    assert described
    assert [path for path, part in described.items() if not part.get("description")] == []


@pytest.mark.parametrize(
    ("manifest", "valid"),
    [
        ({}, True),
        ({"version": 2}, False),
        ({"workspace": ""}, False),
        ({"workspace": "x"}, True),
        ({"workspace": "x" * 250}, True),
        ({"workspace": "x" * 251}, False),
        ({"workspace": "a<b"}, False),
        ({"unknown": 1}, False),
        ({"removed": [{}]}, False),
        ({"removed": [{"tag": "a"}]}, True),
        ({"removed": [{"tag": "a", "client": "b"}]}, False),
        ({"policy": {"removal_budget": {"count": 0}}}, True),
        ({"policy": {"removal_budget": {"count": -1}}}, False),
        ({"policy": {"removal_budget": {"count": 1_000_000}}}, True),
        ({"policy": {"removal_budget": {"count": 1_000_001}}}, False),
        ({"policy": {"removal_budget": {"share": "100%"}}}, True),
        ({"policy": {"removal_budget": {"share": "101%"}}}, False),
        ({"policy": {"removal_budget": {"share": "99.1234567%"}}}, False),
        ({"policy": {"protect": [""]}}, False),
        ({"policy": {"protect": ["tag:a", "tag:a"]}}, False),
    ],
)
def test_a_manifest_has_its_sections_and_settings(manifest: dict[str, Any], valid: object) -> None:
    manifest_schema.cache_clear()  # generated here, whatever ran before
    assert jsonschema.Draft202012Validator(manifest_schema()).is_valid({"version": 1, **manifest}) is valid


@each_kind
def test_every_field_of_a_kind_is_in_its_definition_with_its_default(kind: Kind) -> None:
    for definition in (kind.name, f"{kind.name}_defaults"):
        found = manifest_schema()["$defs"][definition]["properties"]
        for field in kind.fields:
            assert field.description in found[field.name]["description"]
            if field.default is not UNSET:
                assert found[field.name]["default"] == field.default


@each_kind
def test_defaults_cannot_name_or_nest(kind: Kind) -> None:
    assert set(manifest_schema()["$defs"][f"{kind.name}_defaults"]["properties"]) == {f.name for f in kind.fields}


@each_kind
def test_only_clearable_fields_accept_null(kind: Kind) -> None:
    validator = jsonschema.Draft202012Validator(manifest_schema())
    for field in kind.fields:
        text = {"version": 1, "defaults": {kind.name: {field.name: None}}}
        assert validator.is_valid(text) is field.clearable


@each_kind
def test_examples_and_defaults_match_the_schema(kind: Kind) -> None:
    for definition in (kind.name, "policy", "removed", "task_sets"):
        for path, part in properties({"properties": {"it": manifest_schema()["$defs"][definition]}}):
            for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else ())]:
                whole = {**part, "$defs": manifest_schema()["$defs"]}
                assert jsonschema.Draft202012Validator(whole).is_valid(value), path


def test_the_files_of_the_kinds_refer_to_each_other() -> None:
    files = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.schema.json")}
    registry: Registry[Any] = Registry().with_resources((name, Resource.from_contents(s)) for name, s in files.items())
    for kind in KINDS:
        assert files[f"{kind.name}.schema.json"] == kind_schema(kind)
    client = jsonschema.Draft202012Validator(files["client.schema.json"], registry=registry)
    assert client.is_valid({"name": "Acme", "projects": [{"name": "Website", "tasks": ["Design", {"name": "Build"}]}]})
    assert not client.is_valid({"name": "Acme", "projects": [{"name": "Website", "tasks": [{"nmae": "Build"}]}]})
    assert not client.is_valid({"name": "Acme", "projects": [{"name": "Website", "client": "Acme"}]})
