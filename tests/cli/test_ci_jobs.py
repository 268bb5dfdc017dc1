"""The jobs of both forges from a pull request to a clean drift, with the steps as they are written, the CLI and stubs of the APIs."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.cli.adopt import ci_files
from reconciler.cli.adopt.ci_files import ci_file, template
from reconciler.cli.forge import job as job_module
from reconciler.forge import Forges, open_forge
from reconciler.sandbox import Store
from tests.cli.ci_jobs import ACTION, Result, Shell, filled, read_action, run_action, script_of
from tests.cli.program import Desk, served
from tests.faults.http_server import serve
from tests.forge.fake_forges import FORGES, READER, TOKEN, WRITER, FakeForge, FakeGitHub, application
from tests.prose import ROOT, page_files

MANIFEST = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}}
tags: [brand-new]
removed: [{tag: import-2023}]
"""
NAMES = ("brand-new", "import-2023", "Acme Studio")
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.example/api/v3",
    "GITHUB_REPOSITORY": "acme/studio",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_RUN_ID": "77",
    "GITHUB_SHA": "abc123",
    "GITHUB_REF_NAME": "main",
    "RECONCILER_GATEWAY": "sandbox",
    "RECONCILER_RATE": "100000/s",
}
GITLAB = {
    "GITLAB_CI": "true",
    "GITLAB_TOKEN": TOKEN,
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_PROJECT_ID": "acme/studio",
    "CI_PROJECT_URL": "https://gitlab.example/acme/studio",
    "CI_PROJECT_VISIBILITY": "private",
    "CI_COMMIT_SHA": "abc123",
    "CI_COMMIT_BRANCH": "main",
    "CI_JOB_URL": "https://gitlab.example/acme/studio/-/jobs/77",
    "MANIFESTS": "workspace.yaml",
    "RECONCILER_GATEWAY": "sandbox",
    "RECONCILER_RATE": "100000/s",
}


@pytest.fixture
def shell(desk: Desk) -> Shell:
    desk.write(MANIFEST)
    return Shell(desk)


@pytest.fixture
def serve_forge(monkeypatch: pytest.MonkeyPatch) -> Callable[[Forges], FakeForge]:
    """Every command of this process talks to this stub of an API."""

    def serve(forge: Forges) -> FakeForge:
        fake = FORGES[forge]()
        fake.merged = [
            {
                "number": 5,
                "iid": 5,
                "base": {"ref": "main"},
                "target_branch": "main",
                "merged_at": "x",
                "state": "merged",
            }
        ]
        monkeypatch.setattr(job_module, "open_forge", lambda c, url: open_forge(c, url, transport=fake))
        return fake

    return serve


def github(
    shell: Shell,
    name: str,
    *,
    is_private: bool = True,
    inputs: dict[str, str] | None = None,
    places: dict[str, str] | None = None,
) -> Result:
    """The action in a job of an event: a pull request for `plan`, a push for the others."""
    repository = {"private": is_private}
    event: dict[str, Any] = {"repository": repository}
    if name == "plan":
        event["pull_request"] = {"number": 5}
    path = shell.desk.write(json.dumps(event), "event.json")
    given = {"command": name, "github-token": TOKEN, **(inputs or {})}
    return run_action(shell, given, path, {"event": event}, GITHUB_EVENT_NAME="push", **{**GITHUB, **(places or {})})


def rename_in_clockify(desk: Desk, before: str, after: str) -> None:
    """Somebody renames a tag in the application."""
    with Store(str(desk.folder / ".reconciler" / "sandbox.sqlite3")) as store, store.transaction():
        workspace = next(item for item in store.records("workspace") if item["name"] == "Acme Studio")
        tag = next(tag for tag in store.records("tag", workspace["id"]) if tag["name"] == before)
        store.save("tag", {**tag, "name": after})


