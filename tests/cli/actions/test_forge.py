"""`forge` on the command line: what a job's variables say, what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result

from reconciler.cli.forge import job as job_module
from reconciler.cli.removal_places import RemovalPlaces
from reconciler.forge import Forge, ForgeConfig, Forges, open_forge
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Step
from reconciler.state import Desired, SourceFile
from tests.cli.program import DELETING, EVERY_TAG, Desk
from tests.cli.test_ci_jobs import GITHUB, GITLAB
from tests.faults.http_server import serve
from tests.forge.fake_forges import AUTHOR, FORGES, READER, TOKEN, WRITER, FakeForge, FakeGitHub, FakeGitLab

DIGEST = f"sha256:{'a1' * 32}"
COMMAND = f"/reconciler approve {DIGEST}"
PLAN: dict[str, Any] = {
    "digest": DIGEST,
    "changes": {"create": 1200, "update": 0, "restore": 0, "archive": 0, "delete": 2, "blocked": 0},
    "removals": [{}, {}],
    "warnings": ["a name"],
}
SUMMARY = {"format": "reconciler.summary/1", "exit_code": 2, "plan": PLAN}


def use(monkeypatch: pytest.MonkeyPatch, forge: Forges) -> FakeForge:
    """Every command of this process talks to this stub of an API."""
    fake = FORGES[forge]()
    monkeypatch.setattr(job_module, "open_forge", lambda c, url: open_forge(c, url, transport=fake))
    return fake


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    fake = use(monkeypatch, Forges.GITHUB)
    assert isinstance(fake, FakeGitHub)
    return fake


@pytest.fixture
def gitlab(monkeypatch: pytest.MonkeyPatch) -> FakeGitLab:
    fake = use(monkeypatch, Forges.GITLAB)
    assert isinstance(fake, FakeGitLab)
    return fake


def forge(desk: Desk, *words: str, event: Any = None, **more: str) -> Result:
    """A command in a job of GitHub."""
    return in_job(desk, GITHUB, words, event, {"GITHUB_TOKEN": TOKEN, **more})


def on_gitlab(desk: Desk, *words: str, **more: str) -> Result:
    """A command in a job of GitLab."""
    return in_job(desk, GITLAB, words, None, more)


def in_job(desk: Desk, on: dict[str, str], words: tuple[str, ...], event: Any, more: dict[str, str]) -> Result:
    """A command with the variables of a job; without RECONCILER_GATEWAY, which it does not need."""
    variables = {name: value for name, value in on.items() if not name.startswith("RECONCILER_")}
    if event is not None:
        variables["GITHUB_EVENT_PATH"] = str(desk.write(json.dumps(event), "event.json"))
    return desk.call("forge", *words, **{**variables, **more})


def written(desk: Desk, content: Any = SUMMARY) -> str:
    desk.write(json.dumps(content), "s.json")
    return "s.json"


def test_a_comment_has_counts_and_digest_and_is_updated(desk: Desk, github: FakeGitHub) -> None:
    words = ("comment", written(desk), "--folder", "team `a`/")
    event = {"pull_request": {"number": 5}}
    first = forge(desk, *words, event=event)
    assert (first.exit_code, first.stdout[:8]) == (0, "created "), first.stderr
    (body,) = github.bodies()
    assert "| 1,200 | 0 | 0 | 0 | 2 | 0 |" in body
    assert "2 removals, 1 warning" in body
    assert COMMAND in body.splitlines()
    assert "a name" not in body
    assert "## Plan for <code>team &#96;a&#96;&#47;</code>" in body
    assert forge(desk, *words, event=event).stdout.startswith("unchanged ")
    assert forge(desk, *words, "--workspace", "Acme Studio", event=event).stdout.startswith("created ")


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"plan": None, "exit_code": 3}, "Planning failed: refused (exit code 3)."),
        ({"plan": None, "exit_code": 5}, "Planning failed: ended (exit code 5)."),
        ({"plan": {**PLAN, "changes": dict.fromkeys(PLAN["changes"], 0)}}, "No changes."),
        ({"plan": {**PLAN, "changes": {**PLAN["changes"], "blocked": 1}}}, "refuses this plan: 1 change blocked."),
    ],
)
def test_a_comment_asks_for_no_approval_of_what_cannot_be_applied(
    desk: Desk, change: dict[str, Any], shown: str
) -> None:
    result = desk.call("forge", "comment", written(desk, {**SUMMARY, **change}), "--print")
    assert result.exit_code == 0, result.stderr
    assert shown in result.stdout
    assert "/reconciler approve" not in result.stdout


def test_a_comment_may_have_a_text_of_its_own(desk: Desk) -> None:
    desk.write("# The plan\n\nof names\n", "plan.md")
    shown = desk.call("forge", "comment", written(desk), "--body", "plan.md", "--print").stdout
    assert shown.startswith("# The plan\n\nof names\n\nTo approve exactly this plan")
    (desk.folder / "plan.md").write_bytes(b"\xff\xfe")
    refused = desk.call("forge", "comment", "s.json", "--body", "plan.md", "--print")
    assert (refused.exit_code, "plan.md is not a text file in UTF-8" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {**SUMMARY, "format": "reconciler.plan/1"},
        {**SUMMARY, "exit_code": True},
        {**SUMMARY, "plan": []},
        {**SUMMARY, "plan": {**PLAN, "digest": "sha256:12\n::error::"}},
        {**SUMMARY, "plan": {**PLAN, "changes": {"create": "1"}}},
        {**SUMMARY, "plan": {**PLAN, "changes": {**PLAN["changes"], "create": "1\nexitcode=0"}}},
        {**SUMMARY, "plan": {**PLAN, "removals": 3}},
    ],
)
def test_a_file_that_is_no_summary_is_refused(desk: Desk, content: Any) -> None:
    for words in (("outputs",), ("comment", "--print")):
        result = desk.call("forge", words[0], written(desk, content), *words[1:])
        assert (result.exit_code, "s.json is not a summary" in result.stderr) == (1, True)


def test_text_is_no_summary(desk: Desk) -> None:
    desk.write("no JSON", "s.json")
    assert desk.call("forge", "outputs", "s.json").exit_code == 1


def test_outputs_are_lines_of_names_and_numbers(desk: Desk) -> None:
    assert desk.call("forge", "outputs", written(desk)).stdout.splitlines() == [
        f"digest={DIGEST}",
        "changes=1202",
        "removals=2",
        "blocked=0",
        "exitcode=2",
    ]
    assert "digest=\nchanges=0" in desk.call("forge", "outputs", written(desk, {**SUMMARY, "plan": None})).stdout
    for number, code in ((2, 2), (0, 0)):
        drift = {"format": "reconciler.drift/1", "differences": [{}] * number}
        shown = desk.call("forge", "outputs", written(desk, drift)).stdout
        assert f"changes={number}" in shown
        assert f"exitcode={code}" in shown


@pytest.mark.parametrize(
    ("event", "more", "found"),
    [
        ({"pull_request": {"number": 5}}, (), True),
        ({"issue": {"number": 5, "pull_request": {"url": "x"}}}, (), True),
        ({"issue": {"number": 5}}, (), False),
        ({"pull_request": {"number": "5"}}, (), False),
        ([], (), False),
        ({}, ("--request", "5"), True),
        ({"pull_request": {"number": 6}}, ("--request", "5"), True),
    ],
)
@pytest.mark.usefixtures("github")
def test_the_request_is_that_of_the_event(desk: Desk, event: Any, more: tuple[str, ...], *, found: bool) -> None:
    result = forge(desk, "comment", written(desk), *more, event=event)
    assert (result.exit_code == 0) is found, result.stderr
    if not found:
        assert "commit abc123 of main came with no request" in result.stderr
        assert "--request NUMBER" in result.stderr


def test_the_request_is_that_of_the_commit_if_there_is_exactly_one(desk: Desk, github: FakeGitHub) -> None:
    merged = {"number": 5, "base": {"ref": "main"}, "merged_at": "2026-02-13"}
    github.merged = [merged]
    github.comment(WRITER, COMMAND)
    assert forge(desk, "approval", DIGEST).exit_code == 0
    github.merged = [merged, {**merged, "number": 6}]
    assert "came with 2 requests" in forge(desk, "approval", DIGEST).stderr
    assert "names no request and no commit" in forge(desk, "approval", DIGEST, GITHUB_SHA="").stderr


def test_an_approval_is_printed_with_who_and_when(desk: Desk, github: FakeGitHub) -> None:
    github.comment(READER, COMMAND)
    github.comment(AUTHOR, COMMAND)
    result = forge(desk, "approval", DIGEST, "--request", "5")
    assert result.exit_code == 0
    assert result.stdout.startswith("approved by ann at 2026-02-13T09:00:00Z: https://github.example/")
    assert "of rob: its author is not a person with write access" in result.stderr
    shown = json.loads(forge(desk, "approval", DIGEST, "--request", "5", "--json").stdout)
    assert (shown["digest"], shown["request"], shown["login"], shown["author_id"]) == (DIGEST, 5, "ann", str(AUTHOR))
    refused = forge(desk, "approval", DIGEST, "--request", "5", "--not-author")
    assert refused.exit_code == 3
    assert f"hint: someone with write access comments: {COMMAND}" in refused.stderr


def test_a_part_of_a_digest_is_refused_before_anything_is_sent(desk: Desk, github: FakeGitHub) -> None:
    assert forge(desk, "approval", DIGEST[:30], "--request", "5").exit_code == 3
    assert github.sent == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("pull_request", 3), ("pull_request_review", 3), ("pull_request_target", 0), ("issue_comment", 0)],
)
def test_a_workflow_of_a_fork_on_github_approves_nothing(desk: Desk, github: FakeGitHub, name: str, code: int) -> None:
    github.request["head"]["repo"] = {"id": 2}
    github.comment(WRITER, COMMAND)
    result = forge(desk, "approval", DIGEST, event={"pull_request": {"number": 5}}, GITHUB_EVENT_NAME=name)
    assert result.exit_code == code
    assert ("comes from a fork" in result.stderr) is (code == 3)


@pytest.mark.parametrize(("source", "code"), [("merge_request_event", 3), ("push", 0)])
def test_a_pipeline_of_a_fork_on_gitlab_approves_nothing(
    desk: Desk, gitlab: FakeGitLab, source: str, code: int
) -> None:
    gitlab.request["source_project_id"] = 2
    gitlab.comment(WRITER, COMMAND)
    more = {"CI_PIPELINE_SOURCE": source, "CI_MERGE_REQUEST_IID": "5"}
    assert on_gitlab(desk, "approval", DIGEST, **more).exit_code == code


def test_annotations_of_github_are_a_check_run_of_the_head(desk: Desk, github: FakeGitHub) -> None:
    (desk.folder / "sub").mkdir()
    desk.write(EVERY_TAG, "sub/a.yaml")
    plan = desk.call("--sandbox", "plan", "sub/a.yaml", "-o", "plan.json")
    assert plan.exit_code == 0, plan.stderr
    words = ("annotate", "sub/a.yaml", "--plan", "plan.json", "--folder", "sub/")
    root = {"GITHUB_WORKSPACE": str(desk.folder)}
    result = forge(desk, *words, event={"pull_request": {"number": 5}}, **root)
    assert (result.exit_code, result.stdout) == (0, "https://github.example/runs/900\n"), result.stderr
    (run,) = github.runs
    shown = run["output"]["annotations"]
    assert (run["head_sha"], run["name"], run["conclusion"]) == ("abc123", "reconciler: sub/", "failure")
    assert {(a["path"], a["start_line"], a["annotation_level"]) for a in shown} == {("sub/a.yaml", 4, "failure")}
    assert len(shown) == 12
    assert forge(desk, *words, **root, GITHUB_SHA="def456").exit_code == 0
    assert github.runs[1]["head_sha"] == "def456"
    assert forge(desk, *words, **root, GITHUB_SHA="").exit_code == 1


def test_annotations_of_gitlab_are_one_comment_with_links(desk: Desk, gitlab: FakeGitLab) -> None:
    desk.write("version: 1\ntagz: []\n", "a.yaml")
    more = {"CI_PROJECT_DIR": str(desk.folder), "CI_MERGE_REQUEST_IID": "5"}
    result = on_gitlab(desk, "annotate", "a.yaml", **more)
    assert result.exit_code == 0, result.stderr
    (body,) = gitlab.bodies()
    link = "https://gitlab.example/acme/studio/-/blob/abc123/a.yaml#L2"
    assert f"- **error** [`a.yaml:2:1`]({link}): unknown key" in body
    desk.write("version: 1\ntags: []\n", "a.yaml")
    assert on_gitlab(desk, "annotate", "a.yaml", **more).stdout.startswith("updated ")
    assert "**None.**" in gitlab.bodies()[0]
    gitlab.comments.clear()
    silent = on_gitlab(desk, "annotate", "a.yaml", **more)
    assert (silent.exit_code, silent.stdout, gitlab.comments) == (0, "", [])
    assert "nothing to list" in silent.stderr


def test_a_job_token_of_gitlab_is_used_where_there_is_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    configs: list[ForgeConfig] = []

    def opened(config: ForgeConfig, _url: str) -> Forge:
        configs.append(config)
        return FakeGitLab().open(Forges.GITLAB)

    monkeypatch.setattr(job_module, "open_forge", opened)
    on_gitlab(desk, "comment", written(desk), GITLAB_TOKEN="", CI_JOB_TOKEN=TOKEN, CI_MERGE_REQUEST_IID="5")
    assert configs[0].headers() == {"JOB-TOKEN": TOKEN}


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({}, "hint: name the forge: --forge github"),
        ({"GITHUB_ACTIONS": "true"}, "hint: set the environment variable GITHUB_TOKEN"),
        ({"GITLAB_CI": "true"}, "hint: set the environment variable GITLAB_TOKEN"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_TOKEN": TOKEN}, "hint: set GITHUB_REPOSITORY"),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_TOKEN": TOKEN, "GITHUB_EVENT_PATH": "bad.json"},
            "error: invalid GITHUB_EVENT_PATH",
        ),
    ],
)
def test_what_a_job_lacks_is_named(desk: Desk, variables: dict[str, str], message: str) -> None:
    desk.write("{", "bad.json")
    result = desk.call("forge", "comment", written(desk), **variables)
    assert result.exit_code == 1
    assert message in result.stderr


def test_over_http_the_token_is_in_a_header_and_in_no_output(desk: Desk) -> None:
    """The real transport, against a server on a port that refuses the token and repeats it."""
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"])[b"authorization"].decode())
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"message": f"Bad {TOKEN}"}).encode()})

    with serve(app) as url:
        result = forge(desk, "approval", DIGEST, "--request", "5", GITHUB_API_URL=url)
    assert seen == [f"Bearer {TOKEN}"]
    assert result.exit_code == 1
    assert "with 401: Bad [key]" in result.stderr
    assert "check GITHUB_TOKEN" in result.stderr


def test_a_plan_annotates_its_manifests(desk: Desk) -> None:
    desk.write(DELETING)
    lines = desk.call("--sandbox", "plan", "--format", "github").stdout.splitlines()
    assert lines[0].startswith(
        "::warning file=workspace.yaml,line=3,col=17::would delete tag:import-2023: listed under"
    )
    assert lines[1].startswith("::notice::Plan: 1 to delete. Digest: sha256:")
    desk.write("version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: []\n")
    assert desk.call("--sandbox", "plan", "--format", "github").stdout == (
        "::notice::No changes. The workspace matches the manifests.\n"
    )


def test_an_unlisted_removal_is_at_its_declared_parent_or_the_section_of_its_kind(desk: Desk) -> None:
    desk.write(
        "version: 1\nworkspace: Acme Studio\npolicy: {removal_budget: {count: 900, share: 100%}}\n"
        "clients:\n  - name: Acme Corp\n    projects:\n      - name: Website\n        tasks: []\n"
    )
    options = [f"--allow-removals={kind}={number}" for kind, number in (("tasks", 99), ("projects", 99))]
    lines = desk.call("--sandbox", "plan", "--format", "github", *options).stdout.splitlines()
    places = {
        address: next((line.split("::")[1] for line in lines if address in line), "")
        for address in ("task:Acme Corp/Website/", "client:Kestrel Drones")
    }
    assert places["task:Acme Corp/Website/"].endswith("file=workspace.yaml,line=7,col=9"), lines
    assert places["client:Kestrel Drones"].endswith("file=workspace.yaml,line=4,col=1")


def test_a_manifest_that_cannot_be_read_any_more_and_a_table_have_no_section(desk: Desk) -> None:
    sources = (SourceFile("rows.csv", ""), SourceFile("gone.yaml", ""), SourceFile("a.yaml", ""))
    desk.write("tags:\nclients:\n", "rows.csv")
    desk.write("version: 1\ntags: []\ntags: []\n", "a.yaml")
    places = RemovalPlaces(Desired({}, sources=sources))
    change = Change(Address("tag", ("x",)), Action.DELETE, (Step.DELETE,))
    assert places(change) == places(change) == "a.yaml:2:1"
    assert places(replace(change, address=Address("client", ("x",)))) == ""
