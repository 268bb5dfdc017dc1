"""The store: transactions, threads, files after a kill, deterministic ids."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reconciler.errors import ConfigurationError
from reconciler.sandbox import Store, blank, seed
from reconciler.sandbox.tables import EntryFilter

TAG = {"name": "x", "workspaceId": "w", "archived": False}


def test_ids_are_24_hex_digits_in_the_order_of_creation_and_the_same_every_time() -> None:
    with Store() as one, Store() as two:
        ids = [one.new_id() for _ in range(300)]
        assert ids == [two.new_id() for _ in range(300)]
    assert ids == sorted(set(ids))
    assert all(len(item) == 24 and int(item, 16) for item in ids)


def _save_two_and_fail(store: Store) -> None:
    with store.transaction():
        store.save("tag", TAG | {"id": store.new_id()})
        with store.transaction():
            store.save("tag", TAG | {"id": store.new_id()})
        raise RuntimeError


def test_a_failed_transaction_is_rolled_back() -> None:
    with Store() as store, Store() as fresh:
        with pytest.raises(RuntimeError):
            _save_two_and_fail(store)
        assert store.records("tag", "w") == []
        assert store.new_id() == fresh.new_id()


def test_a_cleared_store_equals_a_new_one() -> None:
    with Store() as store:
        first = seed(store)
        before = store.snapshot(first)
        store.clear()
        assert store.records("workspace") == []
        seed(store)
        assert store.snapshot(first) == before


def test_a_store_persists_in_its_file(tmp_path: Path) -> None:
    path = str(tmp_path / "sandbox.sqlite3")
    with Store(path) as store:
        workspace = seed(store)
        before = store.snapshot(workspace)
    with Store(path) as store:
        assert store.snapshot(workspace) == before


def test_a_file_that_is_not_a_store_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no database, but long enough to look into " * 50)
    with pytest.raises(ConfigurationError, match=r"notes\.txt"):
        Store(str(path))
    with pytest.raises(ConfigurationError, match="nowhere"):
        Store(str(tmp_path / "nowhere" / "sandbox.sqlite3"))


def test_threads_share_a_store() -> None:
    with Store() as store:

        def work() -> None:
            for _ in range(50):
                with store.transaction():
                    store.save("tag", TAG | {"id": store.new_id()})

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.records("tag", "w")) == 200


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "sandbox.sqlite3")
    with Store(path) as one, Store(path) as two:
        ids = []
        for store in (one, two, one):
            with store.transaction():
                ids.append(store.new_id())
        assert len(set(ids)) == 3


WRITER = """
import sys
from reconciler.sandbox import Store
store = Store(sys.argv[1])
while True:
    with store.transaction():
        number = int(store.meta("number", "0")) + 1
        store.set_meta("number", str(number))
        for part in range(20):
            store.save("tag", {"id": store.new_id(), "name": f"{number}.{part}", "workspaceId": "w", "archived": False})
    print(number, flush=True)
"""


def test_a_killed_process_leaves_complete_transactions(tmp_path: Path) -> None:
    path = str(tmp_path / "sandbox.sqlite3")
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            message = [int(process.stdout.readline()) for _ in range(20)][-1]
            process.kill()
        with Store(path) as store:
            number = int(store.meta("number"))
            assert number >= message
            assert len(store.records("tag", "w")) == number * 20


def test_entries_are_found_by_their_current_tags() -> None:
    with Store() as store:
        workspace = seed(store)
        tag = next(tag["id"] for tag in store.records("tag", workspace) if tag["name"] == "legacy")
        found = list(store.entries(workspace, EntryFilter(tags=(tag,))))
        assert found
        with store.transaction():
            store.resave_entry(found[0] | {"tagIds": []})
        assert len(list(store.entries(workspace, EntryFilter(tags=(tag,))))) == len(found) - 1


def test_time_is_summed_by_project_or_task_only() -> None:
    with Store() as store:
        workspace = blank(store)
        assert store.tracked(workspace, "project") == {}
        with pytest.raises(ValueError, match="user"):
            store.tracked(workspace, "user")