@pytest.mark.slow
def test_on_github_a_plan_is_commented_approved_applied_and_kept(shell: Shell) -> None:
    """Over HTTP: the sandbox is served, and so is the stub of GitHub."""
    fake = FakeGitHub()
    fake.merged = [{"number": 5, "base": {"ref": "main"}, "merged_at": "2026-02-13"}]
    with served(shell.desk.folder) as sandbox, serve(application(fake, "/api")) as url:
        _play_on_github(shell, fake, {"RECONCILER_BASE_URL": sandbox, "GITHUB_API_URL": f"{url}/api/v3"})
    assert TOKEN not in shell.log


def _play_on_github(shell: Shell, fake: FakeGitHub, places: dict[str, str]) -> None:
    planned = github(shell, "plan", places=places)
    assert planned.code == 0, planned.log
    digest = planned.outputs["digest"]
    assert planned.outputs == {"digest": digest, "changes": "2", "removals": "1", "blocked": "0", "exitcode": "2"}
    assert "::warning file=workspace.yaml,line=5,col=17::would delete tag:import-2023" in planned.log
    assert "`tag:brand-new`" in planned.summary
    (comment,) = fake.bodies()
    assert f"/reconciler approve {digest}" in comment
    assert "https://github.example/acme/studio/actions/runs/77" in comment
    assert [name for name in NAMES if name in comment] == []

    refused = github(shell, "apply", places=places)
    assert (refused.code, refused.outputs["exitcode"]) == (3, "3")
    assert f"no comment on request 5 approves {digest}" in refused.log
    fake.comment(READER, f"/reconciler approve {digest}")
    assert "not counted" in github(shell, "apply", places=places).log

    fake.comment(WRITER, f"/reconciler approve {digest}")
    rename_in_clockify(shell.desk, "import-2023", "Import-2023")
    moved = github(shell, "apply", places=places)
    assert moved.code == 3
    again = moved.outputs["digest"]
    assert again != digest
    assert "brand-new" not in shell.desk.tags()

    fake.comment(WRITER, f"/reconciler approve {again}")
    done = github(shell, "apply", places=places)
    assert (done.code, done.outputs["digest"]) == (0, again), done.log
    assert "approved by wendy" in done.log
    assert "brand-new" in shell.desk.tags()
    assert "Import-2023" not in shell.desk.tags()
    assert github(shell, "apply", places=places).outputs["changes"] == "0"
    assert (drift := github(shell, "drift", places=places)).code == 0, drift.log


def test_in_a_public_repository_no_name_is_shown_anywhere(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge]
) -> None:
    fake = serve_forge(Forges.GITHUB)
    planned = github(shell, "plan", is_private=False)
    applied = github(shell, "apply", is_private=False, inputs={"approve": planned.outputs["digest"]})
    rename_in_clockify(shell.desk, "brand-new", "one more")
    drift = github(shell, "drift", is_private=False)
    assert [result.code for result in (planned, applied, drift)] == [0, 0, 2]
    shown = "".join([shell.log, *fake.bodies(), planned.summary, applied.summary, drift.summary])
    assert [name for name in (*NAMES, "one more", TOKEN) if name in shown] == []
    assert planned.outputs["digest"] in shown


def test_the_comment_shows_the_plan_where_that_is_asked_for(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge]
) -> None:
    fake = serve_forge(Forges.GITHUB)
    paths = "\nworkspace.yaml\n"
    inputs = {"publish": "comment", "paths": paths, "arguments": "--target\ntag:brand-new"}
    planned = github(shell, "plan", inputs=inputs)
    assert planned.outputs["changes"] == "1"
    assert "`tag:brand-new`" in fake.bodies()[0]
    assert fake.bodies()[0].startswith("<!-- reconciler plan workspace= folder=workspace.yaml -->\n## Plan for")


