"""A plan as workflow commands: one a removal or blocked change, at its line, whatever the names are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reconciler.errors import Problem
from reconciler.model import Address
from reconciler.planning.plan import Action, Blocked, Change, Impact, Plan, Step
from reconciler.render.annotations import plan_annotations, plan_to_github
from reconciler.render.digest_comment import problems_comment
from tests.render.plans import HOSTILE, TARGET

URL = "https://gitlab.example/a/b/-/blob/abc"


def removal(name: str, source: str = "workspace.yaml:3:5", blocked: Blocked | None = None) -> Change:
    address = Address("tag", (name,))
    return Change(
        address, Action.DELETE, (Step.DELETE,), id="1", reason="not in the manifests", source=source,
        impact=Impact(time_entries=3), blocked=blocked, removal=True,
    )  # fmt: skip


def test_a_removal_is_a_warning_and_a_blocked_change_an_error() -> None:
    budget = Blocked("removal_budget", "would remove all 3 tags", "--allow-removals tags=3")
    children = Blocked("children", "a project would remain", "remove or move them")
    kept = Change(Address("tag", ("new",)), Action.CREATE, (Step.CREATE,))
    changes = (kept, removal("a"), removal("b", blocked=budget), replace(kept, blocked=children, source="x.yaml:1:1"))
    assert [(level, p.place, p.message, p.hint) for level, p in plan_annotations(Plan(TARGET, changes))] == [
        ("warning", "workspace.yaml:3:5", "would delete tag:a: not in the manifests; detaches 3 time entries", ""),
        (
            "error",
            "workspace.yaml:3:5",
            "blocked: delete tag:b: would remove all 3 tags",
            "allow with --allow-removals tags=3",
        ),
        ("error", "x.yaml:1:1", "blocked: create tag:new: a project would remain", "remove or move them"),
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_inert_in_a_workflow_command(name: str) -> None:
    plan = Plan(TARGET, (removal(name, f"{name}.yaml:3:5"),))
    lines = plan_to_github(plan, lambda _: "").split("\n")
    assert [line[:9] for line in lines] == ["::warning", "::notice:", ""]
    properties, _, message = lines[0].removeprefix("::warning ").partition("::")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "col"]
    assert message.isprintable() or not name.isprintable()
    assert "##[" not in lines[0]


def test_a_removal_without_a_line_is_at_the_place_that_the_caller_finds() -> None:
    plan = Plan(TARGET, (removal("a", ""),))
    assert "file=w.yaml,line=9,col=1" in plan_to_github(plan, lambda change: f"w.yaml:{len(change.address.name) + 8}:1")
    assert plan_to_github(plan).startswith("::warning::would delete tag:a")


def test_problems_are_listed_with_links_as_far_as_they_fit() -> None:
    found = [("error", Problem("a.yaml", line, 1, f"bad *{line}*", "fix it")) for line in range(1, 40)]
    text = problems_comment(found, "manifests/", "https://ci.example/1", URL, 60_000)
    assert f"- **error** [`a.yaml:7:1`]({URL}/a.yaml#L7): bad \\*7\\* (fix it)" in text
    assert "[The job that found them](https://ci.example/1)" in text
    short = problems_comment(found, "manifests/", "", "", 500)
    assert "more omitted (size limit)" in short
    assert "- **error** `a.yaml:1:1`: bad" in short
    assert len(short) < 700
    assert "- **warning** all of it" in problems_comment(
        [("warning", Problem("", 0, 0, "all of it"))], "m", "", "", 500
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_inert_in_the_list_of_problems(name: str) -> None:
    text = problems_comment([("error", Problem(name, 1, 1, name, name))], name, "", URL, 60_000)
    page = MarkdownIt("commonmark").render(text)
    assert [page.count(mark) for mark in ("<script", "<img", "<h2>", "<li>", "<table")] == [0, 0, 1, 1, 0]
    assert "@everyone" not in text.replace("`@everyone", "")
