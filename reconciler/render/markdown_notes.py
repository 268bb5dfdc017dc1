"""What a plan in Markdown says besides its changes: what blocks it, rename candidates, removed protections, warnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.planning.plan import Plan
from reconciler.render import words
from reconciler.render.blocks import Block, blocks_by_guard, summed_up
from reconciler.render.escape import markdown, markdown_code

_ADDRESSES = 3


def plan_notes(plan: Plan, *, is_run: bool = False) -> str:
    """What blocks the plan (each reason once), rename candidates, removed protections, excluded changes and warnings.

    `is_run`: the plan was applied, so nothing blocks it and no question is open.
    """
    lines = [] if is_run else [*_blocked(plan), *_renames(plan)]
    if plan.withdrawn:
        lines += ["### Protections removed", ""]
        lines += [f"- {markdown_code(pattern)}: {words.WITHDRAWN}" for pattern in plan.withdrawn]
        lines.append("")
    if plan.excluded:
        lines += [f"### {words.EXCLUDED_TITLE}", ""]
        lines += [f"- {markdown(words.excluded(change))}" for change in plan.excluded]
        lines.append("")
    if warnings := words.other_warnings(plan):
        lines += ["### Warnings", "", *(f"- {markdown(warning)}" for warning in warnings), ""]
    return "\n".join(lines) + "\n" if lines else ""


def fitting(text: str, room: int, what: str) -> str:
    """As many whole lines as fit, and a line that counts the others; empty if not even that fits."""
    if len(text) <= room:
        return text
    lines = text.splitlines(keepends=True)
    kept = _kept(lines, room)
    left = sum(1 for line in lines[len(kept) :] if line.strip())
    return "".join(kept) + _omitted(left, what) if kept else ""


def _kept(lines: Sequence[str], room: int) -> Sequence[str]:
    """As many of the lines, which do not all fit, as leave room for the line that counts the others."""
    used, kept = 100, 0
    while used + len(lines[kept]) <= room:
        used += len(lines[kept])
        kept += 1
    return lines[:kept]


def _omitted(number: int, what: str) -> str:
    return f"\n**{number:,} more {what} omitted (size limit); see the plan file.**\n\n"


def started(lines: Iterable[str], room: int) -> tuple[str, bool]:
    """The lines until they exceed the room, and whether these are all. No further line is made."""
    kept, used = list[str](), 0
    for line in lines:
        kept.append(line)
        used += len(line)
        if used > room:
            return "".join(kept), False
    return "".join(kept), True


def fitting_rows(rows: Iterable[str], number: int, room: int, what: str) -> str:
    """`fitting` of that many rows, a line each, and an empty line behind them; no row is made for the count alone."""
    text, is_whole = started(rows, room - 1)
    if is_whole:
        return f"{text}\n"
    kept = _kept(text.splitlines(keepends=True), room)
    return "".join(kept) + _omitted(number - len(kept), what) if kept else ""


def _blocked(plan: Plan) -> Iterator[str]:
    """Every guard that blocks, each of its reasons once with the number of changes and what allows them."""
    guards = blocks_by_guard(plan)
    if not guards:
        return
    yield from ("### Blocked", "", words.refusal(plan), "")
    for guard, blocks, more in summed_up(guards):
        for block in blocks:
            allow = f": allow with {markdown_code(block.blocked.allow)}" if block.blocked.allow else ""
            yield f"- {markdown_code(guard.guard)}: {markdown(block.blocked.reason)} ({_changes(block)}){allow}"
        if more:
            yield f"- {markdown_code(guard.guard)}: {words.count(more, 'more change')} for other reasons"
    yield ""


def _changes(block: Block) -> str:
    number = len(block.changes)
    names = ", ".join(markdown_code(str(change.address)) for change in block.changes[:_ADDRESSES])
    more = f" and {number - _ADDRESSES:,} more" if number > _ADDRESSES else ""
    return f"{words.count(number, 'change')}: {names}{more}"


def _renames(plan: Plan) -> Iterator[str]:
    """Each rename candidate, with both answers."""
    lines = []
    for candidate in words.open_questions(plan):
        inside = words.renamed_children(candidate, plan.rename_candidates)
        new, old = markdown_code(str(candidate.create)), markdown_code(str(candidate.remove))
        lines.append(f"- {new} looks like {old} ({words.similarity(candidate)}{f', {inside}' if inside else ''})")
        source = words.source_of(candidate, plan)
        place = f" ({markdown_code(source)})" if source else ""
        lines.append(f"  - {words.if_renamed(candidate)}{place}: {markdown_code(candidate.line)}")
        lines.append(f"  - {words.IF_REPLACED} {markdown_code(words.allowing(candidate.remove))}")
    lines += [f"- {markdown(text)}: {markdown_code(line)}" for text, line in words.common_lines(plan)]
    if lines:
        yield from (f"### {words.RENAMES_TITLE}", "", *lines, "")
