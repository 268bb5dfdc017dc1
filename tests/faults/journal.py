"""Whether the journal is true: what it has of every write, against the server's own log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from reconciler.applying.journal.summary import run_to_json
from tests.faults.fault import TWICE
from tests.faults.state_folder import Office

Key = tuple[str, str, str]
"""Method, path and body of a write: the same write in the journal, in the log and in transit."""


def journal_problems(office: Office) -> Iterator[str]:
    """Every difference between the journal and the log, as of now."""
    writes = [write for run in office.runs for write in run_to_json(run)["writes"]]
    recorded: dict[Key, Counter[str]] = {}
    for write in writes:
        recorded.setdefault(_key(write["method"], write["path"], write.get("body")), Counter())[write["result"]] += 1
    log = [logged for session in office.sessions for logged in session.writes]
    reached = Counter(_key(w.method, w.path, json.loads(w.body) if w.body else None) for w in log)
    done = Counter(_key(w.method, w.path, json.loads(w.body) if w.body else None) for w in log if w.status < 300)
    yield from (
        f"{_name(key)} reached the server, and the journal has no intent" for key in reached.keys() - recorded.keys()
    )
    for key, results in recorded.items():
        yield from _wrong_results(key, results, done[key])
    yield from _doubts(office, recorded)
    yield from _endings(office)
    yield from _ids(office, writes)


def _wrong_results(key: Key, results: Counter[str], done: int) -> Iterator[str]:
    """The log has each recorded write; and a POST no more often than recorded, while other methods may be repeated."""
    is_post = key[0] == "POST"
    if done < results["done"]:
        yield f"the journal says that {_name(key)} was done {results['done']} times, the log {done} times"
    most = results["done"] + results["in_doubt"]
    if (is_post and done > most) or (done and not most):
        yield f"the log says that {_name(key)} was done {done} times, the journal {dict(results)}"


def _doubts(office: Office, recorded: dict[Key, Counter[str]]) -> Iterator[str]:
    """Only a write with a fault, of its own or of the process, is in doubt."""
    faults = {fault for session in office.sessions for _, fault in session.hit}
    if faults & TWICE:
        return  # the session did not wait for what was under way
    hit = {_key(r.method, r.path, r.body) for session in office.sessions for r, _ in session.hit}
    if any(session.exit_code is None or session.report is None for session in office.sessions):
        return
    for key, results in recorded.items():
        if results["in_doubt"] and key not in hit:
            yield f"{_name(key)} is in doubt for no reason"


def _endings(office: Office) -> Iterator[str]:
    session = office.sessions[-1]
    if not session.lines or session.report is None:
        return
    # After it may come the outcome of a request that the session did not wait for.
    ended = [line for line in session.lines if line["event"].startswith("session_")][-1]
    if ended["event"] != "session_ended" or ended["exit_code"] != session.exit_code:
        yield f"the journal does not end with exit {session.exit_code}: {ended}"
    if session.exit_code == 0:
        shown = run_to_json(next(iter(office.runs)))
        changes = {change["address"] for change in shown["changes"]}
        missing = [str(c.address) for c in office.world.plan.changes if str(c.address) not in changes]
        if (
            shown["status"] != "complete"
            or missing
            or any(c["result"] not in ("done", "already") for c in shown["changes"])
        ):
            yield f"the run is complete, but its journal says {shown['status']}, without {missing}"
        if shown["in_doubt"]:
            yield f"the run is complete, but {[w['path'] for w in shown['writes'] if w['result'] == 'in_doubt']} are in doubt"


def _ids(office: Office, writes: list[dict[str, Any]]) -> Iterator[str]:
    """The id that the journal has of a created object belongs to an object of its name."""
    snapshot = office.store.snapshot(office.world.workspace_id)
    names = {
        item["id"]: item["name"] for plural, items in snapshot.items() if plural != "time_entries" for item in items
    }
    for write in writes:
        if write["method"] == "POST" and write["result"] == "done" and names.get(write["id"]) != write["body"]["name"]:
            yield f"the journal says that {write['body']['name']} became {write['id']}, which is {names.get(write['id'])}"


def _key(method: str, path: str, body: Any) -> Key:
    return method, path, json.dumps(body, sort_keys=True)


def _name(key: Key) -> str:
    return f"{key[0]} {key[1]} {key[2][:60]}"
