"""GitLab's REST API (v4): notes of merge requests, members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reconciler.errors import ForgeError
from reconciler.forge import answers
from reconciler.forge.client import ForgeClient
from reconciler.forge.forge import Comment, ReviewRequest
from reconciler.gateway.messages import path_of

_DEVELOPER: Final = 30
"""The lowest access level that may push."""


class GitLab:
    """A project on GitLab: its path, or its id. `web_url`: its address, for the links of notes."""

    comment_limit = 1_000_000

    def __init__(self, client: ForgeClient, project: str, web_url: str) -> None:
        self._client, self._web_url = client, web_url
        self._root = f"/projects{path_of(project)}"

    def own_id(self) -> str:
        """The id of the token's account."""
        return answers.text(self._client.get("/user"), "id")

    def request(self, number: int) -> ReviewRequest:
        """A merge request."""
        found = self._client.get(f"{self._root}/merge_requests/{number}")
        is_fork = found.get("source_project_id") != answers.number(found, "target_project_id")
        author = answers.text(answers.part(found, "author"), "id")
        return ReviewRequest(number, author, answers.text(found, "sha"), is_fork)

    def requests_of_commit(self, commit: str, branch: str) -> list[int]:
        """The merge requests that were merged into the branch with this commit."""
        found = self._client.pages(f"{self._root}/repository/commits{path_of(commit)}/merge_requests")
        merged = (item for item in found if answers.mapping(item, "merge request").get("state") == "merged")
        return [answers.number(item, "iid") for item in merged if item.get("target_branch") == branch]

    def comments(self, number: int) -> Iterator[Comment]:
        """All notes, oldest first."""
        order = (("sort", "asc"), ("order_by", "created_at"))
        return (self._comment(number, item) for item in self._client.pages(self._notes(number), *order))

    def create_comment(self, number: int, body: str) -> Comment:
        """Write a note."""
        return self._comment(number, self._client.write("POST", self._notes(number), {"body": body}))

    def update_comment(self, number: int, comment: Comment, body: str) -> Comment:
        """Replace the text of a note."""
        path = f"{self._notes(number)}/{comment.id}"
        return self._comment(number, self._client.write("PUT", path, {"body": body}))

    def delete_comment(self, number: int, comment: Comment) -> None:
        """Delete a note."""
        self._client.write("DELETE", f"{self._notes(number)}/{comment.id}")

    def can_write(self, comment: Comment) -> bool:
        """Whether the author is an active member from Developer up, groups included, and not a bot."""
        author = path_of(comment.author)
        try:
            member = answers.mapping(self._client.get(f"{self._root}/members/all{author}"), "member")
        except ForgeError as error:
            if error.status == 404:
                return False
            raise
        if member.get("state") != "active" or answers.number(member, "access_level") < _DEVELOPER:
            return False
        return answers.mapping(self._client.get(f"/users{author}"), "user").get("bot") is False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _notes(self, number: int) -> str:
        return f"{self._root}/merge_requests/{number}/notes"

    def _comment(self, number: int, item: Any) -> Comment:
        author, found = answers.part(item, "author"), answers.text(item, "id")
        return Comment(
            id=found,
            author=answers.text(author, "id"),
            login=answers.text(author, "username"),
            body=str(item.get("body") or ""),
            url=f"{self._web_url}/-/merge_requests/{number}#note_{found}",
            created_at=answers.text(item, "created_at"),
            is_edited=item.get("updated_at") != item.get("created_at"),
            is_automatic=item.get("system") is not False,
        )
