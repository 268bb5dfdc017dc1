"""The unified diff of two texts, in time that grows with their length: a manifest may have 100,000 lines."""

from __future__ import annotations

import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.render.lines import Line, Span

_CONTEXT = 3
_MOST_COMPARED = 400
"""Lines of a block that are compared with all lines of the other one; longer ones without a common line are replaced whole."""

Block = tuple[int, int, int, int]
"""The lines `i1` to `i2` of the old text become `j1` to `j2` of the new one."""


def diff_lines(path: str, before: str, after: str, *, is_new: bool = False) -> list[Line]:
    """The lines of the diff, none if the texts are equal. `is_new`: the file did not exist."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    blocks = list(_changed(old, new, 0, 0))
    if not blocks:
        return []
    lines: list[Line] = [(Span(f"--- {'/dev/null' if is_new else path}", "bold"),), (Span(f"+++ {path}", "bold"),)]
    for group in _groups(blocks):
        lines += _hunk(old, new, group)
    return lines


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[Block]) -> Iterator[Line]:
    first, last = group[0], group[-1]
    start, end = max(first[0] - _CONTEXT, 0), min(last[1] + _CONTEXT, len(old))
    shift_start, shift_end = first[2] - (first[0] - start), last[3] + (end - last[1])
    yield (Span(f"@@ -{_range(start, end)} +{_range(shift_start, shift_end)} @@", "restore"),)
    at = start
    for i1, i2, j1, j2 in group:
        yield from _lines(" ", old[at:i1], "plain")
        yield from _lines("-", old[i1:i2], "delete")
        yield from _lines("+", new[j1:j2], "create")
        at = i2
    yield from _lines(" ", old[at:end], "plain")


def _lines(sign: str, lines: Sequence[str], style: str) -> Iterator[Line]:
    for line in lines:
        text = line.rstrip("\r\n")
        yield (Span(f"{sign}{text}", style),)  # type: ignore[arg-type]
        if text == line:
            yield (Span("\\ No newline at end of file", "dim"),)


def _range(start: int, end: int) -> str:
    count = end - start
    return f"{start + 1 if count else start}" if count == 1 else f"{start + 1 if count else start},{count}"


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks whose contexts touch."""
    group: list[Block] = []
    for block in blocks:
        if group and block[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _changed(old: Sequence[str], new: Sequence[str], left: int, right: int) -> Iterator[Block]:
    """The blocks that differ: between the lines that are there once in both texts, in the same order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    left, right = left + head, right + head
    if not old and not new:
        return
    anchors = _anchors(old, new)
    if not anchors:
        yield from _compared(old, new, left, right)
        return
    at_old = at_new = 0
    for in_old, in_new in (*anchors, (len(old), len(new))):
        yield from _changed(old[at_old:in_old], new[at_new:in_new], left + at_old, right + at_new)
        at_old, at_new = in_old + 1, in_new + 1


def _compared(old: Sequence[str], new: Sequence[str], left: int, right: int) -> Iterator[Block]:
    if max(len(old), len(new)) > _MOST_COMPARED:
        yield left, left + len(old), right, right + len(new)
        return
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield left + i1, left + i2, right + j1, right + j2


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest chain of lines that each text has once, in the order of both."""
    counts, others = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if others[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(old) if counts[line] == 1 and line in places]
    ends: list[int] = []
    chains: list[int] = []
    before: list[int] = [-1] * len(pairs)
    for at, (_, place) in enumerate(pairs):
        length = bisect.bisect_left(ends, place)
        before[at] = chains[length - 1] if length else -1
        ends[length : length + 1] = [place]
        chains[length : length + 1] = [at]
    result = []
    at = chains[-1] if chains else -1
    while at >= 0:
        result.append(pairs[at])
        at = before[at]
    return result[::-1]
