from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds import CLIENT, PROJECT, TAG, TASK
from reconciler.manifest.compose.addresses import PathError, earlier_path, removed_address
from reconciler.manifest.validation.names import validate_reference
from reconciler.model import Address, Kind
from reconciler.names import join_path


@pytest.mark.parametrize(
    ("kind", "text", "path"),
    [
        (CLIENT, "Acme", ("Acme",)),
        (TAG, r"a\/b", ("a/b",)),
        (PROJECT, "Website", ("Website",)),
        (PROJECT, "/Website", ("Website",)),
        (PROJECT, "Acme/Website", ("Acme", "Website")),
        (TASK, "Website/Design", ("Website", "Design")),
        (TASK, r"A\\B/Web\/site/Design", ("A\\B", "Web/site", "Design")),
    ],
)
def test_a_removed_entry_names_an_address(kind: Kind, text: str, path: tuple[str, ...]) -> None:
    assert removed_address(kind, text) == Address(kind.name, path)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(CLIENT, "A/B"), (CLIENT, "/A"), (TAG, "a/"), (PROJECT, "A/B/C"), (PROJECT, "A//B"), (TASK, "A"), (TASK, "A/B/C/D"), (TAG, "a\\b")],
)  # fmt: skip
def test_an_invalid_address_is_an_error(kind: Kind, text: str) -> None:
    with pytest.raises(PathError):
        removed_address(kind, text)


def test_only_kinds_with_an_optional_parent_can_move() -> None:
    assert earlier_path(PROJECT, "Other/Name") == ("Other", "Name")
    assert earlier_path(PROJECT, "/Name") == ("", "Name")
    assert earlier_path(TASK, "Name") == ("Name",)
    for kind, text in ((TASK, "A/B"), (CLIENT, "A/B"), (PROJECT, "A/B/C"), (PROJECT, "A/"), (CLIENT, "")):
        with pytest.raises(PathError):
            earlier_path(kind, text)


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda n: not validate_reference(n)), min_size=2, max_size=3))
def test_an_address_survives_a_round_trip(parts: list[str]) -> None:
    assert removed_address(TASK, join_path(tuple(parts))).path == tuple(parts)
