"""Requests to a forge: where they go, what is sent again, what an error says, and that the token is in none of it."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import ConfigurationError, ForgeError, NetworkError
from reconciler.forge import Annotation, Comment, ForgeConfig, Forges, GitHub, Title, open_forge
from reconciler.gateway.messages import Request, Response
from reconciler.text import API_KEYS
from tests.forge.fake_forges import FORGES, TOKEN, FakeGitHub, FakeGitLab, respond

TITLE = Title("reconciler: manifests/", "3 problems", "run 1")


def opened(fake: FakeGitHub) -> GitHub:
    forge = fake.open(Forges.GITHUB)
    assert isinstance(forge, GitHub)
    return forge


def annotation(number: int, level: str = "warning") -> Annotation:
    return Annotation(level, "manifests/a.yaml", number, f"message {number}")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.github.com", "/repos/acme/studio/pulls/5"),
        ("https://github.example/api/v3/", "/v3/repos/acme/studio/pulls/5"),
    ],
)
def test_github_enterprise_has_a_prefix_that_its_graphql_lacks(url: str, path: str) -> None:
    config = ForgeConfig(Forges.GITHUB, url, "acme/studio", TOKEN)
    fake = FakeGitHub()
    forge = open_forge(config, transport=fake)
    fake.answers["GET"] = [respond(fake.request)]
    assert forge.request(5).head == "abc123"
    assert forge.own_id() == "41898282"
    assert [request.path for request in fake.sent] == [path, "/graphql"]
    assert config.base_url + path == f"{url.rstrip('/')}/repos/acme/studio/pulls/5"


@pytest.mark.parametrize(
    ("forge", "is_job_token", "header", "value"),
    [
        ("github", False, "Authorization", f"Bearer {TOKEN}"),
        ("gitlab", False, "PRIVATE-TOKEN", TOKEN),
        ("gitlab", True, "JOB-TOKEN", TOKEN),
    ],
)
def test_the_token_is_sent_in_the_header_of_its_kind_and_shown_nowhere(
    forge: str, *, is_job_token: bool, header: str, value: str
) -> None:
    config = ForgeConfig(Forges(forge), "https://a.example", "a/b", TOKEN, is_job_token=is_job_token)
    assert config.headers()[header] == value
    assert TOKEN not in repr(config)
    assert TOKEN not in API_KEYS.mask(f"a message with {TOKEN}")


@pytest.mark.parametrize(
    ("forge", "url", "token", "message"),
    [
        ("github", "https://a.example", "", "github: token not set"),
        ("gitlab", "https://a.example", "a b", "gitlab: invalid token"),
        ("github", "http://a.example", TOKEN, "invalid GITHUB_API_URL: the base URL of a.example does not use https"),
        ("gitlab", "https://u:p@a.example", TOKEN, "invalid CI_API_V4_URL: the base URL contains a user name"),
    ],
)
def test_an_invalid_setting_is_named_before_anything_is_sent(forge: str, url: str, token: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as raised:
        ForgeConfig(Forges(forge), url, "a/b", token)
    assert "u:p" not in raised.value.message


@pytest.mark.parametrize("name", ["acme", "acme/", "/studio", "a/b/c", ""])
def test_a_repository_of_github_has_two_parts(name: str) -> None:
    with pytest.raises(ForgeError, match="is not OWNER/REPOSITORY"):
        open_forge(ForgeConfig(Forges.GITHUB, "https://a.example", name, TOKEN), transport=FakeGitHub())


@pytest.mark.parametrize("forge", list(Forges))
def test_a_read_is_sent_again_after_trouble(forge: Forges) -> None:
    fake = FORGES[forge]()
    fake.answers["GET"] = [respond({}, 502), respond({}, 429, {"retry-after": "7"}), respond({}, 503)]
    assert fake.open(forge).request(5).number == 5
    assert fake.pauses == [1.0, 7.0, 4.0]
    fake.answers["GET"] = [respond({}, 500)] * 4
    with pytest.raises(ForgeError, match="500"):
        fake.open(forge).request(5)


def test_a_write_is_sent_again_only_if_it_was_refused_or_never_sent() -> None:
    fake = FakeGitLab()
    forge = fake.open(Forges.GITLAB)
    fake.answers["POST"] = [respond({}, 429), respond({"message": "secondary limit"}, 403, {"retry-after": "3"})]
    assert forge.create_comment(5, "text").body == "text"
    fake.answers["POST"] = [respond({}, 502)]
    with pytest.raises(ForgeError) as raised:
        forge.create_comment(5, "text")
    assert raised.value.unknown
    fake.answers["POST"] = [respond({}, 403)]
    with pytest.raises(ForgeError, match="403") as raised:
        forge.create_comment(5, "text")
    assert (raised.value.unknown, raised.value.hint) == (False, "the token lacks a permission: see docs/ci.md")
    assert len(fake.comments) == 1


def test_a_longer_wait_than_a_job_has_ends_it() -> None:
    fake = FakeGitHub()
    fake.answers["GET"] = [respond({}, 429, {"retry-after": "3600"})]
    with pytest.raises(ForgeError, match="429"):
        fake.open(Forges.GITHUB).request(5)
    assert fake.pauses == []


class Unreachable:
    """A transport without a network."""

    def __init__(self, *, sent: bool) -> None:
        self.sent, self.tries = sent, 0

    def send(self, request: Request) -> Response:
        self.tries += 1
        raise NetworkError("connection refused", hint="check --base-url", request=request.name, sent=self.sent)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("sent", "tries", "unknown"), [(True, 1, True), (False, 4, False)])
def test_a_lost_connection_says_whether_a_write_may_be_there(*, sent: bool, tries: int, unknown: bool) -> None:
    fake, transport = FakeGitLab(), Unreachable(sent=sent)
    forge = fake.open(Forges.GITLAB)
    forge._client._transport = transport  # type: ignore[attr-defined]
    with pytest.raises(ForgeError, match="connection refused") as raised:
        forge.create_comment(5, "text")
    assert (transport.tries, raised.value.unknown) == (tries, unknown)
    assert raised.value.hint == "check CI_API_V4_URL"
    forge.close()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Response(200, {}, b"<html>"), "with invalid JSON"),
        (respond({"message": "no\x1b[31m"}, 401), "with 401: no"),
        (Response(404, {}, b""), "with 404"),
        (Response(302, {"location": "https://evil.example"}, b""), "with 302"),
        (respond([]), "without head"),
        (respond({"head": {}, "base": {"repo": {"id": True}}}), "without the number 'id'"),
        (respond({"head": {"repo": {"id": 1}}, "base": {"repo": {"id": 1}}, "user": {"id": True}}), "without 'id'"),
    ],
)
def test_an_answer_of_no_use_is_an_error_in_words(answer: Response, message: str) -> None:
    fake = FakeGitHub()
    fake.answers["GET"] = [answer]
    with pytest.raises(ForgeError, match=message) as raised:
        fake.open(Forges.GITHUB).request(5)
    assert "\x1b" not in raised.value.message
    assert TOKEN not in raised.value.message + raised.value.hint


@pytest.mark.parametrize("content", [{}, None, "text"])
def test_a_list_that_is_none_is_an_error(content: Any) -> None:
    fake = FakeGitHub()
    fake.answers["GET"] = [respond(content)]
    with pytest.raises(ForgeError, match="without a list"):
        list(fake.open(Forges.GITHUB).comments(5))


def test_a_list_without_an_end_is_an_error() -> None:
    fake = FakeGitHub()
    fake.page = lambda _items, _request: respond([], headers={"link": 'rel="next"'})  # type: ignore[method-assign,assignment]
    with pytest.raises(ForgeError, match="more than 500 pages"):
        list(fake.open(Forges.GITHUB).comments(5))


@pytest.mark.parametrize("forge", list(Forges))
def test_the_requests_of_a_commit_are_the_merged_ones_of_its_branch(forge: Forges) -> None:
    fake = FORGES[forge]()
    if forge is Forges.GITHUB:
        rows = [(5, "main", "2026-01-01"), (6, "other", "2026-01-01"), (7, "main", None)]
        fake.merged = [{"number": n, "base": {"ref": b}, "merged_at": m} for n, b, m in rows]
    else:
        rows = [(5, "main", "merged"), (6, "other", "merged"), (7, "main", "opened")]
        fake.merged = [{"iid": n, "target_branch": b, "state": m} for n, b, m in rows]
    assert fake.open(forge).requests_of_commit("abc", "main") == [5]


@pytest.mark.parametrize("forge", list(Forges))
def test_a_permission_that_cannot_be_read_is_no_permission(forge: Forges) -> None:
    fake = FORGES[forge]()
    fake.answers["GET"] = [respond({}, 403)]
    with pytest.raises(ForgeError, match="403"):
        fake.open(forge).can_write(Comment("1", "7", "wendy", "", "", "", is_edited=False, is_automatic=False))


def test_a_check_run_gets_all_annotations_fifty_at_a_time() -> None:
    fake = FakeGitHub()
    found = [annotation(0, "error"), *map(annotation, range(1, 120))]
    assert opened(fake).annotate("abc", TITLE, found) == "https://github.example/runs/900"
    (run,) = fake.runs
    shown = run["output"]["annotations"]
    assert [(a["start_line"], a["message"]) for a in shown] == [(max(n, 1), f"message {n}") for n in range(120)]
    assert {a["annotation_level"] for a in shown} == {"failure", "warning"}
    assert (run["conclusion"], run["head_sha"], run["status"]) == ("failure", "abc", "completed")
    assert fake.count("POST") + fake.count("PATCH") == 3


@pytest.mark.parametrize(("found", "conclusion"), [([], "success"), ([annotation(1)], "neutral")])
def test_the_conclusion_says_whether_anything_was_found(found: list[Annotation], conclusion: str) -> None:
    fake = FakeGitHub()
    opened(fake).annotate("abc", TITLE, found)
    assert fake.runs[0]["conclusion"] == conclusion


def test_a_check_run_whose_answer_is_lost_is_looked_up() -> None:
    fake = FakeGitHub()
    fake.lost.add("POST")
    assert opened(fake).annotate("abc", TITLE, list(map(annotation, range(60)))).endswith("/900")
    assert len(fake.runs) == 1
    assert len(fake.runs[0]["output"]["annotations"]) == 60
    fake.runs.clear()
    fake.answers["POST"] = [respond({}, 502)]
    with pytest.raises(ForgeError, match="502"):
        opened(fake).annotate("abc", TITLE, [])
