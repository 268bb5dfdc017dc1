"""A plan file is verified: every plan that the planner makes is read, and a forged one is refused with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import PlanFileError
from reconciler.model import Address
from reconciler.planning import plan_from_json, plan_to_json
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.verification import _listed, _of_a_new_workspace
from tests.case_files import load_cases
from tests.planning.forging import as_json, real_plan, refusal, sealed
from tests.planning.literals import plan_of

PLAN = real_plan()
CASES = [case for path in sorted((Path(__file__).parent / "cases").glob("*.yaml")) for case in load_cases(path)]

CREATE, CREATE_TASK, CREATE_ARCHIVED = "project:Acme Corp/Fresh", "task:Acme Corp/Fresh/One", "project:Acme Corp/Fresh"
RENAME, RING, MOVE = "client:Acme Corp", "client:Ring A", "project:Globex/Moved"
RESTORE, ARCHIVE, UPDATE = "project:Acme Corp/Site", "project:Globex/Closed", "task:Acme Corp/Site/U"
DELETE, DELETE_TAG, DELETE_RENAMED, DELETE_ARCHIVED = "project:Internal", "tag:old", "tag:news", "tag:retired"
REMOVAL_ARCHIVE = "project:Kept"


def test_every_plan_of_the_cases_is_read() -> None:
    for case in (case for case in CASES if "problems" not in case):
        plan = plan_of(case["manifest"], case.get("live", {}), used=case.get("used"))
        assert plan_from_json(as_json(plan)) == plan, case["case"]


def test_the_plan_that_is_forged_here_is_read() -> None:
    assert plan_from_json(as_json(PLAN)) == PLAN
    assert refusal(as_json(PLAN)) == ""
    assert {change.action for change in PLAN.changes} == {"create", "update", "restore", "archive", "delete"}
    assert sum(bool(change.temporary_name) for change in PLAN.changes) == 2


Edit = Callable[[Any], Any]


def _set(**values: Any) -> Edit:
    return lambda change: change.update(values)


def _in(key: str, **values: Any) -> Edit:
    return lambda change: change[key].update(values)


def _field(at: int, **values: Any) -> Edit:
    return lambda change: change["fields"][at].update(values)


CHANGES: list[tuple[str, Edit, str]] = [
    # The forged change of issue 9: a create that archives and deletes.
    (CREATE, _set(steps=["archive", "delete"], id="p4"), ".steps: must be create, update"),
    (CREATE, _set(steps=["archive", "delete"], id="p4"), ".id: a create has none"),
    (CREATE, _set(steps=["create"]), ".steps: must be create, update"),
    (CREATE, _set(steps=["create", "update", "delete"]), ".steps: must be create, update"),
    (CREATE, _set(steps=["rename", "create", "update"]), ".steps: must be create, update"),
    (CREATE, _set(steps=[]), ".steps: must be create, update"),
    (CREATE_TASK, _set(steps=["create", "update"]), ".steps: must be create"),
    (CREATE_TASK, _set(id="t9"), ".id: a create has none"),
    (CREATE_TASK, _set(removal=True), ".removal: must be false"),
    (CREATE_TASK, _set(action="update"), ".fields: a change with the action update changes at least one"),
    (CREATE_TASK, _set(action="delete"), ".removal: must be true"),
    (CREATE_TASK, _set(precondition={"address": CREATE_TASK, "parent_id": "p1", "values": {}}), ".precondition: must be"),
    (CREATE_TASK, _set(fields=[{"name": "name", "before": None, "after": "One"}]), ".fields[0]"),
    (CREATE_TASK, _set(temporary_name="~x One"), ".steps: must be rename, create"),
    (CREATE_TASK, _set(needs=[]), ".needs: must be project:Acme Corp/Fresh"),
    (CREATE_TASK, _set(needs=["client:Acme Corp", "tag:old"]), ".needs: must be"),
    (CREATE_TASK, _set(kind="project"), ".kind: must be 'task'"),
    (CREATE_TASK, _set(address="task:One"), ".address: not an address"),
    (CREATE_TASK, _set(address="job:One"), ".address: not an address"),
    (CREATE_TASK, _set(address="client:a\\b"), ".address: not an address"),
    (CREATE_TASK, _in("impact", tracked_seconds=3600), ".impact: only an archive or a delete has one"),
    (CREATE_ARCHIVED, _field(0, before=False), ".fields[0].before: a create has no earlier value"),
    (CREATE_ARCHIVED, _field(0, after=False), ".fields[0].after: a create does not set this value"),
    (CREATE_ARCHIVED, _field(0, after="yes"), ".fields[0].after: not a value of archived"),
    (CREATE_ARCHIVED, _field(0, after=None), ".fields[0].after"),
    (CREATE_ARCHIVED, _field(0, name="budgets"), ".fields[0].name: not a field of a project"),
    (CREATE_ARCHIVED, _field(0, name="members", after=["jo hourly x"]), ".fields[0].after: not a value of members"),
    (CREATE_ARCHIVED, _field(0, name="budget", after=["active"]), ".fields[0].after: not a value of budget"),
    (CREATE_ARCHIVED, _field(0, name="template", after=True), ".steps: must be create, undeclared"),
    (CREATE_ARCHIVED, lambda change: change["fields"].append(change["fields"][0]), ".fields: not in the order"),
    (UPDATE, _set(steps=["delete"]), ".steps: must be update"),
    (UPDATE, _set(steps=["update", "delete"]), ".steps: must be update"),
    (UPDATE, _set(steps=["rename", "update"]), ".steps: must be update"),
    (UPDATE, _set(steps=["update", "update"]), ".steps: must be update"),
    (UPDATE, _set(action="restore"), ".action: must be update"),
    (UPDATE, _set(action="archive", steps=["done"]), ".action: must be update"),
    (UPDATE, _set(removal=True), ".action: a removal archives or deletes"),
    (UPDATE, _set(id=None), ".id: missing"),
    (UPDATE, _set(id="p1"), ".id: changes["),
    (UPDATE, _set(precondition={"absent": True}), ".precondition: absent"),
    (UPDATE, _set(fields=[]), ".fields: a change with the action update changes at least one"),
    (UPDATE, _field(0, before=1), ".fields[0].before: not a field value"),
    (UPDATE, _field(0, before="true"), ".fields[0].before: not a value of billable"),
    (UPDATE, _field(0, before=False), ".fields[0].after: the same value as before"),
    (UPDATE, _field(0, name="status", before="active", after="done"), ".action: must be archive"),
    (UPDATE, _field(0, name="status", before="active", after="gone"), ".fields[0].after: not a value of status"),
    (UPDATE, _field(0, name="assignees", before=[], after=["Jo@x.example"]), ".fields[0].after: not a value of assignees"),
    (UPDATE, _field(0, name="estimate", before=None, after="PT90M"), ".fields[0].after: not a value of estimate"),
    (UPDATE, _field(0, name="estimate", before=None, after="soon"), ".fields[0].after: not a value of estimate"),
    (UPDATE, _field(0, name="user_groups", before=[], after=["g1"]), ".fields[0].name: only a create sets it"),
    (UPDATE, _field(0, name="hourly_rate", before=None, after="5"), ".fields[0].after: not a value of hourly_rate"),
    (UPDATE, _field(0, name="hourly_rate", before=None, after="5.00 since soon"), ".fields[0].after: not a value of"),
    (UPDATE, _in("precondition", address="task:ACME/Site/V"), ".address: its name does not follow"),
    (UPDATE, _in("precondition", address="task:Globex/Site/U"), ".address: its parent does not follow"),
    (UPDATE, _in("precondition", address="tag:U"), ".precondition.address: not a task"),
    (UPDATE, _in("precondition", parent_id=""), ".precondition.parent_id: does not match the address"),
    (UPDATE, _in("precondition", values={}), ".precondition.values: must have exactly: billable, status"),
    (UPDATE, _in("precondition", values={"billable": True, "status": "active", "estimate": None}), "must have exactly"),
    (UPDATE, _in("precondition", values={"billable": False, "status": "active"}), ".before: not the value of the"),
    (UPDATE, _in("precondition", tracked_seconds=0), ".precondition.tracked_seconds: only a delete has it"),
    (UPDATE, lambda change: change["precondition"]["ancestors"].pop(), ".ancestors: must be those of client:ACME, project:"),
    (UPDATE, lambda change: change["precondition"]["ancestors"].reverse(), ".precondition.ancestors: must be those of"),
    (UPDATE, lambda change: change["precondition"]["ancestors"][0].update(id="c9"), ".ancestors[0]"),
    (UPDATE, lambda change: change["precondition"]["ancestors"][1].update(id="p9"), ".ancestors[1].id: not the parent_id"),
    (UPDATE, lambda change: change["precondition"]["ancestors"][0].update(archived=None), ".archived: not true or false"),
    (UPDATE, lambda change: change["precondition"]["ancestors"][0].update(archived=True), "otherwise"),
    (CREATE, lambda change: change["precondition"]["ancestors"][0].update(id="c9"), ".ancestors[0].id: the change of client:"),
    (CREATE, lambda change: change["precondition"]["ancestors"][0].update(extra=1), ".extra: unknown key"),
    (DELETE_TAG, _in("precondition", ancestors=[{"address": "tag:x", "id": "t8", "archived": False}]), "must be those of"),
    (UPDATE, _set(address="task:Acme Corp/Site/V"), ".address: its name does not follow"),
    (UPDATE, _set(address="tag:U"), ".fields[0].name: not a field of a tag"),
    (RENAME, _field(0, after="Evil"), ".address: its name does not follow"),
    (RENAME, _field(0, before="Evil"), ".address: its name does not follow"),
    (RENAME, _field(0, after=""), ".fields[0]: a name is text with at least one character"),
    (RENAME, _field(0, before=None), ".fields[0]: a name is text with at least one character"),
    (RENAME, lambda change: change["fields"].pop(0), ".address: its name does not follow"),
    (RENAME, lambda change: change["fields"].reverse(), ".fields: not in the order"),
    (RING, _set(temporary_name=None), ".steps: must be update"),
    (RING, _set(temporary_name=None, steps=["update"]), ".temporary_name: must be"),
    (RING, _set(temporary_name="~c5 Gone"), ".temporary_name: must be"),
    (MOVE, _field(0, before="Globex"), ".address: its parent does not follow"),
    (MOVE, _field(0, after="ACME"), ".address: its parent does not follow"),
    (MOVE, lambda change: change["fields"].pop(0), ".fields: a change with the action update changes at least one"),
    (RESTORE, _set(action="update"), ".action: must be restore"),
    (RESTORE, _set(steps=["restore"]), ".steps: must be restore, estimate"),
    (RESTORE, _set(steps=["estimate", "restore"]), ".steps: must be restore, estimate"),
    (RESTORE, _set(steps=["archive", "delete"]), ".steps: must be restore, estimate"),
    (ARCHIVE, _set(action="restore"), ".action: must be archive"),
    (ARCHIVE, _in("impact", lost=["its id"]), ".impact.lost: only a delete has it"),
    (ARCHIVE, _set(steps=["archive", "delete"]), ".steps: must be archive"),
    (ARCHIVE, _set(action="delete"), ".removal: must be true"),
    (ARCHIVE, _in("impact", name_free=True), ".impact.name_free: must be false"),
    (ARCHIVE, _in("impact", along=["task:Globex/Closed/X"]), ".impact.along: an archive deletes nothing"),
    (REMOVAL_ARCHIVE, _set(steps=["archive", "delete"]), ".steps: must be archive"),
    (REMOVAL_ARCHIVE, _set(action="delete", steps=["archive", "delete"], fields=[]), ".precondition.tracked_seconds: mis"),
    (REMOVAL_ARCHIVE, _set(fields=[]), ".fields: an archive changes archived alone"),
    (REMOVAL_ARCHIVE, _set(address="project:Other"), ".address: not that of the precondition"),
    (DELETE, _set(action="create"), ".id: a create has none"),
    (DELETE, _set(action="archive"), ".steps: must be archive"),
    (DELETE, _set(action="update", removal=False), ".fields: a change with the action update changes at least one"),
    (DELETE, _set(removal=False), ".removal: must be true"),
    (DELETE, _set(steps=["delete"]), ".steps: must be archive, delete"),
    (DELETE, _set(fields=[{"name": "note", "before": None, "after": "x"}]), ".fields: a delete changes none"),
    (DELETE, _set(id=None), ".id: missing"),
    (DELETE, _set(address="project:Other"), ".address: not that of the precondition"),
    (DELETE, _in("impact", along=["task:Kept/X"]), ".impact.along[0]: not inside project:Internal"),
    (DELETE, _in("impact", along=["project:Internal"]), ".impact.along[0]: not inside project:Internal"),
    (DELETE, _in("impact", name_free=True), ".impact.name_free: must be null"),
    (DELETE, _in("impact", time_entries=2), ".impact.time_entries: not the number of the precondition"),
    (DELETE, _in("impact", tracked_seconds=60), ".action: has or may have tracked time"),
    (DELETE, _in("precondition", tracked_seconds=60), ".action: has or may have tracked time"),
    (DELETE, _in("precondition", time_entries=None), ".impact.time_entries: not the number of the precondition"),
    (DELETE, lambda change: change["precondition"].pop("tracked_seconds"), ".precondition.tracked_seconds: missing"),
    (DELETE, lambda change: change["precondition"].pop("time_entries"), ".precondition.time_entries: missing"),
    (DELETE_ARCHIVED, _in("precondition", values={"archived": "no"}), ".precondition.values.archived"),
    (DELETE_TAG, _set(temporary_name="~k1 old"), ".steps: must be rename, delete"),
    (DELETE_RENAMED, _set(temporary_name="old"), ".temporary_name: must be '~t2 news'"),
    (DELETE_TAG, _set(blocked={"guard": "none", "reason": "", "allow": ""}), ".blocked.guard: unknown guard"),
    (DELETE_TAG, _set(blocked={"guard": "max_requests", "reason": "", "allow": ""}), "no limit of requests"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "edit", "place"), CHANGES, ids=[f"{number}: {place}" for number, (_, _, place) in enumerate(CHANGES)]
)
def test_a_change_that_the_planner_does_not_make_is_refused_with_its_place(
    address: str, edit: Edit, place: str
) -> None:
    data = as_json(PLAN)
    number = next(at for at, change in enumerate(data["changes"]) if change["address"] == address)
    edit(data["changes"][number])
    problems = refusal(data)
    assert any(f"changes[{number}]" in line and place in line for line in problems.splitlines()), problems


def _swap(data: Any) -> None:
    data["changes"][0], data["changes"][1] = data["changes"][1], data["changes"][0]


FILES: list[tuple[Edit, str]] = [
    (_swap, "changes[0]: "),
    (lambda data: data["changes"].append(data["changes"][-1]), ".id: changes["),
    (lambda data: data["changes"].append(data["changes"][1]), "has the same one"),
    (lambda data: data["changes"].pop(), "forecast.writing: must be"),
    (lambda data: data["policy"].update(extra=1), "policy.extra: unknown key"),
    (lambda data: data["policy"]["prune"].update(tags="keep"), ".action: not what policy.prune.tags allows"),
    (lambda data: data["policy"]["prune"].update(tags="archive"), ".action: not what policy.prune.tags allows"),
    (lambda data: data["policy"]["prune"].pop("tags"), "policy.prune.tags: missing key"),
    (lambda data: data["policy"].update(protect=["b", "a"]), "policy.protect[0]: must be 'a'"),
    (lambda data: data["policy"]["removal_budget"].update(share="25.0%"), "policy.removal_budget.share: must be '25%'"),
    (lambda data: data["policy"]["removal_budget"].update(share="1.1.1%"), "damaged"),
    (lambda data: data["policy"]["removal_budget"].update(count=True), "policy.removal_budget.count: not a whole"),
    (lambda data: data.update(approved=True), "approved: unknown key"),
    (lambda data: data["changes"][0].update(force=True), "changes[0].force: unknown key"),
    (lambda data: data["changes"][0]["impact"].update(hidden=1), "changes[0].impact.hidden: unknown key"),
    (lambda data: data["changes"][0]["precondition"].update(ancestors=[]), "damaged"),
    (lambda data: data["changes"][0]["precondition"].update(x=1), "changes[0].precondition.x: unknown key"),
    (lambda data: data["workspace"].update(x=1), "workspace.x: unknown key"),
    (lambda data: data["forecast"].update(writing=1), "forecast.writing: must be"),
    (lambda data: data["forecast"].update(saved=9), "forecast.saved: must be"),
    (lambda data: data["forecast"].update(requests=1), "forecast.requests: must be"),
    (lambda data: data["forecast"].update(seconds=float("nan")), "forecast.seconds: not a number"),
    (lambda data: data["forecast"].update(reading=-1), "forecast.reading: not a whole number"),
    (lambda data: data.update(withdrawn=["b", "a"]), "withdrawn: not sorted"),
    (lambda data: data.update(allowances={"people": 1}), "allowances: not one of"),
    (lambda data: data.update(allowed_removals=["tag:b", "tag:a"]), "allowed_removals: not sorted"),
    (lambda data: data.update(max_requests="9"), "max_requests: not a whole number"),
    (lambda data: data.update(digest_version=3), "digest_version: not 2: 3"),
    (lambda data: data.update(digest_version=True), "digest_version: not 2: true"),
    (
        lambda data: data.update(
            look_alikes=[
                {
                    "kind": "tag",
                    "create": "tag:x",
                    "remove": "tag:old",
                    "was": "old",
                    "score": 9,
                    "declared": {"notation": "item", "was": []},
                    "line": "- {name: x, was: old}",
                }
            ]
        ),
        "look_alikes[0]: not a create and a removal of this plan",
    ),
    (lambda data: data.update(warnings=["\ud800"]), "warnings[0]: not text"),
    (lambda data: data.update(changes={}), "changes: not an array: an object"),
    (lambda data: data.update(changes=[[]]), "changes[0]: not an object: an array"),
]


@pytest.mark.parametrize(
    ("edit", "place"), FILES, ids=[f"{number}: {place}" for number, (_, place) in enumerate(FILES)]
)
def test_a_file_that_the_planner_does_not_make_is_refused_with_its_place(edit: Edit, place: str) -> None:
    data = as_json(PLAN)
    edit(data)
    assert place in refusal(data)


def test_every_problem_of_a_file_is_listed() -> None:
    data = as_json(PLAN)
    data["changes"][0].update(force=True, id=7)
    data["extra"] = 1
    assert len(refusal(data).splitlines()) == 3


@pytest.mark.parametrize("key", ["gateway", "base_url", "workspace", "allowances", "allowed_removals", "max_requests"])
def test_the_digest_covers_what_decides(key: str) -> None:
    values: dict[str, Any] = {
        "gateway": "maton",
        "base_url": "http://elsewhere",
        "workspace": {"id": "w2", "name": "Studio"},
        "allowances": {"tags": 9},
        "allowed_removals": ["tag:old"],
        "max_requests": 99,
    }
    data = as_json(PLAN)
    changed = sealed({**data, key: values[key]})
    assert changed["digest"] != data["digest"]
    kept = {**changed, "digest": data["digest"]}
    with pytest.raises(PlanFileError, match="modified: its digest"):
        plan_from_json(sealed_checksum(kept))


def sealed_checksum(data: Any) -> Any:
    from reconciler.planning import planfile  # noqa: PLC0415 - what a forger would call

    return {**data, "checksum": planfile._checksum(data)}


def test_a_loaded_plan_is_marked_and_stays_equal() -> None:
    read = plan_from_json(as_json(PLAN))
    assert (PLAN.is_loaded, read.is_loaded) == (False, True)
    assert read == PLAN
    assert json.loads(json.dumps(plan_to_json(read))) == as_json(PLAN)


def test_verification_changes_nothing_of_what_it_reads() -> None:
    data = as_json(PLAN)
    before = copy.deepcopy(data)
    plan_from_json(data)
    assert data == before


def test_the_number_of_further_problems_is_given() -> None:
    data = as_json(PLAN)
    data["extra"] = 1
    assert "more)" not in refusal(data)
    data["changes"][0].update(force=True, id=7)
    assert "(and 2 more)" in refusal(data)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "empty"), (1, "tag:0"), (5, "tag:0, tag:1, tag:2, tag:3, tag:4"), (6, "tag:0, tag:1, tag:2, tag:3, tag:4, …")]
)  # fmt: skip
def test_five_addresses_are_listed(number: int, shown: str) -> None:
    assert _listed([Address("tag", (str(at),)) for at in range(number)]) == shown


def test_a_format_that_is_not_known_is_shown_up_to_60_characters() -> None:
    with pytest.raises(PlanFileError) as refused:
        plan_from_json({**as_json(PLAN), "format": "reconciler.plan/" + "9" * 80})
    assert f"{('reconciler.plan/' + '9' * 80)[:60]!r}" in refused.value.message


@pytest.mark.parametrize(
    ("unknown", "message"),
    [
        (("x",), "the plan file is damaged: x: unknown key"),
        (("x", "y"), "the plan file is damaged: x: unknown key (and 1 more)"),
        (("x", "y", "z"), "the plan file is damaged: x: unknown key (and 2 more)"),
    ],
)
def test_a_refusal_counts_the_further_problems(unknown: tuple[str, ...], message: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        plan_from_json({**as_json(PLAN), **dict.fromkeys(unknown, 1)})
    assert caught.value.message == message
    assert len(caught.value.problems) == len(unknown) - 1


@pytest.mark.parametrize(
    ("more", "is_possible"),
    [
        ({}, True),
        ({"unmanaged": {"tag": 0}}, True),
        ({"unmanaged": {"tag": 1}}, False),
        ({"withdrawn": ("tag:b",)}, False),
        ({"rename_candidates": (RenameCandidate(Address("tag", ("a",)), Address("tag", ("b",)), ("b",), 90),)}, False),
    ],
)
def test_a_workspace_that_is_new_has_nothing_to_lose(more: dict[str, Any], *, is_possible: bool) -> None:
    plan = plan_of({"tags": ["a"]}, {})
    plan = replace(plan, target=replace(plan.target, workspace_id=""), **({"unmanaged": {}} | more))
    problems = [] if is_possible else ["workspace: a new workspace has neither resources nor protections"]
    assert list(_of_a_new_workspace(plan)) == problems


def test_a_refusal_lists_twenty_problems() -> None:
    with pytest.raises(PlanFileError) as caught:
        plan_from_json({**as_json(PLAN), **dict.fromkeys(map(str, range(25)), 1)})
    assert len(caught.value.problems) == 19
    assert caught.value.message.endswith("(and 19 more)")
