"""`undo` at the command line: a plan like any other, made out of a journal."""

from __future__ import annotations

import json

from tests.cli.stage import ADDITIVE, EXAMPLE, UPDATING, Desk, digest_in


def applied(desk: Desk, text: str) -> None:
    desk.write(text)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    assert desk.call("--sandbox", "apply", "--approve", digest).exit_code == 0


def test_an_undo_is_planned_saved_approved_and_applied_and_writes_nothing_before(desk: Desk) -> None:
    desk.call("--sandbox", "whoami")
    before = desk.tags()
    applied(desk, ADDITIVE)
    after = desk.tags()
    shown = desk.call("--sandbox", "undo", "latest", "-o", "undo.json", "--detailed-exitcode")
    assert shown.exit_code == 2
    assert desk.tags() == after
    refused = desk.call("--sandbox", "apply", "undo.json")
    assert refused.exit_code == 3
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", digest_in(shown.stdout)).exit_code == 0
    assert desk.tags() == before
    assert desk.call("--sandbox", "undo", "latest", "--detailed-exitcode").exit_code == 2


def test_a_rename_is_undone_by_the_id_and_not_by_the_name(desk: Desk) -> None:
    applied(desk, UPDATING)
    shown = desk.call("--sandbox", "undo", "latest", "--format", "json", "-o", "undo.json")
    plan = json.loads(shown.stdout)
    assert [(c["action"], c["fields"][0]["before"], c["fields"][0]["after"]) for c in plan["changes"]] == [
        ("update", "on site", "on-site")
    ]
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", "non-destructive").exit_code == 0
    assert "on-site" in desk.tags()


def test_without_a_file_it_says_how_to_carry_it_out(desk: Desk) -> None:
    applied(desk, ADDITIVE)
    result = desk.call("--sandbox", "undo", "latest")
    assert result.exit_code == 0
    assert "apply" not in result.stdout.partition("Digest")[2]
    assert "reconciler --sandbox undo" in result.stderr
    assert "-o undo.json" in result.stderr


def test_the_same_guards_stand_in_its_way(desk: Desk) -> None:
    applied(desk, EXAMPLE.read_text(encoding="utf-8"))
    shown = desk.call("--sandbox", "undo", "latest", "-o", "undo.json")
    assert "blocked by check" in shown.stdout  # it would give a client its small letter back
    assert desk.call("--sandbox", "apply", "undo.json", "--approve", digest_in(shown.stdout)).exit_code == 3
    rest = desk.call("--sandbox", "undo", "latest", "-o", "undo.json", "--except-blocked")
    done = desk.call("--sandbox", "apply", "undo.json", "--except-blocked", "--approve", digest_in(rest.stdout))
    assert done.exit_code == 0, done.stderr


def test_an_unknown_run_and_a_run_of_elsewhere_are_told(desk: Desk) -> None:
    assert desk.call("--sandbox", "undo", "latest").exit_code == 1
    applied(desk, ADDITIVE)
    assert desk.call("--sandbox", "undo", "2001").exit_code == 1
    elsewhere = desk.call("--sandbox", "--workspace", "Side Hustle", "undo", "latest")
    assert elsewhere.exit_code == 3
    assert "workspace" in elsewhere.stderr
