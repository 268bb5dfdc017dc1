"""The drift in each of its forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from reconciler.cli.terminal.output import to_json
from reconciler.model import UNSET, Address
from reconciler.planning.drift import Difference, Drift, Origin
from reconciler.render.drift import ORDER, drift_lines, drift_markdown, drift_to_json
from reconciler.render.html import drift_html
from reconciler.render.screen import Screen
from reconciler.render.text import to_plain
from tests.render.golden import assert_golden, without_own_files
from tests.render.plans import HOSTILE, TARGET

COMMANDS = ("reconciler pull workspace.yaml", "reconciler plan workspace.yaml")
BASE = "run 20260102T030405000Z-0123abcd, of commit 0123456789ab"


def _of(*differences: Difference) -> Drift:
    return Drift(TARGET, BASE, differences)


def _every_origin() -> Drift:
    """One of each origin, in the order of a plan; fields with all three sides and with fewer, and whole resources."""
    project = Address.parse("project:Acme/Website")
    return _of(
        Difference(project, Origin.GIT, "color", UNSET, "#1976D2", "#000000", "workspace.yaml:20:3"),
        Difference(project, Origin.BOTH, "billable", base=True, git=False, live=None, source="workspace.yaml:20:3"),
        Difference(Address.parse("task:Acme/Website/Build"), Origin.VANISHED, source="workspace.yaml:24:7"),
        Difference(Address.parse("client:Acme"), Origin.LIVE, "note", "old", "old", "new", "workspace.yaml:8:5"),
        Difference(Address.parse("tag:stray"), Origin.APPEARED),
    )


def _hostile() -> Drift:
    """Every hostile name as an address, a value of each side and a source."""
    return Drift(
        TARGET,
        HOSTILE[0],
        tuple(
            Difference(
                Address("tag", (bad,)),
                ORDER[at % len(ORDER)],
                "name",
                bad,
                (bad, "b"),
                f"{bad} {bad}",
                f"{bad}.yaml:1:1",
            )
            for at, bad in enumerate(HOSTILE)
        ),
    )


def _right_to_left() -> Drift:
    """Hebrew and Arabic names beside Latin ones."""
    client = Address("client", ("סטודיו אקמי",))
    site = client.child("project", "אתר 2026 (חדש)")
    return _of(
        Difference(client, Origin.BOTH, "note", "ישן", "חדש, שלום!", "שלום world 123", "workspace.yaml:3:5"),
        Difference(site, Origin.VANISHED, source="workspace.yaml:5:7"),
        Difference(
            site.child("task", "تصميم / مراجعة"), Origin.GIT, "estimate", "PT8H", "PT9H", "PT8H", "workspace.yaml:6:9"
        ),
        Difference(Address("tag", ("عاجل",)), Origin.APPEARED),
    )


def _long_values() -> Drift:
    """Notes of hundreds of characters, many addresses, and a name as long as names may be."""
    text = "Line of a note that goes on.\n" * 12
    people = tuple(f"person{n}@acme.example" for n in range(20))
    name = Address("project", ("Acme", "N" * 250))
    return _of(
        Difference(name, Origin.BOTH, "note", text, f"{text}git", f"{text}live", "workspace.yaml:3:5"),
        Difference(Address.parse("task:Acme/Web/Design"), Origin.LIVE, "assignees", people, people, people[:-1]),
        Difference(name, Origin.VANISHED),
    )


DRIFTS: Mapping[str, Callable[[], Drift]] = {
    "empty": _of,
    "every_origin": _every_origin,
    "hostile": _hostile,
    "right_to_left": _right_to_left,
    "long_values": _long_values,
}
FORMS: Mapping[str, Callable[[Drift], str]] = {
    "txt": lambda drift: to_plain(drift_lines(drift, COMMANDS, Screen(80))),
    "md": lambda drift: drift_markdown(drift, COMMANDS),
    "json": lambda drift: to_json(drift_to_json(drift)),
    "html": lambda drift: without_own_files(drift_html(drift, COMMANDS)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", DRIFTS)
def test_a_drift_reads_as_the_golden_files_say(name: str, form: str) -> None:
    assert_golden(f"drift_{name}.{form}", FORMS[form](DRIFTS[name]()))


@pytest.mark.parametrize("form", ["txt", "md", "html"])
def test_of_long_values_the_part_where_git_and_live_differ_is_shown(form: str) -> None:
    note, people = "same " * 100, tuple(f"p{n}@acme.example" for n in range(30))
    drift = _of(
        Difference(Address.parse("client:Acme"), Origin.BOTH, "note", "short", f"{note}in git", f"{note}on the web"),
        Difference(Address.parse("task:A/B/C"), Origin.LIVE, "assignees", people, people, people[:-1]),
        Difference(Address.parse("client:Globex"), Origin.GIT, "note", UNSET, note, note + note),
    )
    text = " ".join(FORMS[form](drift).replace("<bdi>", "").replace("</bdi>", "").replace("\\", "").split())
    assert "base short, git" in text
    assert all(
        end in text for end in ("in git", "on the web", "(506 characters)", "(510 characters)", "(1,000 characters)")
    )
    lists = text.partition("assignees")[2].partition("client:Globex")[0].split("p28@")[1:]
    assert ["p29@" in part for part in lists] == [True, True, False]
    assert "base (not declared), git" in text


@pytest.mark.parametrize("name", DRIFTS)
def test_every_form_has_all_differences(name: str) -> None:
    drift = DRIFTS[name]()
    number = len(drift.differences)
    content = json.loads(FORMS["json"](drift))
    assert (len(content["differences"]), sum(content["summary"].values())) == (number, number)
    assert drift_markdown(drift, COMMANDS).count("\n- ") == number
    assert drift_html(drift, COMMANDS).count("<li ") == number


def test_differences_that_do_not_fit_are_counted() -> None:
    drift = _of(*(Difference(Address("tag", (f"stray {n}",)), Origin.APPEARED) for n in range(7)))
    text = drift_markdown(drift, COMMANDS, size_limit=0)
    assert "\n- " not in text
    assert "**7 more differences omitted (size limit).**" in text
