"""A manifest of the search that was never applied, pulled into: the plan that follows has no changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.search.case import Case
from tests.search.simulated_user import WORKSPACE, User
from tests.search.stories import in_files
from tests.search.worlds import populate


def pull_problem(seed: int) -> tuple[str, str]:
    """How the case of a number ends, and what is wrong; empty if nothing is. Trouble of the service is not played."""
    case = Case.drawn(seed)
    step = case.story[0]
    with tempfile.TemporaryDirectory(prefix="pulled") as folder:
        user = User(Path(folder), case.switches, case.gateway)
        try:
            populate(user.store, user.workspace, case.world)
            for name, text in in_files({"workspace": WORKSPACE, **step["manifest"]}, step["files"]):
                user.write(f"m/{name}", text)
            return _pulled(user, str(user.folder / "m"))
        finally:
            user.close()


def _pulled(user: User, path: str) -> tuple[str, str]:
    before = user.snapshot()
    first, plan = user.plan([path])
    ran = user.run("pull", path, "--approve", "yes")
    if ran.crash or ran.writes or user.snapshot() != before:
        return "crash", ran.crash or "pull wrote to the workspace"
    if ran.code == 1 and "not taken" in ran.errors:
        return "left", ""
    if ran.code != 0:
        expected = plan is None or ran.error in ("IncompleteReadError", "ProtocolError")
        return f"refused: {ran.error}", "" if expected else f"{ran.message}"
    after, plan = user.plan([path])
    if plan is None:
        return "no plan", f"{after.message}"
    changes = [f"{c['action']} {c['address']} {[f['name'] for f in c['fields']]}" for c in plan["changes"]]
    if not changes and user.run("fmt", "--check", path).code not in (0, 1):
        return "fmt", "it ends with another code"
    return "pulled" if first.code == 0 else "repaired", "; ".join(changes)
