"""`facts.yaml` is consistent, and agrees with the official document where that is present."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.contract import document, facts, openapi
from tests.contract.official import (
    OFFICIAL,
    enum_of,
    key_facts,
    names_in,
    official_document,
    operation_facts,
)

needs_official = pytest.mark.skipif(
    not OFFICIAL.is_file(), reason="the official document ../shared/openapi/clockify-v1-full.json is not present"
)


def named_forms() -> Iterator[Any]:
    """Every form of the table that may name another entry."""
    for operation in facts()["operations"].values():
        yield operation.get("body")
        yield from operation["answers"].values()
    for section in ("bodies", "answers"):
        for keys in facts()[section].values():
            yield from keys.values()


def test_the_facts_make_a_valid_openapi_document() -> None:
    assert openapi() is not None


def test_every_name_is_an_entry_and_every_entry_is_named() -> None:
    entries = {*facts()["bodies"], *facts()["answers"], *facts()["enums"], *facts()["texts"]}
    assert (
        {name for form in named_forms() for name in names_in(form)} == entries == {*document()["components"]["schemas"]}
    )


def test_required_keys_stand_in_the_schema_of_their_object() -> None:
    schema = document()["components"]["schemas"]["AddUserToWorkspaceRequest"]
    assert schema["required"] == ["email"]
    assert schema["properties"]["email"] == {"type": "string", "minLength": 1}


@needs_official
def test_operations_agree_with_the_official_document() -> None:
    official = official_document()["paths"]
    differences = []
    for line, operation in facts()["operations"].items():
        method, path = line.split(" ")
        if operation_facts(official[path][method.lower()]) != operation:
            differences.append(line)
    assert differences == []


@needs_official
def test_bodies_agree_with_the_official_document_key_by_key() -> None:
    schemas = official_document()["components"]["schemas"]
    assert facts()["bodies"] == {name: key_facts(schemas[name]) for name in facts()["bodies"]}


@needs_official
def test_answer_keys_agree_with_the_official_document() -> None:
    schemas = official_document()["components"]["schemas"]
    differences = []
    for name, keys in facts()["answers"].items():
        official = key_facts(schemas[name])
        differences += [f"{name}.{key}" for key, form in keys.items() if official.get(key) != form]
    assert differences == []


@needs_official
def test_enums_agree_with_the_official_document() -> None:
    schemas = official_document()["components"]["schemas"]
    assert facts()["enums"] == {name: enum_of(schemas[name]) for name in facts()["enums"]}
