"""A difference between manifests and workspace is a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.differences import Difference, Where
from reconciler.model import Address
from reconciler.render.differences import difference_text


@pytest.mark.parametrize(
    ("where", "more", "text"),
    [
        (Where.MANIFESTS, {}, "project:Acme/Site is declared and not in the workspace"),
        (Where.WORKSPACE, {}, "project:Acme/Site is in the workspace and not declared"),
        (Where.BOTH, {"field": "name", "live": "Shop"}, "project:Acme/Site is called Shop in the workspace"),
        (Where.BOTH, {"field": "client", "live": "Bolt"}, "project:Acme/Site belongs to Bolt in the workspace"),
        (
            Where.BOTH,
            {"field": "billable", "declared": True, "live": False},
            "project:Acme/Site billable: declared true, live false",
        ),
    ],
)
def test_a_difference_says_what_each_side_has(where: Where, more: dict[str, Any], text: str) -> None:
    assert difference_text(Difference(Address("project", ("Acme", "Site")), where, **more)) == text
