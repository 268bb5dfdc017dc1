"""Error responses in both languages, at both gateways: docs/clockify.md section 1.2."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.sandbox.errors import _MESSAGES
from tests.sandbox.driving import Driver

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "amount", "estimate", "userId", "type"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
WIRE = [
    "name", "archived", "clientId", "color", "note", "billable", "isPublic", "hourlyRate", "estimate", "memberships", "tasks",
    "email", "ccEmails", "currencyId", "status", "assigneeIds", "budgetEstimate", "start", "end", "projectId", "taskId", "tagIds",
    "timeEstimate", "userIds", "amount", "type", "app", "isTemplate",
]  # fmt: skip
DOORS = [
    ("POST", "clients"), ("PUT", "clients/{client}"), ("POST", "tags"), ("PUT", "tags/{tag}"), ("POST", "projects"),
    ("PUT", "projects/{project}"), ("PATCH", "projects/{project}/estimate"), ("PATCH", "projects/{project}/memberships"),
    ("POST", "projects/{project}/memberships"), ("PATCH", "projects/{project}/template"), ("POST", "projects/{project}/tasks"),
    ("PUT", "projects/{project}/tasks/{task}"), ("PUT", "projects/{project}/tasks/{task}/hourly-rate"), ("POST", "time-entries"),
    ("PUT", "time-entries/{entry}"), ("PATCH", "user/{me}/time-entries"), ("PUT", "user/{me}/time-entries"), ("POST", "users"),
    ("PUT", "users/{me}"), ("POST", "/connections"), ("POST", "/clockify/api/v1/workspaces"),
]  # fmt: skip


@pytest.mark.slow
@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_sandbox_survives_any_body(data: st.DataObject) -> None:
    method, path = data.draw(st.sampled_from(DOORS))
    body = data.draw(st.dictionaries(st.sampled_from(WIRE), JSON, max_size=4) | JSON)
    with Driver() as sandbox:
        project = sandbox.project()
        places = {
            "client": sandbox.client()["id"], "tag": sandbox.tag()["id"], "project": project["id"],
            "task": sandbox.task(project)["id"], "entry": sandbox.entry()["id"], "me": sandbox.me(),
        }  # fmt: skip
        response = sandbox(method, path.format(**places), content=json.dumps(body).encode())
        assert response.status_code in {200, 201, 400, 404}, response.text
        assert sandbox("GET", "projects", hydrated="true").status_code == 200


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"null", b'{"name": "\\ud800"}', b"\xff", b"[" * 5000])
def test_a_body_that_is_absent_or_not_an_object_is_3002(sandbox: Driver, content: bytes) -> None:
    response = sandbox("POST", "clients", content=content)
    assert (response.status_code, response.json()["code"]) == (400, 3002)


def test_an_absent_body_leaks_a_signature_as_the_live_service_does(sandbox: Driver) -> None:
    assert sandbox.refused("POST", "tags")[2].startswith("Required request body is missing: public com.clockify")


def test_unknown_fields_are_ignored(sandbox: Driver) -> None:
    assert sandbox.client(colour="red", id="mine")["id"] != "mine"


@pytest.mark.parametrize("object_id", ["1234", "null", "698eeb9e5cd3a921db120999"])
@pytest.mark.parametrize(("reading", "status"), [("", 400), ("missing_is_404", 404)])
def test_an_unknown_id_is_400_or_404_whatever_its_form(object_id: str, reading: str, status: int) -> None:
    with Driver(reading) as sandbox:
        project = sandbox.project()
        for path, message in (
            (f"clients/{object_id}", "Client doesn't belong to Workspace"),
            (f"projects/{object_id}", "Project doesn't belong to Workspace"),
            (f"tags/{object_id}", "Tag doesn't belong to Workspace"),
            (f"time-entries/{object_id}", "Time entry doesn't belong to Workspace"),
            (f"projects/{project['id']}/tasks/{object_id}", "Task doesn't belong to Project"),
        ):
            assert sandbox.refused("GET", path) == (status, 501, message)


def test_domain_messages_are_translated_and_others_are_not() -> None:
    with Driver("language=es") as sandbox:
        project = sandbox.project()
        assert sandbox.refused("GET", "projects/x") == (400, 501, "Proyecto no pertenece a Espacio de trabajo")
        assert sandbox.refused("DELETE", f"projects/{project['id']}")[2] == "No se puede eliminar un proyecto activo"
        assert sandbox.refused("GET", "nowhere")[2].startswith("No static resource")
        assert sandbox.refused("POST", "tags")[2].startswith("Required request body")


def test_every_message_has_both_languages_with_the_same_placeholders() -> None:
    for key, (english, spanish) in _MESSAGES.items():
        assert english != spanish, key
        for place in ("{name}", "{client}", "{field}"):
            assert (place in english) is (place in spanish), key


def test_braces_in_a_name_are_not_placeholders(sandbox: Driver) -> None:
    sandbox.tag("{name}{0}")
    assert sandbox.refused("POST", "tags", {"name": "{name}{0}"})[2] == "Tag with name {name}{0} already exists"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PATCH", "clients", "GET,POST"), ("DELETE", "projects/", "GET,POST"), ("POST", "tags/x", "DELETE,GET,PUT")],
)
def test_a_wrong_method_is_405_with_an_allow_header(sandbox: Driver, method: str, path: str, allowed: str) -> None:
    response = sandbox(method, path)
    assert response.status_code == 405
    assert response.json() == {"message": f"Request method '{method}' is not supported", "code": 3000}
    assert response.headers["Allow"] == allowed
