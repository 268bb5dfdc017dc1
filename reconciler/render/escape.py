"""Escaping of names from outside, so that they are shown and have no effect in a terminal, in Markdown or in a CI log."""

from __future__ import annotations

import re

from reconciler.characters import hidden_positions, is_hidden

PLAIN = re.compile(r"[ -~\u00c0-\u024f→↑⌂…·✓–]*")
"""Text of one cell a character, nothing of which is escaped: ASCII, Latin letters, and the signs of our own."""
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""The text with invisible and control characters escaped: `\n`, `\u{1b}`, `\u{202e}`.

    Joiners and variation selectors inside an emoji stay. Everything else stays as it is.
    """
    if (text.isascii() and text.isprintable()) or PLAIN.fullmatch(text) is not None:
        return text
    shown = list(text)
    for index in hidden_positions(text):
        shown[index] = _escaped(text[index])
    return "".join(shown)


def _escaped(char: str) -> str:
    return _SHORT.get(char) or f"\\u{{{ord(char):x}}}"


def ascii_only(text: str) -> str:
    r"""The text for an ASCII terminal: other characters are escaped as `\u{e9}`."""
    shown = visible(text)
    return shown if shown.isascii() else "".join(char if char.isascii() else _escaped(char) for char in shown)


_RUNNER_COMMAND = re.compile(r"##(?=[\w-]*\[)")
"""`##[command]` of GitHub, `##vso[command]` of Azure Pipelines, `##teamcity[message]`: executed anywhere in a line."""


def log_line(text: str) -> str:
    """A line of text that no CI runner executes as a command.

    GitHub's runner executes `::command::` at the start of a line (leading blanks are ignored), and runners execute
    `##[command]` anywhere. A line with leading blanks keeps its width.
    """
    if "##" in text:
        text = _RUNNER_COMMAND.sub(lambda _: r"#\u{23}", text)
    start = len(text) - len(text.lstrip())
    if text.startswith("::", start):
        return f"{text[: start - 1]}|{text[start:]}" if start else f"|{text}"
    return text


def json_visible(text: str) -> str:
    r"""A JSON text with the same value, in which nothing hides: invisible and control characters are `\u202e`.

    `##[` becomes `#\u0023[`, so that no CI runner executes it.
    """
    if "##" in text:
        text = _RUNNER_COMMAND.sub(lambda _: r"#\u0023", text)
    return text if text.isascii() and "\x7f" not in text else _NOT_ASCII.sub(_json_escaped, text)


_NOT_ASCII = re.compile(r"[^\0-~]")


def _json_escaped(match: re.Match[str]) -> str:
    char = match.group()
    if not is_hidden(char):
        return char
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def yaml_visible(text: str) -> str:
    r"""JSON or double-quoted YAML with the same value, in which nothing hides, as `json_visible`; `\U000e0041` beyond `\uffff`."""
    if "##" in text:
        text = _RUNNER_COMMAND.sub(lambda _: r"#\u0023", text)
    if text.isascii() and "\x7f" not in text:
        return text
    return _NOT_ASCII.sub(lambda match: _yaml_escaped(match.group()), text)


def _yaml_escaped(char: str) -> str:
    if not is_hidden(char):
        return char
    return f"\\u{ord(char):04x}" if char <= "\uffff" else f"\\U{ord(char):08x}"


_MARKUP = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_{}[]()#+!|~-"}
    | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "<span>$</span>", "\0": "&#8203;"}
)
# Where GitHub finds a mention, a reference, an emoji or a link, even in escaped text: a zero-width space after the sign
# prevents it. NUL stands for that space until the rest is escaped; it cannot occur in the text.
_FOUND = re.compile(
    r"[@#](?=\w)|(?<=[a-z]):(?=//)|:(?=[\w+-]+:)|(?<=\bwww)\.|(?<=\bgh)-(?=[0-9])", re.IGNORECASE | re.ASCII
)
_NUMBERED = re.compile(r"^(\s*[0-9]+)\.(?=\s|$)")


def markdown(text: str) -> str:
    """The text as literal prose in GitHub-flavoured Markdown: no markup, table, HTML, mention, reference, formula or link."""
    marked = _FOUND.sub(lambda match: f"{match.group()}\0", visible(text))
    return _NUMBERED.sub(r"\1\\.", marked.translate(_MARKUP))


def markdown_html(text: str) -> str:
    """The text inside an HTML element in Markdown: punctuation as character references, which Markdown never parses as markup."""
    return re.sub(r"[^\w ]|_", lambda match: f"&#{ord(match.group())};", visible(text))


def markdown_code(text: str) -> str:
    """The text as code in Markdown, also inside a table: nothing in it is parsed, and it can be copied."""
    shown = visible(text)
    if shown and shown == shown.strip() and not set(shown) & set("`|\\") and log_line(shown) == shown:
        return f"`{shown}`"
    return f"<code>{markdown_html(text)}</code>"


def workflow_data(text: str) -> str:
    """The text as the message of a GitHub workflow command; lines stay lines."""
    lines = [_RUNNER_COMMAND.sub(lambda _: r"#\u{23}", visible(line)) for line in text.split("\n")]
    return "\n".join(lines).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """The text as a property (`file=…`) of a GitHub workflow command."""
    return workflow_data(visible(text)).replace(":", "%3A").replace(",", "%2C")
