"""The pairs that are found: those of a simple reference that compares every name with every other one, in a number of comparisons
that does not grow faster than the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rapidfuzz import fuzz

from reconciler.kinds import BY_NAME
from reconciler.model import Address, Resource
from reconciler.planning.changes import draft_changes, ordered_changes
from reconciler.planning.draft import make_draft
from reconciler.planning.plan import Change
from reconciler.planning.renames import detect as detection
from reconciler.planning.renames import name_index, pool, similarity
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.renames.detect import detect
from reconciler.planning.renames.forms import BRIEF, LONGEST, brief_form, form
from reconciler.planning.renames.name_index import NameIndex
from reconciler.planning.renames.score import ENOUGH, RenameSide, declared_fields
from reconciler.state import Desired, Live, Usage
from tests.case_files import load_cases
from tests.planning.literals import desired_of, live_of
from tests.planning.renames.shapes import SHAPES, Shape, of_shape, states

CASES: list[dict[str, Any]] = load_cases(Path(__file__).with_name("cases.yaml"))
WORDS = (
    "web",
    "site",
    "Website",
    "relaunch",
    "shop",
    "Acme",
    "corp",
    "1",
    "2",
    "12",
    "a",
    "b",
    "ii",
    "07",
    "ünit",
    "Unit",
)
NOTE: dict[str, Any] = {"note": "by hand"}
VALUES: tuple[dict[str, Any], ...] = ({}, {}, {}, NOTE, {"color": "#1976d2"}, {**NOTE, "color": "#1976d2"})


class _Form:
    """What is compared of a name, by regular expressions."""

    def __init__(self, name: str) -> None:
        text = form(name).folded
        words = [word.lstrip("0") or "0" if word.isdigit() else word for word in re.findall(r"\w+", text)] or [text]
        self.words, self.joined = set(words), "".join(words)
        self.sorted = " ".join(sorted(words))
        found = (re.findall(pattern, text) for pattern in (r"\d+|\b[^\W\d_]\b|\b[ivx]+\b", r"\d+|\b[ivx]+\b"))
        self.marks, self.numbers = ({mark.lstrip("0") or "0" for mark in marks} for marks in found)


def _similarity(one: str, other: str) -> float:
    a, b = _Form(one), _Form(other)
    result = max(fuzz.ratio(a.joined, b.joined), fuzz.ratio(a.sorted, b.sorted))
    shared = a.words & b.words
    rest = ["".join(word for word in each.sorted.split() if word not in shared) for each in (a, b)]
    if shared and all(rest):
        result = min(result, 50 + fuzz.ratio(*rest) / 2)
    elif not shared and a.joined[:1] != b.joined[:1]:
        result -= 10
    short, long = sorted((a, b), key=lambda each: len(each.joined))
    is_equal = len(a.joined) == len(b.joined) and (a.words <= b.words or b.words <= a.words)
    is_begun = len(short.joined) > 3 and long.joined.startswith(short.joined)
    if len(short.joined) > 2 and (short.words <= long.words or is_equal or is_begun):
        result = max(result, 80 + 10 * len(short.joined) / len(long.joined))
    return max(result - (6 if a.marks != b.marks else 0), 0.0)


def _score(new: RenameSide, old: RenameSide) -> float:
    names = new.address.name, old.address.name
    a, b = map(_Form, names)
    if a.numbers and b.numbers and a.numbers != b.numbers:
        return 0.0
    is_home, common = new.home == old.home, new.children & old.children
    total = _similarity(*names) - (0 if is_home else 15)
    if common:
        total += 20 * len(common) / len(new.children | old.children)
    elif min(len(new.children), len(old.children)) > 1:
        total -= 10
    declared = list(declared_fields(BY_NAME[new.address.kind], new.values))
    equal = [name for name in declared if new.values[name] == old.values.get(name)]
    texts, others = sum(name in new.texts for name in equal), len(declared) - len(equal)
    same = len(equal) - texts
    total += min(10 * texts, 20) + min(3 * same, 6) - min(3 * others, 9)
    has_same = len(common) > 1 and new.children == old.children
    if is_home and not others and (texts > 1 or (has_same and equal)):
        total = max(total, 80)
    return max(min(total, 100.0), 0.0)


class _EveryPair:
    """In place of a pool: every name is compared with every other one."""

    def __init__(self, sides: Sequence[RenameSide], *, is_brief: bool) -> None:
        assert not is_brief
        self._sides = sides
        self._names = sorted({side.address.name for side in sides})

    def scored(self, new: RenameSide) -> list[tuple[float, RenameSide]]:
        near = self._near(new.address.name)
        sides = [side for side in self._sides if side.address.name in near or self._shares(new, side)]
        return [(points, side) for side in sides if (points := _score(new, side)) >= ENOUGH]

    def _near(self, name: str) -> set[str]:
        own = _Form(name)
        ratios = {other: fuzz.ratio(own.joined, _Form(other).joined) for other in self._names}
        near = sorted((each for each in self._names if ratios[each] >= 55), key=lambda each: -ratios[each])[:15]
        sharing = sorted((sorted(n for n in self._names if word in _Form(n).words) for word in own.words), key=len)
        assert sum(map(len, sharing)) <= 50, "the reference has no limit of names that share words"
        return {*near, *(each for several in sharing for each in several)}

    @staticmethod
    def _shares(new: RenameSide, old: RenameSide) -> bool:
        is_template = len(new.children) > 1 and (new.home, new.children) == (old.home, old.children)
        return is_template or bool(new.texts.items() & old.texts.items())


def _changes(desired: Desired, live: Live) -> list[Change]:
    usage = {resource.id: Usage() for resource in live.everything}
    return ordered_changes(draft_changes(make_draft(desired, live), usage), live)


def _by_reference(
    changes: Sequence[Change], live: Live, monkeypatch: pytest.MonkeyPatch
) -> tuple[RenameCandidate, ...]:
    with monkeypatch.context() as patch:
        patch.setattr(detection, "Pool", _EveryPair)
        return detect(changes, live)


def _random_states(seed: int) -> tuple[Desired, Live]:
    """A few projects and tasks, removed and created, with typing errors, notes, and the same names in several places."""
    random = Random(seed)  # noqa: S311 - a seeded search, nothing secret

    def names(number: int) -> Iterator[str]:
        for _ in range(number):
            name = " ".join(random.sample(WORDS, random.randint(1, 3)))
            at = random.randrange(len(name))
            yield (
                name if random.random() < 0.6 else (name[:at] + random.choice("aeio1") + name[at + 1 :]).strip() or "x"
            )

    def places(number: int) -> list[tuple[str, ...]]:
        return list(dict.fromkeys((random.choice("KL"), name) for name in names(number)))

    desired, live = states(Shape("project", places(7), places(7), random.choice(VALUES)))
    resources, declared = dict(live.resources), dict(desired.resources)
    for address in [a for a in (*resources, *declared) if a.kind == "project"]:
        for name in names(random.choice((0, 0, 1, 2, 3))):
            task = Address("task", (*address.path, name))
            if address in resources:
                parent = resources[address]
                values = {"status": "active", "estimate": None, "billable": None}
                resources[task] = Resource(
                    task, values, address, id=f"t{len(resources)}", parent_id=parent.id, tracked_seconds=0
                )
            if address in declared and random.random() < 0.8:
                declared[task] = Resource(task, {}, address)
    return Desired(declared, desired.sections), Live(live.workspace, resources, tasks_proven=live.tasks_proven)


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_of_random_states_the_pairs_of_the_reference_are_found(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = 0
    for seed in range(first, first + 30):
        desired, live = _random_states(seed)
        changes = _changes(desired, live)
        pairs = detect(changes, live)
        assert pairs == _by_reference(changes, live, monkeypatch), seed
        found += len(pairs)
    assert found > 30


def test_of_the_golden_cases_the_pairs_of_the_reference_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        live = live_of(case["live"])
        changes = _changes(desired_of(case["manifest"]), live)
        assert detect(changes, live) == _by_reference(changes, live, monkeypatch), case["case"]


class _Count:
    """Counts the comparisons of two texts, and the letters of the shorter one of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.comparisons = self.letters = 0
        ratio, most_equal = similarity._ratio, similarity.most_equal

        def one(text: str, other: str) -> float:
            self._add(text, other)
            return ratio(text, other)

        def several(text: str, others: Sequence[str], least: float, most: int | None = None) -> list[int]:
            for other in others:
                self._add(text, other)
            return most_equal(text, others, least, most)

        monkeypatch.setattr(similarity, "_ratio", one)
        for module in (similarity, name_index):
            monkeypatch.setattr(module, "most_equal", several)

    def _add(self, text: str, other: str) -> None:
        self.comparisons += 1
        self.letters += min(len(text), len(other))


