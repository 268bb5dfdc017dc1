"""The last lines of a blocked plan: every guard that blocks it, why, and the option or the edit that allows it."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.plan import Change, Plan
from reconciler.render import words
from reconciler.render.blocks import Block, GuardBlocks, blocks_by_guard, summed_up
from reconciler.render.lines import Line, Span, flow
from reconciler.render.screen import Screen

SHOWN_ADDRESSES = 3


def block_lines(plan: Plan, screen: Screen, *, is_full: bool = False) -> list[Line]:
    """What `apply` does with the plan; then every guard, each of its reasons once with the number of changes.

    Of many different reasons of one guard the first ones are shown, unless `is_full`.
    """
    guards = blocks_by_guard(plan)
    if not guards:
        return []
    lines = flow((Span("! blocked: ", "blocked"), Span(words.refusal(plan))), screen)
    entries = [(guard, guard.blocks, 0) for guard in guards] if is_full else summed_up(guards)
    for guard, blocks, more in entries:
        for block in blocks:
            lines += _block(block, screen, is_full=is_full)
        if more:
            lines += flow((Span(_more(guard, more), "blocked"),), screen, hanging=4)
    return lines


def _more(guard: GuardBlocks, more: int) -> str:
    reasons = words.count(len(guard.blocks), "reason")
    return f"! blocked by {guard.guard}: {more:,} of its {guard.number:,} changes for others of {reasons}; --full shows all"


def _block(block: Block, screen: Screen, *, is_full: bool) -> list[Line]:
    blocked = block.blocked
    lines = flow((Span(f"! blocked by {blocked.guard}: ", "blocked"), Span(blocked.reason)), screen, hanging=4)
    lines += flow((Span(_addresses(block.changes, is_full=is_full), "dim"),), screen, indent=4, hanging=0)
    if not blocked.allow:
        return lines
    edits, option, rest = blocked.allow.rpartition(words.allowing(block.changes[0].address))
    allow = (Span(edits, "bold"), Span(option, "bold", is_whole=True), Span(rest, "bold"))
    return lines + flow((Span("to allow: "), *allow), screen, indent=4)


def _addresses(changes: Sequence[Change], *, is_full: bool) -> str:
    shown = changes if is_full else changes[:SHOWN_ADDRESSES]
    listed = ", ".join(f"{change.action} {change.address}" for change in shown)
    more = f" and {len(changes) - len(shown):,} more" if len(changes) > len(shown) else ""
    return f"{words.count(len(changes), 'change')}: {listed}{more}" if len(changes) > 1 else listed
