"""What blocks a plan, each reason once: the guard, the reason, what allows it, and the changes that it blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.planning.plan import Blocked, Change, Plan

SHOWN_REASONS = 5
"""Different reasons of one guard that a summed-up plan shows; the first one is always shown."""


@dataclass(frozen=True, slots=True)
class Block:
    """Changes that one guard blocks for the same reason, with the same way to allow them."""

    blocked: Blocked
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class GuardBlocks:
    """All blocks of one guard, those of the most changes first."""

    guard: str
    blocks: tuple[Block, ...]

    @property
    def number(self) -> int:
        """The number of changes that the guard blocks."""
        return sum(len(block.changes) for block in self.blocks)


def blocks_by_guard(plan: Plan) -> tuple[GuardBlocks, ...]:
    """Every guard that blocks the plan, in the order of its first blocked change."""
    found: dict[str, dict[Blocked, list[Change]]] = {}
    for change in plan.changes:
        if change.blocked:
            found.setdefault(change.blocked.guard, {}).setdefault(change.blocked, []).append(change)
    return tuple(GuardBlocks(guard, _sorted(blocks.items())) for guard, blocks in found.items())


def summed_up(guards: Iterable[GuardBlocks]) -> Iterator[tuple[GuardBlocks, tuple[Block, ...], int]]:
    """Each guard with the blocks to show, and the number of changes with other reasons that are not shown."""
    for guard in guards:
        shown = guard.blocks[:SHOWN_REASONS]
        yield guard, shown, sum(len(block.changes) for block in guard.blocks[SHOWN_REASONS:])


def _sorted(blocks: Iterable[tuple[Blocked, list[Change]]]) -> tuple[Block, ...]:
    return tuple(sorted((Block(key, tuple(changes)) for key, changes in blocks), key=lambda block: -len(block.changes)))
