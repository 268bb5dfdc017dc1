"""Approvals by comment: `/reconciler approve DIGEST`, by a person who may push to the project."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.forge.forge import Comment, Forge, ReviewRequest

COMMAND = "/reconciler approve"


@dataclass(frozen=True, slots=True)
class Approval:
    """A comment that approves a digest."""

    digest: str
    comment: Comment


@dataclass(frozen=True, slots=True)
class RefusedComment:
    """A comment that names the digest and does not count, with the reason."""

    comment: Comment
    reason: str


@dataclass(frozen=True, slots=True)
class Approvals:
    """The first approval of a digest on a request, None without one, and what was refused before it."""

    approval: Approval | None
    refused: tuple[RefusedComment, ...] = ()


def is_digest(text: object) -> bool:
    """Whether a text is a whole digest: `sha256:` and 64 hex digits. A part of one approves nothing on a forge."""
    if not isinstance(text, str) or not text.startswith("sha256:"):
        return False
    digits = text.removeprefix("sha256:")
    return len(digits) == 64 and set(digits) <= set("0123456789abcdef")


def find_approval(forge: Forge, request: ReviewRequest, digest: str, *, by_author: bool = True) -> Approvals:
    """Look for a comment that is exactly `/reconciler approve DIGEST`. Raises ForgeError.

    A comment that was edited does not count: whoever may push can edit the comments of others. Neither does one of a bot, of an
    account without write access, or, with `by_author` False, of the author of the request.
    """
    refused: list[RefusedComment] = []
    for comment in forge.comments(request.number):
        if comment.body.strip() != f"{COMMAND} {digest}":
            continue
        reason = _reason_against(forge, request, comment, by_author=by_author)
        if not reason:
            return Approvals(Approval(digest, comment), tuple(refused))
        refused.append(RefusedComment(comment, reason))
    return Approvals(None, tuple(refused))


def _reason_against(forge: Forge, request: ReviewRequest, comment: Comment, *, by_author: bool) -> str:
    if comment.is_automatic:
        return "a bot or an app wrote it"
    if comment.is_edited:
        return "it was edited"
    if comment.author == request.author and not by_author:
        return "its author opened the request"
    return "" if forge.can_write(comment) else "its author is not a person with write access"
