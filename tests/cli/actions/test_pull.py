"""`pull`: what it writes, that it asks first, and that a manifest is the old or the new one at any moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import files
from reconciler.cli.actions import pull as pull_action
from reconciler.cli.actions import pull_choice
from reconciler.cli.actions.rewrite import write_files
from reconciler.cli.terminal import prompt
from reconciler.errors import ReconcilerError
from reconciler.manifest.pull import Pulled
from reconciler.sandbox import Store
from tests.cli.program import EXAMPLE, Desk
from tests.killed_write import KILLED, killed_at

TAGS = """\
version: 1
workspace: Acme Studio
tags:
  # ours
  - urgent # now
  - {name: onsite, was: on-site}
  - meeting
  - research
  - design
  - development
  - review
  - travel
  - overtime
  - new here
  - {name: pro bono, archived: false}
  - {name: "2024", archived: true}
  - beta-test
  - legacy
"""
PULLED = """\
version: 1
workspace: Acme Studio
tags:
  # ours
  - urgent # now
  - {name: on-site}
  - meeting
  - research
  - design
  - development
  - review
  - travel
  - overtime
  - {name: pro bono, archived: true}
  - {name: "2024", archived: true}
  - beta-test
  - legacy
  - import-2023
"""
NO_CHANGES = "No changes. The workspace matches the manifests."


def test_after_a_pull_the_plan_has_no_changes(desk: Desk) -> None:
    path = desk.write(TAGS)
    pulled = desk.call("--sandbox", "pull", "--approve", "yes")
    assert (pulled.exit_code, path.read_text(encoding="utf-8")) == (0, PULLED)
    assert pulled.stdout.startswith("--- workspace.yaml\n+++ workspace.yaml\n@@ -3,7 +3,7 @@\n")
    assert "-  - {name: onsite, was: on-site}\n+  - {name: on-site}\n" in pulled.stdout
    assert "4 differences: 4 taken from the workspace, 0 kept as declared" in pulled.stderr
    assert NO_CHANGES in desk.call("--sandbox", "plan").stdout
    again = desk.call("--sandbox", "pull", "--approve", "yes")
    assert (again.exit_code, again.stdout) == (0, "No differences. The manifests match the workspace.\n")


def test_a_new_project_brings_the_assignees_of_its_tasks(desk: Desk) -> None:
    """The manifests name no person, so that none had to be read for a plan."""
    path = desk.write("version: 1\nworkspace: Acme Studio\npolicy: {prune: {projects: archive}}\nprojects: []\n")
    assert desk.call("--sandbox", "pull", "--approve", "yes").exit_code == 0
    assert "assignees: [jo@acme.example, lee@acme.example]" in path.read_text(encoding="utf-8")
    assert NO_CHANGES in desk.call("--sandbox", "plan").stdout


def test_the_example_can_be_pulled(desk: Desk) -> None:
    path = desk.write(EXAMPLE.read_text(encoding="utf-8"))
    before = path.read_text(encoding="utf-8")
    assert desk.call("--sandbox", "pull", "--approve", "yes").exit_code == 0
    assert NO_CHANGES in desk.call("--sandbox", "plan").stdout
    after = path.read_text(encoding="utf-8")
    kept = [line for line in before.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in kept if line in after] == kept[:-1]  # the comment of `removed:` goes with it


def test_without_an_approval_nothing_is_written(desk: Desk) -> None:
    path = desk.write(TAGS)
    refused = desk.call("--sandbox", "pull")
    assert (refused.exit_code, path.read_text(encoding="utf-8")) == (3, TAGS)
    assert "to approve it: reconciler --sandbox pull workspace.yaml --approve yes" in refused.stderr
    assert "+  - import-2023" in refused.stdout


def test_takes_for_addresses_and_fields(desk: Desk) -> None:
    path = desk.write(TAGS)
    takes = ["--take", "git", "--take", "live:tag:*", "--take", "git:tag:onsite", "--take", "git:*#archived"]
    assert desk.call("--sandbox", "pull", *takes, "--approve", "yes").exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert "{name: onsite, was: on-site}" in text
    assert "{name: pro bono, archived: false}" in text
    assert "import-2023" in text
    assert "new here" not in text


@pytest.mark.parametrize("text", ["all", "live:", "live:tags:x", "git:#nothing", "take:tag:x"])
def test_invalid_choices_are_usage_errors(desk: Desk, text: str) -> None:
    refused = desk.call("--sandbox", "pull", "--take", text)
    assert refused.exit_code == 64
    assert "invalid" in refused.stderr


def test_standard_input_cannot_be_pulled_into(desk: Desk) -> None:
    assert desk.call("--sandbox", "pull", "-").exit_code == 64


def test_asking_needs_a_terminal(desk: Desk) -> None:
    desk.write(TAGS)
    refused = desk.call("--sandbox", "pull", "--take", "ask", "--approve", "yes")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "--take ask needs a terminal" in refused.stderr


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal at which these lines are typed; the questions are added behind them."""
    given: list[str] = []
    questions: list[str] = []

    def answer(question: str, _: Any) -> str:
        questions.append(question)
        return given.pop(0) if given else ""

    monkeypatch.setattr(prompt, "is_terminal", lambda: True)
    monkeypatch.setattr(pull_choice, "is_terminal", lambda: True)
    monkeypatch.setattr(prompt, "_answer", answer)
    return given


