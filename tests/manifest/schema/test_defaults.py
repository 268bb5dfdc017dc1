from __future__ import annotations

from typing import Any

import pytest

from reconciler.manifest.schema.defaults import with_default


@pytest.mark.parametrize(
    ("value", "description"),
    [
        (False, "Text. Default: false."),
        (10, "Text. Default: 10."),
        ("25%", "Text. Default: 25%."),
        ({"count": 10, "share": "25%"}, "Text. Default: {count: 10, share: 25%}."),
        (None, "Text."),
        ([], "Text."),
        ({}, "Text."),
    ],
)
def test_the_description_names_the_default_unless_it_is_empty(value: Any, description: str) -> None:
    assert with_default({"description": "Text."}, value) == {"description": description, "default": value}
