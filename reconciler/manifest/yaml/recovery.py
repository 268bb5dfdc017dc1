"""What is left of a document with a syntax error: its other sections, each read by itself, so that their problems are known too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from reconciler.manifest.yaml.surrogates import has_surrogates
from reconciler.manifest.yaml.text import SourceText, blank

MAX_SECTIONS = 50
"""A manifest has a dozen; each is read with blanks for all that stands before it."""

_KEY = re.compile(r"^[a-z_]+:(?=\s)", re.MULTILINE)
_TEMPLATE = re.compile(r"for_each:|\{[A-Za-z_][A-Za-z0-9_]*[|}]")


class Section(NamedTuple):
    """One key of the top level and its value: the number of its first line, and the text up to its end, blank in front of it."""

    line: int
    source: SourceText

    @property
    def is_plain(self) -> bool:
        """Whether its text is what it declares: no rows or variables are filled in, and no escapes joined."""
        return not (_TEMPLATE.search(self.source.text) or has_surrogates(self.source.text))


def sections_of(source: SourceText, start: int, index: int) -> Iterator[Section]:
    """The sections of the document around `index`, in a text that is read from `start` on."""
    begin = max(source.last_document(index), start)
    end = source.next_document(max(index, begin + 1))
    stop = end if end >= 0 else len(source.text)
    starts = [match.start() for match in islice(_KEY.finditer(source.text, begin, stop), MAX_SECTIONS)]
    for first, last in pairwise((*starts, stop)):
        before = source.text[:first]
        text = blank(before) + source.text[first:last]
        yield Section(source.place_of(first)[0], SourceText(source.path, text))
