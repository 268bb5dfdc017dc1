"""`fmt`: formats in place, checks, and shows the diff."""

from __future__ import annotations

from tests.cli.program import Desk

BEFORE = "version: 1\nclients:\n- note: 'x' # n\n  name: Acme\n"
AFTER = "version: 1\nclients:\n  - name: Acme\n    note: x # n\n"


def test_a_file_is_formatted_in_place(desk: Desk) -> None:
    path = desk.write(BEFORE)
    done = desk.call("fmt")
    assert (done.exit_code, done.stdout, path.read_text(encoding="utf-8")) == (0, "", AFTER)
    assert "wrote workspace.yaml" in done.stderr
    again = desk.call("fmt", "workspace.yaml")
    assert (again.exit_code, again.stderr) == (0, "1 file: 0 formatted, 1 unchanged\n")


def test_check_writes_nothing(desk: Desk) -> None:
    path = desk.write(BEFORE, "m/a.yaml")
    desk.write(AFTER, "m/b.yaml")
    checked = desk.call("fmt", "--check", "m")
    assert (checked.exit_code, checked.stdout, path.read_text(encoding="utf-8")) == (1, "m/a.yaml\n", BEFORE)
    assert checked.stderr == "2 files: 1 is not formatted\n"
    assert desk.call("fmt", "m").exit_code == 0
    assert desk.call("fmt", "--check", "m").exit_code == 0


def test_the_diff(desk: Desk) -> None:
    desk.write(BEFORE)
    shown = desk.call("fmt", "--check", "--diff")
    assert shown.exit_code == 1
    assert shown.stdout == (
        "--- workspace.yaml\n+++ workspace.yaml\n@@ -1,4 +1,4 @@\n version: 1\n clients:\n-- note: 'x' # n\n-  name: Acme\n"
        "+  - name: Acme\n+    note: x # n\n"
    )


def test_standard_input_goes_to_standard_output(desk: Desk) -> None:
    done = desk.call("fmt", "-", stdin=BEFORE)
    assert (done.exit_code, done.stdout) == (0, AFTER)
    assert desk.call("fmt", "--check", "-", stdin=BEFORE).exit_code == 1


def test_an_invalid_file_is_an_error_and_nothing_is_written(desk: Desk) -> None:
    path = desk.write(BEFORE, "m/a.yaml")
    desk.write("version: 1\ntags: [a\n", "m/b.yaml")
    desk.write("? a\n: b\n", "m/c.yaml")
    failed = desk.call("fmt", "m")
    assert (failed.exit_code, path.read_text(encoding="utf-8")) == (1, BEFORE)
    assert "m/b.yaml" in failed.stderr
    assert "cannot be formatted: it has a complex key" in failed.stderr
