"""The requests of whole commands, counted one by one: what docs/cli.md says that setting up takes, and no more."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.cli.embedded import Embedded

PROJECTS, TASKS = 4, 3
MANIFEST: dict[str, Any] = {
    "projects": [
        {"name": f"Project {number}", "tasks": [f"Task {task}" for task in range(TASKS)]} for number in range(PROJECTS)
    ],
    "policy": {"prune": {"projects": "keep"}},
}
UNPROVED = {"clients": 2, "projects": 3, "tags": 2}
"""Lists where nothing is archived. The list of projects is read once more: with the tasks that went along."""
PROVED = {"clients": 1, "projects": 2, "tags": 1}
OTHER = {"connections": 1, "workspaces": 1, "user": 1, "tasks": 1}
"""The probe's own tasks are listed at once; the user is a part of the record of the run."""


def _counts(sandbox: Embedded) -> Counter[str]:
    """Requests of the last command by the last word of their path, writes by their method."""
    return Counter(path.rsplit("/", 1)[-1] if method == "GET" else method for method, path in sandbox.sent)


def _set_up(sandbox: Embedded, *options: str) -> Counter[str]:
    sandbox.declare(**MANIFEST)
    digest = sandbox.plan()["digest"]
    result = sandbox.run("apply", "--approve", digest, options=options)
    assert result.exit_code == 0, result.stderr
    return _counts(sandbox)


def _archive_one_of_each(sandbox: Embedded) -> None:
    for plural in ("clients", "projects", "tags"):
        made = sandbox.call("POST", plural, {"name": "Past"})
        sandbox.call("PUT", f"{plural}/{made['id']}", {"name": "Past", "archived": True})


def test_setting_up_takes_a_request_for_each_project_and_eleven_more(sandbox: Embedded) -> None:
    counts = _set_up(sandbox)
    assert counts == {"POST": PROJECTS, **UNPROVED, **OTHER}
    assert counts.total() == PROJECTS + 11


def test_where_something_of_each_kind_is_archived_three_lists_less(sandbox: Embedded) -> None:
    _archive_one_of_each(sandbox)
    counts = _set_up(sandbox)
    assert counts == {"POST": PROJECTS, **PROVED, **OTHER}
    assert counts.total() == PROJECTS + 8


def test_where_lists_leave_archived_ones_out_each_is_read_twice(sandbox: Embedded) -> None:
    _archive_one_of_each(sandbox)
    sandbox.switch("archived_absent=active")
    assert _set_up(sandbox) == {"POST": PROJECTS, **UNPROVED, **OTHER}


@pytest.mark.parametrize(("inline", "posts"), [("ignored", 1 + TASKS), ("refused", 1 + TASKS)])
def test_where_tasks_do_not_go_along_each_takes_a_request(sandbox: Embedded, inline: str, posts: int) -> None:
    sandbox.switch(f"inline_tasks={inline}")
    counts = _set_up(sandbox)
    assert counts["POST"] == PROJECTS * posts + (inline == "refused") + 1  # and a copy, which is refused


@pytest.mark.parametrize("inline", ["ignored", "refused"])
def test_where_tasks_do_not_go_along_and_projects_can_be_copied_one_project_is_created_task_by_task(
    sandbox: Embedded, inline: str
) -> None:
    sandbox.switch(f"inline_tasks={inline},from_template=any")
    counts = _set_up(sandbox)
    assert counts["POST"] == PROJECTS + TASKS + (inline == "refused")
    # The probe of inline tasks, that of copies, and the two other copies; a list of all projects has as many pages.
    assert counts["tasks"] == 3 + (inline == "ignored")
    # After a refusal the name is looked up: the project could be there after all.
    assert counts["projects"] == 2 + 2 * (inline == "refused")
    unknown = counts.keys() - {"POST", "tasks", *UNPROVED, *OTHER}
    assert [counts[name] for name in unknown] == [1]  # the first copy itself


def test_a_run_asks_for_the_largest_page_once_where_it_is_cut(sandbox: Embedded) -> None:
    sandbox.switch("page_cap=50")
    for number in range(60):
        sandbox.call("POST", "clients", {"name": f"Client {number:02}"})
    sandbox.declare(**MANIFEST)
    sandbox.run("plan")
    log = sandbox.served.state.log
    sizes = [logged.query.partition("page-size=")[2] for logged in log if "page-size=" in logged.query]
    assert sizes[0] == "5000"
    assert set(sizes[1:]) == {"50"}


def test_a_new_task_needs_the_list_of_its_project_and_a_finished_one_anywhere_spares_all(sandbox: Embedded) -> None:
    _set_up(sandbox)
    more = [{**project, "tasks": [*project["tasks"], "New"]} for project in MANIFEST["projects"]]
    sandbox.declare(**{**MANIFEST, "projects": more})
    sandbox.plan()
    assert _counts(sandbox)["tasks"] == PROJECTS  # nothing is finished: that lists show what is, is not proved
    project = sandbox.stored("projects", "Project 0")["id"]
    task = sandbox.call("POST", f"projects/{project}/tasks", {"name": "Past"})
    sandbox.call("PUT", f"projects/{project}/tasks/{task['id']}", {"name": "Past", "status": "DONE"})
    sandbox.plan()
    assert _counts(sandbox)["tasks"] == 0


def test_tasks_that_are_finished_instead_of_deleted_cost_no_list(sandbox: Embedded) -> None:
    _set_up(sandbox)
    fewer = [{**project, "tasks": project["tasks"][1:]} for project in MANIFEST["projects"]]
    for prune, lists in (("archive", 0), ("delete", PROJECTS)):
        policy = {"prune": {"tasks": prune}, "removal_budget": {"count": 99, "share": "100%"}}
        sandbox.declare(projects=fewer, policy=policy)
        sandbox.plan()
        assert _counts(sandbox)["tasks"] == lists


def test_the_time_on_tasks_of_one_project_is_one_question_for_each_person(sandbox: Embedded) -> None:
    _set_up(sandbox)
    fewer = [{**MANIFEST["projects"][0], "tasks": ["Task 0"]}, *MANIFEST["projects"][1:]]
    sandbox.declare(projects=fewer, policy={"removal_budget": {"count": 99, "share": "100%"}})
    plan = sandbox.plan()
    assert len(plan["changes"]) == TASKS - 1
    assert _counts(sandbox)["time-entries"] == 1  # the workspace has one member