def _cost(shape: str, count: int, monkeypatch: pytest.MonkeyPatch) -> _Count:
    desired, live = of_shape(shape, count)
    changes = _changes(desired, live)
    with monkeypatch.context() as patch:
        result = _Count(patch)
        detect(changes, live)
    return result


def test_comparisons_grow_with_the_names_whatever_their_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are a tenth of the real ones, so that the sizes can be."""
    for bound in ("EXHAUSTIVE", "POSTINGS", "MOST_COMPARED", "MOST_NEAR", "MOST_SHARING"):
        monkeypatch.setattr(name_index, bound, getattr(name_index, bound) // 10)
    monkeypatch.setattr(detection, "_MOST_LETTERS", 0)
    monkeypatch.setattr(pool, "MOST_ELSEWHERE", pool.MOST_ELSEWHERE // 10)
    sizes = {shape: 120 if shape == "long" else 60 for shape in SHAPES}  # of fewer long names all letters are compared
    costs = {shape: [_cost(shape, times * sizes[shape], monkeypatch) for times in (1, 2)] for shape in SHAPES}
    for shape, (fewer, more) in costs.items():
        number = sizes[shape]
        assert more.comparisons <= 2.3 * fewer.comparisons + number, shape
        assert more.letters <= 2.3 * fewer.letters + number * 25, shape
    ordinary = costs["different"][1]
    assert {shape for shape, (_, more) in costs.items() if more.comparisons > 10 * ordinary.comparisons} == set()
    assert {shape for shape, (_, more) in costs.items() if more.letters > 50 * ordinary.letters} == set()


def test_of_very_many_names_in_many_places_the_most_similar_are_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[RenameSide] = []

    def count(points: float, _: RenameSide, old: RenameSide) -> float:
        scored.append(old)
        return points

    monkeypatch.setattr(pool, "score_by", count)
    names = [f"{'customerrelationsportal' * 6}{'s' * number}" for number in range(1, 16)]
    sides = [
        RenameSide(Address("project", (f"C{at:02}", name)), f"c{at}", {}, frozenset())
        for name in names
        for at in range(15)
    ]
    new = RenameSide(Address("project", ("New", names[0][:-1])), "new", {}, frozenset())
    found = pool.Pool(sides).scored(new)
    assert len(scored) == len(found) == pool.MOST_ELSEWHERE
    assert {side.address.name for side in scored} == set(names[:7])


@pytest.mark.parametrize("length", [BRIEF, BRIEF + 1, LONGEST, 5 * LONGEST])
def test_a_form_has_a_bounded_number_of_letters(length: int) -> None:
    name = ("ab" * length)[:length]
    assert len(form(name).squashed) <= LONGEST
    assert len(brief_form(name).squashed) <= BRIEF
    assert (brief_form(name) == form(name)) is (length <= BRIEF)
    assert len(form("-" * length).squashed) <= LONGEST


def test_a_typing_error_in_a_long_name_is_found_among_very_many_long_names() -> None:
    name = " ".join(f"word{at % 7}x" for at in range(120))
    crowd = [f"{at} {'other ' * 120}" for at in range(40)]
    wrong = name[:400] + "q" + name[401:]
    index = NameIndex([*crowd, wrong], is_brief=True)
    assert list(index.similar(name, ENOUGH)) == [wrong]


def test_of_long_names_as_many_are_compared_as_the_letters_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    count = _Count(monkeypatch)
    names = [f"{'studio ' * 140}{chr(97 + at)}z" for at in range(60)]
    NameIndex(names[1:], is_brief=True).similar(names[0], ENOUGH)
    assert count.letters < 3 * name_index.LETTERS + 3 * 60 * BRIEF
