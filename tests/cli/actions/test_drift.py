"""`drift`: the base is a commit or the last run, every format says the same, and a report is never applied."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs
from reconciler.cli.git_files import Repository
from reconciler.errors import ReconcilerError
from reconciler.model import Address
from reconciler.planning.drift import Difference, Drift, Origin
from reconciler.render.drift import drift_markdown
from tests.cli.embedded import Embedded
from tests.cli.program import Desk
from tests.forged_runs import read_lines, write_sealed
from tests.planning.literals import TARGET
from tests.programs import require_program

KEEP = "policy: {prune: {tags: delete}, removal_budget: {count: 10, share: 100%}}\n"


def git(folder: Path, *words: str) -> str:
    require_program("git")
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(desk: Desk, text: str) -> str:
    """A commit of workspace.yaml with these tags."""
    desk.write(f"version: 1\n{KEEP}{text}\n")
    if not (desk.folder / ".git").exists():
        git(desk.folder, "init", "-q")
    git(desk.folder, "add", "workspace.yaml")
    git(desk.folder, "commit", "-q", "-m", "x")
    return git(desk.folder, "rev-parse", "HEAD")


def origins(text: str) -> dict[str, str]:
    return {d["address"]: d["origin"] for d in json.loads(text)["differences"]}


@pytest.fixture
def drifted(sandbox: Embedded) -> Embedded:
    """Two tags, committed and applied; then git adds one, and the workspace lost one and got another."""
    commit(sandbox.desk, "tags: [one, two]")
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    commit(sandbox.desk, "tags: [one, two, three]")
    tag = sandbox.stored("tags", "two")
    assert tag is not None
    sandbox.call("DELETE", f"tags/{tag['id']}")
    sandbox.call("POST", "tags", {"name": "stray"})
    return sandbox


def test_the_base_is_read_with_its_tables_and_with_the_values_of_variables(sandbox: Embedded) -> None:
    desk = sandbox.desk
    rows = "tags: [{for_each: {csv: t.csv}, name: '{team} {N}'}]\nvars: {team: null}"
    desk.write("N\none\n", "t.csv")
    commit(desk, rows)
    git(desk.folder, "add", "t.csv")
    git(desk.folder, "commit", "-q", "-m", "table")
    assert sandbox.run("apply", "--var", "team=Web", "--approve", "additive").exit_code == 0
    desk.write("N\none\ntwo\n", "t.csv")
    result = sandbox.run("drift", "--var", "team=Web", "--format", "json")
    assert origins(result.stdout) == {"tag:Web two": "git"}
    result = sandbox.run("drift", "--base", "HEAD", "--format", "json", "--var", "team=Web")
    assert origins(result.stdout) == {"tag:Web two": "git"}


EXPECTED = {"tag:two": "vanished", "tag:three": "git", "tag:stray": "appeared"}


def test_the_last_run_is_the_base_and_its_manifests_are_found_in_git(drifted: Embedded) -> None:
    result = drifted.run("drift", "--json")
    assert result.exit_code == 2
    assert origins(result.stdout) == EXPECTED
    document = json.loads(result.stdout)
    assert document["base"].startswith("run ")
    assert ", of commit " in document["base"]
    assert document["summary"] == {"both": 0, "vanished": 1, "appeared": 1, "live": 0, "git": 1}


def test_a_folder_below_the_root_is_compared_as_the_root_is(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git takes paths from where it runs; a base was not found from there."""
    desk = sandbox.desk
    git(desk.folder, "init", "-q")
    for tags in ("[one]", "[one, two]"):
        desk.write(f"version: 1\n{KEEP}tags: {tags}\n", "team/workspace.yaml")
        git(desk.folder, "add", "team")
        git(desk.folder, "commit", "-q", "-m", "x")
        if tags == "[one]":
            assert sandbox.run("apply", "team/workspace.yaml", "--approve", "additive").exit_code == 0
    monkeypatch.setenv("GIT_DIR", "elsewhere")  # as git sets it for a hook
    for base in ((), ("--base", "HEAD~1")):
        assert origins(sandbox.run("drift", "team/workspace.yaml", "--json", *base).stdout) == {"tag:two": "git"}
        assert origins(sandbox.run("drift", "team", "--json", *base).stdout) == {"tag:two": "git"}


