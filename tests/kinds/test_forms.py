"""Each value has three forms: that of a manifest, that of the API, and the canonical one between them."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.writes.payloads import patch_body
from reconciler.kinds import BY_NAME, ancestors, durations, parent_of
from reconciler.kinds.durations import duration_of, seconds_of
from reconciler.kinds.members import Members
from reconciler.kinds.people import person_of, rename_people
from reconciler.model import Address, Field
from reconciler.planning import make_plan
from reconciler.value_types import ExclusiveType, FollowUpType
from tests.planning.literals import TARGET, desired_of, live_of

FORMS: list[tuple[str, Any, Any, Any, Any]] = [
    ("client.note", "n", "n", "n", "n"),
    (
        "project.members",
        ["B@x.example", "a@x.example", {"email": "b@x.example", "cost_rate": 1}],
        ("a@x.example", "b@x.example"),
        [{"userId": "a@x.example"}, {"userId": "b@x.example"}],
        ["a@x.example", "b@x.example"],
    ),
    (
        "project.members",
        [{"email": "U@x.example", "hourly_rate": 95, "cost_rate": "4.5"}],
        ("u@x.example hourly 95.00 cost 4.50",),
        [{"userId": "u@x.example", "hourlyRate": {"amount": 9500}, "costRate": {"amount": 450}}],
        [{"email": "u@x.example", "hourly_rate": "95.00", "cost_rate": "4.50"}],
    ),
    ("client.note", "", None, "", None),
    ("client.email", "a@b.example", "a@b.example", "a@b.example", "a@b.example"),
    (
        "client.cc_emails",
        ["B@c.example", "a@b.example"],
        ("a@b.example", "b@c.example"),
        ["a@b.example", "b@c.example"],
        ["a@b.example", "b@c.example"],
    ),
    ("client.cc_emails", [], (), [], None),
    ("client.archived", True, True, True, True),
    ("project.color", "#aabbcc", "#AABBCC", "#AABBCC", "#AABBCC"),
    ("project.public", False, False, False, False),
    ("project.estimate", "PT90M", "PT1H30M", {"estimate": "PT1H30M", "type": "MANUAL"}, "PT1H30M"),
    ("project.estimate", None, None, {"estimate": "PT0S", "type": "AUTO"}, None),
    ("project.estimate", "auto", "auto", {"estimate": "PT0S", "type": "AUTO"}, "auto"),
    ("project.budget", "12000.5", "12000.50", {"active": True, "estimate": 1200050, "type": "MANUAL"}, "12000.50"),
    ("project.budget", "auto", "auto", {"active": True, "estimate": 0, "type": "AUTO"}, "auto"),
    ("project.budget", 0, None, {"active": False, "estimate": 0, "type": "AUTO"}, None),
    ("project.estimate_reset", "monthly", "monthly", {"resetOption": "MONTHLY"}, "monthly"),
    ("project.budget_reset", None, None, {}, None),
    ("project.hourly_rate", "95.5", "95.50", {"amount": 9550}, "95.50"),
    ("project.hourly_rate", 0, None, {"amount": 0}, None),
    ("project.cost_rate", {"amount": "50"}, "50.00", {"amount": 5000}, "50.00"),
    (
        "project.hourly_rate",
        {"amount": "95.5", "since": "2026-02-28"},
        "95.50 since 2026-02-28T00:00:00Z",
        {"amount": 9550, "since": "2026-02-28T00:00:00Z"},
        {"amount": "95.50", "since": "2026-02-28T00:00:00Z"},
    ),
    (
        "task.cost_rate",
        {"amount": 0, "since": "2026-02-28T09:30:00Z"},
        "0.00 since 2026-02-28T09:30:00Z",
        {"amount": 0, "since": "2026-02-28T09:30:00Z"},
        {"amount": "0.00", "since": "2026-02-28T09:30:00Z"},
    ),
    ("task.estimate", "PT3600S", "PT1H", "PT1H", "PT1H"),
    ("task.assignees", ["Jo@x.example"], ("jo@x.example",), ["jo@x.example"], ["jo@x.example"]),
    ("task.status", "done", "done", "DONE", "done"),
]


def _field(name: str) -> Field:
    kind, _, field = name.partition(".")
    return BY_NAME[kind].field_named(field)


@pytest.mark.parametrize(("name", "written", "canonical", "wire", "documented"), FORMS)
def test_the_forms_of_a_value(name: str, written: Any, canonical: Any, wire: Any, documented: Any) -> None:
    field = _field(name)
    assert field.type.parse(written) == canonical
    assert field.type.write(canonical) == wire
    assert field.type.document(canonical) == documented
    if not isinstance(wire, dict) or name.endswith("rate"):
        assert field.type.read(wire) == field.answered(canonical)


UNDECLARED: list[tuple[str, Any, Any, Any]] = [
    ("project.reset_schedule", {"interval": "WEEKLY", "hour": 5, "month": None}, ("hour=5", "interval=WEEKLY"), {"interval": "WEEKLY", "hour": 5}),
    ("project.budget_options", {"active": False, "type": "MANUAL", "estimate": 500, "resetOption": "WEEKLY"}, ("active=false", "estimate=500", "type=MANUAL"), {"active": False, "estimate": 500, "type": "MANUAL"}),
    ("project.budget_options", {"active": True, "type": "MANUAL", "estimate": 500}, (), {}),
    ("project.estimate_options", {"active": True, "type": "MANUAL", "estimate": "PT1H", "includeNonBillable": False}, (), {}),
    ("project.estimate_options", {"active": False, "type": "AUTO", "estimate": "PT0S", "includeNonBillable": True}, (), {}),
    ("project.estimate_options", {"active": False, "type": "MANUAL", "estimate": "PT1H"}, ("active=false", "estimate=PT1H", "type=MANUAL"), {"active": False, "estimate": "PT1H", "type": "MANUAL"}),
    ("project.template", True, True, True),
    ("client.currency", "cur", "cur", "cur"),
    ("task.budget", 500, "500", 500),
    ("task.user_groups", ["g2", "g1"], ("g1", "g2"), ["g1", "g2"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wire", "canonical", "sent"), UNDECLARED)
def test_the_forms_of_what_no_manifest_declares(name: str, wire: Any, canonical: Any, sent: Any) -> None:
    field = _field(name)
    assert field.type.read(wire) == canonical
    assert field.type.write(canonical) == sent
    assert field.type.parse(canonical) == canonical
    assert field.type.schema["type"] if not name.endswith("rate") else field.type.schema["anyOf"]
    assert field.type.document(canonical) == (list(canonical) if isinstance(canonical, tuple) else canonical)


@pytest.mark.parametrize(
    "item", ["", "group", "u1 cost", "u1 95.00", "u1 cost 5.00 hourly 9.00", "u1 hourly 5", "group "]
)
def test_what_is_no_member_is_not_taken_for_one(item: str) -> None:
    with pytest.raises(ValueError, match="not a member"):
        _field("project.members").type.parse((item,))


@pytest.mark.parametrize("items", [("active",), ("=1",), ("a=1", "a=2")])
def test_what_is_no_property_is_not_taken_for_one(items: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="key=value"):
        _field("project.reset_schedule").type.parse(items)


@pytest.mark.parametrize("value", [5, "u1", [{"userId": None}], [{"userId": "a b"}], ["u1"]])
def test_memberships_of_another_type_are_an_error(value: Any) -> None:
    with pytest.raises(TypeError):
        _field("project.members").type.read(value)


@pytest.mark.parametrize(
    ("text", "seconds"), [(None, 0), ("", 0), ("PT0S", 0), ("P1DT1H", 90_000), ("PT90M", 5400), ("PT1.9S", 1)]
)
def test_a_duration_has_seconds(text: str | None, seconds: int) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["1h", "PT-5M", "-PT5M", "PT5", "P1W"])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="invalid duration"):
        seconds_of(text)


@pytest.mark.parametrize(("seconds", "text"), [(0, "PT0S"), (59, "PT59S"), (3600, "PT1H"), (3661, "PT1H1M1S")])
def test_seconds_have_a_canonical_duration(seconds: int, text: str) -> None:
    assert duration_of(seconds) == text


def test_a_person_keeps_the_words_that_follow() -> None:
    names = {"u1": "jo@x.example"}
    assert person_of("u1 hourly 95.00") == "u1"
    assert rename_people(("u1 hourly 95.00", "u1", "u2"), names) == ("jo@x.example hourly 95.00", "jo@x.example", "u2")
    assert rename_people(None, names) == ()


def test_the_ancestors_of_an_address_are_nearest_first() -> None:
    project = Address("project", ("A", "Site"))
    assert ancestors(Address("task", ("A", "Site", "T"))) == [project, Address("client", ("A",))]
    assert parent_of(Address("project", ("Site",))) is None
    assert parent_of(Address("tag", ("t",))) is None


WHOLE = {"timeEstimate": {"active": False, "resetOption": "MONTHLY", "estimate": None}}
OFF = {"active": False, "estimate": "PT0S", "type": "AUTO", "includeNonBillable": True, "resetOption": "MONTHLY"}


@pytest.mark.parametrize(
    ("name", "value", "body"),
    [
        ("project.estimate", "PT5H", {"timeEstimate": {"active": True, "estimate": "PT5H", "type": "MANUAL", "includeNonBillable": True, "resetOption": "MONTHLY"}}),
        ("project.estimate", None, {"timeEstimate": {"active": False, "estimate": "PT0S", "type": "AUTO", "includeNonBillable": True, "resetOption": "MONTHLY"}}),
        ("project.budget", "5", {"timeEstimate": OFF, "budgetEstimate": {"active": True, "estimate": 500, "type": "MANUAL", "includeExpenses": False}}),
        ("project.budget_reset", "yearly", {"timeEstimate": OFF, "budgetEstimate": {"active": False, "resetOption": "YEARLY"}}),
        ("project.budget_expenses", True, {"timeEstimate": OFF, "budgetEstimate": {"active": False, "includeExpenses": True}}),
        ("project.estimate_reset", None, {"timeEstimate": {key: OFF[key] for key in OFF if key != "resetOption"}}),
        ("project.estimate_non_billable", False, {"timeEstimate": OFF | {"includeNonBillable": False}}),
        ("project.estimate_options", ("type=MANUAL",), {"timeEstimate": OFF | {"type": "MANUAL"}}),
        ("project.reset_schedule", ("interval=WEEKLY",), {"timeEstimate": OFF, "estimateReset": {"interval": "WEEKLY"}}),
        ("project.template", True, {"isTemplate": True}),
        ("project.members", ("group g1", "u1"), {"memberships": [{"userId": "u1"}], "userGroups": {"contains": "CONTAINS", "ids": ["g1"], "status": "ALL"}}),
        ("project.members", ("u1",), {"memberships": [{"userId": "u1"}]}),
        ("task.hourly_rate", "95.00", {"amount": 9500}),
    ],
)  # fmt: skip
def test_the_request_for_a_value_with_an_endpoint_of_its_own(name: str, value: Any, body: dict[str, Any]) -> None:
    assert patch_body(_field(name), WHOLE, value) == body


@pytest.mark.parametrize(
    ("live", "declared", "resolved"),
    [
        ((), ("u", "v hourly none"), ("u", "v")),
        (("u hourly 5.00 cost 2.00",), ("u",), ("u hourly 5.00 cost 2.00",)),
        (("u hourly 5.00 cost 2.00",), ("u hourly none cost 3.00",), ("u cost 3.00",)),
        (("group A", "w hourly 5.00"), ("group A B",), ("group A B",)),
        (None, ("group A", "u cost 1.00"), ("group A", "u cost 1.00")),
    ],
)
def test_a_member_keeps_the_rates_that_are_not_declared(live: Any, declared: Any, resolved: Any) -> None:
    members = Members()
    assert members.resolved(live, declared) == resolved
    assert members.resolved(resolved, declared) == resolved


def test_a_rate_that_is_declared_as_none_is_no_value_of_a_plan() -> None:
    members = Members()
    declared = members.parse([{"email": "u@x.example", "hourly_rate": None}])
    assert declared == ("u@x.example hourly none",)
    assert members.parse(members.document(declared)) != declared
    assert list(members.amounts((*declared, "v cost 2.00", "group A"))) == ["2.00"]


def test_a_group_of_a_manifest_is_its_name_and_on_the_wire_its_id() -> None:
    members = Members()
    assert members.parse([{"group": "The Crew"}]) == ("group The Crew",)
    assert members.document(("group The Crew",)) == [{"group": "The Crew"}]
    assert members.read([{"userId": "g1", "membershipType": "USERGROUP"}]) == ("group g1",)
    assert rename_people(("group g1", "g1"), {"group g1": "group The Crew"}) == ("group The Crew", "g1")


def test_the_body_of_members_is_sent_where_the_object_has_exactly_them() -> None:
    members = Members()
    body = members.patch_body({}, ("group g1", "u1 hourly 5.00"))
    here = [{"userId": "u1"}, {"userId": "g1", "membershipType": "USERGROUP"}]
    assert members.is_sent(body, {"memberships": here})
    assert not members.is_sent(body, {"memberships": here[:1]})
    assert not members.is_sent(body, {"memberships": [*here, {"userId": "u2"}]})


def test_the_most_requests_for_rates_are_those_that_are_wanted_and_those_that_go() -> None:
    assert (
        Members().most_follow_ups(("u hourly 5.00", "w cost 2.00"), ("u cost 1.00", "v cost 1.00", "group A B C")) == 3
    )
    assert Members().most_follow_ups(None, ("u",)) == 0


def test_a_new_object_may_have_its_creator_beside_the_members_it_gets() -> None:
    assert Members().could_precede(("me", "u hourly 5.00"), ("u",))
    assert not Members().could_precede(("me", "v"), ("u",))


def test_a_rate_of_a_member_is_sent_where_the_object_has_another() -> None:
    members = _field("project.members").type
    assert isinstance(members, FollowUpType)
    wire = {"memberships": [{"userId": "u1", "hourlyRate": {"amount": 9500}}, {"userId": "u2"}]}
    wanted = ("u1 hourly 95.00", "u2 hourly 80.00 cost 40.00", "u3 cost 1.00")
    assert list(members.follow_ups(wire, wanted)) == [
        ("users/u2/hourly-rate", {"amount": 8000}),
        ("users/u2/cost-rate", {"amount": 4000}),
    ]


BUDGET = {"budgetEstimate": {"active": True}}


@pytest.mark.parametrize(
    ("wire", "value", "reason"),
    [
        (BUDGET, "PT5H", "its budget is active"),
        ({}, "PT5H", "the service does not return 'budgetEstimate'"),
        (BUDGET, None, ""),
        ({"budgetEstimate": None}, "PT5H", ""),
        ({"budgetEstimate": {"active": False}}, "PT5H", ""),
        ({**BUDGET, "timeEstimate": {"active": True}}, "PT5H", ""),
    ],
)
def test_an_estimate_never_switches_a_budget_off_unasked(wire: dict[str, Any], value: str | None, reason: str) -> None:
    estimate = _field("project.estimate").type
    assert isinstance(estimate, ExclusiveType)
    found = estimate.conflict(wire, value)
    assert found.startswith(reason)
    assert bool(found) is bool(reason)


def test_an_amount_has_two_places_at_most() -> None:
    rate = _field("project.hourly_rate").type
    assert rate.parse(None) is None
    assert _field("task.budget").type.parse("007") == "7"
    with pytest.raises(TypeError):
        _field("task.budget").type.read("7")
    with pytest.raises(ValueError, match=r"the amount 1\.005 has more than 2 decimals"):
        rate.parse("1.005")


def test_every_type_describes_the_values_that_a_manifest_may_give() -> None:
    for kind in BY_NAME.values():
        for field in (*kind.fields, *kind.undeclared):
            assert {"type", "anyOf", "enum"} & field.type.schema.keys(), field.name


def test_each_duration_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many resources have it, declared and live."""
    parsed: list[str | None] = []

    def counting(duration: str | None) -> int:
        parsed.append(duration)
        return seconds_of(duration)

    monkeypatch.setattr(durations, "seconds_of", counting)
    durations.canonical_duration.cache_clear()
    tasks = [{"name": f"Task {n}", "estimate": f"PT{90 + n % 3}M"} for n in range(60)]
    desired = desired_of({"projects": [{"name": "Site", "tasks": tasks}]})
    live = live_of(
        {"projects": ["Site"], "tasks": [{"at": f"Site/{t['name']}", "estimate": t["estimate"]} for t in tasks]}
    )
    assert make_plan(desired, live, target=TARGET).is_empty
    assert sorted(filter(None, parsed)) == ["PT90M", "PT91M", "PT92M"]
