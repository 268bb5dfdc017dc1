"""The feeds of one incremental reading, each asked at most once, and whether they can be trusted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from reconciler.errors import ApiError, IncompleteReadError, ProtocolError, RateLimitError
from reconciler.gateway import Reader
from reconciler.live.feed_items import TYPES, FeedItem, feed_items
from reconciler.state import Workspace


class Feeds:
    """What was created and updated since `start`, in Unix time. `problem`: why the feeds cannot be used; empty while they can.

    Deletions are not asked for: they show about a minute late, and the lists show at once what is gone.
    """

    def __init__(self, reader: Reader, workspace: Workspace, start: int) -> None:
        self._reader, self._workspace = reader, workspace
        self._start = f"{datetime.fromtimestamp(start, UTC):%Y-%m-%dT%H:%M:%SZ}"
        self._items: dict[str, list[FeedItem]] = {}
        self.problem = ""
        self.requests = 0

    def created(self) -> list[FeedItem]:
        """What was created; nothing if there is a problem."""
        return self._read("created")

    def updated(self) -> list[FeedItem]:
        """What was updated and not created; nothing if there is a problem."""
        return self._read("updated")

    def require_shown(self, kind_name: str, ids: Collection[str], shown: Iterable[FeedItem]) -> None:
        """Note a problem if objects that lists show as new are not among the `shown` items: then the feed lacks others too."""
        known = {one for item in shown if item.kind == kind_name for one in item.ids}
        if not self.problem and not known.issuperset(ids):
            self.problem = f"the feed of created objects lacks a {kind_name} that is new in its list"

    def _read(self, feed: str) -> list[FeedItem]:
        if feed not in self._items and not self.problem:
            before = self._reader.requests
            try:
                wires = self._reader.changes(feed, self._workspace.id, tuple(TYPES), self._start)
                self._items[feed] = feed_items(wires)
            except RateLimitError:
                raise
            except (ApiError, ProtocolError, IncompleteReadError) as error:
                self.problem = f"no feed of {feed} objects: {error.message}"
            finally:
                self.requests += self._reader.requests - before
        return [] if self.problem else self._items[feed]
