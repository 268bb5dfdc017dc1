"""What every run store promises: what one machine pushed another one fetches, one machine at a time applies, and nothing is lost."""

from __future__ import annotations

import json
import shutil

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal.run import Run
from reconciler.errors import LockedError, StoreError, StoreMovedError
from reconciler.stores import Claim
from reconciler.stores.backend import EMPTY
from reconciler.stores.claim import STALE_SECONDS
from tests.stores.conftest import Stage
from tests.stores.machines import ENDED, WORKSPACE, change, intent

OTHER = "64a0000000000000000000b2"


def apply_one(stage: Stage, name: str, run: str) -> None:
    """One complete run of a machine, as an apply makes it."""
    machine = stage.machines[name]
    machine.again().fetch()
    machine.claim()
    machine.begin(run)
    machine.session(run, intent("x"), change("x"), ENDED, sequence=Runs(machine.folder).next_sequence())
    assert machine.store.push() == ()
    assert machine.store.release() == ()
    machine.again()


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


def test_the_claims_of_two_workspaces_do_not_meet(net: Stage) -> None:
    net.a.store.fetch()
    net.b.store.fetch()
    assert net.a.claim() == net.b.claim(OTHER) == ""
    net.a.record("run-a")
    net.b.record("run-b", workspace=OTHER)
    assert net.a.store.release() == net.b.store.release() == ()
    net.a.again().fetch()
    assert {run.id for run in Runs(net.a.folder)} == {"run-a", "run-b"}


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


def test_a_planned_record_stored_since_the_fetch_does_not_refuse_it(net: Stage) -> None:
    net.b.store.fetch()
    planned = net.a.folder / "planned" / "abc.json"
    planned.parent.mkdir(parents=True)
    planned.write_text(json.dumps({"workspace": {"id": WORKSPACE}}), encoding="ascii")
    net.a.store.fetch()
    assert net.a.store.push() == ()
    assert net.b.claim() == ""
    planned.with_name("def.json").write_bytes(planned.read_bytes())
    net.a.store.push()  # beside the claim of the other machine, which goes on
    net.b.record("run-1")
    assert net.b.store.push() == ()
    assert net.b.store.lost == ""
    net.b.store.release()
    net.a.again().fetch()
    assert net.a.files().keys() >= {"planned/abc.json", "planned/def.json", "runs/run-1/journal.jsonl"}


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


def test_the_own_claim_of_a_crash_is_taken_up_at_once(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.a.again().fetch()  # kill -9: no release
    assert "the last run of this folder did not release the workspace" in net.a.claim()
    net.a.store.release()


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


def test_a_claim_that_others_win_again_and_again_gives_up(net: Stage) -> None:
    net.a.store.fetch()
    net.faulty["a"].faults = ["moved"] * 20
    with pytest.raises(StoreError, match="changed by other machines 5 times"):
        net.a.claim()
    net.a.record("run-1")
    with pytest.raises(StoreError, match="changed by other machines 5 times"):
        net.a.store.push()


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


def test_what_a_store_forgot_is_named_and_stored_again(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    backend = net.faulty["b"]
    first = backend.snapshots()[WORKSPACE]
    apply_one(net, "a", "run-2")
    after = backend.snapshots()[WORKSPACE]
    gone = {path: None for path in after.sums if path not in first.sums}
    journal = "runs/run-1/journal.jsonl"
    short = net.a.files()[journal].splitlines(keepends=True)[0]
    backend.replace(WORKSPACE, after, {**gone, journal: short})
    (note,) = net.a.again().fetch().notes
    assert "no longer has all that it had of the workspace" in note
    assert "run-1, run-2" in note
    assert f"Its version was {after.version}" in note
    net.a.store.push()
    net.b.store.fetch()
    assert net.b.files() == net.a.files()


def test_a_run_changed_in_the_store_is_not_used_where_the_folder_has_it(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    journal, backend = "runs/run-1/journal.jsonl", net.faulty["b"]
    edited = net.a.files()[journal].replace(b"tag:x", b"tag:y")
    backend.replace(WORKSPACE, backend.snapshots()[WORKSPACE], {journal: edited})
    (note,) = net.a.again().fetch().notes
    assert "run run-1 was changed in the run store after it was recorded: line 2" in note
    assert not Run(net.a.folder / "runs" / "run-1").problem
    net.b.store.fetch()  # a machine that has nothing else gets it as it is, and trusts it in nothing
    assert [run.id for run in Runs(net.b.folder).changed] == ["run-1"]
    net.a.store.push()
    assert backend.read(WORKSPACE, backend.snapshots()[WORKSPACE], [journal])[journal] == net.a.files()[journal]
    assert net.b.again().fetch().notes != ()
    assert not Runs(net.b.folder).changed


def test_a_run_changed_in_the_folder_is_not_stored(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    path = net.a.folder / "runs/run-1/journal.jsonl"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"tag:x", b"tag:y"))
    net.a.again()
    net.a.store.push()
    (note,) = net.a.again().fetch().notes
    assert "was changed in this folder after it was recorded" in note
    assert path.read_bytes() == good


def test_files_of_no_record_are_left_alone(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    backend = net.faulty["b"]
    odd: dict[str, bytes | None] = {"runs/run-1/notes.txt": b"x", "runs/.hidden/plan.json": b"x", "readme": b"x"}
    backend.replace(WORKSPACE, backend.snapshots()[WORKSPACE], odd)
    assert net.b.store.fetch().notes == ()
    assert net.b.files() == net.a.files()


def test_a_claim_of_another_version_fails_closed(net: Stage) -> None:
    net.faulty["b"].replace(WORKSPACE, EMPTY, {"format": b"reconciler.store/1\n", "claim.json": b"{}"})
    with pytest.raises(StoreError, match=r"the claim .* cannot be read"):
        net.a.store.fetch()


def test_a_fresh_folder_gets_everything(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    before = net.a.files()
    shutil.rmtree(net.a.folder)
    net.a.again().fetch()
    assert net.a.files() == before


def test_a_claim_is_read_as_it_was_written() -> None:
    claim = Claim("1", "mia on a, process 7", 1.5, 2.5, "sha256:ab")
    assert Claim.from_bytes(claim.to_bytes()) == claim
    with pytest.raises(StoreError):
        Claim.from_bytes(claim.to_bytes().replace(b'"1"', b"1"))
    with pytest.raises(StoreError):
        Claim.from_bytes(b"{")
