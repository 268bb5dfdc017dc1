"""Pulling people and rates: what stays of an entry where some of its values changed, and what a new entry gets."""

from __future__ import annotations

from reconciler.manifest.pull import Pulled
from tests.manifest.pull.test_pull import after, pulled_from, setting
from tests.manifest.pull.workspaces import Hand

HEAD = "version: 1\nprojects:\n"


def test_those_who_stay_keep_their_text_behind_one_who_leaves() -> None:
    members = "      - jo@acme.example\n", '      - "sam@acme.example" # lead\n'
    text = f"{HEAD}  - name: A1\n    members:\n{''.join(members)}"
    assert after(text, setting("A1", members=("sam@acme.example",))) == text.replace(members[0], "")


def test_one_who_stays_gets_no_rate_that_the_manifest_does_not_declare() -> None:
    text = f"{HEAD}  - {{name: A1, members: [{{email: sam@acme.example, hourly_rate: 95}}]}}\n"
    live = ("kim@acme.example", "sam@acme.example hourly 95.00 cost 40.00")
    expected = text.replace("rate: 95}", "rate: 95}, kim@acme.example")
    assert after(text, setting("A1", members=live)) == expected


def test_a_rate_that_applied_from_a_day_on_is_null_where_the_workspace_has_none() -> None:
    text = f"{HEAD}  - {{name: A1, hourly_rate: {{amount: 95, since: 2026-01-01}}}}\n"
    assert after(text, setting("A1", hourly_rate=None)) == f"{HEAD}  - {{name: A1, hourly_rate: null}}\n"


def pulled_with_a_new_project(text: str) -> Pulled:
    def change(hand: Hand) -> None:
        values = {"color": "#03A9F4", "public": False, "billable": False, "members": ("kim@acme.example",)}
        hand.make("project", "New", None, values)

    return pulled_from(text, change)


def test_a_new_project_gets_its_members_where_another_one_declares_members() -> None:
    project = '  - {name: New, color: "#03A9F4", public: false, billable: false'
    for members, written in ((", members: [jo@acme.example]", ", members: [kim@acme.example]"), ("", "")):
        text = f"{HEAD}  - {{name: A1{members}}}\n"
        pulled = pulled_with_a_new_project(text)
        assert pulled.files["m.yaml"][1].decode() == f"{text}{project}{written}}}\n"
