"""Pulling: after it, the manifests and the workspace do not differ, whatever was changed by hand; and what a pull writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from reconciler.differences import Difference
from reconciler.errors import ReconcilerError
from reconciler.manifest.edit.tree import UneditableError
from reconciler.manifest.fmt import formatted
from reconciler.manifest.load import load_files
from reconciler.manifest.pull import Pulled, pull
from reconciler.planning import PlanOptions, Target
from reconciler.planning.differences import differences, draft_with_renames
from reconciler.planning.draft import make_draft
from reconciler.state import Desired, Live, Usage
from tests.manifest.corpus import Case, cases
from tests.manifest.pull.workspaces import Hand

UNEDITABLE = "escapes"
"""The one manifest of the corpus that cannot be edited in place."""
TARGET = Target("sandbox", "http://localhost", "w", "Studio")


def found_in(desired: Desired, hand: Hand, live: Live) -> list[Difference]:
    usage = {item.id: Usage() for item in hand.items}
    return differences(draft_with_renames(desired, live, usage, target=TARGET, options=PlanOptions()), usage)


def outcome(case: Case, seed: int) -> str:
    """What is wrong after a pull of all that was changed by hand; empty if the manifests then plan to nothing."""
    desired = load_files([("m.yaml", case.data)])
    hand = Hand(Random(f"{case.title} {seed}"))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    hand.change(seed % 7 + 1)
    live = hand.live()
    pulled = pull({"m.yaml": case.data}, found_in(desired, hand, live), live)
    if pulled.left:
        return f"left: {pulled.left}"
    data = pulled.files.get("m.yaml", (b"", case.data))[1]
    usage = {item.id: Usage() for item in hand.items}
    try:
        after = load_files([("m.yaml", data)])
    except ReconcilerError as error:
        return f"invalid: {error}"
    rest = differences(make_draft(after, live), usage)
    return "; ".join(f"{each.address} {each.field} {each.where}" for each in rest) or formatting(data, after)


def formatting(data: bytes, meant: Desired) -> str:
    """What is wrong with the formatted text of a manifest; empty if it means the same and stays as it is."""
    try:
        text = formatted(data.decode("utf-8-sig"))
    except UneditableError as error:
        return "" if "complex key" in str(error) else f"cannot be formatted: {error}"
    if formatted(text) != text:
        return "formatted twice, it differs"
    return (
        "" if state_of(load_files([("m.yaml", text.encode())])) == state_of(meant) else "formatted, it plans otherwise"
    )


def state_of(desired: Desired) -> object:
    """What a plan depends on."""
    resources = {
        address: (resource.values, resource.was, resource.parent) for address, resource in desired.resources.items()
    }
    removed = [entry.address for entry in desired.removed]
    return resources, desired.sections, removed, desired.policy, desired.workspace, desired.creates_workspace


def wrong(seeds: Sequence[int], every: int = 1) -> list[str]:
    some = [case for at, case in enumerate(cases()) if case.title != UNEDITABLE and at % every == 0]
    return [f"{case.title} {seed}: {why}" for case in some for seed in seeds if (why := outcome(case, seed))]


def test_pull_then_plan_is_no_changes() -> None:
    assert not wrong([5], every=3)


@pytest.mark.slow
def test_pull_then_plan_is_no_changes_after_many_changes() -> None:
    assert not wrong(range(3))


def pulled_from(text: str, change: Callable[[Hand], None], *others: tuple[str, str]) -> Pulled:
    """What a pull of everything makes of manifests whose workspace was changed."""
    files = {"m.yaml": text.encode()} | {path: other.encode() for path, other in others}
    desired = load_files(list(files.items()))
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    change(hand)
    live = hand.live()
    pulled = pull(files, found_in(desired, hand, live), live)
    after = load_files(list((files | {path: new for path, (_, new) in pulled.files.items()}).items()))
    usage = {item.id: Usage() for item in hand.items}
    left = {each.address for each in pulled.left}
    assert [d.address for d in differences(make_draft(after, live), usage) if d.address not in left] == []
    return pulled


def after(text: str, change: Callable[[Hand], None]) -> str:
    pulled = pulled_from(text, change)
    assert not pulled.left
    return pulled.files["m.yaml"][1].decode()


def named(hand: Hand, name: str, kind: str = "") -> object:
    return next(item for item in hand.items if item.name == name and kind in ("", item.kind))


def setting(name: str, **values: object) -> Callable[[Hand], None]:
    def change(hand: Hand) -> None:
        named(hand, name).values.update(values)  # type: ignore[attr-defined]

    return change


def test_a_rename_is_a_rename_without_was() -> None:
    text = "version: 1\nclients:\n  # ours\n  - name: Acme\n    was: ACME # then\n    note: x # keep\n    projects: [Website]\n"

    def change(hand: Hand) -> None:
        named(hand, "Acme").name = "Acme Corp"  # type: ignore[attr-defined]

    assert after(text, change) == (
        "version: 1\nclients:\n  # ours\n  - name: Acme Corp\n    note: x # keep\n    projects: [Website]\n"
    )


def test_a_declared_rename_that_is_not_taken_is_undone() -> None:
    text = "version: 1\ntags:\n  - {name: new, was: old}\n  - b\n"
    desired = load_files([("m.yaml", text.encode())])
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    for name in ("old", "b"):
        hand.make("tag", name, None, {})
    live = hand.live()
    pulled = pull({"m.yaml": text.encode()}, found_in(desired, hand, live), live)
    assert pulled.files["m.yaml"][1] == b"version: 1\ntags:\n  - {name: old}\n  - b\n"


def test_references_follow_a_renamed_client() -> None:
    text = "version: 1\nclients:\n  - {name: Acme, note: x}\nprojects:\n  - {name: Website, client: Acme} # here\n"

    def change(hand: Hand) -> None:
        named(hand, "Acme").name = "Acme 2"  # type: ignore[attr-defined]

    assert "client: Acme 2} # here" in after(text, change)


def test_a_moved_project_takes_its_comments_along() -> None:
    text = (
        "version: 1\nclients:\n  - name: Acme\n    projects:\n      - name: Website # first\n        note: x\n# of all\n        tasks:\n"
        "          - Design # a\n      - Blog\n  - name: Bolt\n    projects:\n    - Shop\n"
    )

    def change(hand: Hand) -> None:
        named(hand, "Website").parent = named(hand, "Bolt")  # type: ignore[attr-defined]

    assert after(text, change) == (
        "version: 1\nclients:\n  - name: Acme\n    projects:\n      - Blog\n  - name: Bolt\n    projects:\n    - Shop\n"
        "    - name: Website # first\n      note: x\n# of all\n      tasks:\n        - Design # a\n"
    )


SETS = "version: 1\ntask_sets:\n  web: [Design, {name: QA, estimate: PT8H}]\nprojects:\n  - {name: A1, use: [web]}\n  - {name: B1, use: [web]}\n"


def every(name: str, change: Callable[[object], None]) -> Callable[[Hand], None]:
    def changed(hand: Hand) -> None:
        for item in list(hand.items):
            if item.name == name:
                change(item)

    return changed


def test_what_all_users_of_a_set_share_changes_in_the_set() -> None:
    def change(item: object) -> None:
        item.values["estimate"] = "PT9H"  # type: ignore[attr-defined]

    assert after(SETS, every("QA", change)) == SETS.replace("PT8H", "PT9H")


def test_what_one_user_of_a_set_changes_stands_in_that_project() -> None:
    def change(hand: Hand) -> None:
        next(i for i in hand.items if i.name == "QA" and i.parent and i.parent.name == "B1").values["estimate"] = "PT9H"

    expected = "{name: B1, use: [web], tasks: [{name: QA, estimate: PT9H}]}"
    assert after(SETS, change) == SETS.replace("{name: B1, use: [web]}", expected)


@pytest.mark.parametrize(
    "other",
    [
        '{name: Web, client: "{c}", use: [web]}',
        '{name: "W{c}", client: Acme, use: [web]}',
        '{for_each: [Web], name: "{item}", client: Acme, use: [web]}',
        '{name: Web, client: Acme, use: ["{set}"]}',
        '{for_each: [web], name: Web, client: Acme, use: ["{item}"]}',
    ],
)
def test_a_set_that_a_project_from_a_variable_uses_as_well_stays_as_it_is(other: str) -> None:
    text = (
        "version: 1\nvars: {c: Acme, set: web}\ntask_sets:\n  web: [Design, {name: QA, estimate: PT8H}]\nclients: [Acme, Bolt]\n"
        f"projects:\n  - {other}\n  - {{name: Lab, client: Bolt, use: [web]}}\n"
    )

    def change(hand: Hand) -> None:
        next(i for i in hand.items if i.name == "QA" and i.parent and i.parent.name == "Lab").values["estimate"] = (
            "PT3H"
        )

    own = "{name: Lab, client: Bolt, use: [web], tasks: [{name: QA, estimate: PT3H}]}"
    assert after(text, change) == text.replace("{name: Lab, client: Bolt, use: [web]}", own)


def test_a_set_that_projects_of_a_client_from_a_variable_use_stays_as_it_is() -> None:
    text = (
        "version: 1\nvars: {c: Acme}\ntask_sets:\n  web: [Design, {name: QA, estimate: PT8H}]\nclients:\n"
        '  - {name: "{c}", projects: [{name: Web, use: [web]}]}\n  - {name: Bolt, projects: [{name: Lab, use: [web]}]}\n'
    )

    def change(hand: Hand) -> None:
        next(i for i in hand.items if i.name == "QA" and i.parent and i.parent.name == "Lab").values["estimate"] = (
            "PT3H"
        )

    assert after(text, change) == text.replace(
        "{name: Lab, use: [web]}", "{name: Lab, use: [web], tasks: [{name: QA, estimate: PT3H}]}"
    )


def test_an_own_value_that_is_changed_like_that_of_the_set_is_changed_where_it_stands() -> None:
    own = SETS.replace("{name: B1, use: [web]}", "{name: B1, use: [web], tasks: [{name: QA, estimate: PT3H}]}")

    def change(item: object) -> None:
        item.values["estimate"] = "PT9H"  # type: ignore[attr-defined]

    assert after(own, every("QA", change)) == own.replace("PT8H", "PT9H").replace("PT3H", "PT9H")


def test_one_user_whose_own_entry_has_other_fields_keeps_the_value_of_the_set() -> None:
    """The set is not changed, because its value is that of the project with an entry of its own as well."""
    text = SETS + "  - {name: C1, use: [web], tasks: [{name: QA, billable: false}]}\n"

    def change(hand: Hand) -> None:
        for item in hand.items:
            if item.name == "QA" and item.parent and item.parent.name != "C1":
                item.values["estimate"] = "PT9H"

    expected = text
    for name in ("A1", "B1"):
        own = f"{{name: {name}, use: [web], tasks: [{{name: QA, estimate: PT9H}}]}}"
        expected = expected.replace(f"{{name: {name}, use: [web]}}", own)
    assert after(text, change) == expected


def test_a_project_without_a_task_of_its_set_lists_its_tasks() -> None:
    def change(hand: Hand) -> None:
        hand.items = [i for i in hand.items if not (i.name == "Design" and i.parent and i.parent.name == "B1")]

    expected = "{name: B1, tasks: [{name: QA, estimate: PT8H}]}"
    assert after(SETS, change) == SETS.replace("{name: B1, use: [web]}", expected)


def test_a_task_that_all_lost_goes_from_the_set() -> None:
    def change(hand: Hand) -> None:
        hand.items = [item for item in hand.items if item.name != "Design"]

    assert after(SETS, change) == SETS.replace("[Design, {", "[{")


def test_new_resources_stand_in_their_place() -> None:
    text = "version: 1\ntags:\n  - a\n  - c # last\nclients:\n  - name: Acme\n    projects:\n      - Website\nprojects: [Internal]\n"

    def change(hand: Hand) -> None:
        hand.make("tag", "b", None, {"archived": True})
        bolt = hand.make("client", "Bolt", None, {"note": "new"})
        hand.make("project", "Shop", bolt, {"color": "#123456", "billable": True, "public": False})
        hand.make("project", "Lab", None, {"color": "#123456", "billable": False, "public": True})

    assert after(text, change) == (
        "version: 1\ntags:\n  - a\n  - {name: b, archived: true}\n  - c # last\nclients:\n  - name: Acme\n    projects:\n      - Website\n"
        '  - name: Bolt\n    note: new\n    projects:\n      - {name: Shop, color: "#123456", public: false, billable: true}\n'
        'projects: [Internal, {name: Lab, color: "#123456", public: true, billable: false}]\n'
    )


def test_the_new_tasks_of_a_new_project_are_a_short_list() -> None:
    def change(hand: Hand) -> None:
        shop = hand.make("project", "Shop", None, {"color": "#123456", "billable": False, "public": True})
        for name in ("Build", "Design"):
            hand.make("task", name, shop, {"billable": True})

    text = "version: 1\ndefaults: {task: {billable: true}}\nprojects:\n  - Internal\n"
    assert after(text, change) == (
        f"{text}"
        '  - name: Shop\n    color: "#123456"\n    public: true\n    billable: false\n    tasks: [Build, Design]\n'
    )


def test_new_values_are_those_that_differ_from_the_defaults() -> None:
    text = (
        'version: 1\ndefaults:\n  project: {billable: true, color: "#123456", note: usual}\nprojects:\n  - A1\n  - B1\n'
    )

    def change(hand: Hand) -> None:
        hand.make("project", "C1", None, {"color": "#123456", "billable": True, "public": False})

    assert after(text, change).endswith("  - {name: C1, note: null, public: false}\n")


def test_a_client_of_a_folder_with_a_file_for_each_gets_a_file() -> None:
    first = "# yaml-language-server: $schema=s.json\nversion: 1\nclients:\n  - Acme\n"

    def change(hand: Hand) -> None:
        hand.make("client", "Bolt & Söhne", None, {})

    pulled = pulled_from(first.replace("Acme", "Corax"), change, ("clients/acme.yaml", first))
    assert pulled.files["m.yaml"][1].decode().count("Bolt") == 1  # two folders, so no habit
    pulled = pulled_from(
        "version: 1\ntags: [a]\n",
        change,
        ("clients/acme.yaml", first),
        ("clients/corax.yaml", first.replace("Acme", "Corax")),
    )
    assert pulled.files == {"clients/bolt-sohne.yaml": (b"", first.replace("Acme", "Bolt & Söhne").encode())}
    pulled = pulled_from(
        "version: 1\ntags: [a]\n",
        change,
        ("clients/acme.yaml", first),
        ("clients/bolt-sohne.yaml", first.replace("Acme", "Bolt + Söhne")),
    )
    assert list(pulled.files) == ["clients/bolt-sohne-2.yaml"]


def test_values_keep_their_form() -> None:
    text = "version: 1\nprojects:\n  - name: A1\n    hourly_rate: 95 # net\n    cost_rate: {amount: '40', since: 2026-01-01}\n    note: 'x'\n"
    changed = after(text, setting("A1", hourly_rate="96.50", cost_rate="41.00", note="it's"))
    assert changed.endswith("    hourly_rate: 96.50 # net\n    cost_rate: {amount: '41.00'}\n    note: 'it''s'\n")


def test_a_value_that_is_cleared_is_null() -> None:
    text = "version: 1\nclients:\n  - {name: A, note: x, cc_emails: [a@b.example]}\n"
    assert after(text, setting("A", note=None, cc_emails=())).endswith("{name: A, note: null, cc_emails: null}\n")


def test_lists_of_people_keep_those_who_stay() -> None:
    text = (
        "version: 1\nprojects:\n  - name: A1\n    members:\n      - jo@acme.example # lead\n      - {email: sam@acme.example, hourly_rate: 95}\n"
        "      - group: Old\n"
    )
    live = ("group New", "jo@acme.example", "kim@acme.example manager true", "sam@acme.example cost 40.00")
    assert after(text, setting("A1", members=live)).endswith(
        '      - jo@acme.example # lead\n      - {email: sam@acme.example, hourly_rate: null, cost_rate: "40.00"}\n'
        "      - group: New\n      - email: kim@acme.example\n        manager: true\n"
    )


def test_entries_under_removed_go_for_what_is_taken() -> None:
    text = "version: 1\ntags: [a]\nremoved:\n  - tag: b # gone\n  - {client: C}\n"

    def change(hand: Hand) -> None:
        hand.make("tag", "b", None, {})

    assert after(text, change) == "version: 1\ntags: [a, b]\nremoved:\n  - {client: C}\n"
    assert after(text.replace("  - {client: C}\n", ""), change) == "version: 1\ntags: [a, b]\n"


def test_what_no_manifest_can_have_is_left_with_the_reason() -> None:
    def change(hand: Hand) -> None:
        hand.make("tag", "<b>", None, {})
        named(hand, "Acme").values["note"] = "<script>"  # type: ignore[attr-defined]
        named(hand, "Acme").values["address"] = "12 Main St"  # type: ignore[attr-defined]

    pulled = pulled_from("version: 1\ntags: [a]\nclients: [{name: Acme, note: x, address: y}]\n", change)
    assert [(str(each.address), each.field) for each in pulled.left] == [("client:Acme", "note"), ("tag:<b>", "")]
    assert "contains < or >" in pulled.left[1].reason
    assert b"{name: Acme, note: x, address: 12 Main St}" in pulled.files["m.yaml"][1]


NO_ADDRESS = "of some people there is no e-mail address in the workspace, or of some groups no name"


def test_what_a_new_entry_cannot_have_is_named_with_the_reason() -> None:
    """People without an address, and a value instead of which a default would hold."""

    def change(hand: Hand) -> None:
        site = hand.make(
            "project", "Site", None, {"color": "#123456", "billable": True, "public": False, "note": "<i>"}
        )
        hand.make("task", "QA", site, {"assignees": ("u1",), "status": "active"})

    pulled = pulled_from("version: 1\ndefaults: {project: {note: x}}\nprojects: []\ntags: [a]\n", change)
    assert [(str(each.address), each.field, each.reason) for each in pulled.left] == [
        ("project:Site", "note", "a manifest cannot have the value"),
        ("task:Site/QA", "assignees", NO_ADDRESS),
    ]
    assert b"{name: QA, billable: true}" in pulled.files["m.yaml"][1]


def test_a_file_that_cannot_be_edited_is_left_by_name_and_nothing_changes() -> None:
    def change(hand: Hand) -> None:
        named(hand, "a").name = "b"  # type: ignore[attr-defined]

    text = 'version: 1\ntags: [a, "\\ud83d\\ude80"]\n'
    files = {"odd.yaml": text.encode()}
    desired = load_files(list(files.items()))
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    change(hand)
    pulled = pull(files, found_in(desired, hand, hand.live()), hand.live())
    assert (pulled.files, [(each.path, each.reason) for each in pulled.left]) == (
        {},
        [("odd.yaml", "it has escapes of surrogate pairs")],
    )


VARIABLES = """\
version: 1
vars: {year: "2026", usual: "95.00"}
defaults: {project: {hourly_rate: "{usual}", billable: true}}
tags: ["a {{b}", "plan {year}"]
projects:
  - {name: "{{x} site", note: "{year} x"}
  - {for_each: [A1, B1], name: "{item}"}
"""


def test_what_depends_on_variables_and_rows_is_left_and_new_braces_are_literal() -> None:
    def change(hand: Hand) -> None:
        named(hand, "a {b}").name = "c {d}"  # type: ignore[attr-defined]
        named(hand, "plan 2026").name = "plan 2027"  # type: ignore[attr-defined]
        named(hand, "{x} site").values["note"] = "{y} z"  # type: ignore[attr-defined]
        named(hand, "A1").values["billable"] = False  # type: ignore[attr-defined]
        hand.make(
            "project", "{new}", None, {"color": "#123456", "billable": True, "hourly_rate": "95.00", "public": False}
        )

    pulled = pulled_from(VARIABLES, change)
    assert [(str(each.address), each.field) for each in pulled.left] == [
        ("project:A1", "billable"),
        ("tag:plan 2026", ""),
    ]
    assert "change what generates it" in pulled.left[0].reason
    text = pulled.files["m.yaml"][1].decode()
    assert 'tags: ["c {{d}", plan 2027, "plan {year}"]' in text
    assert '{name: "{{x} site", note: "{{y} z"}' in text
    assert text.endswith('  - {name: "{{new}", color: "#123456", public: false, hourly_rate: "95.00"}\n')
