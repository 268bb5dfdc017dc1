from __future__ import annotations

import gc
import hashlib
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.errors import ManifestError
from reconciler.manifest import load
from reconciler.manifest.load import load_files
from reconciler.state import Desired, SourceFile
from tests.manifest.reading import desired, problems


def without_sources(found: Desired) -> Any:
    """A desired state without its sources."""
    resources = [(str(a), dict(r.values), str(r.parent), r.was) for a, r in found.resources.items()]
    return resources, found.sections, [r.address for r in found.removed], found.policy.to_json(), found.workspace


NAMES = st.sampled_from(["Alpha", "Beta", "Gamma", "Delta/x", "Ünï", "No", "1:30"])


def entries(more: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Any]]:
    one = st.fixed_dictionaries({"name": NAMES}, optional=more) | NAMES
    return st.lists(one, max_size=4, unique_by=lambda e: e if isinstance(e, str) else e["name"])


TASKS = entries({"estimate": st.sampled_from(["PT1H", "PT60M"]), "billable": st.booleans()})
PROJECT = {
    "billable": st.booleans(),
    "tasks": TASKS,
    "use": st.sampled_from([["web"], []]),
    "note": st.none() | st.just("n"),
}
MANIFEST = st.fixed_dictionaries(
    {
        "workspace": st.just("Acme"),
        "policy": st.just({"prune": {"tags": "keep"}, "removal_budget": {"count": 3}, "protect": ["tag:a", "tag:b"]}),
        "defaults": st.just({"task": {"billable": True}, "project": {"public": False}}),
        "task_sets": st.just({"web": ["Alpha", {"name": "Set", "estimate": "PT2H"}]}),
        "clients": entries({"note": st.just("n"), "projects": entries(PROJECT)}),
        "projects": entries(PROJECT),
        "tags": entries({"archived": st.booleans()}),
        "removed": st.just([{"tag": "gone"}, {"project": "Gone/Gone"}]),
    }
)


