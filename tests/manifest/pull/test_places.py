"""Pulling, case by case: where entries go that move or are new, what is taken of task sets, and why something is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from reconciler.differences import Difference
from reconciler.manifest.edit.patch import patched
from reconciler.manifest.edit.tree import UneditableError
from reconciler.manifest.load import load_files
from reconciler.manifest.pull import Pulled, pull
from reconciler.manifest.pull.braces import literal_of
from reconciler.model import Address
from reconciler.planning import PlanOptions
from reconciler.planning.differences import differences, draft_with_renames
from reconciler.state import Live, Usage
from tests.manifest.pull.test_pull import TARGET, after, found_in
from tests.manifest.pull.workspaces import Hand, Item

HEAD = "version: 1\n"
FRESH = 'color: "#03A9F4", public: false, billable: false'
Change = Callable[[Hand], object]


def the(hand: Hand, name: str, project: str = "") -> Item:
    """A resource, of a task that several projects have that of one."""
    found = (i for i in hand.items if i.name == name and (not project or (i.parent and i.parent.name == project)))
    return next(found)


def moved(name: str, to: str) -> Change:
    return lambda hand: setattr(the(hand, name), "parent", the(hand, to) if to else None)


def moved_to_new(name: str, to: str) -> Change:
    return lambda hand: setattr(the(hand, name), "parent", hand.make("client", to, None, {}))


def renamed(name: str, to: str, project: str = "") -> Change:
    return lambda hand: setattr(the(hand, name, project), "name", to)


def made(kind: str, name: str, parent: str = "") -> Change:
    return lambda hand: hand.make(kind, name, the(hand, parent) if parent else None, {})


def both(*changes: Change) -> Change:
    return lambda hand: [change(hand) for change in changes]


BOTH = "clients:\n  - name: Acme\n    projects:\n      - {name: Web, note: x}\n  - Bolt\nprojects:\n  - {name: Shop, client: Bolt}\n  - Lab\n"
NESTED = "clients:\n  - name: Acme\n    projects: [{name: Web, note: x}]\n  - name: Bolt\n    projects: [Lab]\n"
LISTED = "projects:\n  - {name: Web, client: Acme} # here\n  - {name: Lab, client: Bolt}\n"
SETS = "task_sets:\n  web: [Design, {name: QA, estimate: PT8H}]\nprojects:\n  - {name: A1, use: [web], tasks: [{name: QA, estimate: PT2H}, Own]}\n  - {name: B1, use: [web]}\n"
BARE = SETS.replace("{name: QA, estimate: PT2H}, Own", "QA, {name: Design, billable: true}")
TWO_SETS = "task_sets:\n  web: [{name: QA, estimate: PT8H}]\n  app: [{name: QA, billable: false}]\nprojects:\n  - {name: A1, use: [web, app]}\n"
TAKEN: list[tuple[str, str, Change, tuple[str, str]]] = [
    ("a nested project loses its client", BOTH, moved("Web", ""), ("    projects:\n      - {name: Web, note: x}\n  - Bolt\nprojects:\n  - {name: Shop, client: Bolt}\n  - Lab\n", "    projects: []\n  - Bolt\nprojects:\n  - {name: Shop, client: Bolt}\n  - Lab\n  - {name: Web, note: x}\n")),
    ("a listed project loses its client", BOTH, moved("Shop", ""), (", client: Bolt", "")),
    ("a listed project has another client", BOTH, moved("Shop", "Acme"), ("client: Bolt", "client: Acme")),
    ("a bare name gets a client", BOTH, moved("Lab", "Acme"), ("- Lab", "- {name: Lab, client: Acme}")),
    ("a nested project goes to a client that is listed with others", BOTH, moved("Web", "Bolt"), ("    projects:\n      - {name: Web, note: x}\n  - Bolt\nprojects:\n  - {name: Shop, client: Bolt}\n  - Lab\n", "    projects: []\n  - Bolt\nprojects:\n  - {name: Shop, client: Bolt}\n  - Lab\n  - {name: Web, note: x, client: Bolt}\n")),
    ("a project goes to a new client", NESTED, moved_to_new("Web", "Corax"), ("[{name: Web, note: x}]\n  - name: Bolt\n    projects: [Lab]\n", "[]\n  - name: Bolt\n    projects: [Lab]\n  - name: Corax\n    projects:\n      - {name: Web, note: x}\n")),
    ("it goes to one with another spelling of its name", NESTED, both(moved("Web", "Bolt"), renamed("Web", "web")), ("[{name: Web, note: x}]\n  - name: Bolt\n    projects: [Lab]", "[]\n  - name: Bolt\n    projects: [Lab, {name: web, note: x}]")),
    ("a client that no list declares", LISTED, moved_to_new("Web", "Corax"), ("client: Acme", "client: Corax")),
    ("a new project of a listed client", BOTH, made("project", "New", "Bolt"), ("  - Lab\n", f"  - Lab\n  - {{name: New, {FRESH}, client: Bolt}}\n")),
    ("a new project of a client that no list declares", LISTED, made("project", "New", "Bolt"), ("- {name: Lab, client: Bolt}\n", f"- {{name: Lab, client: Bolt}}\n  - {{name: New, {FRESH}, client: Bolt}}\n")),
    ("a new project of a client beside others without one", "tags: [a]\nclients: [Acme]\nprojects:\n  - Lab\n", made("project", "New", "Acme"), ("  - Lab\n", f"  - Lab\n  - {{name: New, {FRESH}, client: Acme}}\n")),
    ("a new project of a client beside tasks that nest", "clients: [Acme]\nprojects:\n  - {name: Lab, tasks: [QA]}\n", made("project", "New", "Acme"), ("tasks: [QA]}\n", f"tasks: [QA]}}\n  - {{name: New, {FRESH}, client: Acme}}\n")),
    ("a new project of a client without any, where none nests", "clients: [Acme, Bolt]\nprojects:\n  - {name: Shop, client: Bolt}\n", made("project", "New", "Acme"), ("client: Bolt}\n", f"client: Bolt}}\n  - {{name: New, {FRESH}, client: Acme}}\n")),
    ("a bare name has another name", "tags: [a, b]\n", renamed("b", "B"), ("b]", "B]")),
    ("a name that is under removed", "tags: [a, b]\nremoved: [{tag: gone}]\n", renamed("a", "gone"), ("[a, b]\nremoved: [{tag: gone}]\n", "[b, gone]\n")),
    ("one under removed without a list of its kind", "clients: [A]\nremoved:\n  - {client: B}\n  - {tag: gone}\n", made("tag", "gone"), ("  - {tag: gone}\n", "")),
    ("one under removed that begins in another column", "clients: [A]\nremoved:\n  - {client: B}\n  - tag: gone\n", made("tag", "gone"), ("  - tag: gone\n", "")),
    ("a value that only the first of two sets gives", TWO_SETS, lambda hand: the(hand, "QA").values.update(estimate="PT9H"), ("PT8H", "PT9H")),
    ("a task with a value of its own beside its set", SETS, lambda hand: the(hand, "QA", "A1").values.update(estimate="PT3H"), ("PT2H", "PT3H")),
    ("a task of a set has another name in one project", SETS, renamed("Design", "Design 2", "A1"), ("use: [web], tasks: [{", "tasks: [Design 2, {")),
    ("its own tasks get the values of the set", BARE, renamed("Design", "Design 2", "A1"), ("use: [web], tasks: [QA, {name: Design,", "tasks: [{name: QA, estimate: PT8H}, {name: Design 2,")),
    ("a comment goes with what it heads", "tags:\n  - a\n  # old\n  - b\n  - c\n", lambda hand: setattr(hand, "items", hand.items[:1]), ("  # old\n  - b\n  - c\n", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "change", "replaced"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN]
)
def test_what_is_taken(before: str, change: Callable[[Hand], None], replaced: tuple[str, str]) -> None:
    assert after(HEAD + before, change).removeprefix(HEAD) == before.replace(*replaced)


def everything(_: Difference) -> bool:
    return True


def parts(
    text: str, change: Change, taken: Callable[[Difference], bool] = everything, as_read: Callable[[Live], Live] | None = None
) -> tuple[str, list[str]]:  # fmt: skip
    """The text after a pull of some differences, and what is left: its address, the field and the reason."""
    files = {"m.yaml": text.encode()}
    desired = load_files(list(files.items()))
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    change(hand)
    live = as_read(hand.live()) if as_read else hand.live()
    pulled = pull(files, [each for each in found_in(desired, hand, live) if taken(each)], live)
    return _text(pulled, text), [f"{each.address} {each.field}: {each.reason}" for each in pulled.left]


def _text(pulled: Pulled, text: str) -> str:
    return pulled.files.get("m.yaml", (b"", text.encode()))[1].decode()


def same(name: str) -> str:
    return f"another one has the name '{name}' in another spelling"


TASKS = "clients:\n  - name: Acme\n    projects: [{name: Web, tasks: [Design, Designs]}]\n"
UNNAMED = "its client '<x>' is not declared and cannot be named in a manifest"
UNDECLARED = "its client 'C' is not declared and cannot be named in a manifest"
ANGLES = "invalid name: contains < or >, which Clockify rejects"
LEFT: list[tuple[str, str, Change, list[str]]] = [
    ("a client that no manifest can declare", NESTED, both(moved_to_new("Web", "<x>"), made("project", "New", "<x>")), [f"project:Acme/Web client: {UNNAMED}", f"project:<x>/New : {UNNAMED}", f"client:<x> : {ANGLES}"]),
    ("a client that no manifest can name", LISTED, moved_to_new("Web", "<x>"), [f"project:Acme/Web client: {UNNAMED}"]),
    ("another spelling of the name that projects give", f"clients: [Bolt]\n{LISTED}", renamed("Acme", "ACME"), [f"client:ACME : {same('ACME')}"]),
    ("a task with the name of another one of its project", TASKS, renamed("Designs", "design"), [f"task:Acme/Web/Designs name: {same('design')}"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "change", "left"), [case[1:] for case in LEFT], ids=[case[0] for case in LEFT])
def test_what_is_left_and_why(before: str, change: Change, left: list[str]) -> None:
    text, found = parts(HEAD + before, change)
    assert (text, found) == (HEAD + before, left)


def test_of_two_spellings_the_first_one_is_taken() -> None:
    text, left = parts(f"{HEAD}tags: [a]\n", both(made("tag", "B"), made("tag", "b")))
    assert (text, left) == (f"{HEAD}tags: [a, B]\n", [f"tag:b : {same('b')}"])


def test_of_two_spellings_the_one_that_moves_is_taken_before_a_new_one() -> None:
    files = {"m.yaml": (HEAD + NESTED).encode()}
    desired = load_files(list(files.items()))
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    both(moved("Lab", "Acme"), made("project", "lab", "Acme"))(hand)
    known = {Address.parse("project:Bolt/Lab"): the(hand, "Lab").id}
    usage = {item.id: Usage() for item in hand.items}
    draft = draft_with_renames(desired, hand.live(), usage, target=TARGET, options=PlanOptions(), known=lambda: known)
    pulled = pull(files, differences(draft, usage), hand.live())
    assert [(str(each.address), each.reason) for each in pulled.left] == [("project:Acme/lab", same("lab"))]
    assert "projects: [{name: Web, note: x}, Lab]" in _text(pulled, "")


def test_of_the_tasks_of_a_new_project_those_are_left_that_no_manifest_can_have() -> None:
    tasks = both(*(made("task", name, "New") for name in ("QA", "qa", "<b>")))
    text, left = parts(HEAD + NESTED, both(made("project", "New", "Bolt"), tasks))
    assert left == [f"task:Bolt/New/<b> : {ANGLES}", f"task:Bolt/New/qa : {same('qa')}"]
    assert f"[Lab, {{name: New, {FRESH}, tasks: [{{name: QA, billable: true}}]}}]" in text


def test_of_tasks_with_one_name_only_that_is_declared_which_counts() -> None:
    def with_a_second_one(live: Live) -> Live:
        task = next(iter(live.of_kind("task")))
        return replace(live, duplicates=(replace(task, id="id-second"),))

    tasks = both(made("project", "New"), made("task", "QA", "New"))
    text, left = parts(f"{HEAD}projects: []\n", tasks, as_read=with_a_second_one)
    assert (text.count("name: QA"), left) == (1, [])


def test_a_value_that_the_service_does_not_return_is_left() -> None:
    def without_notes(live: Live) -> Live:
        resources = {address: replace(each, values={"archived": False}) for address, each in live.resources.items()}
        return replace(live, resources=resources)

    before = f"{HEAD}clients: [{{name: A, note: x}}]\n"
    reason = "client:A note: the service does not return its value"
    assert parts(before, lambda _: None, as_read=without_notes) == (before, [reason])


def only_projects(each: Difference) -> bool:
    return each.address.kind == "project"


def test_a_project_is_taken_without_its_client_only_where_clients_are_not_listed() -> None:
    change = both(made("client", "C"), made("project", "New", "C"))
    before = f"{HEAD}clients: [B]\nremoved: [{{client: C}}]\nprojects: [P1]\n"
    assert parts(before, change, only_projects) == (before, [f"project:C/New : {UNDECLARED}"])
    text, left = parts(before.replace("clients: [B]\n", ""), change, only_projects)
    assert (text, left) == (f"{HEAD}projects: [P1, {{name: New, {FRESH}, client: C}}]\n", [])


VARIABLES = 'vars: {c: Acme}\nclients: [Acme, "B {{x}"]\nprojects:\n  - {name: Web, client: "{c}", note: m}\n  - {name: Lab, client: "B {{x}", note: m}\n'


def test_a_project_whose_client_a_variable_names_is_left() -> None:
    change = both(*(lambda hand, name=name: the(hand, name).values.update(note="z") for name in ("Web", "Lab")))
    text, left = parts(HEAD + VARIABLES, change)
    assert left == ["project:Acme/Web note: it is not written in the manifests as it is; change what generates it"]
    assert text == HEAD + VARIABLES.replace('{{x}", note: m', '{{x}", note: z')


@pytest.mark.parametrize(("text", "meant"), [("a", "a"), ("a {{b}", "a {b}"), ("{x} y", ""), ("{", "")])
def test_a_template_without_placeholders_means_a_text(text: str, meant: str) -> None:
    assert literal_of(text) == meant


def test_a_file_whose_edits_are_not_safe_is_left_and_the_others_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(text: str, *rest: object) -> str:
        if "clients" in text:
            raise UneditableError("two changes of the text overlap")
        return patched(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("reconciler.manifest.edit.file.patched", refusing)
    files = {"m.yaml": b"version: 1\ntags: [a]\n", "c.yaml": b"version: 1\nclients: [A]\n"}
    desired = load_files(list(files.items()))
    hand = Hand(Random(0))  # noqa: S311 - a draw, no secret
    hand.declare(desired)
    both(made("tag", "b"), made("client", "B"))(hand)
    pulled = pull(files, found_in(desired, hand, hand.live()), hand.live())
    assert list(pulled.files) == ["m.yaml"]
    assert [(each.path, each.reason) for each in pulled.left] == [("c.yaml", "two changes of the text overlap")]


@pytest.mark.parametrize("name", ["gone", "x" * 101])
def test_an_entry_under_removed_goes_whatever_its_name_is_where_nothing_has_to_be_declared(name: str) -> None:
    before = f"{HEAD}clients: [A]\nremoved:\n  - {{client: B}}\n  - {{tag: {name}}}\n"
    text, left = parts(before, made("tag", name))
    assert (text, left) == (before.replace(f"  - {{tag: {name}}}\n", ""), [])
