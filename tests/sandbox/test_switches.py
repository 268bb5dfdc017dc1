"""The switches: their parsing, and those without tests in other modules."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from reconciler.sandbox import Switches
from tests.sandbox.driving import Driver


def test_switches_are_parsed_from_text() -> None:
    parsed = Switches.parse(
        "rate=30/h, put-clients=merge, reserved_names=clients+tags, page_cap=200, missing_is_404, last_page=no,"
    )
    assert parsed == Switches(
        rate="30/h",
        put_clients="merge",
        reserved_names=("clients", "tags"),
        page_cap=200,
        missing_is_404=True,
        last_page=False,
    )
    assert Switches.parse("") == Switches()
    assert Switches.parse("task_post_ignores=").task_post_ignores == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("speed=1", "no switch 'speed'"),
        ("put_clients=sometimes", "put_clients must be one of replace, merge"),
        ("reserved_names=users", "reserved_names takes clients"),
        ("page_cap=-1", "page_cap is a whole number"),
        ("page_default=0", "page_default must be positive"),
        ("last_page=maybe", "last_page is true or false"),
        ("rate=fast", "a rate is N/s or N/h"),
        ("rate=0/s", "a rate is N/s or N/h"),
    ],
)
def test_an_invalid_switch_is_an_error_that_names_the_problem(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Switches.parse(text)


def test_every_switch_is_documented() -> None:
    for field in fields(Switches):
        assert f"`{field.name}`" in (Switches.__doc__ or ""), field.name


def test_repr_shows_changed_switches_and_never_the_key() -> None:
    assert repr(Switches(key="s3cret-key", language="es")) == "Switches(language='es')"


def test_writes_and_deletes_can_have_empty_responses() -> None:
    with Driver("put_answers=empty,delete_answers=empty") as sandbox:
        path = f"tags/{sandbox.tag()['id']}"
        put, delete = sandbox("PUT", path, {"name": "new"}), sandbox("DELETE", path)
        assert (put.status_code, put.content, delete.status_code, delete.content) == (200, b"", 204, b"")


def test_refused_fields_are_silently_dropped() -> None:
    with Driver("refuse_fields=task.estimate+project.color+client.note") as sandbox:
        project = sandbox.project(color="#123456", note="kept")
        task = sandbox.task(project, estimate="PT2H")
        client = sandbox.client(note="gone", address="kept")
        assert (project["color"] != "#123456", project["note"]) == (True, "kept")
        assert task["estimate"] == "PT0S"
        assert (
            sandbox.ok("PUT", f"projects/{project['id']}/tasks/{task['id']}", {"name": "Design", "estimate": "PT2H"})[
                "estimate"
            ]
            == "PT0S"
        )
        assert (client["note"], client["address"]) == (None, "kept")


def test_latency_delays_a_response() -> None:
    with Driver("latency_ms=250") as sandbox:
        sandbox.ok("GET", "tags")
        assert sandbox.slept == [0.25]


def test_every_switch_is_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    missing = [field.name for field in fields(Switches) if f"`{field.name}`" not in page]
    assert missing == []
