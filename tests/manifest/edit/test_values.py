"""Which values mean the same."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.manifest.edit.values import is_same, new_value


@pytest.mark.parametrize(("one", "other"), [([], "x"), ({}, []), ({}, "x")])
def test_values_of_two_forms_are_not_the_same_though_nothing_is_in_them(one: Any, other: Any) -> None:
    assert not is_same(new_value(one), new_value(other))
    assert not is_same(new_value(other), new_value(one))
