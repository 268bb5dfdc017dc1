"""What a shared store does beyond the contract's core, over the backend that is the quickest to test."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal.run import Run
from reconciler.errors import StoreError, StoreMovedError
from reconciler.stores import Claim
from reconciler.stores.backend import EMPTY
from tests.stores.conftest import Stage, apply_one, make_stage
from tests.stores.machines import ENDED, WORKSPACE, change, git, intent

OTHER = "64a0000000000000000000b2"


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Stage]:
    made = make_stage("sqlite", tmp_path)
    yield made
    made.close()


def test_the_claims_of_two_workspaces_do_not_meet(net: Stage) -> None:
    net.a.store.fetch()
    net.b.store.fetch()
    assert net.a.claim() == net.b.claim(OTHER) == ""
    net.a.record("run-a")
    net.b.record("run-b", workspace=OTHER)
    assert net.a.store.release() == net.b.store.release() == ()
    net.a.again().fetch()
    assert {run.id for run in Runs(net.a.folder)} == {"run-a", "run-b"}


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


def test_the_own_claim_of_a_crash_is_taken_up_at_once(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.a.again().fetch()  # kill -9: no release
    assert "the last run of this folder did not release the workspace" in net.a.claim()
    net.a.store.release()


def test_a_claim_that_others_win_again_and_again_gives_up(net: Stage) -> None:
    net.a.store.fetch()
    net.faulty["a"].faults = ["moved"] * 20
    with pytest.raises(StoreError, match="changed by other machines 5 times"):
        net.a.claim()
    net.a.record("run-1")
    with pytest.raises(StoreError, match="changed by other machines 5 times"):
        net.a.store.push()


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


def delete_records(stage: Stage) -> None:
    """As another hand deletes what the store has of the workspace."""
    if stage.kind == "git":
        git(stage.folder / "repository", "update-ref", "-d", f"refs/reconciler/{WORKSPACE}")
        return
    with closing(sqlite3.connect(stage.folder / "runs.sqlite3")) as connection, connection:
        for table in ("reconciler_workspaces", "reconciler_files"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of this loop


@pytest.fixture(params=("git", "sqlite"))
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """A ref, which has its version from its content, and rows, which have a number."""
    made = make_stage(request.param, tmp_path)
    yield made
    made.close()


def test_records_deleted_during_a_run_are_named_by_its_next_push_and_stored_again(one: Stage) -> None:
    apply_one(one, "a", "run-0")
    one.a.store.fetch()
    one.a.claim()
    one.a.begin("run-1")
    one.a.session("run-1", intent("x"), sequence=2)
    assert one.a.store.push() == ()
    version = one.faulty["a"].snapshots()[WORKSPACE].version
    delete_records(one)
    apply_one(one, "b", "run-2")  # beside the other: it knows nothing of it
    one.b.store.fetch()
    one.b.claim()
    one.a.append("run-1", change("x"), ENDED)
    assert one.a.store.release() == ()
    assert f"{WORKSPACE}: run-0, run-1. Its version was {version}, and another hand moved it to " in one.a.store.lost
    assert "meanwhile mia on b, process 7, since" in one.a.store.lost
    assert one.b.store.release() == ()
    one.b.again().fetch()
    assert one.b.files() == {**one.a.files(), **one.b.files("runs/run-2")}
    assert {path.split("/")[1] for path in one.b.files()} == {"run-0", "run-1", "run-2"}


def test_records_deleted_with_the_claim_are_named_where_nothing_else_claims_the_workspace(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.a.record("run-1", intent("x"))
    assert net.a.store.push() == ()
    delete_records(net)
    assert net.a.store.push() == ()
    assert "another hand deleted it; now nothing claims it" in net.a.store.lost


def test_records_deleted_before_a_push_without_a_claim_are_named_once(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    net.a.store.fetch()
    net.a.record("run-2")
    delete_records(net)
    (note,) = net.a.store.push()
    assert "no longer has all that it had" in note
    assert note.endswith("another hand deleted it. This folder still has these runs. This push stores them again")
    assert net.a.again().fetch().notes == ()
    net.b.store.fetch()
    assert net.b.files() == net.a.files()


def test_records_deleted_between_plan_and_apply_are_no_run_of_another_machine(net: Stage) -> None:
    apply_one(net, "a", "run-1")
    net.a.store.fetch()
    delete_records(net)
    with pytest.raises(StoreMovedError, match=r"run-1\. Its version was .*, and another hand deleted it; nothing was"):
        net.a.claim()
    (note,) = net.a.again().fetch().notes
    assert note.endswith("The next plan or apply from it stores them again")
    assert net.a.claim() == ""
    net.a.store.release()


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
    with pytest.raises(StoreError):
        Claim.from_bytes(claim.to_bytes().replace(b"claim/1", b"claim/2"))


def test_a_record_that_others_replace_while_it_is_read_is_read_again(
    net: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_one(net, "a", "run-1")
    backend, reads = net.faulty["b"].backend, list[str]()

    def read(*_: object) -> Mapping[str, bytes]:
        reads.append("")
        raise StoreMovedError("moved")

    with monkeypatch.context() as moving:
        moving.setattr(backend, "read", read)
        with pytest.raises(StoreError, match="changed by other machines 5 times"):
            net.b.store.fetch()
    assert len(reads) == 5
    assert net.b.store.fetch().notes == ()


def test_a_push_whose_answer_is_lost_keeps_its_claim(net: Stage) -> None:
    net.a.store.fetch()
    net.a.claim()
    net.time.sleep(30)
    net.faulty["a"].faults = ["after"]
    with pytest.raises(StoreError):
        net.a.store.push()
    assert net.a.store.push() == ()
    assert net.a.store.lost == ""
    assert net.a.store.release() == ()
    assert net.a.store.release() == ()  # nothing is claimed any more


def test_a_planned_record_that_both_have_stays_as_the_folder_has_it(net: Stage) -> None:
    for machine, extra in ((net.a, 1), (net.b, 2)):
        path = machine.folder / "planned" / "abc.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"workspace": {"id": WORKSPACE}, "extra": extra}), encoding="ascii")
    net.a.store.fetch()
    net.a.store.push()
    net.b.store.fetch()
    net.b.store.push()
    assert net.a.files() != net.b.files()
    assert net.a.again().fetch().notes == ()


def test_links_and_odd_names_in_the_folder_are_no_records(net: Stage) -> None:
    runs = net.a.folder / "runs"
    runs.mkdir(parents=True)
    (runs / "link").symlink_to(net.folder)
    (runs / ".hidden").mkdir()
    (net.a.folder / "planned").mkdir()
    (net.a.folder / "planned" / ".x").write_bytes(b"")
    net.a.store.fetch()
    assert net.a.store.push() == ()
    assert net.faulty["b"].snapshots() == {}
