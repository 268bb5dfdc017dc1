"""GitHub's REST API (version 2022-11-28): comments of pull requests, permissions, check runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from reconciler.errors import ForgeError
from reconciler.forge import answers
from reconciler.forge.client import ForgeClient
from reconciler.forge.forge import Annotation, Comment, ReviewRequest, Title
from reconciler.gateway.messages import path_of

_WRITERS = ("admin", "maintain", "write")
"""Permissions that include pushing. The API names `maintain` as `write`, and `triage` as `read`."""
_MOST_ANNOTATIONS: Final = 50
"""Annotations that one request may add to a check run."""
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_VIEWER = {"query": "query { viewer { databaseId } }"}


class GitHub:
    """A repository on GitHub."""

    comment_limit = 65_536

    def __init__(self, client: ForgeClient, repository: str) -> None:
        self._client = client
        owner, slash, name = repository.partition("/")
        if not (owner and slash and name) or "/" in name:
            raise ForgeError(f"{repository[:80]!r} is not OWNER/REPOSITORY", hint="set GITHUB_REPOSITORY")
        self._root = f"/repos{path_of(owner, name)}"

    def own_id(self) -> str:
        """The id of the token's account. The token of a workflow may not ask `GET /user`, but GraphQL answers every token."""
        answer = self._client.query("/graphql", _VIEWER)
        return answers.text(answers.part(answer, "data", "viewer"), "databaseId")

    def request(self, number: int) -> ReviewRequest:
        """A pull request. Without the repository that it came from, since it was deleted, it counts as one of a fork."""
        found = self._client.get(f"{self._root}/pulls/{number}")
        head, base = answers.part(found, "head"), answers.part(found, "base", "repo")
        is_fork = answers.mapping(head.get("repo") or {}, "head.repo").get("id") != answers.number(base, "id")
        author = answers.text(answers.part(found, "user"), "id")
        return ReviewRequest(number, author, answers.text(head, "sha"), is_fork)

    def requests_of_commit(self, commit: str, branch: str) -> list[int]:
        """The pull requests that were merged into the branch with this commit."""
        found = self._client.pages(f"{self._root}/commits{path_of(commit)}/pulls")
        merged = (item for item in found if answers.mapping(item, "pull request").get("merged_at"))
        return [answers.number(item, "number") for item in merged if answers.part(item, "base").get("ref") == branch]

    def comments(self, number: int) -> Iterator[Comment]:
        """All comments, oldest first."""
        return map(_comment, self._client.pages(f"{self._root}/issues/{number}/comments"))

    def create_comment(self, number: int, body: str) -> Comment:
        """Write a comment."""
        return _comment(self._client.write("POST", f"{self._root}/issues/{number}/comments", {"body": body}))

    def update_comment(self, number: int, comment: Comment, body: str) -> Comment:  # noqa: ARG002 - as with GitLab
        """Replace the text of a comment."""
        return _comment(self._client.write("PATCH", f"{self._root}/issues/comments/{comment.id}", {"body": body}))

    def delete_comment(self, number: int, comment: Comment) -> None:  # noqa: ARG002 - as with GitLab
        """Delete a comment."""
        self._client.write("DELETE", f"{self._root}/issues/comments/{comment.id}")

    def can_write(self, comment: Comment) -> bool:
        """By the permission that GitHub reports, teams and organisation included. The account must still be the one that wrote it."""
        try:
            found = self._client.get(f"{self._root}/collaborators{path_of(comment.login)}/permission")
        except ForgeError as error:
            if error.status == 404:
                return False
            raise
        user = answers.part(found, "user")
        is_author = answers.text(user, "id") == comment.author and user.get("type") == "User"
        return is_author and found.get("permission") in _WRITERS

    def annotate(self, commit: str, title: Title, annotations: Sequence[Annotation]) -> str:
        """A check run with annotations, 50 at a time. One that an earlier attempt made, and whose answer was lost, is not made again."""
        shown = [_annotation(item) for item in annotations]
        levels = {item.level for item in annotations}
        output = {"title": title.summary, "summary": title.summary}
        body = {
            "name": title.name,
            "head_sha": commit,
            "external_id": title.key,
            "status": "completed",
            "conclusion": "failure" if "error" in levels else "neutral" if levels else "success",
            "output": {**output, "annotations": shown[:_MOST_ANNOTATIONS]},
        }
        try:
            run = self._client.write("POST", f"{self._root}/check-runs", body)
        except ForgeError as error:
            found = self._run_of(commit, title) if error.unknown else None
            if found is None:
                raise
            run = found
        for start in range(_MOST_ANNOTATIONS, len(shown), _MOST_ANNOTATIONS):
            more = {**output, "annotations": shown[start : start + _MOST_ANNOTATIONS]}
            self._client.write("PATCH", f"{self._root}/check-runs/{answers.text(run, 'id')}", {"output": more})
        return answers.text(run, "html_url")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _run_of(self, commit: str, title: Title) -> dict[str, Any] | None:
        params = (("check_name", title.name), ("filter", "all"), ("per_page", "100"))
        found = self._client.get(f"{self._root}/commits{path_of(commit)}/check-runs", *params)
        runs = answers.mapping(found, "check_runs").get("check_runs") or []
        return next((run for run in runs if answers.mapping(run, "check_run").get("external_id") == title.key), None)


def _comment(item: Any) -> Comment:
    """A comment of an issue. `user` is null where the account was deleted: then it is the forge's, and counts for nothing."""
    user = answers.mapping(item, "comment").get("user") or {"id": 0, "login": "ghost", "type": "Bot"}
    return Comment(
        id=answers.text(item, "id"),
        author=answers.text(user, "id"),
        login=answers.text(user, "login"),
        body=str(item.get("body") or ""),
        url=answers.text(item, "html_url"),
        created_at=answers.text(item, "created_at"),
        is_edited=item.get("updated_at") != item.get("created_at"),
        is_automatic=user.get("type") != "User" or item.get("performed_via_github_app") is not None,
    )


def _annotation(item: Annotation) -> dict[str, Any]:
    line = max(item.line, 1)
    level = _LEVELS[item.level]
    return {
        "path": item.path,
        "start_line": line,
        "end_line": line,
        "annotation_level": level,
        "message": item.message,
    }
