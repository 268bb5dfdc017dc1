"""The formatted text of a manifest."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from reconciler.collector import without_gc
from reconciler.errors import ManifestError, Problem
from reconciler.manifest.edit.tree import Node, UneditableError, line_start, next_line, parse
from reconciler.manifest.edit.values import is_same, value_of
from reconciler.manifest.fmt.blocks import BlockFormatter, Spot, is_below_list, is_block
from reconciler.manifest.fmt.lines import Line, free_lines, split_gap
from reconciler.manifest.yaml.nodes import read_documents
from reconciler.manifest.yaml.text import decode


def formatted(text: str) -> str:
    """The text with its keys in order, two columns a level, and quotes only where they are needed. It means the same.

    Raises UneditableError for a text that cannot be formatted without another change.
    """
    with without_gc():
        roots = parse(text)
        for reorders in (True, False):
            result = _formatted(text, roots, reorders=reorders)
            if result == text or _means_the_same(result, roots):
                return result
    raise UneditableError("formatted, it would say something else")


def format_file(path: str, data: bytes) -> bytes:
    """The formatted bytes of a file. Raises ManifestError for one that is no valid YAML, or that cannot be formatted."""
    source = decode(path, data)
    if isinstance(source, Problem):
        raise ManifestError([source])
    _, problems, _ = read_documents(source)
    if problems:
        raise ManifestError(problems)
    try:
        text = formatted(source.text)
    except UneditableError as error:
        place = source.place_of(error.index) if error.index else (0, 0)
        raise ManifestError([source.problem(place, f"cannot be formatted: {error}")]) from error
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()


def _means_the_same(result: str, roots: Sequence[Node]) -> bool:
    try:
        new = parse(result)
    except Exception:  # noqa: BLE001 - whatever the parser says of it
        return False
    return len(new) == len(roots) and all(is_same(value_of(a), value_of(b)) for a, b in zip(new, roots, strict=True))


def _formatted(text: str, roots: Sequence[Node], *, reorders: bool) -> str:
    formatter = BlockFormatter(text, reorders=reorders)
    parts: list[str] = []
    at = 0
    for root in roots:
        if is_block(root) and root.start == root.body:
            start = line_start(text, root.body)
            lines, end = _document(text, root, formatter)
            parts += (text[at:start], "".join(lines))
        elif is_block(root):
            raise UneditableError("the whole document has an anchor or a tag", root.start)
        else:
            end = root.end
            parts += (text[at : root.start], formatter.inline.text_of(root))
        at = end
    return "".join((*parts, text[at:]))


def _document(text: str, root: Node, formatter: BlockFormatter) -> tuple[list[str], int]:
    """The lines of a document, and where they end in the text: at its marker, or at the end."""
    end = next_line(text, root.end)
    while end < len(text) and not text.startswith(("---", "...", "%"), end):
        end = next_line(text, end)
    tail = free_lines(text, root.end, end)
    if end == len(text) and line_start(text, end) != end and line_start(text, end) > root.end:
        tail += free_lines(f"{text}\n", line_start(text, end) - 1, len(text) + 1)
    deeper, own = split_gap(tail, root.column, below_list=is_below_list(root, -1))
    before, lines = formatter.block(root, Spot(0), deeper)
    result = [*before, *lines, *(line.at(0) for line in own)]
    return _with_breaks(result, ends_open=not text[:end].endswith(("\n", "\r")), newline=_newline(text)), end


def _with_breaks(lines: Sequence[Line], *, ends_open: bool, newline: str) -> list[str]:
    """The lines as text. The one without a line break may have moved."""
    last = len(lines) - 1
    written = []
    for at, line in enumerate(lines):
        text = str(line)
        if not line.end and at < last:
            text += newline
        if at == last and ends_open:
            text = text.rstrip("\r\n")
        written.append(text)
    return written


def _newline(text: str) -> str:
    end = next_line(text, 0)
    return "\r\n" if text[:end].endswith("\r\n") else "\r" if text[:end].endswith("\r") else "\n"
