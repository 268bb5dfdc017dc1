"""Text from outside in messages: one line, no control characters, no secrets."""

from __future__ import annotations

import pytest

from reconciler import text as text_module
from reconciler.text import redact, sanitize


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


def test_known_secrets_are_redacted_even_across_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = text_module.Secrets("[key]")
    for key in ("k3y-long", "k3y", ""):
        keys.add(key)
    monkeypatch.setattr(text_module, "API_KEYS", keys)
    assert redact("key k3y-long is unknown") == "key [key] is unknown"
    assert redact("a k3y of three letters") == "a k3y of three letters"
    assert "k3y" not in redact("x" * 10 + "k3y-long", 15)
