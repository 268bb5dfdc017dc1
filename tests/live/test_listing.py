"""Lists for looking: what they show, and in which order."""

from __future__ import annotations

from reconciler.kinds import TASK
from reconciler.live import Lister
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, page, reader_of
from tests.live.fake_workspace import project, task


def test_tasks_follow_the_order_of_their_projects_whether_or_not_they_came_with_them() -> None:
    first, last = (project(f"p{n}", f"Site {n}", tasks=[task(f"k{n}", f"Task {n}")]) for n in (1, 3))

    def answer(request: ReceivedRequest) -> Reply:
        if request.path.endswith("/projects/p2/tasks"):
            return page([task("k2", "Task 2")])
        return page([first, project("p2", "Site 2", tasks=None), last])

    pages = Lister(reader_of(Service(answer)), "w").pages(TASK)
    assert [[str(each.address) for each in listed] for listed in pages] == [
        ["task:Site 1/Task 1"],
        ["task:Site 2/Task 2"],
        ["task:Site 3/Task 3"],
    ]
