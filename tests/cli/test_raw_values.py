"""Undeclared values go back as they were answered: not in another case, spelling or order."""

from __future__ import annotations

import pytest

from tests.cli.embedded import Embedded

KEEP = {"prune": {"clients": "keep", "projects": "keep", "tasks": "keep"}}
TEXT = "first line\r\n  second line\t\r\n"


@pytest.mark.parametrize(("color", "put"), [("#abcdef", "matrix"), ("#ABCDEF", "merge"), ("#aBcDeF", "replace")])
def test_a_color_keeps_its_case(sandbox: Embedded, color: str, put: str) -> None:
    sandbox.switch(f"spelling=kept,put_projects={put}")
    sandbox.call("POST", "projects", {"name": "Site", "color": color, "note": TEXT})
    sandbox.declare(projects=[{"name": "Site", "billable": False}], policy=KEEP)
    assert sandbox.apply()[0] == 0
    assert [sandbox.stored("projects", "Site")[key] for key in ("color", "note", "billable")] == [color, TEXT, False]


@pytest.mark.parametrize(("estimate", "put"), [("PT120M", "merge"), ("P1D", "replace"), ("PT0H", "replace")])
def test_a_duration_keeps_its_spelling_and_a_list_its_order(sandbox: Embedded, estimate: str, put: str) -> None:
    sandbox.switch(f"spelling=kept,put_tasks={put}")
    project = sandbox.call("POST", "projects", {"name": "Site"})["id"]
    sandbox.call("POST", f"projects/{project}/tasks", {"name": "Build", "estimate": estimate})
    task = sandbox.stored("tasks", "Build")
    people = ["zz", "aa"]
    sandbox.store.save("task", task | {"assigneeIds": people, "userGroupIds": ["g2", "g1"]})
    sandbox.declare(projects=[{"name": "Site", "tasks": [{"name": "Build", "billable": False}]}], policy=KEEP)
    sandbox.run("apply", "--approve", sandbox.plan()["digest"])
    assert sandbox.bodies("PUT")[0] == {
        "name": "Build",
        "billable": False,
        "estimate": estimate,
        "assigneeIds": people,
        "status": "ACTIVE",
        "userGroupIds": ["g2", "g1"],
        "budgetEstimate": 0,
    }


@pytest.mark.parametrize("put", ["merge", "replace"])
def test_addresses_keep_their_case_and_empty_texts_stay_empty(sandbox: Embedded, put: str) -> None:
    sandbox.switch(f"put_clients={put}")
    client = sandbox.call("POST", "clients", {"name": "Acme", "email": "Jo@Acme.Example", "note": "", "address": TEXT})
    addresses = ["Zoe@Acme.Example", "amy@acme.example"]
    sandbox.store.save("client", {**(sandbox.store.load("client", client["id"]) or {}), "ccEmails": addresses})
    before = sandbox.stored("clients", "Acme")
    sandbox.declare(clients=[{"name": "Acme Inc", "was": "Acme"}], policy=KEEP)
    assert sandbox.apply()[0] == 0
    assert sandbox.stored("clients", "Acme Inc") == before | {"name": "Acme Inc"}


def test_an_archive_and_a_rename_send_the_color_as_it_is(sandbox: Embedded) -> None:
    sandbox.switch("spelling=kept,put_projects=replace")
    for name, color in (("One", "#abcdef"), ("Two", "#fedcba")):
        sandbox.call("POST", "projects", {"name": name, "color": color})
    sandbox.declare(projects=[{"name": "Uno", "was": "One"}, {"name": "Two", "archived": True}], policy=KEEP)
    assert sandbox.apply()[0] == 0
    assert sandbox.stored("projects", "Uno")["color"] == "#abcdef"
    assert sandbox.stored("projects", "Two")["color"] == "#fedcba"
