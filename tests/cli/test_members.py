"""Members of projects through the command line: people with rates, user groups, the caller who stays, the guard, and undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.sandbox import Fault
from tests.cli.altered_answers import blocks, change
from tests.cli.embedded import Embedded

KEEP = {"prune": {"projects": "keep", "tasks": "keep"}}
SITE = "project:Site"


def _invite(sandbox: Embedded, *names: str) -> dict[str, str]:
    """The ids of new people, who are active, and of the owner, by the name before the @."""
    for name in names:
        sandbox.call("POST", "users", {"email": f"{name}@acme.example"})
    record = sandbox.store.load("workspace", sandbox.workspace) or {}
    members = [{**member, "membershipStatus": "ACTIVE"} for member in record["memberships"]]
    sandbox.store.save("workspace", {**record, "memberships": members})
    users = [sandbox.store.load("user", member["userId"]) or {} for member in members]
    owner, *others = ({"id": user["id"], "email": user["email"]} for user in users)
    return {"owner": owner["id"], "me": owner["email"], **{each["email"].split("@")[0]: each["id"] for each in others}}


def _site(
    sandbox: Embedded, people: list[str], groups: tuple[str, ...] = (), rates: Mapping[str, int] | None = None
) -> str:
    """A project with these members, by id, as somebody else made it."""
    project = str(sandbox.call("POST", "projects", {"name": "Site"})["id"])
    body = {"memberships": [{"userId": person} for person in people]}
    named = {"userGroups": {"contains": "CONTAINS", "ids": list(groups), "status": "ALL"}} if groups else {}
    sandbox.call("PATCH", f"projects/{project}/memberships", body | named)
    for person, amount in (rates or {}).items():
        sandbox.call("PUT", f"projects/{project}/users/{person}/hourly-rate", {"amount": amount})
    return project


def _declare(sandbox: Embedded, *members: Any, **values: Any) -> None:
    sandbox.declare(projects=[{"name": "Site", "members": list(members), **values}], policy=KEEP)


def _members(sandbox: Embedded) -> dict[str, tuple[int | None, int | None]]:
    """The hourly and the cost rate of each member, by the id of the user or group."""
    members = sandbox.stored("projects", "Site")["memberships"]
    return {member["userId"]: (_amount(member["hourlyRate"]), _amount(member["costRate"])) for member in members}


def _amount(rate: Any) -> int | None:
    return (rate or {}).get("amount") or None


def _converges(sandbox: Embedded, *words: str) -> Any:
    code, summary = sandbox.apply(*words)
    assert code == 0
    assert sandbox.plan()["changes"] == []
    return summary


@pytest.mark.parametrize("rates", ["kept", "ignored"])
def test_a_new_project_has_its_members_with_rates_its_groups_and_the_caller(sandbox: Embedded, rates: str) -> None:
    sandbox.switch(f"member_rates={rates}")
    who = _invite(sandbox, "pat", "sam")
    group = sandbox.call("POST", "user-groups", {"name": "The Designers"})["id"]
    sam = {"email": "SAM@acme.example", "hourly_rate": "95", "cost_rate": 40.5}
    _declare(sandbox, "pat@acme.example", sam, {"group": "The Designers"})
    plan = sandbox.plan()
    assert change(plan, SITE)["steps"] == ["create", "estimate"]
    stays = f"{who['me']}, the user of this API key, is not listed under members and stays a member of {SITE}"
    assert plan["warnings"] == [stays]
    _converges(sandbox)
    assert _members(sandbox) == {
        who["owner"]: (None, None), who["pat"]: (None, None), who["sam"]: (9500, 4050), group: (None, None),
    }  # fmt: skip
    assert sandbox.plan()["warnings"] == []


def test_members_that_are_not_declared_stay_as_they_are(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat")
    _site(sandbox, [who["pat"]], rates={who["pat"]: 9500})
    sandbox.declare(projects=[{"name": "Site", "note": "new"}], policy=KEEP)
    _converges(sandbox)
    assert not any("groups" in path or path.endswith("/users") for _, path in sandbox.sent)
    assert _members(sandbox) == {who["pat"]: (9500, None)}


def test_rates_that_are_not_declared_are_kept_and_null_clears_them(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    _site(sandbox, [who["owner"], who["pat"], who["sam"]], rates={who["pat"]: 9500, who["sam"]: 8000})
    _declare(sandbox, {"email": "pat@acme.example", "cost_rate": 50}, "sam@acme.example")
    plan = sandbox.plan()
    (field,) = change(plan, SITE)["fields"]
    assert "pat@acme.example hourly 95.00" in field["before"]
    assert "pat@acme.example hourly 95.00 cost 50.00" in field["after"]
    _converges(sandbox)
    assert _members(sandbox) == {who["owner"]: (None, None), who["pat"]: (9500, 5000), who["sam"]: (8000, None)}
    _declare(
        sandbox, {"email": "pat@acme.example", "hourly_rate": None}, {"email": "sam@acme.example", "hourly_rate": 85}
    )
    _converges(sandbox)
    assert _members(sandbox) == {who["owner"]: (None, None), who["pat"]: (None, 5000), who["sam"]: (8500, None)}


def test_each_removal_is_a_line_and_the_caller_is_never_removed(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann", "kim", "lee", "max", "zoe", "bob")
    group = sandbox.call("POST", "user-groups", {"name": "Crew"})["id"]
    _site(
        sandbox,
        [who[n] for n in ("owner", "pat", "sam", "ann", "kim", "lee", "max", "zoe")],
        (group,),
        rates={who["zoe"]: 100},
    )
    staying = [f"{name}@acme.example" for name in ("sam", "ann", "kim", "lee", "max")]
    _declare(sandbox, *staying, {"email": "zoe@acme.example", "hourly_rate": 2}, "bob@acme.example", {"group": "Crew"})
    text = sandbox.run("plan").stdout
    lines = [line.strip() for line in text.splitlines() if "members: " in line]
    assert lines == [
        "members: - pat@acme.example",
        'members: "zoe@acme.example hourly 1.00" → "zoe@acme.example hourly 2.00"',
        "members: + bob@acme.example",
    ]
    assert "the user of this API key" in text
    _converges(sandbox)
    assert who["owner"] in _members(sandbox)
    assert who["pat"] not in _members(sandbox)


def test_removals_beyond_the_budget_are_blocked_until_their_number_is_allowed(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    before = _site(sandbox, [who["owner"], who["pat"], who["sam"], who["ann"]])
    _declare(sandbox, "pat@acme.example")
    plan = sandbox.plan()
    assert blocks(plan) == {SITE: "member_budget"}
    assert change(plan, SITE)["blocked"] == {
        "guard": "member_budget",
        "reason": "would remove 2 of 4 members of projects; the limit is 10 or 25 %, whichever is smaller",
        "allow": "--allow-removals members=2",
    }
    assert sandbox.run("apply", "--approve", plan["digest"]).exit_code == 3
    assert before
    assert len(_members(sandbox)) == 4
    assert sandbox.run("plan", "--allow-removals", "members=1", "-o", "p.json").exit_code == 0
    assert (
        sandbox.run("apply", "p.json", "--approve", sandbox.plan("--allow-removals", "members=1")["digest"]).exit_code
        == 3
    )
    assert sandbox.run("plan", "--allow-removals", "members=2", "-o", "p.json").exit_code == 0
    digest = sandbox.plan("--allow-removals", "members=2")["digest"]
    assert sandbox.run("apply", "p.json", "--approve", digest).exit_code == 0
    assert set(_members(sandbox)) == {who["owner"], who["pat"]}


def test_all_members_of_a_project_are_beyond_the_budget_and_an_empty_list_keeps_the_caller(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat")
    _site(sandbox, [who["owner"], who["pat"]])
    _declare(sandbox)
    blocked = change(sandbox.plan(), SITE)["blocked"]
    assert blocked["reason"] == f"would remove the only member of {SITE} other than the user of the API key"
    _converges(sandbox, "--allow-removals=members=1")
    assert set(_members(sandbox)) == {who["owner"]}


def test_an_undo_gives_the_former_members_back_with_their_rates(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    group = sandbox.call("POST", "user-groups", {"name": "Crew"})["id"]
    _site(sandbox, [who["owner"], who["pat"], who["sam"]], (group,), rates={who["pat"]: 9500})
    before = _members(sandbox)
    _declare(sandbox, {"email": "sam@acme.example", "hourly_rate": 70}, "ann@acme.example")
    summary = _converges(sandbox, "--allow-removals=members=2")
    assert set(_members(sandbox)) == {who["owner"], who["sam"], who["ann"]}
    undo = sandbox.json("undo", summary["run"], "--allow-removals", "members=1", "-o", "undo.json")
    assert sandbox.run("apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
    assert _members(sandbox) == before


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE])
@pytest.mark.parametrize("ending", ["memberships", "hourly-rate"])
def test_a_write_whose_answer_was_lost_is_looked_up(sandbox: Embedded, fault: Fault, ending: str) -> None:
    sandbox.switch("member_rates=ignored")
    who = _invite(sandbox, "pat", "sam")
    group = sandbox.call("POST", "user-groups", {"name": "Crew"})["id"]
    _site(sandbox, [who["owner"], who["pat"]])
    _declare(sandbox, "pat@acme.example", {"email": "sam@acme.example", "hourly_rate": 95}, {"group": "Crew"})
    sandbox.faults[("PATCH" if ending == "memberships" else "PUT", ending)] = [fault]
    _converges(sandbox)
    assert set(_members(sandbox)) == {who["owner"], who["pat"], who["sam"], group}
    assert _members(sandbox)[who["sam"]] == (9500, None)


def test_a_create_whose_answer_was_lost_is_ours_although_the_members_are_still_those_of_a_new_project(
    sandbox: Embedded,
) -> None:
    who = _invite(sandbox, "pat")
    _declare(sandbox, "pat@acme.example")
    sandbox.faults[("POST", "/projects")] = [Fault.DROP_AFTER]
    _converges(sandbox)
    assert set(_members(sandbox)) == {who["owner"], who["pat"]}


def test_members_that_somebody_else_changed_are_not_overwritten(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    project = _site(sandbox, [who["owner"], who["pat"]])
    _declare(sandbox, "pat@acme.example", "sam@acme.example")
    plan = sandbox.json("plan", "-o", "p.json")
    everyone = [who[name] for name in ("owner", "pat", "ann")]
    sandbox.call("PATCH", f"projects/{project}/memberships", {"memberships": [{"userId": one} for one in everyone]})
    assert sandbox.run("apply", "p.json", "--approve", plan["digest"]).exit_code != 0
    assert set(_members(sandbox)) == set(everyone)


def test_a_protected_project_keeps_its_members(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    _site(sandbox, [who[name] for name in ("owner", "pat", "sam", "ann")])
    policy = KEEP | {"protect": [SITE]}
    site = {"name": "Site", "members": ["pat@acme.example", "sam@acme.example"]}
    sandbox.declare(projects=[site], policy=policy)
    options = ("--allow-removals=members=1",)
    plan = sandbox.plan(*options)
    assert blocks(plan) == {SITE: "protect"}
    result = sandbox.run("apply", *options, "--approve", plan["digest"])
    assert result.exit_code == 3
    assert "would lose the member ann@acme.example" in " ".join(result.stderr.split())
    assert who["ann"] in _members(sandbox)
    sandbox.declare(projects=[site], policy=KEEP)
    assert sandbox.apply(*options)[0] == 0
    assert who["ann"] not in _members(sandbox)


def test_the_role_is_asked_for_where_members_are_removed_and_only_there(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann", "kim")
    _site(sandbox, [who[name] for name in ("owner", "pat", "sam", "ann")])
    _declare(sandbox, *(f"{name}@acme.example" for name in ("pat", "sam", "ann", "kim")))
    sandbox.plan()
    asked = sum(path.endswith("/workspaces") for _, path in sandbox.sent)
    _declare(sandbox, "pat@acme.example", "sam@acme.example")
    plan = sandbox.json("plan", "--allow-removals=members=1", "-o", "p.json")
    assert sum(path.endswith("/workspaces") for _, path in sandbox.sent) == asked + 1
    assert blocks(plan) == {}
    result = sandbox.run("apply", "p.json", "--approve", plan["digest"])
    assert result.exit_code == 0, result.stderr
    assert plan["forecast"]["requests"] >= len(sandbox.sent)


def test_groups_that_the_key_may_not_list_are_not_removed(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    group = sandbox.call("POST", "user-groups", {"name": "Crew"})["id"]
    _site(sandbox, [who[name] for name in ("owner", "pat", "sam", "ann")], (group,))
    _declare(sandbox, *(f"{name}@acme.example" for name in ("pat", "sam", "ann")))
    options = ("--allow-removals=members=1",)
    assert blocks(sandbox.plan(*options)) == {}
    assert sandbox.refuse("GET", "/user-groups") == []
    plan = sandbox.plan(*options)
    assert blocks(plan) == {SITE: "reading_proof"}
    assert change(plan, SITE)["blocked"]["reason"] == "the list of user groups was not read completely"


def test_who_is_unknown_is_a_problem_with_its_place_and_a_suggestion(sandbox: Embedded) -> None:
    _invite(sandbox, "robin")
    sandbox.call("POST", "user-groups", {"name": "Designers"})
    _declare(sandbox, "robyn@acme.example", {"group": "Designer"})
    result = sandbox.run("plan")
    assert result.exit_code == 1
    text = " ".join(result.stderr.split())
    assert "members of project:Site: the workspace has no user with the e-mail address robyn@acme.example" in text
    assert "did you mean robin@acme.example?" in text
    assert "the workspace has no user group 'Designer'" in text
    assert "did you mean Designers?" in text


def test_a_new_member_who_is_not_active_is_a_warning(sandbox: Embedded) -> None:
    sandbox.call("POST", "users", {"email": "robin@acme.example"})
    _declare(sandbox, {"email": "robin@acme.example", "hourly_rate": 5})
    warnings = sandbox.plan()["warnings"]
    assert f"robin@acme.example is pending in the workspace, not active, and is declared in {SITE}" in warnings


@pytest.mark.parametrize("switch", ["", "members_shown=false"])
def test_a_member_of_old_who_is_not_active_is_a_warning_too_and_costs_no_request(
    sandbox: Embedded, switch: str
) -> None:
    who = _invite(sandbox, "pat", "sam")
    _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _declare(
        sandbox, {"email": "PAT@acme.example", "hourly_rate": 5}, "sam@acme.example",
        tasks=[{"name": "Do", "assignees": ["pat@acme.example"]}],
    )  # fmt: skip
    sandbox.switch(switch or "rate=off")
    before = sandbox.plan()["warnings"]
    sent = len(sandbox.sent)
    sandbox.call("PUT", f"users/{who['pat']}", {"status": "INACTIVE"})
    sandbox.call("PUT", f"users/{who['sam']}", {"status": "INACTIVE"})
    found = [warning for warning in sandbox.plan()["warnings"] if warning not in before]
    assert found == [
        f"pat@acme.example is inactive in the workspace, not active, and is declared in {SITE}, task:Site/Do",
        f"sam@acme.example is inactive in the workspace, not active, and is declared in {SITE}",
    ]
    assert len(sandbox.sent) == sent


def test_an_undo_warns_of_the_people_that_it_adds_alone(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam", "ann")
    _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _declare(sandbox, "pat@acme.example", "ann@acme.example")
    code, summary = sandbox.apply("--allow-removals=members=1")
    assert code == 0
    for name in ("pat", "sam", "ann"):
        sandbox.call("PUT", f"users/{who[name]}", {"status": "INACTIVE"})
    warnings = sandbox.json("undo", summary["run"], "--allow-removals=members=1")["warnings"]
    assert [warning for warning in warnings if "not active" in warning] == [
        f"sam@acme.example is inactive in the workspace, not active, and is added to {SITE}"
    ]


def test_rates_have_the_decimals_of_the_currency(sandbox: Embedded) -> None:
    record = sandbox.store.load("workspace", sandbox.workspace) or {}
    yen = [{**each, "code": "JPY"} if each["isDefault"] else each for each in record["currencies"]]
    sandbox.store.save("workspace", {**record, "currencies": yen})
    who = _invite(sandbox, "pat")
    assert who
    _declare(sandbox, {"email": "pat@acme.example", "hourly_rate": "95.50"})
    result = sandbox.run("plan")
    assert result.exit_code == 1
    assert "members of project:Site: JPY has no minor unit" in " ".join(result.stderr.split())


def test_rates_that_the_plan_of_the_workspace_does_not_include_are_reported_once(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    sandbox.switch("member_rates=ignored")
    asked = sandbox.refuse("PUT", "-rate")
    _declare(sandbox, *({"email": f"{name}@acme.example", "hourly_rate": 95} for name in ("pat", "sam")), note="new")
    digest = sandbox.plan()["digest"]
    result = sandbox.run("apply", "--approve", digest)
    assert result.exit_code == 4
    assert " ".join(result.stdout.split()).count("not in this workspace's plan") == 1
    assert len(asked) == 1
    assert set(_members(sandbox)) == {who["owner"], who["pat"], who["sam"]}
    assert sandbox.stored("projects", "Site")["note"] == "new"
