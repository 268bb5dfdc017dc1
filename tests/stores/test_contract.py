"""What every run store promises: what one machine pushed another one fetches, one machine at a time applies, and nothing is lost."""

from __future__ import annotations

import json

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal.run import Run
from reconciler.errors import LockedError, StoreError, StoreMovedError
from reconciler.stores.claim import STALE_SECONDS
from tests.stores.conftest import Stage, apply_one
from tests.stores.machines import ENDED, WORKSPACE, change, intent

OTHER = "64a0000000000000000000b2"


def test_what_was_pushed_is_fetched_byte_for_byte(stage: Stage) -> None:
    planned = stage.a.folder / "planned" / "abc.json"
    planned.parent.mkdir(parents=True)
    planned.write_text(json.dumps({"workspace": {"id": WORKSPACE}}), encoding="ascii")
    apply_one(stage, "a", "run-1")
    apply_one(stage, "a", "run-2")
    assert stage.b.again().fetch().notes == ()
    assert len(stage.a.files()) == 7
    assert stage.b.files() == stage.a.files()
    assert [(run.id, run.problem, run.is_complete) for run in Runs(stage.b.folder)] == [
        ("run-2", "", True),
        ("run-1", "", True),
    ]
    before = stage.b.files()
    assert stage.b.again().fetch().notes == ()  # once more: nothing changes
    assert stage.b.files() == before


def test_two_machines_at_once_one_wins_and_the_other_names_it(stage: Stage) -> None:
    stage.b.store.fetch()
    stage.a.store.fetch()
    assert stage.a.claim() == ""
    with pytest.raises(LockedError, match=r"another (machine|run) holds") as caught:
        stage.b.claim()
    assert "a" in caught.value.message
    assert "since 1970-01-12T13:46:40.000Z" in caught.value.message
    assert "wait" in caught.value.hint
    stage.a.store.release()
    stage.a.again()
    stage.b.again().fetch()
    assert stage.b.claim() == ""
    stage.b.store.release()


def test_another_machine_finishes_an_interrupted_run(stage: Stage) -> None:
    stage.a.store.fetch()
    stage.a.claim()
    stage.a.record("run-1", intent("x"))
    stage.a.store.release()  # Ctrl-C: the last push is made in any case
    stage.a.again()
    stage.b.again().fetch()
    run = Run(stage.b.folder / "runs" / "run-1")
    assert run.history.in_doubt
    stage.b.claim()
    stage.b.session("run-1", change("x"), ENDED, sequence=2)
    stage.b.store.release()
    stage.b.again()
    assert stage.a.again().fetch().notes == ()
    assert Run(stage.a.folder / "runs" / "run-1").is_complete


def test_a_run_stored_since_the_fetch_refuses_the_claim(net: Stage) -> None:
    net.a.store.fetch()
    net.b.store.fetch()
    apply_one(net, "a", "run-1")
    with pytest.raises(StoreMovedError, match="another machine recorded a run") as caught:
        net.b.claim()
    assert "nothing was written" in caught.value.message
    net.b.again().fetch()
    assert net.b.claim() == ""
    net.b.store.release()


def test_a_dead_claim_is_taken_over_after_its_time_and_in_words(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.a.record("run-1", intent("x"))
    net.a.store.push()
    net.time.sleep(STALE_SECONDS - 1)
    net.b.store.fetch()
    with pytest.raises(LockedError, match="mia on a, process 7") as caught:
        net.b.claim()
    assert "if it is dead, its claim can be taken over from 1970-01-12T14:01:40.000Z" in caught.value.hint
    net.time.sleep(1)
    net.b.again().fetch()
    assert "was not renewed for 15 minutes and is taken over" in net.b.claim()
    # The first machine was only asleep: it learns of it with its next push, and its lines are kept.
    net.b.session("run-1", change("x"), ENDED, sequence=2)
    net.b.store.push()
    net.a.append("run-1", intent("y"))
    (note,) = net.a.store.push()
    assert "run run-1 has two continuations after line 2" in note
    assert "with 1 write that the stored one does not have" in note
    assert "mia on b, process 7" in net.a.store.lost
    assert net.a.store.release() == ()
    (copy,) = net.a.files("conflicts")
    assert net.a.again().fetch().notes != ()
    assert Run(net.a.folder / "runs" / "run-1").is_complete
    net.b.store.release()
    apply_one(net, "b", "run-2")  # the other machine goes on as if nothing was
    assert copy.startswith("conflicts/run-1.")


@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_push_that_fails_in_the_middle_loses_nothing(net: Stage, fault: str) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.a.record("run-1", intent("x"))
    net.faulty["a"].faults = [fault]
    with pytest.raises(StoreError, match="broken pipe"):
        net.a.store.push()
    net.a.append("run-1", change("x"), ENDED)
    assert net.a.store.push() == ()
    assert net.a.store.release() == ()
    net.b.store.fetch()
    assert net.b.files() == net.a.files()


@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_claim_whose_answer_is_lost_is_known_again(net: Stage, fault: str) -> None:
    net.a.store.fetch()
    net.faulty["a"].faults = [fault]
    with pytest.raises(StoreError, match="broken pipe"):
        net.a.claim()
    net.a.again().fetch()
    note = net.a.claim()
    assert ("did not release" in note) is (fault == "after")
    net.a.store.release()


def test_a_store_that_cannot_be_reached_says_so_and_the_folder_stays(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    before = net.a.files()
    net.faulty["a"].faults = ["unreachable"]
    for act in (net.a.again().fetch, net.a.claim, net.a.store.push):
        if act == net.a.store.push:
            net.a.record("run-2")
        with pytest.raises(StoreError, match=r"cannot be reached"):
            act()
    assert before.items() <= net.a.files().items()
    net.faulty["a"].faults = []
    net.a.again().fetch()
    net.a.store.push()  # what was not stored then is stored now
    net.b.store.fetch()
    assert net.b.files() == net.a.files()


def test_a_claim_removed_by_hand_is_lost_in_words(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    backend = net.faulty["b"]
    snapshot = backend.snapshots()[WORKSPACE]
    backend.replace(WORKSPACE, snapshot, {"claim.json": None})
    net.a.record("run-1")
    assert net.a.store.push() == ()
    assert "is lost: it was removed by another hand" in net.a.store.lost
    net.b.store.fetch()
    assert net.b.files() == net.a.files()
