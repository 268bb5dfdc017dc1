"""Compares the results in the journal with the log of the server, for every write."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from reconciler.applying.journal.summary import run_to_json
from tests.faults.fault import SECOND_SIGINT
from tests.faults.state_folder import StateFolder

Key = tuple[str, str, str]
"""Method, path and body of a write, which identify it in the journal and in the log."""


def journal_problems(state_folder: StateFolder) -> Iterator[str]:
    """Contradictions between journal and log."""
    writes = [write for run in state_folder.runs for write in run_to_json(run)["writes"]]
    recorded: dict[Key, Counter[str]] = {}
    for write in writes:
        recorded.setdefault(_key(write["method"], write["path"], write.get("body")), Counter())[write["result"]] += 1
    log = [logged for session in state_folder.sessions for logged in session.writes]
    reached = Counter(_key(w.method, w.path, json.loads(w.body) if w.body else None) for w in log)
    done = Counter(_key(w.method, w.path, json.loads(w.body) if w.body else None) for w in log if w.status < 300)
    yield from (
        f"{_name(key)} reached the server, and the journal has no intent" for key in reached.keys() - recorded.keys()
    )
    for key, results in recorded.items():
        yield from _result_problems(key, results, done[key])
    yield from _doubt_problems(state_folder, recorded)
    yield from _session_end_problems(state_folder)
    yield from _id_problems(state_folder, writes)


def _result_problems(key: Key, results: Counter[str], done: int) -> Iterator[str]:
    """Each result `done` is in the log. A POST is not in the log more often; other methods may be repeated."""
    is_post = key[0] == "POST"
    if done < results["done"]:
        yield f"in the journal {_name(key)} was done {results['done']} times, the log {done} times"
    maximum = results["done"] + results["in_doubt"]
    if (is_post and done > maximum) or (done and not maximum):
        yield f"in the log {_name(key)} was done {done} times, the journal {dict(results)}"


def _doubt_problems(state_folder: StateFolder, recorded: dict[Key, Counter[str]]) -> Iterator[str]:
    """Writes in doubt without a fault of their own or of the process."""
    faults = {fault for session in state_folder.sessions for _, fault in session.injected}
    if faults & SECOND_SIGINT:
        return  # requests in flight were abandoned
    injected = {_key(r.method, r.path, r.body) for session in state_folder.sessions for r, _ in session.injected}
    if any(session.exit_code is None or session.report is None for session in state_folder.sessions):
        return
    for key, results in recorded.items():
        if results["in_doubt"] and key not in injected:
            yield f"{_name(key)} is in doubt without a fault"


def _session_end_problems(state_folder: StateFolder) -> Iterator[str]:
    session = state_folder.sessions[-1]
    if not session.lines or session.report is None:
        return
    # The outcome of an abandoned request may follow the last session line.
    ended = [line for line in session.lines if line["event"].startswith("session_")][-1]
    if ended["event"] != "session_ended" or ended["exit_code"] != session.exit_code:
        yield f"the journal does not end with exit {session.exit_code}: {ended}"
    if session.exit_code == 0:
        record = run_to_json(next(iter(state_folder.runs)))
        changes = {change["address"] for change in record["changes"]}
        missing = [str(c.address) for c in state_folder.server.plan.changes if str(c.address) not in changes]
        if (
            record["status"] != "complete"
            or missing
            or any(c["result"] not in ("done", "already") for c in record["changes"])
        ):
            yield f"the run is complete, and its record says {record['status']}, without {missing}"
        if record["in_doubt"]:
            yield f"the run is complete, and {[w['path'] for w in record['writes'] if w['result'] == 'in_doubt']} are in doubt"


def _id_problems(state_folder: StateFolder, writes: list[dict[str, Any]]) -> Iterator[str]:
    """Ids of created objects in the journal that belong to an object of another name."""
    snapshot = state_folder.store.snapshot(state_folder.server.workspace_id)
    names = {
        item["id"]: item["name"] for plural, items in snapshot.items() if plural != "time_entries" for item in items
    }
    for write in writes:
        if write["method"] == "POST" and write["result"] == "done" and names.get(write["id"]) != write["body"]["name"]:
            yield f"in the journal {write['body']['name']} became {write['id']}, which is {names.get(write['id'])}"


def _key(method: str, path: str, body: Any) -> Key:
    return method, path, json.dumps(body, sort_keys=True)


def _name(key: Key) -> str:
    return f"{key[0]} {key[1]} {key[2][:60]}"
