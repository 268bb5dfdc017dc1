"""What GitHub and GitLab have in common: requests with comments, accounts with permissions, annotations on lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of a request. `author`: the id of the account that wrote it, `login` its name; `url` leads to it.

    `is_edited`: whether it changed after it was written. `is_automatic`: whether a bot, an app or the forge itself wrote it, as far
    as the comment says so. `created_at`: as the forge writes it.
    """

    id: str
    author: str
    login: str
    body: str
    url: str
    created_at: str
    is_edited: bool
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A pull or merge request. `author`: the id of its author. `head`: the commit at its end. `is_fork`: whether it comes from a fork."""

    number: int
    author: str
    head: str
    is_fork: bool


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message at a line of a file; `level` is error, warning or notice. `path` is below the root of the repository, line 0 is all of it."""

    level: str
    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Title:
    """What a set of annotations is called. `key`: what tells the attempt from others, so that a lost answer can be looked up."""

    name: str
    summary: str
    key: str


class Forge(Protocol):
    """The API of a forge for one project. Every method raises ForgeError."""

    @property
    def comment_limit(self) -> int:
        """Characters that a comment may have."""

    def own_id(self) -> str:
        """The id of the account that the token belongs to."""

    def request(self, number: int) -> ReviewRequest:
        """A pull or merge request."""

    def requests_of_commit(self, commit: str, branch: str) -> list[int]:
        """The numbers of the requests that a commit of a branch came with."""

    def comments(self, number: int) -> Iterator[Comment]:
        """All comments of a request, oldest first, read to the last page."""

    def create_comment(self, number: int, body: str) -> Comment:
        """Write a comment. ForgeError.unknown: it may be there."""

    def update_comment(self, number: int, comment: Comment, body: str) -> Comment:
        """Replace the text of a comment."""

    def delete_comment(self, number: int, comment: Comment) -> None:
        """Delete a comment."""

    def can_write(self, comment: Comment) -> bool:
        """Whether the author of a comment is a person who may push to the project."""

    def close(self) -> None:
        """Close the connections."""
