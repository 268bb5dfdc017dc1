"""Text from outside in messages: one line, no control characters, no secrets."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler import text as text_module
from reconciler.text import SHORTEST_SECRET, Secrets, mask_secrets, redact, sanitize


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("two\r\nlines\tand  spaces ", "two lines and spaces"),
        ("a\x1b[31mred\x00", "a[31mred"),
        ("\u202eright to left\u2066", "right to left"),
        ("a\u2028b\u00a0c", "a b c"),
        ("Café ✓", "Café ✓"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("", ""),
    ],
)
def test_text_is_reduced_to_one_printable_line(text: str, result: str) -> None:
    assert sanitize(text) == result


def test_long_text_is_truncated_to_the_limit_with_an_ellipsis() -> None:
    assert sanitize("x" * 20, 20) == "x" * 20
    assert sanitize("x" * 21, 20) == "x" * 19 + "…"
    assert len(redact("x" * 5000)) == 300


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.s3cret.def",
        "bearer s3cret",
        'headers {"X-Api-Key": "abc.s3cret"}',
        "api_key=s3cret",
        "open https://connect.maton.ai/?session_token=s3cret now",
        "connect.maton.ai/s3cret",
        "public com.clockify.s3cret.Dto com.clockify.Api.create(java.lang.String)",
    ],
)
def test_credentials_links_and_java_signatures_are_redacted(text: str) -> None:
    assert "s3cret" not in redact(text)
    assert redact(f"before {text}").startswith("before ")


KEY = "k3y-That/must+stay=secret?&x"


def secrets_with(*values: str) -> Secrets:
    secrets = Secrets("[key]")
    for value in values:
        secrets.add(value)
    return secrets


@pytest.fixture
def _known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "API_KEYS", secrets_with(KEY))
    connections = Secrets("[connection]", whole_only=True)
    connections.add("0d1f-connection")
    monkeypatch.setattr(text_module, "CONNECTION_IDS", connections)


def shows(text: str, secret: str, length: int = SHORTEST_SECRET) -> bool:
    """Whether a text contains that many consecutive characters of the secret."""
    return any(secret[at : at + length] in text for at in range(len(secret) - length + 1))


def test_a_short_secret_masks_nothing() -> None:
    assert secrets_with("m", "key", "1234567", "").mask("moved 1234567 key") == "moved 1234567 key"
    assert secrets_with("12345678").mask("a 12345678 b") == "a [key] b"


def test_a_secret_is_masked_before_text_is_cut() -> None:
    secrets = secrets_with("x" * 9 + "y" * 16)
    assert secrets.mask("before" + "x" * 9 + "y" * 16 + "after") == "before[key]after"


@pytest.mark.parametrize(
    "form",
    [
        KEY.upper(),
        quote(KEY, safe=""),
        json.dumps({"key": 'a"\\' + KEY}),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.b64encode(f"us:{KEY}:x".encode()).decode(),
        f"https://u:{KEY}@host/",
    ],
)
def test_other_forms_of_a_secret_are_masked(form: str) -> None:
    masked = secrets_with(KEY).mask(f"before {form} after")
    assert "[key]" in masked
    assert len(masked) < len(form) / 2 + 40
    assert not shows(masked.lower(), KEY.lower())


def test_adjacent_and_repeated_secrets_are_masked() -> None:
    assert secrets_with("abcdefgh", "ABCD1234efgh").mask("abcdefghabcdefgh x ABCD1234efgh!") == "[key] x [key]!"


ALPHABET = st.sampled_from("abcXYZ019-_.~+/=")
NOISE = st.text(max_size=30)


@pytest.mark.usefixtures("_known_key")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.one_of(NOISE, st.integers(0, 3100).map(lambda n: "x " * (n // 2))),
    after=NOISE,
    start=st.integers(0, 10),
    length=st.integers(1, len(KEY)),
    limit=st.integers(2, 320),
)
def test_no_part_of_a_key_of_eight_characters_is_ever_shown(
    before: str, after: str, start: int, length: int, limit: int
) -> None:
    text = before + KEY[start : start + length] + after
    for shown in (redact(text, limit), sanitize(text, limit)):
        assert not shows(shown, KEY)
        assert len(shown) <= limit
    assert not shows(mask_secrets(text), KEY)


@given(st.text(ALPHABET, min_size=8, max_size=80), NOISE, NOISE, st.integers(0, 200))
def test_no_part_of_any_key_is_shown_at_any_cut(key: str, before: str, after: str, cut: int) -> None:
    assert not shows(secrets_with(key).mask((before + key + after)[:cut]), key)


@pytest.mark.usefixtures("_known_key")
def test_connection_ids_and_userinfo_are_redacted_in_text_of_the_service() -> None:
    text = redact("connection 0d1f-connection at https://user:pa55@proxy.example:8080/x failed")
    assert text == "connection [connection] at https://[removed]@proxy.example:8080/x failed"


def test_redaction_of_a_huge_text_is_fast_and_bounded() -> None:
    assert redact("session_token" * 1_000_000) == "[removed]"
    assert len(redact("://" * 1_000_000)) == 300
