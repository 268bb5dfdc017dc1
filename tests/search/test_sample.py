"""A sample of the random search, and tests of the search itself; `python -m tests.search` plays the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.search.case import Case, Played
from tests.search.live import Live
from tests.search.model import Model
from tests.search.oracles import Applied, Problem
from tests.search.settings import CHOICES, switches_of
from tests.search.shrinking import shrunk
from tests.search.simulated_user import User
from tests.search.stories import in_files
from tests.search.worlds import populate

SEEDS = range(15)
WORLD: dict[str, Any] = {
    "clients": [{"n": 1, "name": "Acme", "projects": [{"n": 2, "name": "Site", "tasks": [{"n": 3, "name": "Old"}]}]}],
    "projects": [],
    "tags": [{"n": 4, "name": "kept"}, {"n": 5, "name": "other"}],
    "entries": [],
}
STEP: dict[str, Any] = {"manifest": {"tags": ["kept", "new"]}, "files": 0, "saved": False}


@pytest.mark.slow
@pytest.mark.strangers
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_story_ends_as_its_manifests_say(seed: int) -> None:
    played = Case.drawn(seed).run()
    assert list(map(str, played.problems)) == [], f"play it again: python -m tests.search --seed {seed}"


def test_a_number_gives_the_same_case_again() -> None:
    assert [Case.drawn(seed) for seed in range(20)] == [Case.drawn(seed) for seed in range(20)]


def test_every_switch_is_one_of_the_sandbox() -> None:
    for text in CHOICES:
        assert switches_of([text]) != switches_of([])


def test_every_split_of_a_manifest_has_all_of_it() -> None:
    manifest = {"clients": [{"name": "a"}, {"name": "b"}], "tags": ["t", "u"], "removed": [{"tag": "gone"}]}
    for number in range(4):
        text = "".join(text for _, text in in_files(manifest, number))
        assert sorted(word for word in ("a", "b", "t", "u", "gone") if word in text) == ["a", "b", "gone", "t", "u"]


def test_the_oracles_see_a_manifest_that_was_not_applied(tmp_path: Any) -> None:
    user = User(tmp_path, [])
    populate(user.store, user.workspace, WORLD)
    live = Live(user.snapshot())
    user.close()
    manifest = {
        "clients": [{"name": "Acme Inc", "was": "Acme", "note": "x"}],
        "projects": [],
        "tags": [{"name": "kept", "archived": True}],
    }
    problems = Applied(Model(manifest, live), {"changes": []}, live, {}).problems()
    assert sorted({problem.code for problem in problems}) == ["missing", "not gone", "value"]


def test_a_failing_case_is_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else is in it, a manifest that has the tag `new` fails."""

    def run(case: Case) -> Played:
        has_it = any("new" in step.get("manifest", {}).get("tags", ()) for step in case.story)
        return Played([Problem("made up", "the tag")] if has_it else [])

    monkeypatch.setattr(Case, "run", run)
    case = Case(0, ["reserved_names=tags"], "maton", WORLD, [STEP, {**STEP, "manifest": {"clients": ["Acme"]}}])
    small = shrunk(case, {"made up"})
    nothing: dict[str, Any] = {"clients": [], "projects": [], "tags": [], "entries": []}
    assert small == replace(
        case, switches=[], gateway="sandbox", world=nothing, story=[{**STEP, "manifest": {"tags": ["new"]}}]
    )
