"""The manager role of members through the command line: declared, left alone, lost answers, refusals, the guard, and undo."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.sandbox import Fault
from tests.cli.altered_answers import blocks, change
from tests.cli.embedded import Embedded
from tests.cli.test_members import KEEP, SITE, _converges, _declare, _invite, _members, _site

PAT, SAM = "pat@acme.example", "sam@acme.example"


def _promote(sandbox: Embedded, project: str, *people: str) -> None:
    for person in people:
        sandbox.call("POST", f"users/{person}/roles", {"entityId": project, "role": "PROJECT_MANAGER"})


def _managers(sandbox: Embedded) -> set[str]:
    roles = sandbox.store.records("role", sandbox.workspace)
    return {role["userId"] for role in roles if role["entityId"] == sandbox.stored("projects", "Site")["id"]}


def _manager(email: str, **values: Any) -> dict[str, Any]:
    return {"email": email, "manager": True, **values}


def test_a_declared_manager_has_the_role_and_the_plan_shows_it(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"], who["sam"]], rates={who["pat"]: 9500})
    _promote(sandbox, project, who["sam"])
    _declare(sandbox, _manager(PAT), _manager(SAM, manager=False))
    text = " ".join(sandbox.run("plan").stdout.split())
    assert f'members: "{PAT} hourly 95.00 manager false" → "{PAT} hourly 95.00 manager true"' in text
    assert f'members: "{SAM} manager true" → "{SAM} manager false"' in text
    _converges(sandbox)
    assert _managers(sandbox) == {who["pat"]}
    assert _members(sandbox)[who["pat"]] == (9500, None)


def test_a_new_project_has_its_managers(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    _declare(sandbox, _manager(PAT, hourly_rate=5), _manager(SAM, manager=False))
    _converges(sandbox)
    assert _managers(sandbox) == {who["pat"]}


def test_a_role_that_is_not_declared_stays_and_is_not_asked_for(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"]])
    _promote(sandbox, project, who["pat"])
    _declare(sandbox, PAT, SAM)
    _converges(sandbox)
    assert _managers(sandbox) == {who["pat"]}
    assert not any(path.endswith("/roles") for _, path in sandbox.sent)
    _declare(sandbox, PAT, _manager(SAM))
    _converges(sandbox)
    assert _managers(sandbox) == {who["pat"], who["sam"]}


def test_the_role_of_a_removed_member_goes_first_under_the_guard_and_an_undo_gives_it_back(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _promote(sandbox, project, who["pat"])
    _declare(sandbox, _manager(SAM))
    assert blocks(sandbox.plan()) == {SITE: "member_budget"}
    code, summary = sandbox.apply("--allow-removals=members=1")
    assert code == 0
    assert _managers(sandbox) == {who["sam"]}
    writes = [(method, path.rsplit("/", 1)[1]) for method, path in sandbox.sent if method != "GET"]
    assert writes == [("DELETE", "roles"), ("PATCH", "memberships"), ("POST", "roles")]
    undo = sandbox.json("undo", summary["run"], "-o", "undo.json")
    assert sandbox.run("apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
    assert _managers(sandbox) == {who["pat"]}
    assert set(_members(sandbox)) == {who["owner"], who["pat"], who["sam"]}


def test_an_undo_takes_and_gives_roles_alone(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _promote(sandbox, project, who["pat"])
    _declare(sandbox, _manager(PAT, manager=False), _manager(SAM))
    summary = _converges(sandbox)
    assert _managers(sandbox) == {who["sam"]}
    undo = sandbox.json("undo", summary["run"], "-o", "undo.json")
    assert sandbox.run("apply", "undo.json", "--approve", undo["digest"]).exit_code == 0
    assert _managers(sandbox) == {who["pat"]}


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_role_whose_answer_was_lost_is_looked_up(sandbox: Embedded, fault: Fault, method: str) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _promote(sandbox, project, who["pat"])
    _declare(sandbox, _manager(PAT, manager=False), _manager(SAM))
    sandbox.faults[(method, "/roles")] = [fault]
    _converges(sandbox)
    assert _managers(sandbox) == {who["sam"]}
    assert sandbox.json("runs", "show", "latest", "--format", "json")["in_doubt"] == 0


def _answering(sandbox: Embedded, path: str, status: int, body: bytes, method: str = "") -> None:
    """Let the service answer requests for a path with this."""
    served = sandbox.app

    def altered() -> Any:
        app = served()

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            is_meant = scope["type"] == "http" and scope["path"].endswith(path) and scope["method"] == method
            if not is_meant:
                await app(scope, receive, send)
                return
            headers = [(b"content-type", b"application/json"), (b"last-page", b"true")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        return answer

    sandbox.app = altered  # type: ignore[method-assign]


def test_a_role_that_the_plan_of_the_workspace_does_not_include_is_not_accepted(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    _answering(sandbox, "/roles", 403, b'{"message":"no","code":4033}', "POST")
    _declare(sandbox, _manager(PAT), _manager(SAM), note="new")
    result = sandbox.run("apply", "--approve", sandbox.plan()["digest"])
    assert result.exit_code == 4
    assert " ".join(result.stdout.split()).count("not in this workspace's plan") == 1
    assert _managers(sandbox) == set()
    assert set(_members(sandbox)) == {who["owner"], who["pat"], who["sam"]}
    assert sandbox.stored("projects", "Site")["note"] == "new"


def test_a_service_that_shows_no_roles_is_a_problem_of_the_plan_and_never_a_guess(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat")
    _site(sandbox, [who["owner"], who["pat"]])
    people = [{"id": who["pat"], "email": PAT}, {"id": who["owner"], "email": who["me"]}]
    _answering(sandbox, "/users", 200, json.dumps([each | {"status": "ACTIVE"} for each in people]).encode(), "GET")
    _declare(sandbox, _manager(PAT))
    result = sandbox.run("plan")
    assert result.exit_code == 1
    assert f"members of {SITE}: the service does not show roles" in " ".join(result.stderr.split())


def test_an_undo_does_not_guess_a_role_that_the_service_no_longer_shows(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat")
    _site(sandbox, [who["owner"], who["pat"]])
    _declare(sandbox, _manager(PAT))
    summary = _converges(sandbox)
    people = [{"id": who["pat"], "email": PAT}, {"id": who["owner"], "email": who["me"]}]
    _answering(sandbox, "/users", 200, json.dumps([each | {"status": "ACTIVE"} for each in people]).encode(), "GET")
    result = sandbox.run("undo", summary["run"])
    assert result.exit_code == 1
    assert "the service does not show roles" in " ".join(result.stderr.split())
    assert _managers(sandbox) == {who["pat"]}


def test_a_role_that_changed_since_the_plan_is_not_overwritten(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat", "sam")
    project = _site(sandbox, [who["owner"], who["pat"], who["sam"]])
    _declare(sandbox, _manager(PAT), SAM)
    plan = sandbox.json("plan", "-o", "p.json")
    _promote(sandbox, project, who["sam"])
    assert sandbox.run("apply", "p.json", "--approve", plan["digest"]).exit_code != 0
    assert _managers(sandbox) == {who["sam"]}


def test_a_group_has_no_role(sandbox: Embedded) -> None:
    sandbox.declare(projects=[{"name": "Site", "members": [{"group": "Crew", "manager": True}]}], policy=KEEP)
    assert sandbox.run("validate").exit_code == 1


def test_the_change_of_a_role_alone_is_a_request_for_members(sandbox: Embedded) -> None:
    who = _invite(sandbox, "pat")
    _site(sandbox, [who["owner"], who["pat"]])
    _declare(sandbox, _manager(PAT))
    assert change(sandbox.plan(), SITE)["steps"] == ["estimate"]
