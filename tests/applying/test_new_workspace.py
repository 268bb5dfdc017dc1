"""The create of a workspace: what the journal has of each answer."""

from __future__ import annotations

from typing import Any, cast

import pytest

from reconciler.applying.journal.events import WorkspaceEnded, WorkspaceIntent
from reconciler.applying.journal.writer import Journal
from reconciler.applying.new_workspace import _send
from reconciler.errors import ApiError
from tests.gateway.fake_service import Service, error_reply, writer_of


class _Recorded:
    """A journal that keeps its records."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def record(self, record: Any) -> None:
        self.records.append(record)


def test_a_create_that_is_refused_ends_without_a_workspace() -> None:
    journal = _Recorded()
    with pytest.raises(ApiError):
        _send("Studio", writer_of(Service([error_reply(400, 501, "No")])), cast("Journal", journal))
    assert journal.records == [WorkspaceIntent(name="Studio"), WorkspaceEnded(name="Studio", id=None)]
