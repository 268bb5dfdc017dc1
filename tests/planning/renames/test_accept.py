"""The edit of an entry is that of the manifests as they are, whatever was assumed of it on the way."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning.renames.accept import edits
from reconciler.planning.renames.candidate import RenameCandidate
from tests.planning.literals import desired_of


@pytest.mark.parametrize(
    ("declared", "score", "place", "line"),
    [
        ({"was": "past"}, 90, "in place of the `was:` of", "was: [past, old]"),
        ({"was": "past"}, 0, "in place of the `was:` of", "was: old"),
        ({"archived": True}, 90, "under", "was: old"),
        # It corrects a name that an earlier line would have given it.
        ({"archived": True}, 0, "under", "was: old"),
    ],
)
def test_an_edit_keeps_the_earlier_names_that_are_declared(
    declared: dict[str, Any], score: int, place: str, line: str
) -> None:
    desired = desired_of({"tags": [{"name": "new", **declared}]})
    pair = RenameCandidate(Address("tag", ("new",)), Address("tag", ("old",)), ("old",), score)
    assert [(edit.place, edit.line) for edit in edits([pair], desired)] == [(place, line)]
