"""Incremental reading: lists that only serve to find what other lists hide are not read again where nothing can be hidden.

A list may leave archived objects out, and tasks that come with their projects the finished ones; a second list shows those. Where
that list was empty, and every object of then is still in the first list, something is hidden only if it was created since: the
feed of created objects names it. So existence and values always come from lists of now, and a deletion that a feed shows late,
or an update that none shows, changes nothing. A plan that removes or archives something is made from all lists.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from reconciler.gateway import Reader
from reconciler.gateway.paging import Listing, merged_with_archived
from reconciler.kinds import BY_NAME, PROJECT, TASK
from reconciler.live.feed_items import FeedItem
from reconciler.live.feeds import Feeds
from reconciler.live.fetch import Fetcher, children_in
from reconciler.live.list_record import ListRecord, Recorded
from reconciler.live.read import read_with
from reconciler.live.reading import Reading
from reconciler.model import Kind
from reconciler.planning.actions import Action
from reconciler.planning.diff import declared_updates
from reconciler.planning.draft import Draft
from reconciler.planning.requirements import Requirements, members_removed
from reconciler.state import Desired, ListProof, Workspace
from reconciler.value_types import Wire


@dataclass(slots=True)
class SinceLast:
    """What is recorded of earlier readings, and what came of it.

    `now`: Unix time before the reading, put back by the margin. `problem`: why less than recorded was used; empty if nothing stood
    in the way. `skipped`: number of requests that a full reading would have sent besides.
    """

    recorded: Recorded
    now: int
    problem: str = ""
    skipped: int = 0
    updated: Recorded = field(default_factory=Recorded)
    """What is to be recorded after this reading."""


def read_since(
    reader: Reader, desired: Desired, workspace: Workspace, unfinished: Mapping[str, str], since: SinceLast
) -> Reading:
    """The reading for a plan without targets, shortened by what `since` has recorded; notes in it what came of that. Raises as `read` does."""
    fetcher = SinceFetcher(reader, workspace, since)
    reading = read_with(fetcher, reader, desired, workspace, unfinished)
    fetcher.conclude()
    return reading


class SinceFetcher(Fetcher):
    """Fetches as its base does, without the lists that could only show what is not there."""

    def __init__(self, reader: Reader, workspace: Workspace, since: SinceLast) -> None:
        super().__init__(reader, workspace)
        self._since = since
        self._usable = since.recorded.usable(since.now)
        self._feeds: Feeds | None = None
        self._skipped_kinds: dict[str, Listing] = {}
        self._skipped_tasks: set[str] = set()
        self._is_full = self._usable.is_empty
        self._lists: dict[str, ListRecord] = {}
        self._tasks: dict[str, ListRecord] = {}
        if self._is_full and not since.problem:
            is_recorded = not since.recorded.is_empty
            since.problem = (
                "the recorded reading is too old, or later than now"
                if is_recorded
                else "no earlier reading is recorded"
            )

    @property
    def requests(self) -> int:
        """Number of requests that a full reading takes so far: an apply, which the forecast is about, reads in full."""
        feeds = self._feeds.requests if self._feeds else 0
        return super().requests - feeds + len(self._skipped_kinds) + len(self._skipped_tasks)

    def conclude(self) -> None:
        """Note what was skipped, and what is proven now."""
        since = self._since
        since.skipped = len(self._skipped_kinds) + len(self._skipped_tasks)
        since.problem = since.problem or (self._feeds.problem if self._feeds else "")
        unread = self._fetched.embedded - (self._fetched.listed - self._skipped_tasks)
        kept = {key: record for key, record in self._usable.tasks.items() if key in unread}
        since.updated = Recorded(self._lists, {**kept, **self._tasks})

    # -- lists of the whole workspace ------------------------------------------------------------------------------

    def _listings(self, kinds: Sequence[Kind]) -> Generator[Listing, None, None]:
        reads = [partial(self._reader.list_once, kind, self._workspace.id) for kind in kinds]
        with closing(self._reader.in_order(reads)) as found:
            plain = {kind.name: listing for kind, listing in zip(kinds, found, strict=True)}
        hiding = [kind for kind in kinds if _may_hide(kind, plain[kind.name])]
        self._skipped_kinds = self._without_hidden({kind.name: plain[kind.name] for kind in hiding})
        with closing(self._archived([kind for kind in hiding if kind.name not in self._skipped_kinds])) as archived:
            for kind in kinds:
                if kind.name in self._skipped_kinds:
                    self._lists[kind.name] = self._usable.lists[kind.name]
                    yield merged_with_archived(plain[kind.name], _none_archived(plain[kind.name]))
                elif kind in hiding:
                    yield self._merged(kind, plain[kind.name], next(archived))
                else:
                    yield plain[kind.name]

    def _archived(self, kinds: Sequence[Kind]) -> Generator[Listing, None, None]:
        reads = [partial(self._reader.list_once, kind, self._workspace.id, archived=True) for kind in kinds]
        return self._reader.in_order(reads)

    def _merged(self, kind: Kind, plain: Listing, archived: Listing) -> Listing:
        """The whole list; it is recorded if nothing is archived."""
        if not archived.items:
            self._lists[kind.name] = ListRecord(self._since.now, _ids(plain.items))
        return merged_with_archived(plain, archived)

    def _without_hidden(self, plain: Mapping[str, Listing]) -> dict[str, Listing]:
        """The lists that hide nothing: nothing was hidden, nothing is missing, and nothing that is not shown was created."""
        recorded = self._usable.lists
        shown = {name: _ids(listing.items) for name, listing in plain.items()}
        known = [name for name in plain if name in recorded and recorded[name].ids <= shown[name]]
        if not known:
            return {}
        feeds = self._read_feeds()
        created = feeds.created()
        for name in known:
            feeds.require_shown(name, shown[name] - recorded[name].ids, created)
        if feeds.problem:
            return {}
        return {name: plain[name] for name in known if not _hidden(created, name, shown[name])}

    # -- tasks -----------------------------------------------------------------------------------------------------

    def read_children(self, kind: Kind, parent_ids: Iterable[str]) -> None:
        """As the base does, without a request for a project whose tasks all came with it."""
        wanted = set(parent_ids)
        skipped = self._complete_without_list(wanted) if kind is TASK and not self._is_full else set[str]()
        shown = {parent_id: self._embedded_ids(parent_id) for parent_id in (wanted - skipped) & self._fetched.embedded}
        super().read_children(kind, wanted - skipped)
        for parent_id in sorted(skipped):
            self._skipped_tasks.add(parent_id)
            self._fetched.listed.add(parent_id)
            count = len(self._fetched.objects[kind.name][parent_id])
            self._fetched.proofs.append(
                ListProof(_name_of_list(parent_id), count, 1, "none created since the last list")
            )
        for parent_id, ids in shown.items():
            self._tasks.pop(parent_id, None)
            if ids == _ids(self._fetched.objects[kind.name][parent_id]):
                self._tasks[parent_id] = ListRecord(self._since.now, ids)

    def _complete_without_list(self, parent_ids: Iterable[str]) -> set[str]:
        """The projects whose tasks all came with them, by the same rule as for lists."""
        recorded = self._usable.tasks
        known = {
            parent_id: ids
            for parent_id in self._fetched.embedded.intersection(parent_ids)
            if parent_id in recorded and recorded[parent_id].ids <= (ids := self._embedded_ids(parent_id))
        }
        if not known:
            return set()
        feeds = self._read_feeds()
        created, updated = feeds.created(), feeds.updated()
        # A service may show a change of tasks as one of their project.
        touched = {one for item in (*created, *updated) if item.kind == PROJECT.name for one in item.ids}
        for parent_id in known.keys() - touched:
            feeds.require_shown(TASK.name, known[parent_id] - recorded[parent_id].ids, created)
        if feeds.problem:
            return set()
        shown = {one for parent in self._fetched.embedded for one in self._embedded_ids(parent)}
        hidden = _hidden(created, TASK.name, shown)
        if any(not item.parent_id for item in hidden):
            return set()
        return known.keys() - touched - {item.parent_id for item in hidden}

    def _embedded_ids(self, parent_id: str) -> frozenset[str]:
        """The ids of the tasks that came with a project."""
        return _ids(self._fetched.objects[TASK.name][parent_id])

    # -- the way back ------------------------------------------------------------------------------------------------

    def settle(self, draft: Draft, required: Requirements) -> bool:
        """Read what was skipped, if the plan removes or archives anything."""
        if self._is_full or not _removes(draft, required):
            return False
        self._is_full = True
        feeds = self._feeds.problem if self._feeds else ""
        self._since.problem = self._since.problem or feeds or "the plan removes or archives something"
        kinds, tasks = self._skipped_kinds, self._skipped_tasks
        self._skipped_kinds, self._skipped_tasks = {}, set()
        names = {*(BY_NAME[name].plural for name in kinds), *map(_name_of_list, tasks)}
        self._fetched.proofs = [proof for proof in self._fetched.proofs if proof.what not in names]
        self._fetched.listed -= tasks
        with closing(self._archived([BY_NAME[name] for name in kinds])) as archived:
            for (name, plain), hidden in zip(kinds.items(), archived, strict=True):
                self._lists.pop(name)
                self._replace(BY_NAME[name], self._merged(BY_NAME[name], plain, hidden))
        self.read_children(TASK, tasks)
        return bool(kinds or tasks)

    def _replace(self, kind: Kind, listing: Listing) -> None:
        """Put the whole list in place of the first one, with the tasks of projects that it adds."""
        known = {wire["id"]: wire for wire in self._fetched.objects[kind.name][""]}
        self._fetched.objects[kind.name][""] = tuple(known.get(wire["id"], wire) for wire in listing.items)
        self._fetched.proofs.append(listing.proof)
        added = [wire for wire in listing.items if wire["id"] not in known] if kind is PROJECT else []
        for wire in added:
            if wire.get(TASK.embedded) is not None:
                self._fetched.objects[TASK.name][wire["id"]] = children_in(TASK, wire)
                self._fetched.embedded.add(wire["id"])
        self.read_children(TASK, {wire["id"] for wire in added} - self._fetched.embedded)

    def _read_feeds(self) -> Feeds:
        if self._feeds is None:
            self._feeds = Feeds(self._reader, self._workspace, self._usable.since)
        return self._feeds


def _removes(draft: Draft, required: Requirements) -> bool:
    """Whether the plan may remove or archive anything, resources or members, or asks for time entries."""
    if draft.candidates or required.usage:
        return True
    changes = (change for _, change in declared_updates(draft.desired, draft.matching))
    return any(change.action is Action.ARCHIVE or members_removed(change) for change in changes)


def _may_hide(kind: Kind, listing: Listing) -> bool:
    """Whether a list read without a filter may lack archived items: if it has one, it has all."""
    has_filter = kind.lifecycle is not None and kind.lifecycle.answer_key == "archived"
    return has_filter and not any(item.get("archived") is True for item in listing.items)


def _none_archived(plain: Listing) -> Listing:
    """The list of archived objects that is not read, with its page: it counts for a full reading."""
    return Listing((), ListProof(plain.proof.what, 0, 1, f"{plain.proof.ended_by}, and none created since the last"))


def _hidden(created: Iterable[FeedItem], kind_name: str, shown: Iterable[str]) -> list[FeedItem]:
    """The created objects of a kind that are not shown."""
    ids = frozenset(shown)
    return [item for item in created if item.kind == kind_name and not item.ids & ids]


def _ids(wires: Iterable[Wire]) -> frozenset[str]:
    return frozenset(wire["id"] for wire in wires)


def _name_of_list(parent_id: str) -> str:
    """The name of a list of tasks in its proof, as the base names it."""
    return f"{TASK.plural} of {BY_NAME[TASK.parent].name} {parent_id}"
