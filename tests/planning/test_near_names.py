"""The nearest names to very many misspelled ones: those that are found one by one, in a bounded number of comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from reconciler.planning import near_names
from reconciler.planning.near_names import NearNames
from reconciler.planning.renames import name_index
from reconciler.planning.renames.similarity import nearest
from tests.planning.literals import plan_of


def test_the_nearest_name_is_found_with_an_index_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_index, "EXHAUSTIVE", 20)
    monkeypatch.setattr(near_names, "EXHAUSTIVE", 20)
    monkeypatch.setattr(near_names, "_MOST_COMPARED", 300)
    random = Random(1)  # noqa: S311 - no secret
    names = ["".join(random.choices("abcdefghij", k=9)) for _ in range(100)]
    compared: list[int] = []

    def count(word: str, among: Iterable[str], least: int = 60) -> str:
        known = list(among)
        compared.append(len(known))
        return nearest(word, known, least)

    monkeypatch.setattr(near_names, "nearest", count)
    index = NearNames(names)
    for name in names:
        wrong = f"{name[:4]}{name[5:]}"
        assert index.nearest(wrong) == nearest(wrong, names) == name
    assert compared[:3] == [100] * 3
    assert max(compared[3:]) < 50


def test_few_names_are_all_compared_however_often() -> None:
    index = NearNames(["Acme", "Globex"])
    assert {index.nearest("Acmee") for _ in range(3)} == {"Acme"}
    assert index.nearest("zzz") == ""


def test_what_is_looked_up_is_built_once_for_all_entries_of_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []

    class Counted(NearNames):
        def __init__(self, names: Iterable[str]) -> None:
            super().__init__(names)
            built.append(len(self._names))

    for module in ("unmatched", "earlier_names"):
        monkeypatch.setattr(f"reconciler.planning.{module}.NearNames", Counted)
    counts = []
    for number in (3, 20):
        built.clear()
        projects = [{"name": f"New {at}", "was": f"Odl {at}"} for at in range(number)]
        removed = [{"project": f"C/Gnoe {at}"} for at in range(number)]
        manifest = {
            "clients": [{"name": "C", "projects": projects}],
            "removed": removed,
            "policy": {"prune": {"projects": "keep"}},
        }
        plan = plan_of(manifest, {"clients": ["C"], "projects": ["C/Old 0", "C/Gone 0", "C/Old 7", "C/Gone 7"]})
        warnings = [warning for warning in plan.warnings if "did you mean" in warning]
        assert "Old 0" in warnings[0]
        counts.append(len(built))
    assert counts[0] == counts[1]
