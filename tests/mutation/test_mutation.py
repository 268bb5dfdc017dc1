"""The mutation run itself: operators do what their examples say, and the list of equivalent mutants is up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("cosmic_ray", reason="the extra `mutation` is not installed")

from tests.mutation.choice import Coverage, load, mirrored, name_of, outside_functions, save
from tests.mutation.collected import Collected
from tests.mutation.draw import draw
from tests.mutation.equivalents import equivalent_to, load_equivalents
from tests.mutation.in_place import functions_by_place, replace, replacements
from tests.mutation.mutants import Mutant, change_of, mutants_of
from tests.mutation.operators import OPERATORS, DropStatement, NegateCondition, SwapMembership
from tests.mutation.report import Finding, is_good, lines_of, survivors_in
from tests.mutation.rooms import ROOT, STRICT_ROOMS, modules_by_room
from tests.mutation.workshop import Result

SOURCE = """\
def first(x: int | None, among: list[int] = []) -> int:
    if x:
        print(x)
    if x in among and x < 3:
        return x + 1
    return [a for a, b in zip(among, among, strict=True)][0]
"""


def mutants(folder: Path) -> list[Mutant]:
    (folder / "m.py").write_text(SOURCE, encoding="utf-8")
    return list(mutants_of(folder, ["m.py"]))


def test_every_change_is_a_program_that_differs(tmp_path: Path) -> None:
    changes = {change_of(SOURCE, mutant) for mutant in mutants(tmp_path)}
    for _, after in changes:
        assert after
    assert {
        ("if x:", "if not x:"),
        ("print(x)", "pass"),
        ("if x in among and x < 3:", "if x not in among and x < 3:"),
        ("if x in among and x < 3:", "if x in among or x < 3:"),
        ("if x in among and x < 3:", "if x in among and x <= 3:"),
        ("return x + 1", "return x - 1"),
    } <= changes


def test_a_draw_has_the_same_mutants_again_where_the_code_is_the_same(tmp_path: Path) -> None:
    def drawn(seed: int) -> list[tuple[str, str]]:
        every = [("room", mutant) for mutant in mutants_of(tmp_path, ["m.py"])]
        text = (tmp_path / "m.py").read_text(encoding="utf-8")
        return [change_of(text, mutant) for _, mutant in draw(tmp_path, every, len(every) // 2, seed)]

    (tmp_path / "m.py").write_text(SOURCE, encoding="utf-8")
    first, other = drawn(1), drawn(2)
    assert first == drawn(1)
    assert set(first) != set(other)
    (tmp_path / "m.py").write_text(f"LIMIT = 3\n\n\n{SOURCE}", encoding="utf-8")
    assert [change for change in drawn(1) if "LIMIT" not in change[0]][: len(first) - 1] == first[:-1]


def test_annotations_and_strict_zips_are_left_as_they_are(tmp_path: Path) -> None:
    lines = {
        mutant.line for mutant in mutants(tmp_path) if mutant.operator.startswith(("ReplaceTrue", "ReplaceBinary"))
    }
    assert lines == {5}


def test_what_only_forbids_and_what_is_no_operator_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "reconciler").mkdir(exist_ok=True)
    (tmp_path / "reconciler" / "forbids.py").write_text(
        "@dataclass(frozen=True, slots=True, kw_only=True)\nclass A:\n    pass\n\n\ndef f(a, *, b):\n    return g(*a, key=b * True)\n",
        encoding="utf-8",
    )
    found = {mutant.line for mutant in mutants_of(tmp_path, ["reconciler/forbids.py"])}
    assert found == {7}


def test_imports_for_the_type_checker_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(
        "if TYPE_CHECKING:\n    import a\n\n\ndef f(b):\n    if b:\n        return 1\n", encoding="utf-8"
    )
    negated = [mutant.line for mutant in mutants_of(tmp_path, ["m.py"]) if mutant.operator == "NegateCondition"]
    assert negated == [6]


def test_a_none_that_a_function_returns_at_its_end_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(
        "def f(a):\n    if a == b:\n        return None\n    return a\n\n\ndef g(a):\n    return None\n",
        encoding="utf-8",
    )
    dropped = [mutant.line for mutant in mutants_of(tmp_path, ["m.py"]) if mutant.operator == "DropStatement"]
    assert dropped == [3, 4]


@pytest.mark.parametrize("operator", [DropStatement, NegateCondition, SwapMembership])
def test_the_examples_of_an_operator_are_what_it_does(operator: type) -> None:
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415 - after the skip above

    for example in operator.examples():  # type: ignore[attr-defined]
        changed = mutate_code(example.pre_mutation_code, OPERATORS[operator.__name__], 0)
        assert changed.split() == example.post_mutation_code.split()


def test_every_module_of_a_room_exists_and_belongs_to_one_room() -> None:
    rooms = modules_by_room()
    modules = [module for paths in rooms.values() for module in paths]
    assert len(modules) == len(set(modules))
    assert all(rooms.values())


@pytest.mark.slow
def test_every_listed_equivalent_still_exists() -> None:
    listed = load_equivalents()
    for path in {entry.path for entry in listed}:
        source = (ROOT / path).read_text(encoding="utf-8")
        missing = [entry for entry in listed if entry.path == path]
        for mutant in mutants_of(ROOT, [path]):
            found = equivalent_to(mutant, source, missing)  # to look for one takes parsing the module
            missing = [entry for entry in missing if entry != found]
        assert missing == []
    assert all(len(entry.reason) > 20 for entry in listed)


def test_the_tests_of_the_mirrored_module_come_first_and_the_rest_by_their_cost() -> None:
    coverage = Coverage(
        {"reconciler/live/read.py": {7: ["tests/a.py::slow", "tests/live/test_read.py::x", "tests/a.py::quick"]}},
        {"tests/a.py::slow": 2, "tests/a.py::quick": 1, "tests/live/test_read.py::x": 9},
    )
    assert mirrored("reconciler/live/read.py") == "tests/live/test_read.py"
    mutant = Mutant("reconciler/live/read.py", 7, "NumberReplacer", 0, 7)
    assert coverage.tests_for(mutant) == ["tests/live/test_read.py::x", "tests/a.py::quick", "tests/a.py::slow"]


def test_the_mirrored_module_is_chosen_for_a_line_that_another_test_ran_into_a_cache() -> None:
    seconds = {"tests/a.py::first": 1.0, "tests/live/test_read.py::x": 9.0}
    coverage = Coverage({"reconciler/live/read.py": {7: ["tests/a.py::first"]}}, seconds)
    mutant = Mutant("reconciler/live/read.py", 7, "NumberReplacer", 0, 7)
    assert coverage.tests_for(mutant) == ["tests/live/test_read.py::x", "tests/a.py::first"]


def test_a_constant_of_a_module_that_one_test_imported_late_counts_for_all_who_use_the_module() -> None:
    assert outside_functions(SOURCE) == [1]
    assert outside_functions("A = 1\n\n\n@b\ndef f(\n    c=2,\n):\n    return A\n") == [1, 2, 3, 4, 5, 6, 7]
    path = "reconciler/live/read.py"
    lines = {1: ["tests/a.py::imports"], 8: ["tests/a.py::uses"]}
    coverage = Coverage({path: lines}, {"tests/a.py::imports": 1.0, "tests/a.py::uses": 2.0}, {}, {path: [1]})
    assert coverage.tests_for(Mutant(path, 1, "NumberReplacer", 0, 1)) == ["tests/a.py::imports", "tests/a.py::uses"]
    assert coverage.tests_for(Mutant(path, 8, "NumberReplacer", 0, 8)) == ["tests/a.py::uses"]


def test_a_measurement_is_kept(tmp_path: Path) -> None:
    coverage = Coverage({"m.py": {1: ["a"]}}, {"a": 1.0}, {"m.py": [2]}, {"m.py": [1]})
    save(coverage, tmp_path / "kept.json")
    assert load(tmp_path / "kept.json") == coverage


def test_the_name_of_a_test_may_hold_the_mark_that_ends_it_in_a_context() -> None:
    assert name_of("tests/test_names.py::test_fold[a|b]|run") == "tests/test_names.py::test_fold[a|b]"


def test_one_survivor_too_many_in_a_strict_room_is_below_the_goal() -> None:
    mutant = Mutant("m.py", 1, "NumberReplacer", 0, 1)
    noticed = Finding("render", mutant, Result.NOTICED, "1", "2")
    survived = Finding(next(iter(STRICT_ROOMS)), mutant, Result.SURVIVED, "1", "2")
    assert is_good([noticed] * 99)
    assert not is_good([*[noticed] * 99, survived])
    assert list(lines_of([survived], 3))[-3:] == [
        f"{survived.room:14}     0 of     1     0.0%",
        "all                0 of     1     0.0%",
        "equivalent mutants left out: 3",
    ]


def test_the_survivors_of_a_report_can_be_run_again() -> None:
    noticed, survived = (Mutant("reconciler/a.py", line, "DropStatement", 0, line) for line in (1, 2))
    findings = [
        Finding("guards", noticed, Result.NOTICED, "a", "b"),
        Finding("guards", survived, Result.SURVIVED, "a", "b"),
    ]
    assert survivors_in("\n".join(lines_of(findings, 0))) == {str(survived)}


MODULE = """\
LIMIT = 3


