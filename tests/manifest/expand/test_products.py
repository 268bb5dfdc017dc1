"""The rows of a product of lists, at the limit of their number."""

from __future__ import annotations

import pytest

from reconciler.manifest.expand import rows
from tests.manifest.expand.folder import addresses, problems

MANIFEST = "tags: [{for_each: {product: {a: [1, 2], b: [3, 4]}}, name: '{%s} {b}'}]"


def test_a_product_that_is_too_large_makes_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ENTRIES", 3)
    # The rows would each have the problem of a name that is not there.
    assert problems(MANIFEST % "lost") == ["workspace.yaml:2:29: the product has 4 combinations; the maximum is 3"]


def test_a_product_of_exactly_the_limit_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ENTRIES", 4)
    assert addresses(MANIFEST % "a") == ["tag:1 3", "tag:1 4", "tag:2 3", "tag:2 4"]
