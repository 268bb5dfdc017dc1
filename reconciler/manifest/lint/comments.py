"""Comments right behind text without quotes that look like a part of it: `- Sprint #5` is the name `Sprint`."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import Problem
from reconciler.manifest.load import Loaded
from reconciler.manifest.yaml.text import SourceText, quote
from reconciler.manifest.yaml.walk import ends_of_plain_text


def comments_in_values(loaded: Loaded) -> Iterator[Problem]:
    """Comments without a blank behind `#` that follow text without quotes."""
    for path, source in loaded.texts.items():
        candidates = list(_candidates(source))
        if candidates:
            roots = [document.root for document in loaded.documents if document.source.path == path]
            ends = {end for root in roots for end in ends_of_plain_text(root)}
            for number, column in candidates:
                line = source.lines[number - 1]
                before = line[:column].rstrip()
                if (number, len(before) + 1) in ends:
                    comment = quote(line[column:].rstrip())
                    message = f"{comment} is a comment: # behind a blank begins one"
                    hint = "put the text in quotes if # belongs to it; else write a blank behind #"
                    yield source.problem((number, column + 1), message, hint)


def _candidates(source: SourceText) -> Iterator[tuple[int, int]]:
    """The line (from 1) and the index of each `#` between a blank and something else than a blank or `#`."""
    if " #" not in source.text and "\t#" not in source.text:
        return
    for number, line in enumerate(source.lines, start=1):
        column = line.find("#", 1)
        while column > 0:
            if line[column - 1] in " \t" and line[column + 1 : column + 2].strip(" \t#"):
                yield number, column
            column = line.find("#", column + 1)