@pytest.mark.parametrize(
    ("inputs", "code", "message"),
    [
        ({"command": "destroy"}, 64, "invalid input command"),
        ({"command": "plan", "publish": "all"}, 64, "invalid input publish"),
        ({"command": "plan", "paths": "bad.yaml"}, 1, "::error file=bad.yaml,line=2"),
        ({"command": "plan", "paths": "$(touch evil)\n`touch evil`\n--format\n; touch evil"}, 1, "no such file"),
        ({"command": "plan", "arguments": "--no-such"}, 64, "exit code 64"),
    ],
)
def test_invalid_inputs_end_the_action_and_are_never_run(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge], inputs: dict[str, str], code: int, message: str
) -> None:
    serve_forge(Forges.GITHUB)
    shell.desk.write("version: 1\ntagz: []\n", "bad.yaml")
    result = github(shell, "plan", inputs=inputs)
    assert result.code == code, result.log
    assert message in result.log
    assert not (shell.desk.folder / "evil").exists()


def gitlab(shell: Shell, name: str, **more: str) -> tuple[int, str]:
    """A job of the template: exit code and log."""
    jobs = yaml.safe_load(template("gitlab"))
    script = script_of(jobs, f"reconciler {name}").replace("pip install", ": pip install")
    start = len(shell.log)
    code = shell.run(script, {**GITLAB, "TMPDIR": str(shell.desk.folder), **more}, shell.desk.folder)
    return code, shell.log[start:]


@pytest.mark.slow
def test_on_gitlab_a_plan_is_commented_approved_applied_and_kept(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge]
) -> None:
    fake = serve_forge(Forges.GITLAB)
    code, log = gitlab(shell, "plan", CI_MERGE_REQUEST_IID="5", CI_PIPELINE_SOURCE="merge_request_event")
    assert code == 0, log
    digest = next(line.removeprefix("digest=") for line in log.splitlines() if line.startswith("digest="))
    assert "tag:import-2023" in log
    (comment,) = fake.bodies()
    assert f"/reconciler approve {digest}" in comment
    assert [name for name in NAMES if name in comment] == []

    code, log = gitlab(shell, "apply")
    assert (code, "no comment on request 5 approves" in log) == (3, True), log
    fake.comment(WRITER, f"/reconciler approve {digest}")
    code, log = gitlab(shell, "apply")
    assert code == 0, log
    assert "approved by wendy" in log
    assert "brand-new" in shell.desk.tags()
    assert gitlab(shell, "apply")[0] == 0
    assert gitlab(shell, "drift")[0] == 0
    assert TOKEN not in shell.log


def test_in_a_public_project_of_gitlab_no_name_is_shown_anywhere(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge]
) -> None:
    fake = serve_forge(Forges.GITLAB)
    public = {"CI_PROJECT_VISIBILITY": "public"}
    code, log = gitlab(shell, "plan", CI_MERGE_REQUEST_IID="5", **public)
    digest = next(line.removeprefix("digest=") for line in log.splitlines() if line.startswith("digest="))
    assert (code, gitlab(shell, "apply", APPROVE=digest, **public)[0]) == (0, 0)
    rename_in_clockify(shell.desk, "brand-new", "one more")
    assert gitlab(shell, "drift", **public)[0] == 2
    shown = "".join([shell.log, *fake.bodies()])
    assert [name for name in (*NAMES, "one more", TOKEN) if name in shown] == []


@pytest.mark.slow
def test_on_gitlab_the_comment_shows_the_plan_where_that_is_asked_for_and_a_broken_manifest_ends_the_job(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge]
) -> None:
    fake = serve_forge(Forges.GITLAB)
    assert gitlab(shell, "plan", CI_MERGE_REQUEST_IID="5", PUBLISH="comment")[0] == 0
    plan, removals = fake.bodies()
    assert "`tag:brand-new`" in plan
    assert "/blob/abc123/workspace.yaml#L5): would delete tag:" in removals
    shell.desk.write("version: 1\ntagz: []\n")
    for name in ("plan", "apply"):
        assert gitlab(shell, name, CI_MERGE_REQUEST_IID="5")[0] == 1
    assert "#L2): unknown key" in fake.bodies()[1]
    assert not list(shell.desk.folder.glob("**/plan.json"))


