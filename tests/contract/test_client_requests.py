"""Every request that the client can send is valid under the contract; each deviation is listed here with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from reconciler.applying.writes.copies import copy_body
from reconciler.applying.writes.endpoints import write_endpoints
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.payloads import create_body, patch_body, update_body
from reconciler.gateway import Writer
from reconciler.kinds import BY_NAME, KINDS
from reconciler.live import read_undeclared
from reconciler.live.fetch import ALL_STATUSES
from reconciler.live.role import ROLE_FILTERS
from reconciler.model import Address, Field, FieldRole, Kind
from reconciler.planning.plan import Action, Change, FieldChange, Step
from reconciler.timekeeping.entries import CustomValue, TimeEntry
from reconciler.value_types import MembersType, MoneyType
from tests.contract.contract import problems_of
from tests.gateway.fake_service import ReceivedRequest, Reply, Service, page, writer_of

WS, ID, PARENT, PERSON = (digit * 24 for digit in "abcd")
PEOPLE = {"jo@acme.example": PERSON}
SETTINGS = {"defaultBillableProjects": True, "isProjectPublicByDefault": False}

DEVIATIONS = {
    # Section 6: POST drops ccEmails silently today; it is sent in case the service learns to take it, and compared.
    ("POST", "clients"): {"unknown key ccEmails"},
    # Section 8: the seed lists `billable` for POST, the contract does not, the live service ignores it; it is sent and compared.
    ("POST", "tasks"): {"unknown key billable"},
    # The contract has no value that clears an address for good: null may mean "not given" where updates merge.
    ("PUT", "clients"): {"email: '' is not a 'email'"},
}


def values_of(kind: Kind) -> dict[str, Any]:
    """A canonical value for every field of a kind, from the examples that its declaration carries."""
    values: dict[str, Any] = {}
    for field in kind.fields:
        example = (
            field.examples[0]
            if field.examples
            else ("Kick-off" if "text" in type(field.type).__name__.lower() else True)
        )
        values[field.name] = field.type.parse(
            "active" if field.role is FieldRole.LIFECYCLE and kind.archived_value == "done" else example
        )
    return values


def wire_of(kind: Kind) -> dict[str, Any]:
    """An object of a kind as answers have it, with the keys that updates carry along."""
    extra: dict[str, dict[str, Any]] = {
        "client": {"currencyId": ID},
        "project": {
            "clientId": PARENT,
            "costRate": {"amount": 100},
            "timeEstimate": {"active": False, "includeNonBillable": True},
            "budgetEstimate": {"active": False, "estimate": 0, "type": "AUTO", "includeExpenses": False},
        },
        "task": {"assigneeIds": [PERSON], "userGroupIds": [ID], "budgetEstimate": 100},
        "tag": {},
    }
    values = values_of(kind)
    return {
        "id": ID,
        "name": "Acme",
        **{field.answer_key: field.type.write(values[field.name]) for field in kind.fields},
        **extra[kind.name],
    }


def change_of(kind: Kind) -> Change:
    path = {"client": ("Acme",), "project": ("Acme", "Web"), "task": ("Acme", "Web", "Do"), "tag": ("urgent",)}[
        kind.name
    ]
    fields = tuple(FieldChange(name, None, value) for name, value in values_of(kind).items())
    return Change(Address(kind.name, path), Action.CREATE, (Step.CREATE,), fields=fields)


def parent_of(kind: Kind) -> str:
    return PARENT if "{parent}" in kind.collection else ""


def asked_by(call: Callable[[Writer], Any]) -> list[ReceivedRequest]:
    """The requests that a call sends to Clockify itself."""

    def handler(request: ReceivedRequest) -> Reply:
        is_list = request.method == "GET" and ("page" in request.params or request.path.endswith("/workspaces"))
        return page([]) if is_list else Reply({"id": ID})

    service = Service(handler)
    call(writer_of(service, "clockify"))
    assert service.requests
    return service.requests


def place(request: ReceivedRequest) -> tuple[str, str]:
    """Method and collection."""
    return request.method, next(
        part for part in reversed(request.path.split("/")) if part not in (WS, ID, PARENT, PERSON)
    )


def unexpected(request: ReceivedRequest) -> set[str]:
    return set(problems_of(request)) - DEVIATIONS.get(place(request), set())


@pytest.mark.parametrize("name", ["user", "workspaces"])
def test_reads_of_the_account(name: str) -> None:
    for request in asked_by(lambda writer: getattr(writer, name)()):
        assert not unexpected(request)


@pytest.mark.parametrize("name", ["workspace", "users"])
def test_reads_of_the_workspace(name: str) -> None:
    for request in asked_by(lambda writer: getattr(writer, name)(WS)):
        assert not unexpected(request)


def test_reads_of_all_users_and_of_the_access_role() -> None:
    sent = asked_by(lambda writer: writer.users(WS, status="ALL", account_statuses=",".join(ALL_STATUSES)))
    for role in ROLE_FILTERS.values():
        sent += asked_by(partial(Writer.workspaces, roles=role))
    for request in sent:
        assert not unexpected(request)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_reads_of_a_kind(kind: Kind) -> None:
    sent = asked_by(lambda writer: writer.list(kind, WS, parent_of(kind)))
    sent += asked_by(lambda writer: writer.get(kind, WS, ID, parent_of(kind)))
    for request in sent:
        assert not unexpected(request)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.usage_param], ids=lambda kind: kind.name)
def test_reads_of_time_entries(kind: Kind) -> None:
    for request in asked_by(lambda writer: writer.time_entries(WS, PERSON, **{kind.usage_param: ID})):
        assert kind.usage_param in request.params
        assert not unexpected(request)


@pytest.mark.parametrize("feed", ["created", "updated"])
def test_feeds_of_changes(feed: str) -> None:
    item = {"id": ID, "documentCode": "TAGS"}
    service = Service([Reply([item]), Reply([])])
    writer_of(service, "clockify").changes(feed, WS, ("CLIENTS", "TASKS"), "2026-02-13T09:00:00Z")
    assert not [problem for request in service.requests for problem in unexpected(request)]


ENTRY = TimeEntry(
    ID,
    PERSON,
    datetime(2026, 2, 13, 9, tzinfo=UTC),
    datetime(2026, 2, 13, 10, tzinfo=UTC),
    description="x",
    project_id=PARENT,
    task_id=ID,
    tag_ids=(ID,),
    billable=True,
    custom_fields=(CustomValue(ID, "PROJECT", {}),),
)
TIME_REQUESTS: Mapping[str, Callable[[Writer], object]] = {
    "get": lambda writer: writer.time_entry(WS, ID, hydrated=True),
    "list": lambda writer: list(
        writer.iterate_time_entries(WS, PERSON, start="2026-02-13T09:00:00Z", tags=(ID, WS), hydrated=True)
    ),
    "running of one": lambda writer: writer.running_entries_of(WS, PERSON),
    "running of all": lambda writer: writer.running_entries(WS),
    "add": lambda writer: writer.create_time_entry(WS, ENTRY.body()),
    "add for another": lambda writer: writer.create_time_entry(WS, replace(ENTRY, end=None).body(), PERSON),
    "edit": lambda writer: writer.update_time_entry(WS, ID, ENTRY.body()),
    "stop": lambda writer: writer.stop_timer(WS, PERSON, "2026-02-13T10:00:00Z"),
    "delete": lambda writer: writer.delete_time_entry(WS, ID),
}


@pytest.mark.parametrize("name", TIME_REQUESTS)
def test_time_entries(name: str) -> None:
    for request in asked_by(TIME_REQUESTS[name]):
        assert not problems_of(request)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_creates_with_every_field_and_with_the_name_alone(kind: Kind) -> None:
    full = change_of(kind)
    bare = Change(full.address, Action.CREATE, (Step.CREATE,))
    for change in (full, bare):
        body = create_body(kind, change, PARENT, SETTINGS, PEOPLE)
        for request in asked_by(
            partial(Writer.create, kind=kind, workspace_id=WS, body=body, parent_id=parent_of(kind))
        ):
            assert not unexpected(request)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.copy_endpoint], ids=lambda kind: kind.name)
def test_copies_with_every_field_and_with_the_name_alone(kind: Kind) -> None:
    full = change_of(kind)
    for change in (full, Change(full.address, Action.CREATE, (Step.CREATE,))):
        body = copy_body(kind, create_body(kind, change, PARENT, SETTINGS, PEOPLE), wire_of(kind))
        assert body[kind.copy_source] == ID
        for request in asked_by(partial(Writer.create, kind=kind, workspace_id=WS, body=body)):
            assert request.path.endswith(f"/{kind.copy_endpoint}")
            assert not unexpected(request)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("case", ["as it is", "every field set", "every field cleared", "archived"])
def test_updates(kind: Kind, case: str) -> None:
    overlay = {
        "as it is": {},
        "every field set": values_of(kind) | {"name": "New"},
        "every field cleared": {field.name: None for field in kind.fields if field.clearable},
        "archived": kind.archived_values,
    }[case]
    body = update_body(kind, wire_of(kind), overlay, PEOPLE)
    for request in asked_by(lambda writer: writer.update(kind, WS, ID, body, parent_of(kind))):
        assert not unexpected(request)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_deletes(kind: Kind) -> None:
    for request in asked_by(lambda writer: writer.delete(kind, WS, ID, parent_of(kind))):
        assert not unexpected(request)


@pytest.mark.parametrize("after", ["PT120H", None])
def test_fields_with_an_endpoint_of_their_own(after: str | None) -> None:
    places = [(kind, field) for kind in KINDS for field in kind.fields if field.endpoint]
    assert places
    for kind, field in places:
        values = {"estimate": after, "estimate_reset": after and "weekly"}
        value = values.get(
            field.name, field.type.parse(after and "5") if isinstance(field.type, MoneyType) else bool(after)
        )
        body = patch_body(field, wire_of(kind), value if field.name != "budget_reset" else after and "yearly")
        call = partial(
            Writer.patch,
            kind=kind,
            workspace_id=WS,
            resource_id=ID,
            endpoint=field.endpoint,
            body=body,
            parent_id="" if kind.parent_wire else parent_of(kind),
            method=field.method,
        )
        for request in asked_by(call):
            assert not unexpected(request)


def undeclared_wire(kind: Kind) -> dict[str, Any]:
    """An object with every value that no manifest declares."""
    money = {"amount": 100, "currency": "USD"}
    budget = {"estimate": 7, "type": "MANUAL", "active": False, "includeExpenses": True, "resetOption": "MONTHLY"}
    group = {"userId": ID, "membershipType": "USERGROUP"}
    member = {"userId": PERSON, "hourlyRate": money, "costRate": money, "membershipType": "PROJECT"}
    return wire_of(kind) | {
        "currencyId": ID, "hourlyRate": money, "costRate": money, "template": True, "memberships": [member, group],
        "timeEstimate": {"estimate": "PT5H", "type": "MANUAL", "active": False, "resetOption": "YEARLY"},
        "budgetEstimate": budget if kind.name == "project" else 100, "estimateReset": {"interval": "MONTHLY", "hour": 3},
        "userGroupIds": [ID],
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_undeclared_value_is_sent_in_its_own_request_or_with_the_object(kind: Kind) -> None:
    wire, bare = undeclared_wire(kind), wire_of(kind) | {"memberships": [{"userId": PERSON}]}
    values = read_undeclared(kind, wire, {})
    assert set(values) == {field.name for field in kind.undeclared}
    assert all(values.values())
    assert all(
        field.type.parse(field.type.document(values[field.name])) == values[field.name] for field in kind.undeclared
    )
    body = update_body(kind, bare, values, PEOPLE)
    fields = (*kind.undeclared, *(field for field in kind.fields if isinstance(field.type, MembersType)))
    values |= {field.name: field.type.read(wire["memberships"]) for field in fields if field not in kind.undeclared}
    requests = asked_by(lambda writer: writer.update(kind, WS, ID, body, parent_of(kind)))
    item = WorkItem(
        Change(Address(kind.name, ("x",)), Action.CREATE, (), fields=tuple(FieldChange(n, None, v) for n, v in values.items())),
        kind, ID, wire=bare,
    )  # fmt: skip

    def send(_: Field, method: str, endpoint: str, body: Mapping[str, Any]) -> None:
        nested_in = "" if kind.parent_wire else parent_of(kind)
        requests.extend(asked_by(lambda writer: writer.patch(kind, WS, ID, endpoint, body, nested_in, method=method)))

    write_endpoints(item, fields, set(values), {}, send)
    assert not [problem for request in requests for problem in unexpected(request)]
    assert len(requests) - 1 == {"client": 0, "project": 5, "task": 0, "tag": 0}[kind.name]


def test_the_role_of_a_manager() -> None:
    sent = asked_by(lambda writer: writer.set_manager(WS, PERSON, ID, is_manager=True))
    sent += asked_by(lambda writer: writer.set_manager(WS, PERSON, ID, is_manager=False))
    sent += asked_by(lambda writer: writer.users(WS, include_roles=True))
    assert [problem for request in sent for problem in problems_of(request)] == []


def test_a_new_workspace() -> None:
    for request in asked_by(lambda writer: writer.create_workspace("Acme Studio")):
        assert not unexpected(request)


def test_a_wrong_request_has_problems() -> None:
    good = asked_by(lambda writer: writer.update(BY_NAME["tag"], WS, ID, {"name": "x", "archived": False}))[0]
    assert not problems_of(good)
    assert problems_of(replace(good, body={"name": 7}))
    assert problems_of(replace(good, body={"name": "x", "colour": "#FFFFFF"})) == ["unknown key colour"]
    assert problems_of(replace(good, body=None))
    assert problems_of(replace(good, params={"pageSize": "50"})) == ["unknown parameter pageSize"]
    with pytest.raises(AssertionError):
        problems_of(replace(good, method="PATCH"))


def test_every_recorded_deviation_is_still_one() -> None:
    deviations: dict[tuple[str, str], set[str]] = {}
    for kind in KINDS:
        cleared = {field.name: None for field in kind.fields if field.clearable}
        new = create_body(kind, change_of(kind), PARENT, SETTINGS, PEOPLE)
        old = update_body(kind, wire_of(kind), cleared, PEOPLE)
        where: dict[str, Any] = {"kind": kind, "workspace_id": WS, "parent_id": parent_of(kind)}
        sent = asked_by(partial(Writer.create, body=new, **where))
        sent += asked_by(partial(Writer.update, resource_id=ID, body=old, **where))
        deviations |= {place(request): set(problems) for request in sent if (problems := problems_of(request))}
    assert deviations == DEVIATIONS
