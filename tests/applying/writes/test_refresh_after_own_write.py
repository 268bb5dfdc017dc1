"""A change of several writes: what the service made of our own first one is no edit of another hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.refresh import Refresher
from reconciler.errors import MovedError
from reconciler.kinds import CLIENT
from reconciler.live import Reading
from reconciler.planning.resolve import AddressResolver
from tests.live.fake_workspace import client
from tests.planning.literals import live_of, plan_of

OLD: dict[str, Any] = {"clients": [{"at": "Acme", "note": "old"}]}
ODD = client("c1", "Acme", note="odd")


def _refreshed(written: int, known: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether an object is read again, which was last answered as `known`, after this number of writes."""
    live, (change,) = live_of(OLD), plan_of({"clients": [{"name": "Acme", "note": "new"}]}, OLD).changes
    writer: Any = SimpleNamespace(now=lambda: 0.0)
    sender: Any = SimpleNamespace(get=lambda _: now)
    resolver = AddressResolver((change,), live)
    refresher = Refresher(writer, sender, Reading(live, {}), (change,), resolver=resolver, max_age=0)
    return refresher.refresh(WorkItem(change, CLIENT, "c1", wire=known, written=written))


def test_a_value_that_our_own_write_left_is_no_edit_of_another_hand() -> None:
    assert _refreshed(1, ODD, ODD)


@pytest.mark.parametrize(("written", "note"), [(0, "odd"), (1, "theirs")])
def test_a_value_that_no_write_of_ours_left_is_an_edit_of_another_hand(written: int, note: str) -> None:
    with pytest.raises(MovedError, match=f"note is now '{note}', not 'old'"):
        _refreshed(written, ODD, client("c1", "Acme", note=note))
