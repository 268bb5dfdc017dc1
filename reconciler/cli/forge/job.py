"""What the variables of a GitHub or GitLab job say: API, project, token, request, commit."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.cli import files
from reconciler.cli.settings import Settings, value_of
from reconciler.errors import ConfigurationError, ReconcilerError
from reconciler.forge import Forge, ForgeConfig, Forges, open_forge
from reconciler.json_text import parse_json

_EVENT_BYTES = 64 << 20
_REQUESTS_OWN = ("pull_request", "pull_request_review", "pull_request_review_comment")
"""Events whose workflow comes from the pull request itself. `pull_request_target` and all others take it from the repository."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a forge. `number`: of the request, 0 if the job is of none. `branch`: of the commit.

    `uses_request_code`: whether what the job runs comes from the request. `url` leads to the job, `files_url` to the files of
    its commit. `root`: the folder of the checkout. `attempt`: a name of this attempt.
    """

    config: ForgeConfig
    number: int
    commit: str
    branch: str
    uses_request_code: bool
    url: str
    project_url: str
    root: str
    attempt: str

    def open(self) -> Forge:
        """The forge of this job."""
        return open_forge(self.config, self.project_url)

    @property
    def files_url(self) -> str:
        """The address of the files at the commit."""
        return f"{self.project_url}/-/blob/{self.commit}" if self.project_url and self.commit else ""

    def path_in_repository(self, path: str) -> str:
        """A path of the current folder as one below the root of the repository."""
        inside = os.path.relpath(os.path.abspath(path), self.root or ".")  # noqa: PTH100 - keeps symbolic links
        return inside.replace(os.sep, "/")

    def request_number(self, forge: Forge) -> int:
        """The number of the request: that of the job, else the one that the commit came with. Raises ReconcilerError."""
        if self.number:
            return self.number
        if not self.commit:
            raise ReconcilerError("this job names no request and no commit", hint="name the request: --request NUMBER")
        found = forge.requests_of_commit(self.commit, self.branch)
        if len(found) == 1:
            return found[0]
        what = "no request" if not found else f"{len(found)} requests"
        raise ReconcilerError(
            f"commit {self.commit[:12]} of {self.branch or 'no branch'} came with {what}",
            hint="name the request: --request NUMBER",
        )


def current_job(name: str | None, number: int | None, settings: Settings) -> Job:
    """The job that this process runs in. `name`: of the forge, None for that of the variables. `number`: of the request, if given.

    Raises ConfigurationError.
    """
    found = name or ("github" if value_of("GITHUB_ACTIONS") else "gitlab" if value_of("GITLAB_CI") else None)
    if found is None:
        raise ConfigurationError("this is no job of GitHub or GitLab", hint="name the forge: --forge github")
    return (_github if found == "github" else _gitlab)(number, settings.timeout)


def _github(number: int | None, timeout: float) -> Job:
    event = _event()
    request = _part(event, "pull_request")
    server, repository = value_of("GITHUB_SERVER_URL"), value_of("GITHUB_REPOSITORY")
    run, project_url = value_of("GITHUB_RUN_ID"), f"{server}/{repository}" if server else ""
    config = ForgeConfig(
        Forges.GITHUB,
        value_of("GITHUB_API_URL") or "https://api.github.com",
        repository,
        value_of("GITHUB_TOKEN"),
        timeout=timeout,
    )
    return Job(
        config=config,
        number=number or _github_number(event, request),
        commit=value_of("GITHUB_SHA"),
        branch=value_of("GITHUB_REF_NAME"),
        uses_request_code=value_of("GITHUB_EVENT_NAME") in _REQUESTS_OWN,
        url=f"{project_url}/actions/runs/{run}" if project_url and run else "",
        project_url=project_url,
        root=value_of("GITHUB_WORKSPACE"),
        attempt=f"{run}-{value_of('GITHUB_RUN_ATTEMPT')}",
    )


def _github_number(event: dict[str, Any], request: dict[str, Any]) -> int:
    """Of a pull request, or of a comment on one."""
    issue = _part(event, "issue")
    found = request.get("number") or (issue.get("number") if issue.get("pull_request") else 0)
    return found if isinstance(found, int) and found > 0 else 0


def _gitlab(number: int | None, timeout: float) -> Job:
    token = value_of("GITLAB_TOKEN")
    project_url = value_of("CI_MERGE_REQUEST_PROJECT_URL") or value_of("CI_PROJECT_URL")
    config = ForgeConfig(
        Forges.GITLAB,
        value_of("CI_API_V4_URL") or "https://gitlab.com/api/v4",
        value_of("CI_MERGE_REQUEST_PROJECT_ID") or value_of("CI_PROJECT_ID"),
        token or value_of("CI_JOB_TOKEN"),
        is_job_token=not token,
        timeout=timeout,
    )
    given = value_of("CI_MERGE_REQUEST_IID")
    return Job(
        config=config,
        number=number or (int(given) if given.isascii() and given.isdigit() else 0),
        commit=value_of("CI_COMMIT_SHA"),
        branch=value_of("CI_COMMIT_BRANCH"),
        uses_request_code=value_of("CI_PIPELINE_SOURCE") == "merge_request_event",
        url=value_of("CI_JOB_URL"),
        project_url=project_url,
        root=value_of("CI_PROJECT_DIR"),
        attempt=value_of("CI_JOB_ID"),
    )


def _event() -> dict[str, Any]:
    """The event that started the workflow; empty without one."""
    path = value_of("GITHUB_EVENT_PATH")
    if not path or not Path(path).is_file():
        return {}
    try:
        content = parse_json(files.read(path, limit=_EVENT_BYTES), any_text=True)
    except ValueError as error:
        raise ConfigurationError(f"invalid GITHUB_EVENT_PATH: {error}") from None
    return content if isinstance(content, dict) else {}


def _part(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}
