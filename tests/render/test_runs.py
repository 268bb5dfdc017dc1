"""Recorded runs as text: the lines fit, are inert, and agree with the JSON."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.render.lines import to_plain
from reconciler.render.runs import run_lines, run_list_lines
from reconciler.render.screen import Screen
from reconciler.render.width import width
from tests.render import plans


def record(name: str = "Acme", **more: Any) -> dict[str, Any]:
    write = {"n": 1, "at": "2026-11-24T20:13:59.123Z", "address": f"client:{name}", "action": "update", "step": "update",
             "method": "PUT", "status": 500, "attempts": 5, "result": "in_doubt", "message": f"HTTP 500: {name}"}  # fmt: skip
    return {
        "run": "20261124T201359123Z-0a1b2c3d",
        "status": "in_part",
        "digest": "sha256:" + "ab" * 32,
        "workspace": {"id": "w", "name": name},
        "user": {"id": "u", "email": "jo@acme.example"},
        "summary": {"done": 3, "in_doubt": 1},
        "in_doubt": 1,
        "sessions": [{"started_at": "2026-11-24T20:13:59.000Z", "ended_at": None, "user": {"email": "jo@acme.example"},
                      "workspace": {"id": "w", "name": name}, "gateway": "maton", "connection": "c1",
                      "digest": "sha256:" + "ab" * 32}],
        "changes": [{"address": f"client:{name}", "action": "update", "result": "in_doubt", "message": "lost"}],
        "writes": [write],
        "damaged_lines": 1,
        **more,
    }  # fmt: skip


@pytest.mark.parametrize("name", plans.HOSTILE)
@pytest.mark.parametrize("in_ascii", [False, True])
def test_a_run_fits_and_is_inert_whatever_the_names(name: str, *, in_ascii: bool) -> None:
    screen = Screen(ascii=in_ascii)
    for lines in (run_lines(record(name), screen), run_list_lines([record(name)], screen)):
        text = to_plain(lines)
        assert all(width(line) <= 80 for line in text.splitlines())
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_run_is_laid_out_from_its_sessions_to_its_writes() -> None:
    session = record()["sessions"][0] | {"ended_at": "2026-11-24T20:14:09.000Z"}
    text = to_plain(run_lines(record(problem="the journal was changed", sessions=[session]), Screen(160)))
    assert text == (
        "Run 20261124T201359123Z-0a1b2c3d  partial\n"
        "  Problem: the journal was changed. The run is not used.\n"
        "  2026-11-24T20:13:59.000Z to 2026-11-24T20:14:09.000Z: jo@acme.example, 'Acme' through maton, connection c1, digest sha256:abababababab\n"
        "\n"
        "! in doubt  update client:Acme\n"
        "    lost\n"
        "3 done, 1 in doubt\n"
        "\n"
        "1 write, in the order sent:\n"
        "  20:13:59.123  PUT    update client:Acme  in doubt (HTTP 500, 5 attempts): HTTP 500: Acme\n"
        "\n"
        "1 line of the journal cannot be read (possibly truncated by a crash).\n"
    )


@pytest.mark.parametrize(
    ("write", "shown"),
    [
        ({"attempts": 1, "message": ""}, "in doubt (HTTP 500)"),
        ({"attempts": 2, "message": ""}, "in doubt (HTTP 500, 2 attempts)"),
        ({"status": None, "attempts": 1, "message": ""}, "in doubt (no answer)"),
        ({"status": None, "message": "lost"}, "in doubt (no answer, 5 attempts): lost"),
        ({"result": "done", "status": 200, "attempts": 1, "message": ""}, "done (HTTP 200)"),
    ],
)
def test_a_write_says_what_became_of_it(write: dict[str, Any], shown: str) -> None:
    (sent,) = record()["writes"]
    lines = to_plain(run_lines(record(writes=[sent | write], damaged_lines=0, changes=[]), Screen(160))).splitlines()
    assert lines[-1] == f"  20:13:59.123  PUT    update client:Acme  {shown}"


def test_a_run_without_any_write_says_so_and_no_more() -> None:
    empty = record(writes=[], damaged_lines=0, changes=[], summary={})
    assert to_plain(run_lines(empty, Screen(160))).endswith("\n\nNothing done.\n")


@pytest.mark.parametrize(
    ("created_id", "shown", "listed"),
    [
        ("w1", "workspace created: New (w1)\n1 done\n", "    workspace created, 1 done, Acme, jo@acme.example"),
        (None, "workspace in doubt: New\n1 in doubt\n", "    workspace in doubt, 1 in doubt, Acme, jo@acme.example"),
    ],
)
def test_a_run_that_stopped_after_its_workspace_says_so(created_id: str | None, shown: str, listed: str) -> None:
    made = {"id": created_id, "name": "New"}
    counts = {"done" if created_id else "in_doubt": 1}
    run = record(writes=[], damaged_lines=0, changes=[], summary=counts, in_doubt=0, created_workspace=made)
    assert to_plain(run_lines(run, Screen(160))).endswith(shown)
    assert to_plain(run_list_lines([run])).splitlines()[1] == listed


def test_a_run_says_what_is_in_doubt_and_what_cannot_be_read() -> None:
    text = " ".join(to_plain(run_lines(record())).split())
    assert "partial" in text
    assert "no end recorded" in text
    assert "! in doubt update client:Acme lost" in text
    assert "3 done, 1 in doubt" in text
    assert "PUT update client:Acme in doubt (HTTP 500, 5 attempts)" in text
    assert "1 line of the journal cannot be read" in text


def test_the_list_has_an_entry_a_run() -> None:
    lines = to_plain(
        run_list_lines([record(), record(status="complete", in_doubt=0, summary={"done": 2})])
    ).splitlines()
    assert lines == [
        "20261124T201359123Z-0a1b2c3d  partial",
        "    3 done, 1 in doubt, Acme, jo@acme.example",
        "20261124T201359123Z-0a1b2c3d  complete",
        "    2 done, Acme, jo@acme.example",
    ]
