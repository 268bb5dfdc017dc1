"""Rename detection by the number and the length of names: n creates against n removals that are not renames.

Run: python benchmarks/renames.py. Prints CPU seconds, and each size as a ratio to the size before it in the same run.
"""

from __future__ import annotations

import random
import string
import time

from table import record

from reconciler.kinds import PROJECT
from reconciler.model import Address, Resource
from reconciler.planning.plan import Action, Change, Step
from reconciler.planning.renames.detect import detect
from reconciler.state import Live, Workspace

WORDS = 3000
SIZES = (1000, 2000, 4000, 8000)
AIM = 2.3
"""Times of a size to those of half of it."""
LENGTHS = (25, 50, 100, 200)


def names(count: int, length: int, chance: random.Random) -> list[str]:
    """Names of at least `length` characters, made of random words."""
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 9))) for _ in range(WORDS)]
    made = set[str]()
    while len(made) < count:
        name = chance.choice(words)
        while len(name) < length:
            name += f" {chance.choice(words)}"
        made.add(name[:250].strip())
    return sorted(made)


def seconds(count: int, length: int = 25) -> float:
    """CPU seconds that detection takes for `count` creates and `count` removals."""
    chance = random.Random(1)  # noqa: S311 - the same names in every run
    both = names(2 * count, length, chance)
    chance.shuffle(both)
    blank = {f.name: f.type.parse(f.created_as) for f in PROJECT.fields}
    live = {Address("project", (name,)): name for name in both[:count]}
    resources = {at: Resource(at, blank, id=f"p{n}") for n, at in enumerate(live)}
    changes = [
        Change(at, Action.DELETE, (Step.ARCHIVE, Step.DELETE), id=resource.id, removal=True)
        for at, resource in resources.items()
    ]
    changes += [
        Change(
            Address("project", (name,)),
            Action.CREATE,
            (Step.CREATE,),
        )
        for name in both[count:]
    ]
    state = Live(Workspace("w", "Studio"), resources)
    started = time.process_time()
    detect(changes, state)
    return time.process_time() - started


def main() -> None:
    """Print the table."""
    before = 0.0
    for count in SIZES:
        took = seconds(count)
        ratio = f"{took / before:.2f} x the line before" if before else ""
        if before:
            record(
                f"CPU of rename detection, {count:,} creates and removals ÷ half of each", took / before, "×", aim=AIM
            )
        print(f"{count:>6} creates, {count:>6} removals: {took:7.2f} s CPU  {ratio}")
        before = took
    before = 0.0
    for length in LENGTHS:
        took = seconds(1000, length)
        ratio = f"{took / before:.2f} x the line before" if before else ""
        print(f"  1000 of each, names of {length:>3} characters: {took:7.2f} s CPU  {ratio}")
        before = took


if __name__ == "__main__":
    main()