def test_inputs_reach_the_shell_through_variables_only() -> None:
    steps = read_action()["runs"]["steps"]
    assert [step["name"] for step in steps if "${{" in step.get("run", "")] == []
    assert [step["name"] for step in steps if "uses" in step or step["shell"] != "bash"] == []


def test_the_store_is_passed_on_as_a_global_option() -> None:
    step = next(step for step in read_action()["runs"]["steps"] if step.get("id") == "run")
    assert step["env"]["RECONCILER_STORE"] == "${{ inputs.store || env.RECONCILER_STORE }}"


def test_the_action_installs_its_own_checkout() -> None:
    (install,) = [
        line
        for step in read_action()["runs"]["steps"]
        for line in step["run"].splitlines()
        if "install" in line and "pip" in line
    ]
    assert install.split()[-1] == '"$GITHUB_ACTION_PATH"'
    assert (ROOT / ".ci/constraints.txt").is_file()


def test_every_action_of_others_is_pinned_by_commit_and_permissions_are_the_least() -> None:
    jobs = yaml.safe_load(ci_file("github", "manifests/", "MATON_API_KEY", {}))
    used = {step["uses"] for job in jobs["jobs"].values() for step in job["steps"]}
    assert {len(name.partition("@")[2]) for name in used if name.startswith("actions/")} == {40}
    assert jobs["permissions"] == {}
    assert {name: job["permissions"] for name, job in jobs["jobs"].items()} == {
        "plan": {"contents": "read", "pull-requests": "write"},
        "apply": {"contents": "read", "pull-requests": "read"},
        "drift": {"contents": "read"},
    }
    assert jobs["jobs"]["apply"]["concurrency"] == {"group": "clockify-apply", "queue": "max"}
    keys = [step for job in jobs["jobs"].values() for step in job["steps"] if "env" in step]
    assert all(step["uses"].startswith("OWNER/") for step in keys)
    assert len(keys) == 3


