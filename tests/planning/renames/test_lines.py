"""The line of a rename candidate, pasted into the manifest where it says: the text parses, and plans to the rename."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
import yaml

from reconciler.manifest import load
from reconciler.planning import Plan, make_plan, plan_from_json, plan_to_json
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.render.html import plan_html
from reconciler.render.markdown import plan_markdown
from reconciler.render.text import plan_lines
from tests.planning.forging import as_json, refusal
from tests.planning.literals import TARGET, live_of

TEXTS: dict[str, tuple[str, dict[str, list[Any]], list[str]]] = {
    "a bare string in a list of lines": (
        "tags:\n  - urgent\n  - travelling  # abroad\n",
        {"tags": ["urgent", "travel"]},
        ["- {name: travelling, was: travel}"],
    ),
    "a bare string at the margin, in quotes": (
        "tags:\n- \"2024\"\n- 'on, site'\n",
        {"tags": ["2024", "on site"]},
        ["- {name: 'on, site', was: on site}"],
    ),
    "bare strings in brackets": (
        "tags: [urgent, travelling, 'b, c']\n",
        {"tags": ["urgent", "travel", "b c"]},
        ["{name: 'b, c', was: b c}", "{name: travelling, was: travel}"],
    ),
    "a mapping in lines": (
        "clients:\n  - name: Acme Corp\n    note: x\n",
        {"clients": ["ACME"]},
        ["was: ACME"],
    ),
    "a mapping in braces": (
        "clients:\n  - {name: Acme Corp, note: x}\n",
        {"clients": ["ACME"]},
        ["was: ACME,"],
    ),
    "a mapping in lines with an earlier name": (
        "clients:\n  - name: Acme Corp\n    was: Acne\n    note: x\n",
        {"clients": ["ACME"]},
        ["was: [Acne, ACME]"],
    ),
    "a mapping in braces with earlier names": (
        "clients: [{name: Acme Corp, was: ['a, b', Acne]}]\n",
        {"clients": ["ACME"]},
        ["was: ['a, b', Acne, ACME]"],
    ),
    "JSON": (
        '{"version": 1, "clients": [{"name": "Acme Corp"}], "tags": ["travelling"]}',
        {"clients": ["ACME"], "tags": ["travel"]},
        ["was: ACME,", "{name: travelling, was: travel}"],
    ),
    "a project that moves": (
        "clients:\n  - A\n  - name: B: 2\n    projects:\n      - Brand/film\n".replace("B: 2", "'B: 2'"),
        {"clients": ["A", "B: 2"], "projects": ["A/Brand\\/film"]},
        ["- {name: Brand/film, was: A/Brand\\/film}"],
    ),
    "a task of a task set": (
        "task_sets:\n  web:\n    - Design\n    - Kick-off\nprojects:\n  - name: Site\n    use: [web]\n",
        {"projects": ["Site"], "tasks": ["Site/Design", "Site/Kickoff"]},
        ["- {name: Kick-off, was: Kickoff}"],
    ),
    "a bare task over that of its set": (
        "task_sets: {web: [{name: Kick-off, was: Start}]}\nprojects:\n- name: Site\n  use: [web]\n  tasks:\n  - Kick-off\n",
        {"projects": ["Site"], "tasks": ["Site/Kickoff"]},
        ["- {name: Kick-off, was: [Start, Kickoff]}"],
    ),
    "names without a letter in common": (
        "projects:\n  - name: Stamp cards\n    tasks: [Concept, Print, Stamps]\n",
        {"projects": ["Loyalty"], "tasks": ["Loyalty/Concept", "Loyalty/Print", "Loyalty/Stamps"]},
        ["was: Loyalty"],
    ),
}


def _case(name: str) -> tuple[str, dict[str, list[Any]], list[str]]:
    text, live, lines = TEXTS[name]
    return text if text.startswith("{") else f"version: 1\n{text}", live, lines


def _plan(text: str, live: dict[str, list[Any]]) -> Plan:
    return make_plan(load(["-"], stdin=text.encode), live_of(live), {}, target=TARGET)


def _paste(text: str, pair: RenameCandidate, source: str) -> str:
    """The text with the line of a pair at the place that goes with it; `source` is where the resource is declared."""
    line, column = (int(number) for number in source.split(":")[1:])
    start = sum(len(row) for row in text.splitlines(keepends=True)[: line - 1]) + column - 1
    node = next(node for node in _nodes(yaml.compose(text)) if node.start_mark.index == start)
    match pair.place:
        case "in place of" if pair.line.startswith("- "):
            dash = text.rindex("-", 0, start)
            return text[:dash] + pair.line + text[node.end_mark.index :]
        case "in place of":
            return text[:start] + pair.line + text[node.end_mark.index :]
        case "after the { of":
            assert text[start] == "{"
            return f"{text[: start + 1]}{pair.line} {text[start + 1 :]}"
        case "under":
            return f"{text[:start]}{pair.line}\n{' ' * node.start_mark.column}{text[start:]}"
        case "in place of the `was:` of":
            key, value = next((key, value) for key, value in node.value if key.value == "was")
            return text[: key.start_mark.index] + pair.line + text[value.end_mark.index :]
    raise AssertionError(pair.place)


def _nodes(node: Any) -> Any:
    yield node
    for inner in node.value if isinstance(node.value, list) else ():
        for each in inner if isinstance(inner, tuple) else (inner,):
            yield from _nodes(each)


@pytest.mark.parametrize("case", TEXTS)
def test_a_line_works_when_it_is_pasted(case: str) -> None:
    text, live, lines = _case(case)
    plan = _plan(text, live)
    assert [pair.line for pair in plan.rename_candidates] == lines
    for number in range(len(lines)):
        plan = _plan(text, live)
        pair = plan.rename_candidates[0]
        source = next(change.source for change in plan.changes if change.address == pair.create)
        text = _paste(text, pair, source)
        after = _plan(text, live)
        assert len(after.rename_candidates) == len(lines) - number - 1, text
        assert {pair.create: pair.remove.name}.items() <= {
            c.address: (f.before if (f := c.field_named("name")) else c.address.name)
            for c in after.changes
            if c.action == "update"
        }.items()


@pytest.mark.parametrize("case", TEXTS)
def test_every_output_and_the_plan_file_have_the_line(case: str) -> None:
    text, live, lines = _case(case)
    plan = plan_from_json(json.loads(json.dumps(plan_to_json(_plan(text, live)))))
    assert [pair["line"] for pair in plan_to_json(plan)["look_alikes"]] == lines
    blocks = [
        change.blocked.allow for change in plan.changes if change.blocked and change.blocked.guard == "look_alike"
    ]
    shown = "\n".join("".join(span.text for span in row) for row in plan_lines(plan))
    for line in lines:
        assert any(line in allow for allow in blocks)
        assert f"        {line}\n" in shown
        assert line in html.unescape(plan_markdown(plan))
        assert line.replace("'", "&#39;") in plan_html(plan)


@pytest.mark.parametrize("key", ["line", "declared"])
def test_another_line_in_a_plan_file_is_refused(key: str) -> None:
    data = as_json(_plan(*_case("a mapping in lines")[:2]))
    assert refusal(data) == ""
    data["look_alikes"][0][key] = {"line": "was: Globex", "declared": {"notation": "item", "was": []}}[key]
    assert "look_alikes[0].line: must be" in refusal(data)
