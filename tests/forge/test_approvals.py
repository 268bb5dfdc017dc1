"""Who approves what by a comment: exactly one form, unedited, by a person who may push."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ForgeError
from reconciler.forge import Approvals, Forges, find_approval, is_digest
from tests.forge.fake_forges import AUTHOR, BOT, FORGES, LATER, READER, WRITER, FakeForge, FakeGitHub, FakeGitLab

DIGEST = f"sha256:{'a1' * 32}"
COMMAND = f"/reconciler approve {DIGEST}"


@pytest.fixture(params=list(Forges))
def forge(request: pytest.FixtureRequest) -> Forges:
    found: Forges = request.param
    return found


@pytest.fixture
def fake(forge: Forges) -> FakeForge:
    return FORGES[forge]()


def look(fake: FakeForge, forge: Forges, **options: bool) -> Approvals:
    opened = fake.open(forge)
    return find_approval(opened, opened.request(5), DIGEST, **options)


def test_the_first_that_counts_is_found_on_any_page(fake: FakeForge, forge: Forges) -> None:
    for number in range(120):
        fake.comment(WRITER, f"comment {number}")
    fake.comment(READER, COMMAND)
    fake.comment(WRITER, f"\n{COMMAND}  \r\n")
    fake.comment(AUTHOR, COMMAND)
    found = look(fake, forge)
    assert found.approval is not None
    assert (found.approval.comment.author, found.approval.comment.login) == (str(WRITER), "wendy")
    assert [r.reason for r in found.refused] == ["its author is not a person with write access"]


@pytest.mark.parametrize(
    "body",
    [
        f"/reconciler approve {'a1' * 32}",
        f"/reconciler approve {DIGEST[:-1]}",
        f"/reconciler approve {DIGEST[:23]}",
        f"/reconciler approve {DIGEST.upper()}",
        f"/reconciler approve sha256:{'a2' * 32}",
        f"/Reconciler approve {DIGEST}",
        f"/reconciler  approve {DIGEST}",
        f"> {COMMAND}",
        f"`{COMMAND}`",
        f"{COMMAND}\nbut not yet",
        f"do not write\n{COMMAND}",
        "",
    ],
)
def test_nothing_but_exactly_the_command_approves(fake: FakeForge, forge: Forges, body: str) -> None:
    fake.comment(WRITER, body)
    assert look(fake, forge) == Approvals(None)


@pytest.mark.parametrize(
    ("author", "more", "reason"),
    [
        (WRITER, {"updated_at": LATER}, "it was edited"),
        (READER, {}, "its author is not a person with write access"),
        (BOT, {}, ""),
    ],
)
def test_what_is_refused_says_why(
    fake: FakeForge, forge: Forges, author: int, more: dict[str, Any], reason: str
) -> None:
    fake.comment(author, COMMAND, **more)
    found = look(fake, forge)
    assert found.approval is None
    (refused,) = found.refused
    assert refused.reason == reason or not reason


def test_the_author_counts_unless_the_caller_says_otherwise(fake: FakeForge, forge: Forges) -> None:
    fake.comment(AUTHOR, COMMAND)
    assert look(fake, forge).approval is not None
    found = look(fake, forge, by_author=False)
    assert found.approval is None
    assert found.refused[0].reason == "its author opened the request"


def test_somebody_who_left_does_not_count(fake: FakeForge, forge: Forges) -> None:
    fake.comment(WRITER, COMMAND)
    del fake.levels[WRITER]
    assert look(fake, forge).approval is None


@pytest.mark.parametrize("level", ["read", "triage", "none", ""])
def test_other_permissions_of_github_do_not_count(level: str) -> None:
    fake = FakeGitHub()
    fake.levels[WRITER] = level
    fake.comment(WRITER, COMMAND)
    assert look(fake, Forges.GITHUB).approval is None


def test_of_github_neither_an_app_nor_a_deleted_or_renamed_account_counts() -> None:
    fake = FakeGitHub()
    fake.comment(WRITER, COMMAND, performed_via_github_app={"id": 3})
    fake.comment(WRITER, COMMAND, user=None)
    fake.comment(WRITER, COMMAND, user={"id": 77, "login": "wendy", "type": "User"})
    found = look(fake, Forges.GITHUB)
    assert found.approval is None
    reasons = ["a bot or an app wrote it", "a bot or an app wrote it", "its author is not a person with write access"]
    assert [refused.reason for refused in found.refused] == reasons


def test_of_gitlab_neither_a_system_note_nor_a_blocked_member_counts() -> None:
    fake = FakeGitLab()
    fake.comment(WRITER, COMMAND, system=True)
    assert look(fake, Forges.GITLAB).refused[0].reason == "a bot or an app wrote it"
    fake.comments.clear()
    fake.comment(WRITER, COMMAND)
    fake.levels[WRITER] = "blocked"
    assert look(fake, Forges.GITLAB).approval is None


def test_a_permission_that_cannot_be_read_is_an_error_and_no_approval(fake: FakeForge, forge: Forges) -> None:
    fake.comment(WRITER, COMMAND)
    opened = fake.open(forge)
    request = opened.request(5)
    routes = fake.routes()
    fake.routes = lambda: {p: h for p, h in routes.items() if "notes" in p or "issues" in p}  # type: ignore[method-assign]
    assert find_approval(opened, request, DIGEST).approval is None  # 404: unknown to the project
    fake.answers["GET"] = []
    opened.can_write = _forbidden  # type: ignore[method-assign,assignment]
    with pytest.raises(ForgeError):
        find_approval(opened, request, DIGEST)


def _forbidden(_comment: object) -> bool:
    raise ForgeError("403")


@pytest.mark.parametrize(
    ("forge", "change", "is_fork"),
    [
        (Forges.GITHUB, {}, False),
        (Forges.GITHUB, {"head": {"sha": "a", "repo": {"id": 2}}}, True),
        (Forges.GITHUB, {"head": {"sha": "a", "repo": None}}, True),
        (Forges.GITLAB, {}, False),
        (Forges.GITLAB, {"source_project_id": 2}, True),
        (Forges.GITLAB, {"source_project_id": None}, True),
    ],
)
def test_a_request_of_a_fork_is_known_as_one(forge: Forges, change: dict[str, Any], is_fork: bool) -> None:  # noqa: FBT001 - a row
    fake = FORGES[forge]()
    fake.request.update(change)
    assert fake.open(forge).request(5).is_fork is is_fork


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [(DIGEST, True), (DIGEST[7:], False), (DIGEST[:-1], False), (f"{DIGEST[:-1]}g", False), ("", False), (None, False)],
)
def test_only_a_whole_digest_is_one(text: object, is_whole: bool) -> None:  # noqa: FBT001 - a row
    assert is_digest(text) is is_whole