def test_each_difference_is_asked_about(desk: Desk, answers: list[str]) -> None:
    path = desk.write(TAGS)
    answers += ["x", "git", "l", "G", "yes"]
    asked = desk.call("--sandbox", "pull", "--take", "ask")
    assert asked.exit_code == 0
    assert path.read_text(encoding="utf-8") == TAGS.replace("{name: onsite, was: on-site}", "{name: on-site}")
    assert "4 differences: 1 taken from the workspace, 3 kept as declared" in asked.stderr


@pytest.mark.parametrize("typed", [["q"], [""], ["L", "no"]])
def test_a_person_can_stop(desk: Desk, answers: list[str], typed: list[str]) -> None:
    path = desk.write(TAGS)
    answers += typed
    assert desk.call("--sandbox", "pull", "--take", "ask").exit_code == 3
    assert path.read_text(encoding="utf-8") == TAGS


def test_a_file_with_surrogate_pairs_is_refused_by_name(desk: Desk) -> None:
    path = desk.write(TAGS.replace("new here", '"new \\ud83d\\ude80"'))
    before = path.read_bytes()
    refused = desk.call("--sandbox", "pull", "--approve", "yes")
    assert (refused.exit_code, path.read_bytes()) == (1, before)
    assert (
        "cannot edit in place: workspace.yaml: it has escapes of surrogate pairs. Nothing was written" in refused.stderr
    )


def test_what_cannot_be_declared_is_named_and_the_rest_is_taken(desk: Desk) -> None:
    path = desk.write(TAGS)
    desk.call("--sandbox", "whoami")
    rename_tag(desk, "import-2023", "<b>")
    pulled = desk.call("--sandbox", "pull", "--approve", "yes")
    assert pulled.exit_code == 1
    assert "warning: not taken: tag:<b>: invalid name: contains < or >" in pulled.stderr
    assert path.read_text(encoding="utf-8") == PULLED.replace("  - import-2023\n", "")


def rename_tag(desk: Desk, before: str, after: str) -> None:
    """Rename a tag in the sandbox by hand."""
    with Store(str(desk.folder / ".reconciler" / "sandbox.sqlite3")) as store, store.transaction():
        workspace = next(item for item in store.records("workspace") if item["name"] == "Acme Studio")
        tag = next(record for record in store.records("tag", workspace["id"]) if record["name"] == before)
        store.save("tag", {**tag, "name": after})


def test_what_was_applied_is_known_by_its_id_whatever_its_name(desk: Desk) -> None:
    text = PULLED + "  # mine\n  - quokka # new\n"
    path = desk.write(text)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    rename_tag(desk, "quokka", "Wombat")
    assert desk.call("--sandbox", "pull", "--approve", "yes").exit_code == 0
    assert path.read_text(encoding="utf-8") == text.replace("quokka", "Wombat")


def test_several_files_and_a_folder(desk: Desk) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\n", "m/workspace.yaml")
    tags = desk.write(TAGS.replace("workspace: Acme Studio\n", ""), "m/tags.yml")
    assert desk.call("--sandbox", "pull", "m", "--approve", "yes").exit_code == 0
    assert tags.read_text(encoding="utf-8") == PULLED.replace("workspace: Acme Studio\n", "")
    assert (desk.folder / "m" / "workspace.yaml").read_text(encoding="utf-8").count("\n") == 2


