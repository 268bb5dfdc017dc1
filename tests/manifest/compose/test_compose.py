from __future__ import annotations

import pytest

from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, Source
from tests.manifest.reading import desired, problems


def at(text: str, kind: str, *path: str) -> Resource:
    return desired(text).resources[Address(kind, path)]


def test_a_string_is_short_for_a_resource_with_that_name() -> None:
    bare = desired("clients: [Acme]\nprojects: [Ops]\ntags: [urgent]\n")
    full = desired("clients: [{name: Acme}]\nprojects: [{name: Ops}]\ntags: [{name: urgent}]\n")
    assert list(bare.resources) == list(full.resources)
    assert [r.values for r in bare.resources.values()] == [r.values for r in full.resources.values()]


def test_a_listed_resource_is_active_by_default() -> None:
    text = "clients: [A, {name: B, archived: true}]\nprojects: [{name: Ops, tasks: [X, {name: Y, status: done}]}]\n"
    assert at(text, "client", "A").values == {"archived": False}
    assert at(text, "client", "B").values == {"archived": True}
    assert at(text, "task", "Ops", "X").values == {"status": "active"}
    assert at(text, "task", "Ops", "Y").values == {"status": "done"}


def test_only_declared_fields_have_values_and_null_clears() -> None:
    found = at("clients: [{name: A, note: null, address: ''}]\n", "client", "A")
    assert found.values == {"archived": False, "note": None, "address": None}


def test_values_are_canonical() -> None:
    text = """
    clients: [{name: A, cc_emails: [b@x.example, a@x.example]}]
    projects:
      - name: Ops
        color: "#abcdef"
        estimate: PT90M
        hourly_rate: 95
        tasks: [{name: T, assignees: [Jo@X.example, al@x.example], estimate: PT0S}]
    """
    assert at(text, "client", "A").values["cc_emails"] == ("a@x.example", "b@x.example")
    assert at(text, "project", "Ops").values == {
        "archived": False, "color": "#ABCDEF", "estimate": "PT1H30M", "hourly_rate": "95.00",
    }  # fmt: skip
    assert at(text, "task", "Ops", "T").values == {
        "status": "active", "assignees": ("al@x.example", "jo@x.example"), "estimate": None,
    }  # fmt: skip


def test_defaults_apply_to_omitted_fields() -> None:
    text = """
    defaults: {project: {billable: true, note: standard, archived: true}, task: {billable: false}}
    projects: [Ops, {name: Site, note: null, billable: false, archived: false, tasks: [T]}]
    """
    assert at(text, "project", "Ops").values == {"archived": True, "billable": True, "note": "standard"}
    assert at(text, "project", "Site").values == {"archived": False, "billable": False, "note": None}
    assert at(text, "task", "Site", "T").values == {"status": "active", "billable": False}


def test_resources_do_not_share_their_values() -> None:
    found = desired("tags: [a, b]\n").resources
    assert found[Address("tag", ("a",))].values is not found[Address("tag", ("b",))].values


def test_a_project_nests_under_its_client_or_names_it() -> None:
    text = """
    clients: [{name: Acme, projects: [Nested]}]
    projects: [{name: Stated, client: Acme}, {name: Elsewhere, client: Live}, {name: Alone, client: null}, A/B]
    """
    found = desired(text).resources
    assert {str(address): str(r.parent) for address, r in found.items() if address.kind == "project"} == {
        "project:Acme/Nested": "client:Acme",
        "project:Acme/Stated": "client:Acme",
        "project:Live/Elsewhere": "client:Live",
        "project:Alone": "None",
        r"project:A\/B": "None",
    }


def test_the_same_name_under_two_clients_is_two_projects() -> None:
    assert (
        len(
            desired("clients: [{name: A, projects: [Site]}, {name: B, projects: [Site]}]\nprojects: [Site]\n").resources
        )
        == 5
    )


def test_tasks_of_the_project_override_those_of_task_sets() -> None:
    text = """
    defaults: {task: {billable: true}}
    task_sets:
      web: [Design, {name: QA, estimate: PT8H, billable: false}]
      more: [{name: Design, estimate: PT1H, was: Drawing}]
    projects:
      - {name: Site, use: [web, more], tasks: [Extra, {name: QA, estimate: PT2H}, Design]}
    """
    found = desired(text).resources
    tasks = {address.name: r.values for address, r in found.items() if address.kind == "task"}
    assert tasks == {
        "Design": {"status": "active", "billable": True, "estimate": "PT1H"},
        "QA": {"status": "active", "billable": False, "estimate": "PT2H"},
        "Extra": {"status": "active", "billable": True},
    }
    assert found[Address("task", ("Site", "Design"))].was == (("Drawing",),)


def test_task_sets_in_use_add_to_each_other_and_the_later_one_counts() -> None:
    text = """
    task_sets:
      one: [{name: Do, estimate: PT1H, billable: false}]
      two: [{name: Do, estimate: PT2H}]
    projects: [{name: Site, use: [one, two]}, {name: Page, use: [two, one]}]
    """
    found = desired(text).resources
    for project, estimate in (("Site", "PT2H"), ("Page", "PT1H")):
        values = found[Address("task", (project, "Do"))].values
        assert (values["estimate"], values["billable"]) == (estimate, False)


