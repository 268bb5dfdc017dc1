"""Earlier names that match nothing: which removals each may mean, of very many as few as leave none out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning.renames import corrections, name_index
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.planning.renames.similarity import most_equal
from tests.planning.literals import plan_of


def _asked(new: int, old: int, was: str = "Nothing", home: str = "C") -> list[tuple[str, str]]:
    projects = [{"name": f"created{'xyz'[at % 3] * at}", "was": was + "q" * at} for at in range(new)]
    manifest: dict[str, Any] = {"clients": [{"name": "C", "projects": projects}, "D"]}
    live = {"clients": ["C", "D"], "projects": [f"{home}/removed{'abc'[at % 3] * at}" for at in range(old)]}
    plan = plan_of(manifest, live)
    return [(str(pair.create), str(pair.remove)) for pair in plan.rename_candidates if pair.is_correction]


@pytest.mark.parametrize(("new", "old", "pairs"), [(3, 4, 12), (3, 5, 5), (5, 3, 5), (1, 13, 13), (13, 1, 13)])
def test_of_many_in_one_place_no_removal_is_left_out(
    new: int, old: int, pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_MOST_PAIRS", 12)
    asked = _asked(new, old)
    assert len(asked) == len(set(asked)) == pairs
    assert len(Counter(create for create, _ in asked)) == new
    assert len(Counter(remove for _, remove in asked)) == old


@pytest.mark.parametrize("most", [10_000, 1])
def test_where_the_place_does_not_exist_a_near_name_in_any_place_is_meant(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "_MOST_PAIRS", most)
    near = ["project:D/removed", "project:D/removedb", "project:D/removedcc"]
    assert _asked(1, 3, "Lost/remove", "D") == [("project:C/created", each) for each in near]
    assert _asked(1, 3, "Lost/elsewhere", "D") == []


def test_a_task_had_its_earlier_name_in_its_own_project() -> None:
    tasks = [{"name": "Build", "was": "Makin"}]
    projects = [{"name": "App", "tasks": ["x"]}, {"name": "Newest", "tasks": tasks}, {"name": "Web", "tasks": tasks}]
    live = {"clients": ["C"], "projects": ["C/App", "C/Web"], "tasks": ["C/App/Making", "C/App/x", "C/Web/Making"]}
    plan = plan_of({"clients": [{"name": "C", "projects": projects}]}, live)
    removals = {str(change.address) for change in plan.changes if change.is_removal}
    assert removals == {"task:C/App/Making", "task:C/Web/Making"}
    pairs = [(str(pair.create), str(pair.remove), pair.was) for pair in plan.rename_candidates]
    assert pairs == [("task:C/Web/Build", "task:C/Web/Making", ("Making",))]


def test_the_comparisons_with_near_names_do_not_grow_with_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in ("EXHAUSTIVE", "POSTINGS", "MOST_COMPARED"):
        monkeypatch.setattr(name_index, bound, 10)
    monkeypatch.setattr(corrections, "_MOST_PAIRS", 1)
    real, compared = most_equal, [0]

    def count(text: str, others: Any, *rest: Any) -> list[int]:
        compared[0] += len(others)
        return real(text, others, *rest)

    monkeypatch.setattr(name_index, "most_equal", count)
    counts = []
    for number in (30, 60):
        compared[0] = 0
        _asked(number, number, "Lost/removal", "D")
        counts.append(compared[0])
    assert counts[0] <= 10 * 30
    assert 0 < counts[1] <= 10 * 60


@pytest.mark.parametrize(
    ("was", "removed", "earlier"),
    [
        ("Nothing", "C/removed", ("removed",)),
        ("D/remove", "D/removed", ("D", "removed")),
        ("/remove", "removed", ("", "removed")),
    ],
)
def test_a_corrected_name_says_in_which_place_it_stands(was: str, removed: str, earlier: tuple[str, ...]) -> None:
    manifest: dict[str, Any] = {
        "clients": [{"name": "C", "projects": [{"name": "created", "was": was}]}, "D"],
        "projects": [],
    }
    plan = plan_of(manifest, {"clients": ["C", "D"], "projects": [removed]})
    assert [pair.was for pair in plan.rename_candidates if pair.is_correction] == [earlier]


def test_a_pair_of_a_saved_plan_that_is_found_no_more_goes_unless_all_stay() -> None:
    pair = RenameCandidate(Address("tag", ("new",)), Address("tag", ("old",)), ("old",), 90)
    assert corrections.remaining_pairs([pair], [], ()) == ()
    assert corrections.remaining_pairs([pair], [], (), keeps_all=True) == (pair,)
    assert corrections.remaining_pairs([pair], [], [pair.remove], keeps_all=True) == ()


@pytest.mark.parametrize(("new", "old", "pairs"), [(100, 100, 10_000), (100, 101, 101)])
def test_up_to_10_000_pairs_of_one_place_are_all_asked_about(new: int, old: int, pairs: int) -> None:
    assert len(_asked(new, old)) == pairs


def test_a_removal_that_two_earlier_names_of_one_entry_may_mean_is_asked_about_once() -> None:
    manifest = {"tags": [{"name": "call", "was": ["Meetng", "Meetin"]}]}
    plan = plan_of(manifest, {"tags": ["meeting"]})
    assert [(str(pair.create), str(pair.remove)) for pair in plan.rename_candidates] == [("tag:call", "tag:meeting")]
