from __future__ import annotations

import pytest

from reconciler.manifest.expand.template import Placeholder, TemplateError, parse_template, slug


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("{a}", (Placeholder("a"),)),
        ("{ a }", (Placeholder("a"),)),
        ("x{a}y{b}", ("x", Placeholder("a"), "y", Placeholder("b"))),
        ("{Project name|trim | slug}", (Placeholder("Project name", ("trim", "slug")),)),
        ("{{a}", ("{a}",)),
        ("{{", ("{",)),
        ("{{{a}", ("{", Placeholder("a"))),
        ("a } b }} c", ("a } b }} c",)),
        ("{{ a }}", ("{ a }}",)),
        ("${a}", ("$", Placeholder("a"))),
    ],
)
def test_a_template_is_literal_text_and_placeholders(text: str, parts: tuple[object, ...]) -> None:
    assert parse_template(text).parts == parts


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{a", "'{' without its '}'", "write {{ for a literal brace"),
        ("{a{b}", "'{' without its '}'", "write {{ for a literal brace"),
        ("{a\nb}", "'{' without its '}'", "write {{ for a literal brace"),
        ("{}", "no name in '{}'", "name a variable or a column, or write {{ for a literal brace"),
        ("{|slug}", "no name in '{|slug}'", "name a variable or a column, or write {{ for a literal brace"),
        ("{a|uper}", "unknown filter 'uper'", "did you mean 'upper'?"),
        ("{a|int()}", "unknown filter 'int()'", "filters: 'slug', 'upper', 'lower' and 'trim'"),
        ("{a|}", "unknown filter ''", "filters: 'slug', 'upper', 'lower' and 'trim'"),
    ],
)
def test_what_is_no_placeholder_is_an_error(text: str, message: str, hint: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert (str(caught.value), caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Söhne & Co.", "sohne-co"),
        ("  A  B ", "a-b"),
        ("Straße 7", "strasse-7"),
        ("日本 株", "日本-株"),
        ("ＡＢ", "ab"),
        ("../../etc", "etc"),
        ("!?", ""),
    ],
)
def test_a_slug_has_small_letters_and_digits(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_filters_are_applied_in_order() -> None:
    assert Placeholder("a", ("trim", "upper")).apply(" é ") == "É"
    assert Placeholder("a", ("slug", "upper")).apply("A b") == "A-B"
    assert Placeholder("a", ("lower",)).apply("ÉX") == "éx"