def test_what_is_kept_as_declared_writes_nothing_and_asks_nothing(desk: Desk) -> None:
    path = desk.write(TAGS)
    kept = desk.call("--sandbox", "pull", "--take", "git")
    assert (kept.exit_code, kept.stdout, path.read_text(encoding="utf-8")) == (0, "", TAGS)
    assert kept.stderr == "4 differences: 0 taken from the workspace, 4 kept as declared\n"


def test_invalid_manifests_are_named_before_anything_is_read(desk: Desk) -> None:
    desk.write("version: 1\ntagz: [x]\n")
    refused = desk.call("--sandbox", "pull", "--approve", "yes", "-v")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "workspace.yaml:2:1: unknown key 'tagz'" in refused.stderr
    assert "GET /" not in refused.stderr


@pytest.mark.parametrize(
    ("edited", "message"),
    [
        (b"version: 1\ntagz: []\n", "would be invalid: workspace.yaml:2:1: unknown key 'tagz'"),
        (
            TAGS.encode() + b"# edited\n",
            "would still differ from the workspace: tag:new here, tag:onsite, tag:pro bono,",
        ),
    ],
    ids=["invalid", "not taken"],
)
def test_an_edit_that_does_not_do_what_it_should_is_not_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, edited: bytes, message: str
) -> None:
    """The files are planned once more before they are written: a defect of the editor never costs a manifest."""
    path = desk.write(TAGS)
    wrong = Pulled({"workspace.yaml": (TAGS.encode(), edited)})
    monkeypatch.setattr(pull_action, "pull", lambda *_: wrong)
    refused = desk.call("--sandbox", "pull", "--approve", "yes")
    assert (refused.exit_code, refused.stdout, path.read_text(encoding="utf-8")) == (1, "", TAGS)
    assert message in refused.stderr
    assert "Nothing was written" in refused.stderr


@pytest.mark.parametrize(
    ("failing", "shown"), [("a", ""), ("b", "1 file written, 2 not\n"), ("c", "2 files written, 1 not\n")]
)
def test_where_one_of_several_files_cannot_be_written_it_says_how_many_are(
    desk: Desk, capsys: pytest.CaptureFixture[str], failing: str, shown: str
) -> None:
    for name in ("a", "b", "c"):
        desk.write("other" if name == failing else "old", name)
    with pytest.raises(ReconcilerError, match=f"^{failing} changed since it was read"):
        write_files(dict.fromkeys(("a", "b", "c"), (b"old", b"new")))
    assert capsys.readouterr().err == shown
    written = [name for name in ("a", "b", "c") if Path(name).read_text(encoding="utf-8") == "new"]
    assert written == ["a", "b", "c"][: "abc".index(failing)]


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(b"other")
    with pytest.raises(Exception, match=r"changed since it was read"):
        files.replace_file(str(path), b"old", b"new")
    assert path.read_bytes() == b"other"


STEPS = 12
"""Two files, six calls each."""


@pytest.mark.parametrize("is_after", [False, True])
def test_a_kill_at_any_write_leaves_the_old_or_the_new_file(tmp_path: Path, *, is_after: bool) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    outcomes = set()

    def write() -> None:
        files.replace_file(str(first), b"old a", b"new a")
        files.replace_file(str(second), b"old b", b"new b")

    for step in range(1, STEPS + 1):
        first.write_bytes(b"old a")
        second.write_bytes(b"old b")
        assert killed_at(step, write, is_after=is_after) == KILLED
        outcomes.add((first.read_bytes(), second.read_bytes()))
    possible = [(b"old a", b"old b"), (b"new a", b"old b"), (b"new a", b"new b")]
    assert outcomes == set(possible if is_after else possible[:2])


@pytest.mark.parametrize("command", [("--sandbox", "pull", "--approve", "yes", "m"), ("fmt", "m")], ids=["pull", "fmt"])
def test_a_killed_command_can_be_run_again(desk: Desk, command: tuple[str, ...]) -> None:
    path = desk.write(TAGS.replace("  - ", "- ") if command[0] == "fmt" else TAGS, "m/workspace.yaml")
    before = path.read_bytes()
    desk.call("--sandbox", "whoami")  # the store of the sandbox is a file too
    assert killed_at(6, lambda: _ignored(desk.call(*command))) == KILLED
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 2  # with a temporary file that no command takes for a manifest
    assert desk.call(*command).exit_code == 0
    assert path.read_text(encoding="utf-8") == (TAGS if command[0] == "fmt" else PULLED)


def _ignored(_: object) -> None:
    """The child has no use for a result."""
