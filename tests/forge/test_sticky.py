"""One comment a subject, on both forges: found among pages of others, updated, and never doubled."""

from __future__ import annotations

import pytest

from reconciler.errors import ForgeError
from reconciler.forge import Forge, Forges, Marker, Posted, put_comment
from tests.forge.fake_forges import BOT, FORGES, WRITER, FakeForge, respond

MARKER = Marker("plan", "Acme Studio", "manifests/")


@pytest.fixture(params=list(Forges))
def forge(request: pytest.FixtureRequest) -> Forges:
    found: Forges = request.param
    return found


@pytest.fixture
def fake(forge: Forges) -> FakeForge:
    return FORGES[forge]()


def put(fake: FakeForge, forge: Forges, body: str, **options: bool) -> Posted:
    return put_comment(fake.open(forge), 5, MARKER, body, **options)


def test_it_is_created_updated_and_left_alone(fake: FakeForge, forge: Forges) -> None:
    first = put(fake, forge, "one\n")
    assert first.action == "created"
    assert first.url.startswith("https://")
    assert put(fake, forge, "one\n") == Posted("unchanged", first.url)
    assert put(fake, forge, "two\n") == Posted("updated", first.url)
    assert fake.bodies() == [f"{MARKER}\ntwo\n"]


def test_line_ends_and_blanks_that_a_forge_changes_are_no_change(fake: FakeForge, forge: Forges) -> None:
    fake.comment(BOT, f"{MARKER}\r\none\r\ntwo")
    assert put(fake, forge, "one\ntwo\n").action == "unchanged"


def test_every_page_is_read(fake: FakeForge, forge: Forges) -> None:
    for number in range(250):
        fake.comment(WRITER, f"comment {number}")
    fake.comment(BOT, f"{MARKER}\nold")
    assert put(fake, forge, "new").action == "updated"
    assert len(fake.comments) == 251


def test_a_full_last_page_is_not_the_end_unless_the_next_is_empty(fake: FakeForge, forge: Forges) -> None:
    for number in range(100):
        fake.comment(WRITER, f"comment {number}")
    assert put(fake, forge, "new").action == "created"


def test_a_marker_of_another_author_place_or_subject_does_not_count(fake: FakeForge, forge: Forges) -> None:
    fake.comment(WRITER, f"{MARKER}\ncopied")
    fake.comment(BOT, f"quoted:\n{MARKER}\ninside")
    fake.comment(BOT, f"{Marker('plan', 'Acme Studio', 'other/')}\nother folder")
    fake.comment(BOT, f"{Marker('problems', 'Acme Studio', 'manifests/')}\nother subject")
    before = fake.bodies()
    assert put(fake, forge, "new").action == "created"
    assert fake.bodies() == [*before, f"{MARKER}\nnew"]


def test_of_several_the_oldest_stays(fake: FakeForge, forge: Forges) -> None:
    for text in ("one", "two", "three"):
        fake.comment(BOT, f"{MARKER}\n{text}")
    assert put(fake, forge, "new").action == "updated"
    assert fake.bodies() == [f"{MARKER}\nnew"]


def opened_with_a_known_account(fake: FakeForge, forge: Forges) -> Forge:
    """The forge; it does not ask who it is, which is a POST on GitHub as well."""
    opened = fake.open(forge)
    opened.own_id = lambda: str(BOT)  # type: ignore[method-assign]
    return opened


def test_a_lost_answer_is_looked_up_and_not_written_again(fake: FakeForge, forge: Forges) -> None:
    opened = opened_with_a_known_account(fake, forge)
    fake.lost.add("POST")
    assert put_comment(opened, 5, MARKER, "new").action == "created"
    assert fake.bodies() == [f"{MARKER}\nnew"]
    assert fake.count("POST") == 1


def test_a_create_that_certainly_failed_raises(fake: FakeForge, forge: Forges) -> None:
    opened = opened_with_a_known_account(fake, forge)
    fake.answers["POST"] = [respond({"message": "locked"}, 422)]
    with pytest.raises(ForgeError, match="422: locked"):
        put_comment(opened, 5, MARKER, "new")
    fake.answers["POST"] = [respond({}, 502)]
    with pytest.raises(ForgeError, match="502"):
        put_comment(opened, 5, MARKER, "new")
    assert fake.comments == []


def test_without_a_comment_an_update_does_nothing(fake: FakeForge, forge: Forges) -> None:
    assert put(fake, forge, "none", if_new=False) == Posted("absent")
    assert fake.comments == []
    put(fake, forge, "some")
    assert put(fake, forge, "none", if_new=False).action == "updated"


def test_a_text_over_the_limit_is_refused_before_anything_is_sent(fake: FakeForge, forge: Forges) -> None:
    with pytest.raises(ForgeError, match="the limit is"):
        put(fake, forge, "x" * 1_000_001)
    assert fake.sent == []


@pytest.mark.parametrize("name", ["a --> b", "<!--", "a-->", "é b\nc", "%2D", "a b folder=c"])
def test_names_in_a_marker_end_nothing_and_stay_apart(name: str) -> None:
    text = str(Marker("plan", name, name))
    assert text.isascii()
    assert text.count("-->") == text.count("<!--") == text.count("\n") + 1 == 1
    assert text != str(Marker("plan", f"{name} folder={name}", ""))