def outer(x, y=1):
    def inner():
        return x < LIMIT

    return inner


class Box:
    size = 2

    def get(self):
        return [each + 1 for each in range(self.size)]
"""


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("x < LIMIT", "x > LIMIT", ["outer", "outer.<locals>.inner"]),
        ("each + 1", "each - 1", ["Box.get", "Box.get.<locals>.<listcomp>"]),
        ("return inner", "pass", ["outer"]),
        ("LIMIT = 3", "LIMIT = 4", None),
        ("y=1", "y=2", None),
        ("size = 2", "size = 3", None),
        ("def get(self)", "def put(self)", None),
        ("LIMIT = 3", "LIMIT = 3  # the same", None),
    ],
)
def test_a_change_inside_functions_is_told_apart_from_one_of_what_an_import_runs(
    before: str, after: str, names: list[str] | None
) -> None:
    changes = replacements("m.py", MODULE, MODULE.replace(before, after))
    assert (None if changes is None else [place[1] for place, _ in changes]) == names


def test_whoever_has_a_changed_function_has_the_changed_one() -> None:
    space: dict[str, Any] = {}
    exec(compile(MODULE, "m.py", "exec"), space)  # noqa: S102 - the text above
    bound, inner = space["Box"]().get, space["outer"]
    functions = functions_by_place()
    for before, after in (("each + 1", "each - 1"), ("x < LIMIT", "x > LIMIT")):
        assert replace(functions, replacements("m.py", MODULE, MODULE.replace(before, after)) or [])
    assert bound() == [-1, 0]
    assert not inner(1)()
    assert not replace(functions, [(("other.py", "f", 1), (lambda: None).__code__)])


@pytest.mark.slow
def test_tests_are_run_against_a_change_in_a_program_that_has_collected_them(tmp_path: Path) -> None:
    """The change is in the child alone, a file of no test stays unread, and what does not end is ended."""
    module = "def double(x):\n    return x + x\n\n\nTWO = 2\n"
    (tmp_path / "m.py").write_text(module, encoding="utf-8")
    text = "from m import double\n\n\ndef test_double():\n    assert double(2) == 4\n\n\ndef test_zero():\n    assert double(0) == 0\n"
    (tmp_path / "test_m.py").write_text(text, encoding="utf-8")
    collected = Collected(tmp_path, tmp_path / "log", ["-q", f"--rootdir={tmp_path}", "-p", "no:cacheprovider"], [ROOT])

    def result(tests: list[str], before: str = "", after: str = "", timeout: float | None = None) -> int | None:
        change = (tmp_path / "m.py", module, module.replace(before, after)) if before else None
        return collected.exit_code(timeout) if collected.ask(tests, change) else None

    every = ["test_m.py::test_double", "test_m.py::test_zero"]
    assert result(every) == 0
    assert result(every, "x + x", "x - x") == 1
    assert result(every[1:], "x + x", "x - x") == 0
    assert result(["test_m.py::test_unknown"]) == 5
    assert result(every[:1], "return x + x", "bytearray(16 << 30)  # a list that never ends\n    return x + x") == 1
    assert result(every, "TWO = 2", "TWO = 3") is None
    assert result(every) == 0
    collected.close()