def test_every_page_and_workflow_pins_what_it_uses() -> None:
    files = [*page_files(), *(ROOT / ".github").rglob("*.yml")]
    used = [
        (f.name, u)
        for f in files
        for u in re.findall(r"^ *(?:- )?uses: (\S+)", f.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert {name for name, _ in used} >= {"README.md", "ci.md", "ci.yml"}
    assert [pair for pair in used if not re.fullmatch(r"[^@]+@(?:[0-9a-f]{40}|COMMIT)", pair[1])] == []


def test_no_job_publishes_a_file() -> None:
    for service in ("github", "gitlab"):
        assert "artifact" not in template(service)
    assert "artifact" not in ACTION.read_text(encoding="utf-8")


def test_only_the_job_that_applies_writes_the_cache_of_gitlab() -> None:
    jobs = yaml.safe_load(template("gitlab"))
    assert jobs[".reconciler"]["cache"]["policy"] == "pull"
    assert jobs["reconciler apply"]["cache"] == {
        **jobs[".reconciler"]["cache"],
        "policy": "pull-push",
        "when": "always",
    }
    assert jobs["reconciler apply"]["resource_group"]


def _schema(name: str) -> Any:
    package = importlib.util.find_spec("check_jsonschema")  # only its copies of the schemas, read as files
    if package is None or package.origin is None:
        pytest.skip("check-jsonschema, with the forges' schemas, is not installed")
    found = Path(package.origin).parent / "builtin_schemas" / "vendor" / f"{name}.json"
    return json.loads(found.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("github-actions", ACTION.read_text(encoding="utf-8")),
        ("github-workflows", ci_file("github", "manifests/", "MATON_API_KEY", {})),
        ("gitlab-ci", ci_file("gitlab", "manifests/", "MATON_API_KEY", {})),
        ("gitlab-ci", template("gitlab")),
    ],
)
def test_each_file_is_valid_by_the_published_schema_of_its_forge(schema: str, text: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    plain = yaml.safe_load(text)
    if True in plain:  # `on` is a boolean of YAML 1.1
        plain["on"] = plain.pop(True)
    jsonschema.Draft7Validator(_schema(schema)).validate(plain)


def test_the_shell_of_both_forges_is_clean_by_shellcheck(tmp_path: Path) -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    jobs = yaml.safe_load(template("gitlab"))
    scripts = [step["run"] for step in read_action()["runs"]["steps"]]
    # The functions of the shared part are not used by every job.
    scripts += [f"# shellcheck disable=SC2329\n{script_of(jobs, name)}" for name in jobs if name != ".reconciler"]
    for number, script in enumerate(scripts):
        (tmp_path / f"{number}.sh").write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    done = subprocess.run(
        [program, *map(str, sorted(tmp_path.glob("*.sh")))], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_workflow_is_clean_by_actionlint(tmp_path: Path) -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not installed")
    path = tmp_path / "reconciler.yml"
    path.write_text(ci_file("github", "manifests/", "MATON_API_KEY", {}), encoding="utf-8")
    # `queue` of a concurrency group is newer than some versions of actionlint.
    done = subprocess.run(
        [program, "-ignore", 'unexpected key "queue"', str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def page() -> dict[str, str]:
    """The blocks of docs/ci.md by their names."""
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    return dict(re.findall(r"<!-- (\w+) -->\n```yaml\n(.*?)```\n", text, re.DOTALL))


def test_the_page_prints_what_init_writes_for_github(page: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ci_files, "requirement", lambda: ci_files.UNKNOWN)
    assert page["github"] == ci_file("github", "manifests/", "MATON_API_KEY", {})


def test_the_page_includes_the_jobs_that_init_writes_for_gitlab(
    page: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ci_files, "requirement", lambda: ci_files.UNKNOWN)
    included, written = (
        yaml.safe_load(page["gitlab"]),
        yaml.safe_load(ci_file("gitlab", "manifests/", "MATON_API_KEY", {})),
    )
    address = included["include"][0]["remote"]
    assert included["variables"] == written["variables"]
    assert (ROOT / address.partition("/COMMIT/")[2]).read_text(encoding="utf-8") == template("gitlab")
    assert {**yaml.safe_load(template("gitlab")), "variables": written["variables"]} == written


def test_the_page_names_every_input_and_output_and_uses_known_ones(page: dict[str, str]) -> None:
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    assert [name for name in (*read_action()["inputs"], *read_action()["outputs"]) if f"`{name}`" not in text] == []
    for name in ("github", "environment"):
        steps = [step for job in yaml.safe_load(page[name])["jobs"].values() for step in job["steps"]]
        given = {key for step in steps if "reconciler@" in step.get("uses", "") for key in step["with"]}
        assert given <= set(read_action()["inputs"])
        assert all(len(step["uses"].partition("@")[2]) in (6, 40) for step in steps)


@pytest.mark.slow
def test_the_jobs_of_the_page_run_as_printed(
    shell: Shell, serve_forge: Callable[[Forges], FakeForge], page: dict[str, str]
) -> None:
    """Each job's step with the action, with the inputs and the variables that the page gives it."""
    fake = serve_forge(Forges.GITHUB)
    (shell.desk.folder / "manifests").mkdir()
    (shell.desk.folder / "workspace.yaml").rename(shell.desk.folder / "manifests" / "a.yaml")
    workflow = yaml.safe_load(page["github"])
    codes = {}
    for name, job in workflow["jobs"].items():
        (step,) = [step for step in job["steps"] if step["uses"].startswith("OWNER/")]
        contexts = {"env": workflow["env"], "inputs": {}}
        inputs = {key: filled(value, contexts) for key, value in step["with"].items()}
        result = github(shell, name, inputs=inputs)
        codes[name] = result.code
        if name == "plan":
            fake.comment(WRITER, f"/reconciler approve {result.outputs['digest']}")
    assert codes == {"plan": 0, "apply": 0, "drift": 0}
    assert "brand-new" in shell.desk.tags()