def test_a_source_is_the_position_of_the_entry() -> None:
    text = "projects:\n  - name: Site\n    use: [web]\n    tasks:\n      - Own\ntask_sets: {web: [Set]}\n"
    found = desired(text).resources
    assert found[Address("project", ("Site",))].source == Source("-", 3, 5)
    assert found[Address("task", ("Site", "Own"))].source == Source("-", 6, 9)
    assert found[Address("task", ("Site", "Set"))].source == Source("-", 7, 19)


def test_an_empty_section_is_a_section() -> None:
    site, plain = Address("project", ("A", "Site")), Address("project", ("A", "Plain"))
    assert desired("tags: []\n").sections == {("tag", None)}
    assert desired("clients: [A]\n").sections == {("client", None)}
    assert desired("clients: [{name: A, projects: []}]\n").sections == {("client", None), ("project", None)}
    text = (
        "projects: [{name: Site, client: A, tasks: []}, {name: Plain, client: A, use: []}, {name: Loose, client: A}]\n"
    )
    found = desired(text)
    assert found.sections == {("project", None), ("task", site), ("task", plain)}
    assert found.is_authoritative("task", site)
    assert not found.is_authoritative("task", Address("project", ("A", "Loose")))


def test_earlier_names_are_paths() -> None:
    text = r"""
    clients: [{name: A, was: "a\\/b"}]
    projects: [{name: Pr, client: A, was: [Q, B/Q, /Q]}]
    tags: [{name: t, was: [t, s]}]
    """
    assert at(text, "client", "A").was == (("a/b",),)
    assert at(text, "project", "A", "Pr").was == (("Q",), ("B", "Q"), ("", "Q"))
    assert at(text, "tag", "t").was == (("t",), ("s",))


def test_two_resources_can_swap_names() -> None:
    found = desired("tags: [{name: a, was: b}, {name: b, was: a}]\n")
    assert [r.was for r in found.resources.values()] == [(("b",),), (("a",),)]


def test_removed_entries_are_unique_addresses() -> None:
    found = desired("removed: [{tag: b}, {task: A/P/T}, {tag: a}, {tag: b}, {project: /P}]\n")
    assert [str(r.address) for r in found.removed] == ["project:P", "tag:a", "tag:b", "task:A/P/T"]
    assert found.removed[2].source == Source("-", 2, 17)
    assert found.sections == frozenset()


def test_resources_are_sorted_by_kind_and_path() -> None:
    text = "tags: [b, a]\nprojects: [{name: Zz, tasks: [y, x]}, Ab]\nclients: [{name: C, projects: [Zz]}, B]\n"
    found = list(desired(text).resources)
    order = {kind.name: position for position, kind in enumerate(KINDS)}
    assert found == sorted(found, key=lambda address: (order[address.kind], address.path))
    assert len(found) == 9


def test_two_projects_share_a_list_by_alias() -> None:
    found = desired("projects: [{name: One, tasks: &all [a, b]}, {name: Two, tasks: *all}]\n")
    assert [str(a) for a in found.resources if a.kind == "task"] == [
        "task:One/a",
        "task:One/b",
        "task:Two/a",
        "task:Two/b",
    ]


def test_one_problem_does_not_hide_another() -> None:
    found = problems(
        "version: 1\ntags: [a, a, 5]\nclients: [{name: A, projects: [{name: Site}, {name: Site}], x: 1}]\n"
    )
    assert [(p.line, p.column) for p in found] == [(2, 11), (2, 14), (3, 46), (3, 61)]


@pytest.mark.parametrize("sets", ["{web: 5}", "5"])
def test_where_a_task_set_is_cut_none_is_called_unknown(sets: str) -> None:
    text = f"version: 1\ntask_sets: {sets}\n---\nversion: 1\nprojects: [{{name: Site, use: [web, more]}}]\n"
    assert [p.line for p in problems(text)] == [2]


def test_an_invalid_task_set_is_not_reported_as_unknown() -> None:
    found = problems("version: 1\ntask_sets: {web: 5}\nprojects: [{name: Site, use: [web]}]\n")
    assert [p.message for p in found] == ["'web' must be a list, not 5"]


def test_of_two_values_that_exclude_each_other_the_declared_one_has_the_place() -> None:
    message = "a project has 'estimate' or 'budget', not both"
    defaults = "version: 1\ndefaults: {project: {budget: '1.00'}}\nprojects: [{name: A1, estimate: PT1H}]\n"
    both = "version: 1\nprojects: [{name: A1, budget: '1.00', estimate: PT1H}]\n"
    found = [(p.line, p.column, p.message) for text in (defaults, both) for p in problems(text)]
    assert found == [(3, 12, message), (2, 31, message)]


def test_what_is_below_a_resource_that_is_declared_twice_is_not_reported_as_well() -> None:
    found = problems("version: 1\nclients:\n  - {name: A, projects: [Site]}\n  - {name: A, projects: [Site]}\n")
    assert [(problem.line, problem.message.partition(";")[0]) for problem in found] == [(4, "duplicate client 'A'")]