def test_there_is_nothing_to_pull_where_only_git_changed(sandbox: Embedded) -> None:
    commit(sandbox.desk, "tags: [one]")
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    commit(sandbox.desk, "tags: [one, two]")
    for form in ("text", "markdown", "html"):
        shown = sandbox.run("drift", "--format", form).stdout
        assert " plan workspace.yaml" in shown
        assert " pull workspace.yaml" not in shown


def test_a_commit_is_the_base_where_it_is_named(drifted: Embedded) -> None:
    assert origins(drifted.run("drift", "--base", "HEAD~1", "--json").stdout) == EXPECTED
    assert origins(drifted.run("drift", "--base", "HEAD", "--json").stdout) == {**EXPECTED, "tag:three": "vanished"}


def test_a_commit_without_manifests_declares_nothing(drifted: Embedded) -> None:
    git(drifted.desk.folder, "rm", "-q", "--cached", "workspace.yaml")
    git(drifted.desk.folder, "commit", "-q", "-m", "gone")
    found = origins(drifted.run("drift", "--base", "HEAD", "--json").stdout)
    assert found == {"tag:two": "git", "tag:three": "git", "tag:stray": "appeared"}


def test_unchanged_manifests_need_no_git(sandbox: Embedded) -> None:
    sandbox.desk.write(f"version: 1\n{KEEP}tags: [one]\n")
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    clean = sandbox.run("drift")
    assert (clean.exit_code, clean.stdout.splitlines()[-1]) == (0, "No drift. The workspace matches the manifests.")
    sandbox.call("POST", "tags", {"name": "stray"})
    assert origins(sandbox.run("drift", "--json").stdout) == {"tag:stray": "appeared"}


def test_without_a_base_it_says_how_to_name_one(sandbox: Embedded) -> None:
    sandbox.desk.write(f"version: 1\n{KEEP}tags: [one]\n")
    result = sandbox.run("drift")
    assert result.exit_code == 1
    assert "no base to compare with" in result.stderr
    assert "--base REF" in result.stderr


def test_manifests_of_a_run_that_no_commit_has_are_an_error(drifted: Embedded) -> None:
    drifted.desk.write(f"version: 1\n{KEEP}tags: [one, four, stray]\n")
    assert drifted.run("apply", "--approve", "additive").exit_code == 0
    drifted.desk.write(f"version: 1\n{KEEP}tags: [one, stray]\n")
    result = drifted.run("drift")
    run = next(iter(Runs(".reconciler")))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"the manifests of run {run.id} are in none of the last 200 commits that changed them" in result.stderr
    assert "--base REF" in result.stderr.partition("hint: ")[2]


def test_a_run_of_a_newer_version_is_no_base(drifted: Embedded) -> None:
    folder = Path(".reconciler", "runs", next(iter(Runs(".reconciler"))).id)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    lines = read_lines(folder)
    (folder / "plan.json").write_text(json.dumps({**plan, "format": "reconciler.plan/2"}), encoding="utf-8")
    write_sealed(folder, lines)
    result = drifted.run("drift")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"cannot read the plan of run {folder.name}" in result.stderr
    assert "--base REF" in result.stderr.partition("hint: ")[2]
    assert origins(drifted.run("drift", "--base", "HEAD~1", "--json").stdout) == EXPECTED


