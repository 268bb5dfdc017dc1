"""An apply under a claim: pushes at the start, every 30 s and at the end; what stops it; and a push that fails."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reconciler.applying import ApplyHooks, Event, Progress
from reconciler.errors import LockedError, StoreError
from reconciler.stores import Fetched, FolderStore, hold_workspace
from tests.clock import Time

TICK = Progress(0, 1, 0, 0, None)


@dataclass
class Store:
    """Notes what is asked of it; `failing` operations raise StoreError."""

    name: str = "x"
    is_shared: bool = True
    lost: str = ""
    note: str = ""
    failing: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)

    def _call(self, name: str) -> tuple[str, ...]:
        self.calls.append(name)
        if name in self.failing:
            raise StoreError("x cannot be reached")
        return (self.note,) if self.note else ()

    def fetch(self) -> Fetched:
        return Fetched(self._call("fetch"))

    def claim(self, workspace_id: str, digest: str) -> str:
        return "".join(self._call(f"claim {workspace_id} {digest}"))

    def push(self) -> tuple[str, ...]:
        return self._call("push")

    def release(self) -> tuple[str, ...]:
        return self._call("release")


@pytest.fixture
def messages() -> list[str]:
    return []


def test_it_pushes_before_the_first_write_every_30_s_and_at_the_end(messages: list[str]) -> None:
    store, time, seen = Store(), Time(), list[Event]()
    with hold_workspace(store, ["", "w"], "d", now=time.clock, notify=messages.append) as hold:
        hooks = hold.hooks(ApplyHooks(time.clock, time.clock, seen.append))
        for seconds in (0, 10, 19, 1, 29, 1):
            time.sleep(seconds)
            hooks.on_event(TICK)
        assert hooks.stopped_by() == ""
    assert store.calls == ["claim  d", "claim w d", "push", "push", "push", "release"]
    assert len(seen) == 6
    assert (hold.problem, messages) == ("", [])


def test_messages_of_the_store_are_shown(messages: list[str]) -> None:
    with hold_workspace(Store(note="taken over"), ["w"], "d", now=Time().clock, notify=messages.append) as hold:
        hold.tick()
    assert messages == ["taken over", "warning: taken over", "warning: taken over"]


def test_a_push_that_fails_is_tried_again_and_named_once(messages: list[str]) -> None:
    store, time = Store(failing={"push"}), Time()
    with hold_workspace(store, ["w"], "d", now=time.clock, notify=messages.append) as hold:
        for _ in range(3):
            hold.tick()
            time.sleep(30)
        assert hold.stopped_by() == ""
        assert hold.problem == "x cannot be reached"
        time.sleep(510)
        assert (
            hold.stopped_by() == "the claim of the workspace could not be renewed for 10 minutes: x cannot be reached"
        )
        store.failing.clear()
        hold.tick()
        assert (hold.stopped_by(), hold.problem) == ("", "")
    assert messages == ["warning: the record of this run is not stored yet: x cannot be reached; it is tried again"]


def test_a_lost_claim_stops_the_apply(messages: list[str]) -> None:
    store = Store()
    with hold_workspace(store, ["w"], "d", now=Time().clock, notify=messages.append) as hold:
        store.lost = "it is lost"
        assert hold.hooks(ApplyHooks()).stopped_by() == "it is lost"
    assert messages == []  # the report of the apply has it


def test_a_claim_that_the_last_push_finds_lost_is_a_warning(messages: list[str]) -> None:
    store = Store()
    with hold_workspace(store, ["w"], "d", now=Time().clock, notify=messages.append) as hold:
        assert hold.stopped_by() == ""
        store.lost = "it is lost"
    assert messages == ["warning: it is lost; this run had done its work by then: look at both runs"]


def test_the_last_push_is_made_after_a_failure_too(messages: list[str]) -> None:
    store = Store(failing={"release"})
    with (
        pytest.raises(KeyboardInterrupt),
        hold_workspace(store, ["w"], "d", now=Time().clock, notify=messages.append) as hold,
    ):
        raise KeyboardInterrupt
    assert hold.problem == "x cannot be reached"
    assert store.calls[-1] == "release"


def test_without_a_claim_nothing_is_done(messages: list[str]) -> None:
    class Held(Store):
        def claim(self, workspace_id: str, digest: str) -> str:
            raise LockedError(workspace_id + digest)

    with pytest.raises(LockedError), hold_workspace(Held(), ["w"], "d", now=Time().clock, notify=messages.append):
        pytest.fail("the block ran without the claim")


def test_a_push_that_is_under_way_is_not_made_twice(messages: list[str]) -> None:
    store = Store()
    with hold_workspace(store, ["w"], "d", now=Time().clock, notify=messages.append) as hold, hold._lock:
        hold.tick()
    assert "push" not in store.calls


def test_the_folder_leaves_the_hooks_as_they_are(messages: list[str]) -> None:
    hooks, time = ApplyHooks(), Time()
    with hold_workspace(FolderStore(), ["w"], "d", now=time.clock, notify=messages.append) as hold:
        assert hold.hooks(hooks) is hooks
        time.sleep(9999)
        assert hold.stopped_by() == ""
