"""Members with the caller, who stays one although no manifest lists them."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning.resolved import with_caller
from tests.planning.literals import desired_of

SITE: dict[str, Any] = {"projects": [{"name": "Site", "members": ["jo@x.example"]}, "Plain"], "clients": ["Acme"]}
WITH_ME: dict[str, Any] = {**SITE, "projects": [{"name": "Site", "members": ["jo@x.example", "me@x.example"]}, "Plain"]}


@pytest.mark.parametrize(("resolved", "kept"), [(SITE, []), (WITH_ME, ["project:Site"])])
def test_the_caller_stays_where_they_were_added_and_nowhere_else(resolved: dict[str, Any], kept: list[str]) -> None:
    assert sorted(map(str, with_caller(desired_of(SITE), desired_of(resolved)))) == kept
