"""One comment for each subject of a request: found by a hidden marker, then created or updated, never doubled."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from reconciler.errors import ForgeError
from reconciler.forge.forge import Comment, Forge


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment is about: `what` is `plan` or `problems`, `workspace` and `folder` as the command has them."""

    what: str
    workspace: str
    folder: str

    def __str__(self) -> str:
        """An HTML comment: names are percent-encoded, hyphens too, so that nothing in them ends it."""
        parts = ((name, getattr(self, name)) for name in ("workspace", "folder"))
        encoded = " ".join(f"{name}={quote(value, safe='').replace('-', '%2D')}" for name, value in parts)
        return f"<!-- reconciler {self.what} {encoded} -->"


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a comment: `created`, `updated` or `unchanged`, or `absent` where there was nothing to say; and where it is."""

    action: str
    url: str = ""


def put_comment(forge: Forge, number: int, marker: Marker, body: str, *, if_new: bool = True) -> Posted:
    """Create or update the comment of a marker. `if_new`: False only updates one that exists. Raises ForgeError.

    Only comments of the token's own account count, whoever copies the marker, and only with the marker on their first line. If an
    answer to a create is lost, the comment is looked up instead of written again. Of several, which two jobs at once can make,
    the oldest stays.
    """
    text = f"{marker}\n{body}"
    if len(text) > forge.comment_limit:
        raise ForgeError(f"the comment has {len(text):,} characters; the limit is {forge.comment_limit:,}")
    author = forge.own_id()
    found = _own_comments(forge, number, marker, author)
    if not found and not if_new:
        return Posted("absent")
    if not found:
        try:
            return Posted("created", forge.create_comment(number, text).url)
        except ForgeError as error:
            if not error.unknown or not (found := _own_comments(forge, number, marker, author)):
                raise
            return Posted("created", found[0].url)
    first, *others = found
    for other in others:
        forge.delete_comment(number, other)
    if _same(first.body, text):
        return Posted("unchanged", first.url)
    return Posted("updated", forge.update_comment(number, first, text).url)


def _own_comments(forge: Forge, number: int, marker: Marker, author: str) -> list[Comment]:
    line = str(marker)
    return [c for c in forge.comments(number) if c.author == author and c.body.splitlines()[:1] == [line]]


def _same(before: str, after: str) -> bool:
    """Whether two texts are equal. The form of line ends, which a forge may change, and blanks at the end do not count."""
    return before.replace("\r\n", "\n").rstrip() == after.rstrip()
