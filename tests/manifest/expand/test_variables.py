from __future__ import annotations

import hashlib

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import load, validate
from reconciler.model import Address
from reconciler.state import Desired
from tests.manifest.expand.folder import addresses, desired, problems, write


def test_variables_are_filled_in_everywhere_but_in_keys() -> None:
    found = desired(
        """
        vars: {team: Web, hours: PT8H, paid: true, keep: 3, who: jo@a.example}
        workspace: "{team} Studio"
        policy: {removal_budget: {count: "{keep}"}, protect: ["client:{team}*"]}
        defaults: {project: {billable: "{paid}"}}
        task_sets: {web: [{name: "{team|lower}", estimate: "{hours}", assignees: ["{who}"]}]}
        clients: [{name: "{team}", note: "{{team} is {team|upper}"}]
        projects: [{name: "{team} site", client: "{team}", use: [web]}]
        removed: [{tag: "{team}"}]
        """
    )
    task = found.resources[Address("task", ("Web", "Web site", "web"))]
    assert found.workspace == "Web Studio"
    assert (found.policy.removal_budget.count, found.policy.protect) == (3, ("client:Web*",))
    assert (task.values["estimate"], task.values["assignees"]) == ("PT8H", ("jo@a.example",))
    assert found.resources[Address("client", ("Web",))].values["note"] == "{team} is WEB"
    assert found.resources[Address("project", ("Web", "Web site"))].values["billable"] is True
    assert [removed.address.name for removed in found.removed] == ["Web"]
    assert str(task.source) == "workspace.yaml:7:19"


def test_a_value_from_outside_takes_the_place_of_the_declared_one() -> None:
    manifest = "vars: {team: Web, size: null}\ntags: ['{team}-{size}']"
    write({"workspace.yaml": manifest})
    environment = {"TEAM": "Data", "size": "xl", "SIZE": "m", "OTHER": "unused"}

    def names(**variables: str) -> list[str]:
        return [a.name for a in load(["workspace.yaml"], variables=variables, environment=environment).resources]

    assert names() == ["Data-xl"]
    assert names(team="Ops", size="s") == ["Ops-s"]


def test_values_from_outside_are_sources() -> None:
    found = desired("vars: {team: Web, size: s}\ntags: ['{team}-{size}']", {"team": "Ops"})
    assert [source.path for source in found.sources] == ["workspace.yaml", "--var team"]
    assert found.sources[1].sha256 == hashlib.sha256(b"team=Ops").hexdigest()


def test_text_from_outside_is_converted_for_the_field() -> None:
    manifest = """
        vars: {gone: null, hours: null, keep: null}
        policy: {removal_budget: {count: "{keep}"}}
        projects: [{name: Site, archived: "{gone}", estimate: "{hours}"}]
        """
    found = desired(manifest, {"gone": "yes", "hours": "1h 30m", "keep": "0"})
    site = found.resources[Address("project", ("Site",))]
    assert (site.values["archived"], site.values["estimate"]) == (True, "PT1H30M")
    assert found.policy.removal_budget.count == 0
    assert problems(manifest, {"gone": "perhaps", "hours": "x", "keep": "some"}) == [
        "workspace.yaml:4:34 (--var keep): 'count' must be an integer, not 'some'",
        "workspace.yaml:5:35 (--var gone): 'archived' must be true or false, not 'perhaps'",
        "workspace.yaml:5:55 (--var hours): invalid duration 'x' | write 12.5h, 12:30 or PT12H30M",
    ]


def test_a_word_may_have_any_letter_case_where_one_or_several_are_allowed() -> None:
    check = "{kind: '{kind}', action: ['{action}'], forbid: {name: x}, message: m}"
    found = desired(f"vars: {{kind: TAG, action: Create}}\npolicy: {{checks: [{check}]}}\ntags: [a]")
    assert [(each.kinds, each.actions) for each in found.policy.checks] == [(("tag",), ("create",))]


def test_variables_of_one_file_are_those_of_all() -> None:
    write({"a.yaml": "vars: {team: Web}", "b.yaml": "tags: ['{team}']"})
    for paths in (["a.yaml", "b.yaml"], ["b.yaml", "a.yaml"]):
        assert [address.name for address in load(paths).resources] == ["Web"]


def test_null_declares_and_a_value_elsewhere_sets() -> None:
    write(
        {"a.yaml": "vars: {team: null}\ntags: ['{team}']", "b.yaml": "vars: {team: Web}", "c.yaml": "vars: {team: Ops}"}
    )
    for paths in (["a.yaml", "b.yaml"], ["b.yaml", "a.yaml"]):
        assert [address.name for address in load(paths).resources] == ["Web"]
    with pytest.raises(ManifestError) as caught:
        load(["a.yaml", "b.yaml", "c.yaml"])
    assert [(problem.place, problem.message) for problem in caught.value.problems] == [
        ("c.yaml:2:8", "conflicting values for the variable 'team'; first set at b.yaml:2:14")
    ]