def test_a_workspace_that_does_not_exist_yet_is_named_as_such(sandbox: Embedded) -> None:
    commit(sandbox.desk, "workspace: {name: Second, create: true}\ntags: [one]")
    result = sandbox.run("drift", "--base", "HEAD")
    assert result.exit_code == 2
    assert "Drift of Second (new)" in result.stdout
    assert result.stderr == "the workspace does not exist yet; the first apply creates it\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--base", "nosuch"), "no commit 'nosuch'"),
        (("--base", "--upload-pack=x"), "no commit '--upload-pack=x'"),
    ],
)
def test_a_base_that_cannot_be_read_is_an_error(drifted: Embedded, words: tuple[str, ...], message: str) -> None:
    result = drifted.run("drift", *words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_invalid_manifests_of_a_commit_are_an_error(drifted: Embedded) -> None:
    commit(drifted.desk, "tags: {}")
    commit(drifted.desk, "tags: [one]")
    result = drifted.run("drift", "--base", "HEAD~1")
    assert result.exit_code == 1
    assert "are not valid: 1 problem" in result.stderr


def test_standard_input_has_no_base() -> None:
    with pytest.raises(ReconcilerError, match="standard input is in no git repository"):
        Repository(["-"])


def test_manifests_of_two_repositories_have_no_common_base(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.yaml"
    inside.mkdir()
    git(inside, "init", "-q")
    with pytest.raises(ReconcilerError) as caught:
        Repository([str(inside), str(outside)])
    assert caught.value.message == f"{outside} is not in the git repository {inside.resolve()}"


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (
            FileNotFoundError(2, "No such file"),
            "cannot run git: it is not installed",
            "install git, or leave out --base",
        ),
        (subprocess.TimeoutExpired("git", 60), "git did not finish within 60 s", ""),
    ],
    ids=["missing", "too slow"],
)
def test_git_that_cannot_be_run_is_an_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception, message: str, hint: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(ReconcilerError) as caught:
        Repository(["workspace.yaml"])
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_outside_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReconcilerError, match="git: "):
        Repository([str(tmp_path)])


def test_every_format_names_the_differences_and_the_two_ways_out(drifted: Embedded) -> None:
    reports = [w for form in ("text", "markdown", "html", "json") for w in ("--report", f"{form}=drift.{form}")]
    assert drifted.run("drift", *reports).exit_code == 2
    for form in ("text", "markdown", "html"):
        text = (drifted.desk.folder / f"drift.{form}").read_text(encoding="utf-8").replace("\\", "")
        assert all(address in text for address in EXPECTED)
        assert "reconciler --sandbox --rate 100000/s pull workspace.yaml" in text
        assert "reconciler --sandbox --rate 100000/s plan workspace.yaml" in text
    assert drifted.run("drift", "--report", "markdown=workspace.yaml").exit_code == 1


def test_a_drift_report_is_refused_by_apply(drifted: Embedded) -> None:
    drifted.run("drift", "--report", "json=drift.json")
    result = drifted.run("apply", "drift.json", "--approve", "additive")
    assert result.exit_code == 3
    assert "drift report, which cannot be applied" in result.stderr
    assert "with pull, or carry out the manifests: reconciler " in result.stderr


def test_it_sends_reads_only_and_leaves_the_work_tree_alone(drifted: Embedded) -> None:
    before = git(drifted.desk.folder, "status", "--porcelain")
    drifted.run("drift")
    assert {method for method, _ in drifted.sent} == {"GET"}
    assert git(drifted.desk.folder, "status", "--porcelain") == before


def test_hostile_names_are_inert(sandbox: Embedded) -> None:
    sandbox.desk.write(f"version: 1\n{KEEP}tags: [one]\n")
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    with sandbox.store.transaction():
        for name in ("<img src=x onerror=alert(1)>", "@everyone **b**", "::error::x", "\u202eabc"):
            tag = sandbox.call("POST", "tags", {"name": f"t{len(name)}"})
            sandbox.store.save("tag", {**(sandbox.store.load("tag", tag["id"]) or {}), "name": name})
    shown: dict[str, Any] = {
        form: sandbox.run("drift", "--format", form).stdout for form in ("text", "markdown", "html")
    }
    assert "<img" not in shown["html"]
    assert "\u202e" not in "".join(shown.values())
    assert not any(line.startswith("::") for text in shown.values() for line in text.splitlines())


def test_a_large_drift_stays_within_the_size_of_a_comment() -> None:
    many = tuple(Difference(Address("tag", (f"tag number {n}",)), Origin.APPEARED) for n in range(5000))
    text = drift_markdown(Drift(TARGET, "a run", many), ["reconciler pull", "reconciler plan"])
    assert len(text) <= 60_000
    assert "more differences omitted (size limit)" in text
    assert "reconciler pull" in text
