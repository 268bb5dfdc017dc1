"""A delete whose answer is lost and whose repetition is refused: looked up, and brought to its end."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded

LOST = {"not carried out": Fault.DROP_BEFORE, "carried out": Fault.DROP_AFTER}


def _tag(sandbox: Embedded, **policy: Any) -> None:
    sandbox.call("POST", "tags", {"name": "old"})
    sandbox.declare(removed=[{"tag": "old"}], tags=["new"], policy=policy)


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_tag_that_has_to_be_archived_first_is_archived_after_a_lost_delete(sandbox: Embedded, lost: Fault) -> None:
    sandbox.switch("tag_delete_needs_archive")
    _tag(sandbox)
    sandbox.faults["DELETE", "tags/"] = [lost]
    code, summary = sandbox.apply("--allow-removals=tags=1")
    assert (code, summary["stopped"]) == (0, None)
    assert sandbox.stored("tags", "old") is None
    assert sandbox.stored("tags", "new") is not None
    assert sandbox.writes() == ["DELETE tags", "DELETE tags", "PUT tags", "DELETE tags"]


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
@pytest.mark.parametrize("step", ["PUT", "second DELETE"])
def test_every_answer_on_the_way_of_a_tag_may_be_lost(sandbox: Embedded, step: str, lost: Fault) -> None:
    sandbox.switch("tag_delete_needs_archive")
    _tag(sandbox)
    if step == "PUT":
        sandbox.faults["PUT", "tags/"] = [lost]
    else:
        sandbox.faults["DELETE", "tags/"] = [None, lost]
    code, summary = sandbox.apply("--allow-removals=tags=1")
    assert (code, summary["stopped"]) == (0, None)
    assert sandbox.stored("tags", "old") is None


@pytest.mark.parametrize("missing", ["missing_is_404=false", "missing_is_404"])
@pytest.mark.parametrize("plural", ["clients", "projects"])
def test_a_delete_that_was_carried_out_and_is_refused_the_second_time_is_done(
    sandbox: Embedded, plural: str, missing: str
) -> None:
    sandbox.switch(missing)
    sandbox.call("POST", plural, {"name": "old"})
    sandbox.declare(removed=[{plural.removesuffix("s"): "old"}], tags=["new"])
    for method in ("PUT", "DELETE"):  # the archive on the way as well
        sandbox.faults[method, f"{plural}/"] = [Fault.DROP_AFTER]
    code, summary = sandbox.apply(f"--allow-removals={plural}=1")
    assert (code, summary["stopped"]) == (0, None)
    assert sandbox.stored(plural, "old") is None


def test_a_refusal_after_a_lost_delete_fails_its_change_alone(sandbox: Embedded) -> None:
    """Somebody restores the project between the archive and the repetition of its delete."""
    project = sandbox.call("POST", "projects", {"name": "old"})
    sandbox.declare(removed=[{"project": "old"}], tags=["new"])
    restored: list[bool] = []

    class Restoring(list[Fault | None]):
        def pop(self, *_: Any) -> Fault | None:
            fault = super().pop(0)
            if fault is not None:
                record = sandbox.store.load("project", project["id"])
                sandbox.store.save("project", (record or {}) | {"archived": False})
                restored.append(True)
            return fault

    sandbox.faults["DELETE", "projects/"] = Restoring([Fault.DROP_BEFORE])
    code, summary = sandbox.apply("--allow-removals=projects=1")
    assert restored
    assert (code, summary["stopped"]) == (4, None)
    assert sandbox.stored("tags", "new") is not None
    assert sandbox.stored("projects", "old")["archived"] is False
