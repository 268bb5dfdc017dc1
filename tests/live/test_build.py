"""Building the Live state from JSON objects."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.errors import IncompleteReadError, ProtocolError
from reconciler.kinds import PROJECT, TASK
from reconciler.live.build import Fetched, build, read_undeclared, read_values
from reconciler.model import Address
from reconciler.state import Live
from tests.live.fake_workspace import HOME, Object, client, project, tag, task


def live_of(
    *,
    clients: tuple[Object, ...] = (),
    projects: tuple[Object, ...] = (),
    tasks: Mapping[str, tuple[Object, ...]] | None = None,
    tags: tuple[Object, ...] = (),
    users: dict[str, str] | None = None,
    embedded: bool = True,
) -> Live:
    objects = {"client": {"": clients}, "project": {"": projects}, "task": tasks or {}, "tag": {"": tags}}
    fetched = Fetched({kind: dict(groups) for kind, groups in objects.items()})
    (fetched.embedded if embedded else fetched.listed).update(tasks or {})
    return build(HOME, fetched, users or {})


def at(live: Live, text: str) -> Any:
    return live.resources[Address.parse(text)]


def test_an_address_is_the_path_of_names() -> None:
    live = live_of(
        clients=(client("c1", "A/B"),),
        projects=(project("p1", "Web", "c1"), project("p2", "Web")),
        tasks={"p1": (task("t1", "Do"),), "p2": (task("t2", "Do"),)},
        tags=(tag("g1", "urgent"),),
    )
    assert [str(address) for address in live.resources] == [
        r"client:A\/B",
        r"project:A\/B/Web",
        "project:Web",
        r"task:A\/B/Web/Do",
        "task:Web/Do",
        "tag:urgent",
    ]
    resource = at(live, r"task:A\/B/Web/Do")
    assert (resource.id, resource.parent_id, str(resource.parent)) == ("t1", "p1", r"project:A\/B/Web")


def test_values_are_canonical_and_the_object_is_kept() -> None:
    wire = project("p1", "Web", note="", hourlyRate={"amount": 9500, "currency": "EUR"}, duration="PT1H30M")
    resource = at(live_of(projects=(wire,)), "project:Web")
    assert resource.values == {
        "color": "#AABBCC",
        "note": None,
        "public": True,
        "billable": False,
        "estimate": None,
        "estimate_reset": None,
        "estimate_non_billable": True,
        "hourly_rate": "95.00",
        "archived": False,
    }
    assert resource.tracked_seconds == 5400
    assert resource.wire is wire


@pytest.mark.parametrize(
    ("time_estimate", "estimate", "value"),
    [
        ({"estimate": "PT2H", "type": "MANUAL", "active": True}, {"estimate": "PT9H", "type": "AUTO"}, "PT2H"),
        ({"estimate": "PT2H", "type": "MANUAL", "active": False}, {"estimate": "PT0S", "type": "AUTO"}, None),
        ({"estimate": "PT0S", "type": "AUTO", "active": False}, {"estimate": "PT90M", "type": "MANUAL"}, "PT1H30M"),
        ({"estimate": "PT2H", "type": "MANUAL", "active": False}, {"estimate": "PT2H", "type": "MANUAL"}, None),
        (None, {"estimate": "PT3H", "type": "MANUAL"}, "PT3H"),
        (None, None, None),
    ],
)
def test_a_projects_estimate_is_read_from_either_key(time_estimate: Any, estimate: Any, value: str | None) -> None:
    wire = project("p1", "Web", timeEstimate=time_estimate, estimate=estimate)
    assert at(live_of(projects=(wire,)), "project:Web").values["estimate"] == value


def test_user_ids_become_email_addresses_where_they_are_known() -> None:
    tasks = {"p1": (task("t1", "Do", assigneeIds=["u2", "u9", "u1"]),)}
    live = live_of(projects=(project("p1", "Web"),), tasks=tasks, users={"u1": "zo@x.example", "u2": "al@x.example"})
    assert at(live, "task:Web/Do").values["assignees"] == ("al@x.example", "u9", "zo@x.example")
    assert live.users == {"u1": "zo@x.example", "u2": "al@x.example"}


def test_of_two_resources_with_one_address_the_active_one_wins_then_the_lower_id() -> None:
    projects = (project("p1", "Web", archived=True), project("p3", "Web"), project("p2", "Web"))
    live = live_of(projects=projects)
    assert at(live, "project:Web").id == "p2"
    assert [resource.id for resource in live.duplicates] == ["p3", "p1"]


def test_a_child_of_a_duplicate_is_a_duplicate() -> None:
    projects = (project("p1", "Web"), project("p2", "Web", archived=True))
    live = live_of(projects=projects, tasks={"p2": (task("t0", "Do"),), "p1": (task("t1", "Do", status="DONE"),)})
    assert at(live, "task:Web/Do").id == "t1"
    assert {resource.id for resource in live.duplicates} == {"p2", "t0"}


def test_a_done_task_in_any_hydrated_response_proves_all_task_lists() -> None:
    projects = (project("p1", "A1"), project("p2", "A2"))
    open_only: dict[str, tuple[Object, ...]] = {"p1": (task("t1", "x"),), "p2": ()}
    assert live_of(projects=projects, tasks=open_only).tasks_proven == frozenset()
    with_done = open_only | {"p2": (task("t2", "y", status="DONE"),)}
    assert live_of(projects=projects, tasks=with_done).tasks_proven == {"p1", "p2"}
    assert live_of(projects=projects, tasks=open_only, embedded=False).tasks_proven == {"p1", "p2"}


def test_a_project_of_an_unknown_client_is_an_incomplete_read() -> None:
    with pytest.raises(IncompleteReadError, match="c9") as caught:
        live_of(projects=(project("p1", "Web\x1b[2J", "c9"),))
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "broken",
    [
        {"name": None},
        {"name": ""},
        {"name": 7},
        {"color": 7},
        {"hourlyRate": {"amount": "a lot"}},
        {"timeEstimate": {"type": "MANUAL", "estimate": "soon", "active": True}},
    ],
)
def test_an_object_of_an_unknown_shape_is_an_error_with_its_id(broken: Object) -> None:
    with pytest.raises(ProtocolError, match="p1"):
        live_of(projects=(project("p1", "Web") | broken,))


LONG = "x" * 300


def _cut(number: int) -> str:
    """The long text as a message has it."""
    return "x" * (number - 1) + "…"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"name": None, "id": LONG}, f"project {_cut(60)} has no name"),
        ({"archived": LONG, "id": LONG}, f"project {_cut(60)} has an invalid value of 'archived': it is a string, not a boolean"),
        (
            {"timeEstimate": {"type": "MANUAL", "estimate": LONG, "active": True}},
            f"project p1 has an invalid value of 'timeEstimate': invalid duration '{_cut(102)}",
        ),
        (
            {"clientId": LONG, "name": LONG, "id": LONG},
            f"project '{_cut(100)}' ({_cut(60)}) belongs to client {_cut(60)}, which is not in the list of clients",
        ),
    ],
)  # fmt: skip
def test_texts_of_the_service_are_cut_in_messages(broken: Object, message: str) -> None:
    with pytest.raises((ProtocolError, IncompleteReadError)) as caught:
        live_of(projects=(project("p1", "Web") | broken,))
    assert caught.value.message == message


@pytest.mark.parametrize("duration", [None, "PT0S", "soon", "PT-5S", 7])
def test_tracked_time_that_cannot_be_parsed_is_unknown(duration: Any) -> None:
    resource = at(live_of(projects=(project("p1", "Web", duration=duration),)), "project:Web")
    assert resource.tracked_seconds == (0 if duration in (None, "PT0S") else None)
    without = project("p1", "Web")
    del without["duration"]
    assert at(live_of(projects=(without,)), "project:Web").tracked_seconds is None


def test_the_people_of_one_object_are_read_as_addresses_sorted() -> None:
    wire = task("t1", "Do", assigneeIds=["u1", "u2"])
    values = read_values(TASK, wire, {"u1": "zoe@x.example", "u2": "jo@x.example"})
    assert values["assignees"] == ("jo@x.example", "zoe@x.example")
    assert "assignees" not in read_values(TASK, {"id": "t1", "name": "Do"}, {})


def test_an_undeclared_value_of_another_type_is_left_out() -> None:
    wire = project("p1", "Web", budgetEstimate="x", template=True)
    assert read_undeclared(PROJECT, wire, {}) | {"estimate_options": ()} == {
        "template": True,
        "estimate_options": (),
    }
