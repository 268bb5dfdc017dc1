"""The schema for editors: where a placeholder may stand for a value."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from reconciler.manifest.schema.published import with_placeholders

TEXT, NUMBER, FLAG = {"type": "string", "pattern": "^[0-9]+$"}, {"type": "number"}, {"type": "boolean"}


@pytest.mark.parametrize("forms", [[TEXT, NUMBER], [NUMBER, FLAG], [FLAG, {"type": "null"}]])
def test_a_placeholder_may_stand_for_a_value_of_any_of_several_forms(forms: list[dict[str, Any]]) -> None:
    schema = with_placeholders({"type": "object", "properties": {"value": {"anyOf": forms}}})
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"value": "{hours}"})
    assert not validator.is_valid({"value": "hours"})


def test_of_forms_with_a_text_only_the_text_may_be_a_placeholder() -> None:
    schema = with_placeholders({"properties": {"value": {"anyOf": [TEXT, NUMBER]}}})
    assert schema["properties"]["value"]["anyOf"][1] == NUMBER
