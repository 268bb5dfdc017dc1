"""Two copies of one run: the longest valid chain, and copies of what cannot be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.applying.journal.chain import Link, seed_of
from reconciler.errors import StoreError
from reconciler.stores.memory import Memory
from reconciler.stores.merge import merge_run
from reconciler.stores.records import StateFolder, record_of

PLAN = b"{}\n"
RUN = "run-1"


def journal(*texts: bytes, run: str = RUN) -> bytes:
    link, data = Link(0, seed_of(run, PLAN)), b""
    for text in texts:
        line, link = link.seal(b'{"event":"%s"}' % text)
        data += line + b"\n"
    return data


def files(journal_bytes: bytes | None) -> dict[str, bytes]:
    return {"plan.json": PLAN} | ({} if journal_bytes is None else {"journal.jsonl": journal_bytes})


ONE, TWO, OTHER = journal(b"a"), journal(b"a", b"b"), journal(b"a", b"intent")


@pytest.mark.parametrize(
    ("ours", "theirs", "local", "stored"),
    [
        (ONE, ONE, None, None),
        (TWO, ONE, None, TWO),
        (ONE, TWO, TWO, None),
        (None, TWO, TWO, None),
        (TWO, None, None, TWO),
        (None, None, None, None),
        (TWO + b'{"ev', ONE, None, TWO),  # a line that is being written
        (ONE + b'{"ev', ONE, None, None),
        (ONE + b'{"xy', TWO, TWO, None),  # a line that a crash cut off
        (ONE + b'{"ev\n' + TWO[len(ONE) :], ONE + b'{"e\n', None, ONE + b'{"ev\n' + TWO[len(ONE) :]),
    ],
)
def test_the_longest_chain_wins(
    ours: bytes | None, theirs: bytes | None, local: bytes | None, stored: bytes | None
) -> None:
    merged = merge_run(RUN, files(ours), files(theirs))
    assert (merged.local.get("journal.jsonl"), merged.stored.get("journal.jsonl")) == (local, stored)
    assert (merged.kept, merged.notes) == ({}, ())


def test_two_continuations_are_both_kept() -> None:
    merged = merge_run(RUN, files(OTHER), files(TWO))
    assert merged.local == {"journal.jsonl": TWO}
    ((name, copy),) = merged.kept.items()
    assert (copy, merged.stored) == (OTHER, {})
    assert name in merged.notes[0]
    assert "two continuations after line 1" in merged.notes[0]


def test_a_valid_copy_wins_over_a_changed_one() -> None:
    changed = TWO.replace(b'"a"', b'"z"')
    mended = merge_run(RUN, files(TWO), files(changed))
    assert mended.stored == {"journal.jsonl": TWO}
    assert list(mended.kept.values()) == [changed]
    restored = merge_run(RUN, files(changed), files(TWO))
    assert restored.local == {"journal.jsonl": TWO}
    assert list(restored.kept.values()) == [changed]


def test_another_plan_of_the_same_id_is_kept_aside() -> None:
    merged = merge_run(RUN, {"plan.json": b"[]", "ids.txt": b"1"}, {"plan.json": PLAN, "ids.txt": b"1"})
    assert merged.local["plan.json"] == PLAN
    assert list(merged.kept.values()) == [b"[]"]
    assert "its plan.json in this folder is not that of the run store" in merged.notes[0]


@pytest.mark.parametrize(
    ("path", "record"),
    [
        ("runs/r-1/plan.json", "runs/r-1"),
        ("runs/r-1/other.json", ""),
        ("runs/r-1", ""),
        ("planned/ab.json", "planned/ab.json"),
        ("planned/a/b.json", ""),
        ("conflicts/r.1.journal.jsonl", "conflicts/r.1.journal.jsonl"),
        ("runs/../plan.json", ""),
        ("/runs/r/plan.json", ""),
        ("runs//plan.json", ""),
        ("claim.json", ""),
        ("planned/\u00e4.json", ""),
        (f"planned/{'a' * 201}", ""),
    ],
)
def test_a_path_leads_into_its_record_only(path: str, record: str) -> None:
    assert record_of(path) == record


def test_the_workspaces_of_a_record(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.write(
        {
            "planned/one.json": b'{"workspace": {"id": "w1"}}',
            "planned/new.json": b'{"workspace": {"id": ""}}',
            "planned/odd.json": b'{"workspace": {"id": 7}}',
            "planned/bad.json": b"{",
            "runs/r/plan.json": b'{"workspace": {"id": "w2"}}',
            "conflicts/r.1.journal.jsonl": b"x",
        }
    )
    keys = {record.name: folder.keys(record) for record in folder.records()}
    assert keys == {
        "planned/one.json": {"w1"},
        "planned/new.json": {"new"},
        "planned/odd.json": set(),
        "planned/bad.json": set(),
        "runs/r": {"w2"},
        "conflicts/r.1.journal.jsonl": {"w2"},
    }
    assert folder.problem("runs/r") == ""
    assert folder.problem("planned/one.json") == ""


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    (tmp_path / "runs" / "r" / "plan.json").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot use the records in"):
        folder.files("runs/r")
    with pytest.raises(StoreError, match="cannot use the records in"):
        folder.write({"runs/r/plan.json": b"x"})
    assert "cannot read" in folder.problem("runs/r")
    (tmp_path / "runs" / "q" / "journal.jsonl").mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot use the records in"):
        folder._read_keys("runs/q")


def test_records_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "runs").mkdir()
    monkeypatch.setattr(Path, "iterdir", fail)
    with pytest.raises(StoreError, match="Permission denied"):
        list(StateFolder(tmp_path).records())


def test_what_is_known_of_a_store_is_no_authority(tmp_path: Path) -> None:
    known = Memory({"w": "1"}, {"w": {"runs/r/plan.json": "s"}}, {"w": "id"}, is_claiming=True)
    looking = Memory({"w": "1"}, known.sums)
    known.write(tmp_path, "git")
    looking.write(tmp_path, "git")  # another command of the folder meanwhile
    assert Memory.read(tmp_path, "git") == known
    assert Memory.read(tmp_path, "git:other") == Memory()
    for text in ("{", "[]", '{"format": "x"}', '{"format": "reconciler.store_memory/1", "stores": 1}'):
        (tmp_path / "store.json").write_text(text, encoding="ascii")
        assert Memory.read(tmp_path, "git") == Memory()
    head = (
        '{"format": "reconciler.store_memory/1", "stores": {"git": {"versions": {"w": 1}, "sums": {}, "claims": {}}}}'
    )
    (tmp_path / "store.json").write_text(head, encoding="ascii")
    assert Memory.read(tmp_path, "git") == Memory()
    (tmp_path / "store.json").unlink()
    (tmp_path / "store.json").mkdir()
    with pytest.raises(StoreError, match="cannot write"):
        known.write(tmp_path, "git")