def shuffled(value: Any, chance: random.Random) -> Any:
    """The value with keys and list entries in random order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: value[key] if key == "protect" else shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return chance.sample([shuffled(item, chance) for item in value], len(value))
    return value


def pieces(manifest: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """The manifest as several documents: one per section, lists split in two."""
    found = []
    for key, value in manifest.items():
        cut = chance.randint(0, len(value)) if isinstance(value, list) else 0
        parts = [value[:cut], value[cut:]] if cut else [value]
        found += [{"version": 1, key: part} for part in parts]
    return chance.sample(found, len(found))


@pytest.mark.slow
@given(MANIFEST, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_result_does_not_depend_on_order_or_files(
    tmp_path: Path, manifest: dict[str, Any], chance: random.Random
) -> None:
    whole = load(["-"], stdin=yaml.safe_dump({"version": 1, **manifest}).encode)
    parts = pieces(shuffled(manifest, chance), chance)
    per_file = chance.randint(1, 3)
    for old in tmp_path.iterdir():
        old.unlink()
    for number in range(0, len(parts), per_file):
        text = yaml.safe_dump_all(parts[number : number + per_file], sort_keys=False, allow_unicode=True)
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    split = load(chance.sample([str(path) for path in tmp_path.iterdir()], len(list(tmp_path.iterdir()))))
    assert without_sources(split) == without_sources(whole)
    assert list(split.resources) == list(whole.resources)


def assert_loads_or_reports_problems(data: bytes) -> None:
    try:
        load(["-"], stdin=lambda: data)
    except ManifestError as error:
        found = error.problems
    else:
        return
    assert found
    for problem in found:
        assert problem.message.isprintable() or not problem.message.isascii()
        assert problem.excerpt.isprintable() or not problem.excerpt.isascii()


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=150)
def test_random_bytes_are_problems(data: bytes) -> None:
    assert_loads_or_reports_problems(data)


@given(st.text(st.sampled_from("[]{}:,-?&*!|>'\"%@`#~ \n\tabx1\u2028é\ufeff<."), max_size=120))
@settings(deadline=None, max_examples=250)
def test_random_yaml_loads_or_is_a_problem(text: str) -> None:
    assert_loads_or_reports_problems(text.encode())
    assert_loads_or_reports_problems(("version: 1\nclients: " + text).encode())


KEYS = [
    "version",
    "clients",
    "projects",
    "tags",
    "tasks",
    "task_sets",
    "use",
    "removed",
    "policy",
    "defaults",
    "prune",
    "name",
    "was",
    "client",
]
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "A", "a/b", "", "web", "\\", "/", "25%", "tag", "tag:a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "web", "client", "tag", "task"]), inner, max_size=4),
    max_leaves=25,
)  # fmt: skip


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6))
@settings(deadline=None, max_examples=250)
def test_random_manifests_load_or_are_a_problem(value: dict[str, Any]) -> None:
    assert_loads_or_reports_problems(yaml.safe_dump({**value, "version": 1}).encode())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n# only\n", "the file is empty"),
        (b"---\n---\n", "the file is empty"),
        (b"null\n", "the file is empty"),
        (b"{}\n", "missing key 'version'"),
        (b"version: 1\n", "no resources declared"),
        (b"version: 1\npolicy: {}\n", "no resources declared"),
    ],
)
def test_an_empty_manifest_is_an_error_instead_of_removing_everything(data: bytes, message: str) -> None:
    assert [p.message for p in problems(data)] == [message]


def test_a_file_that_is_no_mapping_may_have_held_the_task_set_that_another_uses(tmp_path: Path) -> None:
    (tmp_path / "sets.yaml").write_text("- task_sets\n")
    (tmp_path / "work.yaml").write_text("version: 1\nprojects:\n  - {name: Site, use: [web]}\n")
    with pytest.raises(ManifestError) as caught:
        load([str(tmp_path)])
    assert [Path(problem.path).name for problem in caught.value.problems] == ["sets.yaml"]


def test_all_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    files = {
        "a.yaml": "version: 1\ntags: [5]\n",
        "b.yaml": "version: 1\ntags: [\n",
        "c.yaml": "",
        "d.yaml": "version: 1\nclients: [Acme]\n",
        "e.yaml": "version: 1\nclients: [Acme]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "f.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ManifestError) as caught:
        load([str(tmp_path), str(tmp_path / "gone.yaml")])
    found = caught.value.problems
    assert [p.path.rpartition("/")[2] for p in found] == ["a.yaml", "b.yaml", "c.yaml", "e.yaml", "f.yaml", "gone.yaml"]
    assert f"first declared at {tmp_path}/d.yaml:2:11" in found[3].message
    assert found[3].excerpt == "clients: [Acme]"
    assert str(caught.value) == "6 problems in the manifests"


def test_sources_are_the_files_with_their_digests(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfversion: 1\r\ntags: [a]\r\n")
    assert load([str(file)]).sources == (SourceFile(str(file), hashlib.sha256(file.read_bytes()).hexdigest()),)


def test_loading_restores_the_state_of_the_garbage_collector() -> None:
    collecting: list[bool] = [gc.isenabled()]
    desired("tags: []\n")
    collecting.append(gc.isenabled())
    problems("")
    collecting.append(gc.isenabled())
    gc.disable()
    try:
        desired("tags: []\n")
        collecting.append(gc.isenabled())
    finally:
        gc.enable()
    assert collecting == [True, True, True, False]


def test_what_is_wrong_with_a_template_is_named_so_in_files_that_are_given_with_their_bytes() -> None:
    with pytest.raises(ManifestError) as caught:
        load_files([("m.yaml", b"version: 1\ntags: [{for_each: [a], name: '{nmae}'}]\n")])
    assert [problem.rule for problem in caught.value.problems] == ["template"]


def test_the_number_of_problems_is_not_limited() -> None:
    found = problems("version: 1\ntags:\n" + "  - {nmae: x}\n" * 500)
    assert len(found) == 1000


@pytest.mark.parametrize("sets", ["{app: 5}", "[]"])
def test_a_task_set_is_not_called_unknown_where_those_that_are_defined_could_not_all_be_read(sets: str) -> None:
    found = problems(f"version: 1\ntask_sets: {sets}\nprojects:\n  - {{name: Site, use: [web]}}\n")
    assert [problem.line for problem in found] == [2]


def test_that_nothing_is_declared_is_a_problem_of_the_first_file(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml"):
        (tmp_path / name).write_text("version: 1\n")
    with pytest.raises(ManifestError) as caught:
        load([str(tmp_path)])
    assert [Path(problem.path).name for problem in caught.value.problems] == ["a.yaml"]