@pytest.mark.parametrize(
    ("manifest", "variables", "expected"),
    [
        ("vars: {a: 1}\ntags: ['{b}']", {}, "workspace.yaml:3:8: undefined variable 'b' | defined here: 'a'; write {{ for a literal brace"),
        ("vars: {team: 1}\ntags: ['{taem}']", {}, "workspace.yaml:3:8: undefined variable 'taem' | did you mean 'team'?"),
        ("vars: {a: null}\ntags: ['{a}']", {}, "workspace.yaml:2:8: the variable 'a' has no value | set it: --var a=VALUE, or RECONCILER_VAR_A"),
        ("vars: {team: 1}\ntags: [x]", {"taem": "2"}, "no manifest declares the variable 'taem' | did you mean 'team'?"),
        ("tags: ['{a}']", {"a": "2"}, "no manifest declares the variable 'a' | declare it under `vars:` in a manifest"),
        ("vars: {a: 1, A: 2}\ntags: ['{a}']", {}, "workspace.yaml:2:14: the variables 'a' and 'A' differ only in letter case | rename one of them"),
        ("vars: {a-b: 1}\ntags: [x]", {}, "workspace.yaml:2:7: invalid variable name 'a-b' | use letters, digits and _, e.g. team_name"),
        ("vars: {a: [1]}\ntags: [x]", {}, "workspace.yaml:2:11: 'a' must be a string or a number or true or false, not a list"),
        ("vars: [a]\ntags: [x]", {}, "workspace.yaml:2:7: 'vars' must be a mapping, not a list"),
        ("vars: {a: x}\ntags: [{for_each: [{a: y}], name: '{a}'}]", {}, "'a' has two values here: of the variables and the row at workspace.yaml:3:20"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_variables_is_reported_at_its_place(
    manifest: str, variables: dict[str, str], expected: str
) -> None:
    found = problems(manifest, variables)
    assert len(found) == 1, found
    assert expected in found[0]


def test_an_undefined_variable_hides_no_other_problem() -> None:
    found = problems("vars: {a: x}\nclients: [{name: '{b}', archived: '{c}', email: '{a}', color: red}]\ntags: ['{b}']")
    assert [problem.partition(" | ")[0] for problem in found] == [
        "workspace.yaml:3:18: undefined variable 'b'",
        "workspace.yaml:3:35: undefined variable 'c'",
        "workspace.yaml:3:49 (workspace.yaml:2:11): invalid e-mail address 'x'",
        "workspace.yaml:3:56: unknown key 'color' in a client",
        "workspace.yaml:4:8: undefined variable 'b'",
    ]


def test_a_value_of_a_variable_is_never_a_template() -> None:
    assert addresses("vars: {a: '{b}', b: x}\ntags: ['{a}', '{b}']") == ["tag:x", "tag:{b}"]
    assert addresses("vars: {a: x}\ntags: ['{a}']", {"a": "{a|upper}"}) == ["tag:{a|upper}"]


def test_rows_can_use_variables() -> None:
    found = addresses(
        "vars: {team: Web, file: t}\n"
        "tags:\n"
        "  - {for_each: ['{team} 1', '{{2}'], name: '{item}'}\n"
        "  - {for_each: {csv: '{file}.csv', where: {Team: '{team}'}}, name: '{team}-{Name}'}",
        t_csv="Team,Name\nWeb,a\nOps,b\n",
    )
    assert found == ["tag:Web 1", "tag:Web-a", "tag:{2}"]


def test_without_variables_nothing_changes() -> None:
    text = "clients: [{name: '{team}', note: 'a {{ b', projects: [{name: '${X}', tasks: ['{{ y }}']}]}]"
    assert addresses(text) == ["client:{team}", "project:{team}/${X}", "task:{team}/${X}/{{ y }}"]


def warnings_of(found: Desired) -> list[tuple[str, str]]:
    return [(problem.place, problem.message) for problem in found.warnings]


def test_names_that_look_like_those_of_another_tool_are_warnings() -> None:
    expected = [
        (
            "workspace.yaml:2:8",
            "the name '${CLIENT} x' contains '${CLIENT}', which looks like a variable of another tool",
        ),
        ("workspace.yaml:2:23", "the name '{{ a }}' contains '{{ a }}', which looks like a variable of another tool"),
    ]
    found = desired("tags: ['${CLIENT} x', '{{ a }}', '$x', '{a}', '{ {a} }']")
    assert warnings_of(found) == expected
    found = desired("vars: {a: x}\ntags: ['{{ a }}', '${a}', '{{a}', {name: b}]\nclients: [{name: c, note: '{{ a }}'}]")
    assert [place for place, _ in warnings_of(found)] == ["workspace.yaml:3:8", "workspace.yaml:3:19"]
    found = desired("tags: [{for_each: {csv: t.csv}, name: '{N}'}]", t_csv="N\n${X}\n")
    assert [place for place, _ in warnings_of(found)] == ["workspace.yaml:2:8 (t.csv:2)"]


def test_unused_variables_are_warnings_of_validation() -> None:
    write({"workspace.yaml": "vars: {used: a, other: b}\ntags: ['{used}']", "more.yaml": "tags: ['{used"})
    found = validate(["workspace.yaml"])
    assert [(w.place, w.message, w.rule) for w in found.warnings] == [
        ("workspace.yaml:2:17", "the variable 'other' is not used", "unused-variable")
    ]
    assert not any(w.rule == "unused-variable" for w in validate(["workspace.yaml", "more.yaml"]).warnings)


def test_a_text_that_looks_like_a_duration_stays_as_it_is_where_no_duration_is_meant() -> None:
    found = desired("vars: {hours: 40h}\ntags: ['{hours}']\nprojects: [{name: Site, estimate: '{hours}'}]").resources
    assert Address("tag", ("40h",)) in found
    assert found[Address("project", ("Site",))].values["estimate"] == "PT40H"


def test_a_section_that_is_given_twice_is_checked_both_times() -> None:
    assert problems("vars: {a: x}\ntags: ['{a}']\ntags: [{nmae: b}]\n") == [
        "workspace.yaml:4:1: duplicate key 'tags'; first used in line 3 | remove one of them",
        "workspace.yaml:4:8: missing key 'name' in a tag",
        "workspace.yaml:4:9: unknown key 'nmae' in a tag | did you mean 'name'?",
    ]
